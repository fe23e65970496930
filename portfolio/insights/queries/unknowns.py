"""What nobody has answered of projects under way, and how much risk that adds."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from portfolio.insights.queries.prospects import Prospect
from portfolio.insights.rules.entries import Entry
from projects.models import Assessment, ProjectDay
from projects.models.workflows import parsed
from projects.rules.answers import UNKNOWABLE
from projects.rules.scorecards import Scorecard


class Unknowns(NamedTuple):
    """Questions that had to be answered by now, those of them that are open, and the risk that all add."""

    due: int
    open: int
    points: float | None  # mean over the projects of which it is known
    critical: Mapping[int, Sequence[str]]  # project id -> ids of open critical questions, earliest due first


def of(card: Scorecard, entries: Sequence[Entry], prospects: Mapping[int, Prospect]) -> Unknowns:
    """The open questions of these projects; two queries."""
    ids = [entry.id for entry in entries]
    columns = ("project_id", "answers", "result__gaps")
    answers = {pk: (given, gaps) for pk, given, gaps in _in(Assessment, ids).values_list(*columns)}
    due = still_open = 0
    critical, asked_by = {}, _Due(card)
    for entry in entries:
        prospect = prospects.get(entry.id)
        if prospect is None:
            continue
        given, gaps = answers.get(entry.id, ({}, []))
        questions = asked_by.now(prospect)
        due += len(questions)
        still_open += sum(_is_open(given, question) for question in questions)
        critical[entry.id] = _earliest(card, gaps or [])
    return Unknowns(due, still_open, _points(entries), critical)


def _in(model: Any, ids: Sequence[int]) -> Any:
    return model.objects.filter(project__in=ids).order_by()


def _is_open(given: Mapping[str, Sequence[Any]], question: str) -> bool:
    return question not in given or given[question][0] in UNKNOWABLE


class _Due:
    """The questions that had to be answered by a furthest stage, looked up once for each way there is."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        self.known: dict[tuple[int, str, bool], list[str]] = {}

    def now(self, prospect: Prospect) -> list[str]:
        way = prospect.workflow_id, prospect.furthest_stage, prospect.llm is True
        if way not in self.known:
            stage = parsed(prospect.workflow_id).stage(prospect.furthest_stage)
            asked = self.card.asked(prospect.llm is True)
            self.known[way] = [each.id for each in asked if each.due_order <= stage.order]
        return self.known[way]


def _earliest(card: Scorecard, gaps: Sequence[str]) -> list[str]:
    """Open critical questions, the earliest due first: what is due early is cheap to find out."""
    known = [card.question(gap) for gap in gaps if card.has(gap)]
    return [each.id for each in sorted(known, key=lambda each: each.due_order)]


def _points(entries: Sequence[Entry]) -> float | None:
    """As the picture has them, else as the last nightly run stored them for the same risk."""
    known = [entry.unknown_points for entry in entries if entry.unknown_points is not None]
    rest = {entry.id: entry.risk for entry in entries if entry.unknown_points is None}
    rows = _in(ProjectDay, list(rest)).filter(until=None).values_list("project_id", "risk", "unknown_points")
    known += [points for pk, risk, points in rows if points is not None and risk == rest[pk]]
    return sum(known) / len(known) if known else None
