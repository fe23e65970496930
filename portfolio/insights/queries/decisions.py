"""The decisions of a portfolio to stop, to hold and to retire, with what was learned from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Case, DecimalField, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, TruncDate

from portfolio.insights.rules.history import decisions as rules
from portfolio.insights.rules.history.decisions import Decision, Lesson
from projects.models import Move, MoveKind, Portfolio, ProjectDay, Retrospective
from projects.models.scorecards import card_of
from projects.models.workflows import parsed
from projects.rules.names import fold

NOT_GENERATED = "no"
LONGEST_SEARCH = 200
COST: "DecimalField[Any, Any]" = DecimalField(max_digits=16, decimal_places=2)
COLUMNS = (
    *("pk", "kind", "at", "from_stage", "reason_code", "note", "project_id", "people", "cost", "is_over"),
    *("project__key", "project__name", "project__unit__name", "project__created_at"),
    *("project__workflow_id", "project__is_generated", "actor__name"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions: by their words, pitfall and kind; `generated` "no" leaves invented ones out."""

    q: str = ""
    pitfall: str = ""
    kind: str = ""
    generated: str = ""

    def query(self, **more: Any) -> str:
        """As a query string; what is empty is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | more
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def parse(asked: Mapping[str, str], portfolio: Portfolio) -> Wanted:
    """The filters of an address; what no filter knows is as if it were not there."""
    known = {*pitfalls(portfolio), rules.OTHER}
    text = "".join(each if each.isprintable() else " " for each in asked.get("q", ""))
    return Wanted(
        q=" ".join(text.split())[:LONGEST_SEARCH],
        pitfall=asked["pitfall"] if asked.get("pitfall") in known else "",
        kind=asked["kind"] if asked.get("kind") in rules.KINDS else "",
        generated=NOT_GENERATED if asked.get("generated") == NOT_GENERATED else "",
    )


def pitfalls(portfolio: Portfolio) -> dict[str, str]:
    """Code and label of each pitfall of the portfolio's scorecard."""
    return {each.code: each.label for each in card_of(portfolio).pitfalls}


def of(portfolio: Portfolio, *, with_generated: bool = True) -> list[Decision]:
    """Every decision, the newest first; two queries."""
    zone, lessons = ZoneInfo(portfolio.time_zone), _lessons(portfolio)
    rows = _rows(portfolio)
    if not with_generated:
        rows = rows.filter(project__is_generated=False)
    return [_decision(row, lessons, zone) for row in rows.values(*COLUMNS)]


def chosen(decisions: Sequence[Decision], wanted: Wanted) -> list[Decision]:
    """Those of the kind and the pitfall whose texts hold every word."""
    words = fold(wanted.q).split()
    return [
        each
        for each in decisions
        if wanted.kind in ("", each.kind)
        and (not wanted.pitfall or wanted.pitfall == (each.pitfall or rules.OTHER))
        and (not words or each.says(words))
    ]


def _rows(portfolio: Portfolio) -> Any:
    """Moves with what the project bound on the day of the decision, as it was stored then or stands now."""
    day = ProjectDay.objects.filter(project=OuterRef("project"), since__lte=OuterRef("day")).order_by(
        "-since"
    )
    after = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    later = Move.objects.filter(after, project=OuterRef("project"))
    taken_back = Q(kind=MoveKind.HOLD) & Exists(later) | Q(kind=MoveKind.STOP) & Exists(
        later.filter(kind=MoveKind.RESTART)
    )
    return (
        Move.objects.filter(project__portfolio=portfolio, project__deleted_at=None, kind__in=rules.KINDS)
        .alias(day=TruncDate("at", tzinfo=ZoneInfo(portfolio.time_zone)))
        .annotate(
            stored_people=Subquery(day.values("capacity_fte")[:1]),
            stored_cost=Subquery(day.values("remaining_cost")[:1]),
        )
        .annotate(
            people=Coalesce("stored_people", "project__capacity_fte"),
            cost=Coalesce("stored_cost", _cost_now(portfolio)),
            is_over=taken_back,
        )
        .order_by("-at", "-pk")
    )


def _cost_now(portfolio: Portfolio) -> Case:
    """What the project says itself, where that needs no rate of a day that is long over."""
    at_home = Q(project__cost_currency__in=["", portfolio.currency])
    return Case(When(at_home, then="project__remaining_cost"), output_field=COST)


def _lessons(portfolio: Portfolio) -> dict[tuple[int, int | None], list[Lesson]]:
    """By project and decision; those of the project as a whole under no decision."""
    rows = Retrospective.objects.filter(project__portfolio=portfolio, project__deleted_at=None)
    found: dict[tuple[int, int | None], list[Lesson]] = defaultdict(list)
    for row in rows.select_related("written_by"):
        lesson = Lesson(
            row.happened,
            row.lesson,
            row.team_effect,
            row.pitfall,
            row.sunk_cost,
            row.written_by.name if row.written_by else "",
            row.at,
        )
        found[row.project_id, row.move_id].append(lesson)
    return found


def _decision(
    row: dict[str, Any], lessons: Mapping[tuple[int, int | None], list[Lesson]], zone: tzinfo
) -> Decision:
    workflow = parsed(row["project__workflow_id"])
    known = workflow.has(row["from_stage"])
    reasons = {each.code: each.label for each in workflow.stop_reasons}
    learned = tuple(lessons.get((row["project_id"], row["pk"]), ()))
    if row["kind"] != MoveKind.HOLD:
        # What was said of the project as a whole is said of how it ended.
        learned += tuple(lessons.get((row["project_id"], None), ()))
    said = next((each.pitfall for each in learned if each.pitfall), "")
    added_on = row["project__created_at"].astimezone(zone).date()
    return Decision(
        id=row["pk"],
        kind=row["kind"],
        at=row["at"].astimezone(zone),
        key=row["project__key"],
        name=row["project__name"],
        unit=row["project__unit__name"] or "",
        stage=workflow.stage(row["from_stage"]).label if known else row["from_stage"],
        standard=workflow.stage(row["from_stage"]).standard if known else "",
        by=row["actor__name"] or "",
        reason=reasons.get(row["reason_code"], row["reason_code"]),
        note=row["note"],
        days=max(0, (row["at"].astimezone(zone).date() - added_on).days),
        pitfall=said or rules.PITFALL_OF.get(row["reason_code"], ""),
        people=row["people"],
        cost=row["cost"],
        lessons=learned,
        is_generated=row["project__is_generated"],
        is_over=row["is_over"],
    )
