"""What is kept of projects from day to day: their values at this moment, and the rows that still hold."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from projects.models import Assessment, Blocker, Portfolio, Project, ProjectDay
from projects.models.scorecards import parsed
from projects.queries import exchange
from projects.rules import explanations, score_records

# What a day has of its own; all other columns have the name and the meaning that they have on the project.
OWN = ("id", "project", "since", "until", "is_generated")
MADE = ("pitfalls", "unknown_points", "answers", "open_blockers", "remaining_cost")
FIELDS = [field for field in ProjectDay._meta.concrete_fields if field.name not in OWN]
SAME = tuple(field.attname for field in FIELDS if field.name not in MADE)
# What makes a day differ from the one before; unknown points follow from risk and answers.
COMPARED = tuple(field.attname for field in FIELDS if field.name != "unknown_points")


def today(portfolio: Portfolio, now: datetime) -> date:
    """The day by the portfolio's clock."""
    return now.astimezone(ZoneInfo(portfolio.time_zone)).date()


def chunk(portfolio: Portfolio, *, after: int, size: int, now: datetime) -> list[ProjectDay]:
    """The next running projects by id as they are, their rows locked; four queries at most."""
    rows = list(
        Project.objects.running()
        .filter(portfolio=portfolio, pk__gt=after)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
        .values(
            *SAME,
            "pk",
            "remaining_cost",
            "cost_currency",
            given=F("assessment__answers"),
            by_pitfall=F("assessment__result__pitfalls"),
        )[:size]
    )
    if not rows:
        return []
    day = today(portfolio, now)
    rates = exchange.rates(portfolio, day)
    blockers = _open_blockers([row["pk"] for row in rows])
    return [
        ProjectDay(
            project_id=row["pk"],
            since=day,
            pitfalls=row["by_pitfall"] or {},
            answers=_letters(row["given"]),
            open_blockers=blockers[row["pk"]],
            remaining_cost=rates.convert(row["remaining_cost"], row["cost_currency"]),
            **{name: row[name] for name in SAME},
        )
        for row in rows
    ]


def of(project: Project, *, cost: Decimal | None) -> ProjectDay:
    """A row of what a project is now, for a day to be named, without blockers; not saved.

    `cost`: what is still to be spent, in the portfolio's currency.
    """
    known = getattr(project, "assessment", None)
    return ProjectDay(
        project=project,
        pitfalls=known.result.get("pitfalls", {}) if known else {},
        answers=_letters(known.answers if known else None),
        remaining_cost=cost,
        **{name: getattr(project, name) for name in SAME},
    )


def holding(
    portfolio: Portfolio, ids: Collection[int], *, after: int, until: int | None
) -> dict[int, ProjectDay]:
    """By project, the rows that still hold of projects in this range of ids; one query.

    Those of projects that came here from another portfolio too.
    """
    rows = ProjectDay.objects.filter(until=None, project_id__gt=after)
    if until is not None:
        rows = rows.filter(project_id__lte=until)
    rows = rows.filter(Q(portfolio=portfolio) | Q(project_id__in=ids))
    return {row.project_id: row for row in rows}


def first_days(portfolio_ids: Collection[int]) -> dict[int, date]:
    """The first stored day of each portfolio that has one; one query."""
    rows = ProjectDay.objects.filter(portfolio__in=portfolio_ids).order_by()
    return dict(rows.values_list("portfolio_id").annotate(Min("since")))


def on(ids: Collection[int], day: date) -> dict[int, ProjectDay]:
    """What these projects were on a day, by id, as it was stored; one query."""
    rows = ProjectDay.objects.filter(_held(day), project__in=ids).select_related("owner", "unit")
    return {row.project_id: row for row in rows}


def gone_since(portfolio_ids: Collection[int], day: date) -> QuerySet[ProjectDay]:
    """The rows of a day of projects that are no longer there, by name."""
    here = Project.objects.running().filter(pk=OuterRef("project"), portfolio=OuterRef("portfolio"))
    rows = ProjectDay.objects.filter(_held(day), ~Exists(here), portfolio__in=portfolio_ids)
    return rows.select_related("project").order_by("name", "pk")


def _held(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def differ(day: ProjectDay, before: ProjectDay) -> bool:
    """Whether a project is no longer what the row that holds says."""
    return any(getattr(day, name) != getattr(before, name) for name in COMPARED)


def put_unknown_points(days: Sequence[ProjectDay], before: Mapping[int, ProjectDay]) -> None:
    """Fill in how much of the risk is not known; the same answers and risk have the same; one query.

    The inputs are those that the score was made of, so that risk and unknown points go together.
    """
    ask = []
    for day in days:
        last = before.get(day.project_id)
        if last is not None and last.risk == day.risk and last.answers == day.answers:
            day.unknown_points = last.unknown_points
        elif day.risk is not None:
            ask.append(day.project_id)
    if not ask:
        return
    columns = ("project_id", "scorecard_id", "record")
    made = Assessment.objects.filter(project__in=ask, scorecard__isnull=False).values_list(*columns)
    points = {
        pk: explanations.unknown_points(parsed(cast("int", card)), score_records.read(record))
        for pk, card, record in made.iterator()
    }
    for day in days:
        if day.project_id in points:
            day.unknown_points = points[day.project_id]


def _letters(given: Mapping[str, Sequence[Any]] | None) -> dict[str, str]:
    return {question: said[0] for question, said in sorted((given or {}).items())}


def _open_blockers(ids: Collection[int]) -> Counter[int]:
    """How many blockers stop each project: its own, and those of others that stop it too."""
    is_open = Blocker.objects.open().order_by()
    own = is_open.filter(project__in=ids).values_list("project_id", "pk")
    others = is_open.filter(affected__in=ids, project__deleted_at=None).values_list("affected", "pk")
    return Counter(project_id for project_id, _ in own.union(others))
