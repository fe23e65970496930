"""What the sample knows for flags: promises and forecasts, pivots, audits, and who was last seen when."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from portfolio.accounts.models import User
from projects.actions import projects
from projects.actions.forecasts import DAYS
from projects.actors import Actor
from projects.models import Presence, Project
from projects.queries import facts
from projects.rules import shipped_files

FORECAST = "forecast_days(p5:p50:p80:p95)"
KNOWN: dict[str, dict[str, Any]] = shipped_files.read(
    resources.files("portfolio.register") / "sample" / "watch.yaml"
)


def objective(row: Mapping[str, str]) -> str:
    """What a project begins with; it is another one where the file tells of a pivot."""
    return str(KNOWN.get(row["code"], {}).get("objective_before") or _objective(row))


def pivot(project: Project, row: Mapping[str, str], now: datetime) -> None:
    """Give a project another goal on the day that the file says."""
    if days := row["pivot_days_ago"]:
        actor = Actor(project.owner, "sample", at=now - timedelta(days=int(days)))
        projects.edit(project.pk, version=None, objective=_objective(row), actor=actor)


def latest(project: Project, row: Mapping[str, str], now: datetime) -> tuple[dict[str, Any], datetime | None]:
    """What the sponsor expects and when the pipeline was audited, and since when both are known."""
    found: dict[str, Any] = {}
    if days := row["stated_in_days"]:
        found["stated_on"] = facts.today(project, now) + timedelta(days=int(days))
    audited_at = None
    if (age := KNOWN.get(row["code"], {}).get("audited_days_ago")) is not None:
        audited_at = now - timedelta(days=age)
        found["audited_on"] = facts.today(project, audited_at)
    return found, audited_at


def foresee(project: Project, row: Mapping[str, str], now: datetime) -> None:
    """Show the days that the file foresees until the first forecast of Plimsoll's own replaces them."""
    if days := row[FORECAST]:
        today = facts.today(project, now)
        foreseen = [today + timedelta(days=int(ahead)) for ahead in days.split(":")]
        columns = dict(zip(DAYS, foreseen, strict=True))
        Project.objects.filter(pk=project.pk).update(**columns, forecast_at=now)


def look_in(loaded: Mapping[str, Project], rows: Iterable[Mapping[str, str]], now: datetime) -> None:
    """Owners were last seen when the file says; of several projects the latest day counts."""
    seen: dict[User, datetime] = {}
    for row in rows:
        owner: Any = loaded[row["code"]].owner
        acted_at = now - timedelta(days=int(row["owner_days_inactive"]))
        seen[owner] = max(acted_at, seen.get(owner, acted_at))
    Presence.objects.bulk_create(Presence(user=user, acted_at=at) for user, at in seen.items())


def fall_silent(project: Project, row: Mapping[str, str], now: datetime) -> None:
    """The file says when somebody last spoke of a project; what else it tells of it makes no difference."""
    spoke_at = now - timedelta(days=int(row["days_since_update"]))
    spoken_of = Project.objects.filter(pk=project.pk, last_update_at__isnull=False)
    spoken_of.update(last_update_at=spoke_at)


def _objective(row: Mapping[str, str]) -> str:
    return f"Learn to reach: {row['ml_metric']}" if row["ml_metric"] else ""
