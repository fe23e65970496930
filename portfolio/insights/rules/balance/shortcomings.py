"""What is not known and which figures lack it: each with what would make it known, never zero instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Keys that are told of each; `n` counts all.
KEYS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be lacking; `form` says where it is entered (queries/shortcomings.py knows how)."""

    what: str
    remedy: str
    form: str
    figures: tuple[str, ...]


KINDS = {
    "cost": Kind(
        "remaining cost",
        "Enter the money that has still to be spent.",
        "project",
        ("shares.cost", "rav", "ecv"),
    ),
    "rate": Kind(
        "exchange rate",
        "Enter a rate for the currency of the cost.",
        "rates",
        ("shares.cost", "rav", "ecv"),
    ),
    "effort": Kind(
        "people at work", "Enter how many full-time people work on it.", "project", ("shares.effort", "load")
    ),
    "value": Kind(
        "value a year", "Enter the value of a year, at least the likely one.", "project", ("ev", "rav", "ecv")
    ),
    "chance": Kind(
        "chance of reaching production", "Answer the assessment.", "assessment", ("launches", "ev")
    ),
    "quadrant": Kind(
        "place on the matrix",
        "Answer at least half of what is due, by weight.",
        "assessment",
        ("shares.count",),
    ),
    "commercial": Kind(
        "launch cost or chance of use",
        "Enter what bringing it to its users costs and how likely it is used then.",
        "project",
        ("ecv",),
    ),
    "owner": Kind("owner", "Name an owner.", "project", ("concentration.owner",)),
    "source": Kind("data sources", "Name the sources of its data.", "project", ("concentration.source",)),
    "demand": Kind("people needed", "Say whom it needs, by kind of work.", "project", ("capacity",)),
    "supply": Kind("people there", "Enter how many people there are.", "capacity", ("capacity",)),
    "exposure": Kind("first live day", "Enter when it first met live traffic.", "project", ("exposure",)),
    "promise": Kind(
        "realised value of the business metric",
        "Measure it after 90 days in production and enter it with its day.",
        "project",
        ("promise",),
    ),
    "forecast": Kind(
        "forecast", "The next nightly run makes one.", "", ("launches.within_year", "launches.wide")
    ),
    "dates": Kind(
        "likely launch day",
        "The next nightly run forecasts it.",
        "",
        ("recommendations.nothing_to_show",),
    ),
    "history": Kind(
        "history",
        "Rates are told when moves of 90 days are recorded.",
        "",
        ("throughput", "lead", "wip_hint"),
    ),
    "target": Kind("target mix", "Set the planned share of each quadrant.", "settings", ("gap", "index")),
    "past": Kind(
        "what was entered on that day",
        "Costs of launching, people and open questions are kept with each day's balance from now on.",
        "",
        ("ecv", "capacity", "approvers", "open_questions"),
    ),
}


def one(code: str, keys: Iterable[str] = (), n: int | None = None) -> dict[str, Any]:
    """A lack with the projects that have it; `n` where it is not about projects."""
    found, kind = list(keys), KINDS[code]
    return {
        "code": code,
        "what": kind.what,
        "n": len(found) if n is None else n,
        "keys": found[:KEYS],
        "remedy": kind.remedy,
        "form": kind.form,
        "figures": list(kind.figures),
    }
