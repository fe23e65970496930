"""An assessment on two days, and its course: made of what was kept, never of what is remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from projects.models import Answer, Project
from projects.models import Score as StoredScore
from projects.models.scorecards import drawn
from projects.queries import facts, scoring
from projects.rules import answers as rules
from projects.rules import score_records, scores
from projects.rules.questions import Question
from projects.rules.scorecards import Scorecard
from projects.rules.scores import Inputs

DAYS_OF_A_MONTH = 31  # a day or two too many do no harm to a line


@dataclass(frozen=True, slots=True)
class Then:
    """What was kept of a day: the last score up to it, and the same made anew of its stored inputs."""

    on: date
    stored: StoredScore | None
    made_anew: scores.Score | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose letter differs; `question` is None where the scorecard no longer asks it."""

    id: str
    question: Question | None
    before: Answer | None
    after: Answer | None
    letter_before: str
    letter_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An assessment on two days."""

    earlier: Then
    later: Then
    rows: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One stored score of a line; None where the pitfall was left out."""

    on: date
    value: float | None


def made_of(scorecard_id: int, record: Mapping[str, Any]) -> tuple[Scorecard, Inputs]:
    """The scorecard, with the lines of that day, and the inputs that a stored score was made of."""
    return drawn(scorecard_id, **record["lines"]), score_records.read(record)


def compare(project: Project, earlier: date, later: date) -> Comparison:
    """What differs between the ends of two days, by the portfolio's clock; three queries."""
    earlier, later = min(earlier, later), max(earlier, later)
    ends = [_end(project, day) for day in (earlier, later)]
    stood = Q()
    for end in ends:
        stood |= Q(given_at__lt=end) & (Q(replaced_at=None) | Q(replaced_at__gte=end))
    found = Answer.objects.filter(stood, project=project).select_related("given_by", "agreed_by")
    rows = list(found.order_by("given_at", "pk"))
    before, after = (_standing(rows, end) for end in ends)
    return Comparison(
        _then(project, earlier),
        _then(project, later),
        tuple(_changed(project, before, after, (earlier, later), ends)),
    )


def days(project: Project) -> list[date]:
    """The days of which something was kept, the newest first; one query."""
    return list(StoredScore.objects.filter(project=project).order_by("-on").values_list("on", flat=True))


def trend(project: Project, months: int = 6) -> dict[str, list[Point]]:
    """Each pitfall and `risk` over the last months, from the last score before them on; one query."""
    start = facts.today(project) - timedelta(days=months * DAYS_OF_A_MONTH)
    kept = StoredScore.objects.filter(project=project)
    anchor = kept.filter(on__lte=start).order_by("-on").values("on")[:1]
    rows = kept.filter(Q(on__gt=start) | Q(on__in=anchor)).order_by("on")
    found: dict[str, list[Point]] = {}
    for on, risk, pitfalls in rows.values_list("on", "risk", "pitfalls"):
        for code, value in {"risk": risk, **pitfalls}.items():
            found.setdefault(code, []).append(Point(max(on, start), value))
    return found


def _end(project: Project, day: date) -> datetime:
    """The moment at which a day was over, where the portfolio is."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(project.portfolio.time_zone))


def _standing(rows: Iterable[Answer], end: datetime) -> dict[str, Answer]:
    return {
        row.question: row
        for row in rows
        if row.given_at < end and (row.replaced_at is None or row.replaced_at >= end)
    }


def _letter(row: Answer | None, day: date, end: datetime) -> str:
    """How an answer counted at the end of a day."""
    if row is None:
        return "U"
    holds = bool(row.evidence) and (row.evidence_until is None or row.evidence_until >= day)
    is_agreed = row.agreed_at is not None and row.agreed_at < end
    return rules.read(row.letter, has_evidence=holds, is_confirmed=is_agreed)


def _changed(
    project: Project,
    before: Mapping[str, Answer],
    after: Mapping[str, Answer],
    on: tuple[date, date],
    ends: list[datetime],
) -> Iterable[Changed]:
    card = scoring.card(project)
    order = {question.id: place for place, question in enumerate(card.questions)}
    for question in sorted(
        before.keys() | after.keys(), key=lambda each: (order.get(each, len(order)), each)
    ):
        was, now = before.get(question), after.get(question)
        letters = _letter(was, on[0], ends[0]), _letter(now, on[1], ends[1])
        if letters[0] != letters[1]:
            yield Changed(
                question, card.question(question) if card.has(question) else None, was, now, *letters
            )


def _then(project: Project, day: date) -> Then:
    stored = StoredScore.objects.filter(project=project, on__lte=day).order_by("-on").first()
    if stored is None:
        return Then(day, None, None)
    return Then(day, stored, scores.score(*made_of(stored.scorecard_id, stored.record)))
