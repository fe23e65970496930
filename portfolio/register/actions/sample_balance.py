"""What the sample knows for a balance: costs, people by kind of work, vendors, sources and links."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from projects.actions import capacity, demands, links
from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.queries import facts
from projects.rules import capacities, shipped_files

FOLDER = resources.files("portfolio.register") / "sample"
THOUSAND = 1000


def stated(row: dict[str, str]) -> dict[str, Any]:
    """The fields of a project that nobody changes later, so that what is signed stays as it was."""
    said = KNOWN["projects"].get(row["code"], {})
    return {
        "remaining_cost": _thousands(row["remaining_cost_keur"]),
        "launch_cost": _thousands(said.get("launch", 0)),
        "chance_of_use": said.get("use"),
        "mandatory": said.get("mandatory", ""),
        "vendor_name": said.get("vendor", ""),
        "data_sources": "\n".join(said.get("sources", [])),
    }


def realised(project: Project, row: dict[str, str], now: datetime) -> tuple[dict[str, Any], datetime | None]:
    """What a live project has achieved, and when that was measured."""
    said = KNOWN["projects"].get(row["code"], {})
    if "realised" not in said:
        return {}, None
    measured_at = now - timedelta(days=said["measured_days_ago"])
    measured = {
        "metric_realised": Decimal(said["realised"]),
        "metric_measured_on": facts.today(project, measured_at),
    }
    return measured, measured_at


def offer(portfolio: Portfolio, actor: Actor, today: date) -> None:
    """The kinds of work, and how many people there are of each."""
    for said in KNOWN["capabilities"].values():
        kind = capacity.add(portfolio.pk, name=said["name"], actor=actor)
        months = list(capacities.months(today, 1 + max(said["supply"])))
        supplies = {months[ahead]: Decimal(people) for ahead, people in said["supply"].items()}
        capacity.set_supply(kind.pk, supplies=supplies, actor=actor)


def demand(project: Project, row: dict[str, str], actor: Actor) -> None:
    """Whom the project needs; nobody of a kind is not said."""
    for column, said in KNOWN["capabilities"].items():
        if people := Decimal(row[column]):
            demands.state(project.pk, capability=said["name"], fte=people, actor=actor)


def link(projects: dict[str, Project], actor: Actor) -> None:
    """Which projects need each other, and which exclude each other."""
    for said in KNOWN["links"]:
        links.add(
            projects[said["project"]].pk,
            kind=said["kind"],
            other_id=projects[said["other"]].pk,
            note=said["note"],
            actor=actor,
        )


def _thousands(amount: Any) -> Decimal | None:
    """An amount of thousands; nothing in the file is not known, which is not zero."""
    return Decimal(amount) * THOUSAND or None


KNOWN: dict[str, Any] = shipped_files.read(FOLDER / "balance.yaml")
