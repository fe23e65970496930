"""What a scorecard asks: pitfalls, the questions about them, and panels of questions for a trait."""

from dataclasses import dataclass
from functools import cached_property

from projects.rules.stages import STANDARD_STAGES

TRAITS = ("llm",)


@dataclass(frozen=True, slots=True)
class Pitfall:
    """One way in which projects fail."""

    code: str
    label: str
    meaning: str = ""
    may_be_left_out: bool = False  # when none of its questions applies


@dataclass(frozen=True, slots=True)
class Panel:
    """Questions that are asked only of projects with a trait."""

    code: str
    label: str
    trait: str = "llm"


@dataclass(frozen=True)
class Question:
    """One question: `due` is the standard stage in which its answer has to be known."""

    id: str
    pitfall: str
    text: str
    weight: int
    due: str
    critical: bool = False
    panel: str = ""  # empty: asked of every project
    evidence: str = ""  # what is usually shown
    help: str = ""  # what good evidence looks like
    actions: tuple[str, ...] = ()  # what would help, as to-dos
    # What is watched live proves nothing for long: days after which a yes in production reads as a claim.
    evidence_days_in_production: int | None = None

    @cached_property
    def due_order(self) -> int:
        """Position of the due stage, 0 to 7."""
        return STANDARD_STAGES.index(self.due)

    @property
    def group(self) -> str:
        """The column of a file that holds its answer: the panel's, else the pitfall's."""
        return self.panel or self.pitfall

    def is_due(self, furthest_stage: str) -> bool:
        """Whether its answer has to be known by a project that has come this far."""
        return self.due_order <= STANDARD_STAGES.index(furthest_stage)
