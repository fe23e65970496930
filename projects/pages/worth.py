"""What a project is worth, and how much of the claim a metric backs, as the overview shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from projects.models import Project
from projects.queries import scoring
from projects.rules import impact

# What makes each mark of a measurable metric hold, and the fields that it takes.
MARKS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "baseline_measured": (
        "Enter today's value, and that it is measured.",
        ("metric_baseline", "metric_is_measured"),
    ),
    "target_dated": ("Enter the target and its date.", ("metric_target", "metric_target_on")),
    "method_agreed": (
        "Agree how to measure with those who pay for it, then say so.",
        ("metric_method_agreed", "metric_method_agreed"),
    ),
    "metric_owned": ("Name who answers for the metric.", ("metric_owner", "metric_owner")),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the four marks of a measurable metric."""

    label: str
    holds: bool
    remedy: str
    field: str  # where to enter what is missing


@dataclass(frozen=True, slots=True)
class Worth:
    """Strategic fit and reach in words, and the marks: those that do not hold first."""

    strategic: str
    reach: str
    marks: list[Mark]

    @property
    def held(self) -> int:
        return sum(mark.holds for mark in self.marks)


def of(project: Project) -> Worth:
    """From the project's row; no query."""
    held = scoring.marks(project)
    marks = [_mark(project, code, label, holds=held[code]) for code, label in impact.MARKS]
    return Worth(
        _meaning(project.strategic, impact.STRATEGIC),
        _meaning(project.reach, impact.REACH),
        sorted(marks, key=lambda mark: mark.holds),
    )


def _mark(project: Project, code: str, label: str, *, holds: bool) -> Mark:
    remedy, fields = MARKS[code]
    lacking = next((name for name in fields if getattr(project, name) in (None, "", False)), fields[0])
    return Mark(label, holds, remedy, lacking)


def _meaning(points: int | None, meanings: tuple[str, ...]) -> str:
    return "" if points is None else f"{points} of {impact.MOST_POINTS}: {meanings[points]}"
