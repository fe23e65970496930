"""Who stands elsewhere on the matrix than on an earlier day, why, and whose work it was."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import ExpressionWrapper, F, FloatField, OuterRef, Q, Subquery
from django.db.models.functions import Abs

from portfolio.insights.queries import choices, crowds, pictures
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.matrix import movements
from portfolio.insights.rules.matrix.movements import State
from projects.models import Blocker, Event, Portfolio, Project
from projects.models.workflows import parsed

# Points on either axis from which a move within a quadrant is told; and how many moves are listed.
LEAST, LISTED = 5.0, 60
# What people do that changes where a project stands.
KINDS = (
    *("answer.given", "answer.agreed", "answers.confirmed", "blocker.raised", "blocker.resolved"),
    *("blocker.edited", "blocker.reopened", "project.edited", "stage.advanced", "project.held"),
)
COLUMNS = (
    *("risk", "impact", "quadrant", "has_critical_gap", "workflow_id", "stage", "hold_since", "annual_value"),
)


@dataclass(frozen=True, slots=True)
class Movement:
    """One project on two days."""

    key: str
    name: str
    before: State | None  # None: it was not there yet
    after: State
    reasons: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def risk(self) -> int | None:
        return movements.change(self.before.risk if self.before else None, self.after.risk)

    @property
    def impact(self) -> int | None:
        return movements.change(self.before.impact if self.before else None, self.after.impact)

    @property
    def has_changed_quadrant(self) -> bool:
        return self.before is not None and self.before.quadrant != self.after.quadrant


def between(
    portfolio: Portfolio, choice: Choice, since: date, day: date | None, names: Mapping[str, str]
) -> list[Movement]:
    """Those in scope who moved most from one stored day to another, or to now (None); six queries."""
    rows, own = _rows(portfolio, day)
    then = pictures.of_day(portfolio, since).filter(project_id=OuterRef(own))
    fields = {f"{name}_then": Subquery(then.values(name)[:1]) for name in ("risk", "impact", "quadrant")}
    found = (
        choices.apply(rows, choice)
        .filter(crowds.IN_SCOPE)
        .annotate(**fields)
        .filter(risk__isnull=False, risk_then__isnull=False)
        .annotate(far=_sum(_gap("risk"), _gap("impact")))
        .filter(~Q(quadrant=F("quadrant_then")) | Q(far__gte=LEAST))
        .order_by("-far", own)
    )
    return of(portfolio, list(found.values_list(own, flat=True)[:LISTED]), since, day, names)


def of(
    portfolio: Portfolio, ids: Sequence[int], since: date, day: date | None, names: Mapping[str, str]
) -> list[Movement]:
    """These projects on both days, in this order; five queries."""
    before = _stored(portfolio, since, ids)
    after = _present(ids) if day is None else _stored(portfolio, day, ids)
    people = _people(portfolio, ids, since, day)
    keys = dict(Project.objects.filter(pk__in=ids).values_list("pk", "key"))
    return [
        Movement(
            key=keys[pk],
            name=after[pk][0],
            before=before[pk][1] if pk in before else None,
            after=after[pk][1],
            reasons=tuple(movements.reasons(before[pk][1], after[pk][1], names) if pk in before else ()),
            people=tuple(people[pk]),
        )
        for pk in ids
        if pk in after and pk in keys
    ]


def _rows(portfolio: Portfolio, day: date | None) -> tuple[Any, str]:
    """The rows of a day, and the column that holds a project's id."""
    if day is None:
        return Project.objects.running().filter(portfolio=portfolio), "pk"
    return pictures.of_day(portfolio, day), "project_id"


def _gap(name: str) -> Any:
    return Abs(F(name) - F(f"{name}_then"))


def _sum(one: Any, other: Any) -> Any:
    return ExpressionWrapper(one + other, output_field=FloatField())


def _stored(portfolio: Portfolio, day: date, ids: Collection[int]) -> dict[int, tuple[str, State]]:
    rows = pictures.of_day(portfolio, day).filter(project__in=ids)
    values = rows.values(*COLUMNS, "project_id", "name", "pitfalls", "answers", "open_blockers")
    return {row["project_id"]: (row["name"], _state(row)) for row in values}


def _present(ids: Collection[int]) -> dict[int, tuple[str, State]]:
    rows = Project.objects.filter(pk__in=ids).values(
        *COLUMNS,
        "pk",
        "name",
        by_pitfall=F("assessment__result__pitfalls"),
        given=F("assessment__answers"),
    )
    blockers = _open_blockers(ids)
    return {
        row["pk"]: (
            row["name"],
            _state(
                row
                | {
                    "pitfalls": row["by_pitfall"] or {},
                    "answers": {question: said[0] for question, said in (row["given"] or {}).items()},
                    "open_blockers": len(blockers[row["pk"]]),
                }
            ),
        )
        for row in rows
    }


def _open_blockers(ids: Collection[int]) -> dict[int, set[int]]:
    """Those of each project's own, and those of others that stop it too."""
    found: dict[int, set[int]] = defaultdict(set)
    is_open = Blocker.objects.open().order_by()
    own = is_open.filter(project__in=ids).values_list("project_id", "pk")
    others = is_open.filter(affected__in=ids, project__deleted_at=None).values_list("affected", "pk")
    for project_id, pk in own.union(others):
        found[project_id].add(pk)
    return found


def _state(row: Mapping[str, Any]) -> State:
    return State(
        risk=row["risk"],
        impact=row["impact"],
        quadrant=row["quadrant"],
        has_gap=row["has_critical_gap"],
        stage=parsed(row["workflow_id"]).stage(row["stage"]).label,
        is_held=row["hold_since"] is not None,
        value=row["annual_value"],
        pitfalls=row["pitfalls"],
        answers=row["answers"],
        blockers=row["open_blockers"],
    )


def _people(
    portfolio: Portfolio, ids: Collection[int], since: date, day: date | None
) -> dict[int, list[str]]:
    """Who did something that moves a project, by project, the latest first; one query."""
    zone = ZoneInfo(portfolio.time_zone)
    begun = datetime.combine(since + timedelta(days=1), time.min, zone)
    rows = Event.objects.filter(project__in=ids, kind__in=KINDS, at__gte=begun, actor__isnull=False)
    if day is not None:
        rows = rows.filter(at__lt=datetime.combine(day + timedelta(days=1), time.min, zone))
    found: dict[int, list[str]] = defaultdict(list)
    for pk, name in rows.order_by("-at").values_list("project_id", "actor__name"):
        if pk is not None and name not in found[pk]:
            found[pk].append(name)
    return found
