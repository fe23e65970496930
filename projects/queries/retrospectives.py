"""What was learned from a project, and the decisions that one can look back at."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from projects.models import Move, MoveKind, Project, Retrospective
from projects.models.scorecards import card_of
from projects.rules.questions import Pitfall

# What one looks back at: decisions that take a project out of its way, and those that end it.
KINDS = (MoveKind.STOP, MoveKind.HOLD, MoveKind.ROLLBACK, MoveKind.RETIRE)
LABELS = {
    MoveKind.STOP: "Stopped",
    MoveKind.HOLD: "Put on hold",
    MoveKind.ROLLBACK: "Rolled back",
    MoveKind.RETIRE: "Retired",
}


class Look(NamedTuple):
    """One retrospective as pages show it."""

    row: Retrospective
    about: str  # Stopped, Put on hold …; empty: the project as a whole
    pitfall: str  # its label


def of_project(project: Project) -> list[Look]:
    """All of a project's, the newest first; one query."""
    rows = Retrospective.objects.filter(project=project).select_related("written_by", "move")
    labels = {each.code: each.label for each in pitfalls(project)}
    return [
        Look(row, LABELS.get(MoveKind(row.move.kind), "") if row.move else "", labels.get(row.pitfall, ""))
        for row in rows
    ]


def decisions(project: Project) -> QuerySet[Move]:
    """The moves that a retrospective can look back at, the newest first."""
    return Move.objects.filter(project=project, kind__in=KINDS).order_by("-at", "-pk")


def decision_words(moves: QuerySet[Move]) -> Iterator[tuple[int, str]]:
    """Each decision to choose from: id and what it was, with its day."""
    return ((move.pk, f"{LABELS[MoveKind(move.kind)]}, {move.at.day} {move.at:%b %Y}") for move in moves)


def pitfalls(project: Project) -> tuple[Pitfall, ...]:
    """Those of the portfolio's scorecard."""
    return card_of(project.portfolio).pitfalls
