"""A summary's figures as rows of tables: each with its bar's full width and its link into the register."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode


def rows(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """The tables of the page; `most` is the value that a full bar stands for."""
    stages = [{**row, "href": register(slug, stage=row["code"])} for row in body["stages"]]
    health = [{**row, "href": register(slug, health=row["code"])} for row in body["health"]]
    flags = [
        {**row, "all": row["warn"] + row["critical"], "href": register(slug, flag=row["rule"])}
        for row in body["flags"]
    ]
    return {
        "stages": stages,
        "most_in_stage": most(stages, "projects"),
        "health": health,
        "most_health": most(health, "projects"),
        "flags": flags,
        "most_flags": most(flags, "all"),
        "units": [unit for top in body["units"] for unit in _with_parts(top, slug)],
        "most_in_unit": most(body["units"], "projects"),
        "moves": [{**move, "at": datetime.fromisoformat(move["at"])} for move in body["moves"]["newest"]],
        "register": register(slug),
        "quiet_href": register(slug, flag="NO_UPDATE"),
        "held_href": register(slug, status="on_hold"),
    }


def register(slug: str, **filters: Any) -> str:
    """The register with these filters."""
    return f"/projects/?{urlencode({'portfolio': slug, **filters})}"


def most(rows: list[dict[str, Any]], key: str) -> int:
    """The largest value, at least 1, so that a bar always has a full width."""
    return max((row[key] for row in rows), default=0) or 1


def _with_parts(top: dict[str, Any], slug: str) -> list[dict[str, Any]]:
    """A unit of the first level and those below it, in one list."""
    first = {**top, "level": 1, "href": register(slug, unit=top["id"]) if top["id"] else ""}
    parts = [{**part, "level": 2, "href": register(slug, unit=part["id"])} for part in top["units"]]
    return [first, *parts]
