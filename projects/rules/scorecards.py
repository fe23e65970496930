"""A scorecard: what is asked of projects and how the answers are scored, as one versioned document."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from projects.rules import scorecards_reading, scorecards_writing, shipped_files
from projects.rules.coefficients import (
    Ageing,
    AnswerWeights,
    BlockerWeights,
    Certainty,
    ImpactScale,
    Lines,
    Odds,
    RiskWeights,
)
from projects.rules.questions import Panel, Pitfall, Question
from projects.rules.scorecards_reading import ScorecardInvalid
from projects.rules.stages import STANDARD_STAGES

__all__ = ["Scorecard", "ScorecardInvalid", "document", "dump", "names", "parse", "shipped"]

FOLDER = resources.files("projects") / "presets" / "questions"


@dataclass(frozen=True)
class Scorecard:
    """Questions in the order in which they are shown, and the numbers of the model."""

    name: str
    version: int
    label: str
    summary: str
    pitfalls: tuple[Pitfall, ...]
    panels: tuple[Panel, ...]
    questions: tuple[Question, ...]
    answers: AnswerWeights
    ramp_days: Mapping[str, int]  # median days in each standard stage but production
    ageing: Ageing
    risk: RiskWeights
    blockers: BlockerWeights
    impact: ImpactScale
    odds: Odds
    quadrants: Lines
    certainty: Certainty

    @property
    def model_version(self) -> str:
        """What a stored score names as its maker."""
        return f"{self.name}-{self.version}"

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def _sections(self) -> dict[bool, tuple[tuple[Pitfall, tuple[Question, ...]], ...]]:
        return {
            is_llm: tuple(
                (pitfall, tuple(q for q in self.asked(is_llm) if q.pitfall == pitfall.code))
                for pitfall in self.pitfalls
            )
            for is_llm in (False, True)
        }

    @cached_property
    def _evidence_days(self) -> dict[str, int]:
        days = {question.id: question.evidence_days_in_production for question in self.questions}
        return {question: number for question, number in days.items() if number is not None}

    def evidence_days(self, furthest_stage: str) -> Mapping[str, int]:
        """Questions whose evidence runs out by itself, with the days that it holds: none before production.

        The furthest stage counts, so that moving back makes no evidence good again.
        """
        return self._evidence_days if furthest_stage == STANDARD_STAGES[-1] else {}

    def has(self, question_id: str) -> bool:
        """Whether it asks this question."""
        return question_id in self._questions

    def question(self, question_id: str) -> Question:
        """The question with this id; KeyError when there is none."""
        return self._questions[question_id]

    def asked(self, is_llm: bool) -> tuple[Question, ...]:
        """The questions asked of a project with or without the trait, in order."""
        return tuple(q for q in self.questions if is_llm or not q.panel)

    def sections(self, is_llm: bool) -> tuple[tuple[Pitfall, tuple[Question, ...]], ...]:
        """Each pitfall with its questions."""
        return self._sections[is_llm]

    def group(self, code: str) -> tuple[Question, ...]:
        """The questions of one column of answers in a file: a pitfall (without panels) or a panel."""
        return tuple(question for question in self.questions if question.group == code)


def parse(document: Mapping[str, Any]) -> Scorecard:
    """Read a scorecard document strictly; raises ScorecardInvalid with every problem."""
    return Scorecard(**scorecards_reading.read(document))


def dump(scorecard: Scorecard) -> dict[str, Any]:
    """The document of a scorecard, in a stable order; `parse` reads it back to an equal scorecard."""
    return scorecards_writing.write(scorecard)


@cache
def names() -> tuple[str, ...]:
    """The names of the scorecards that ship with the product."""
    found = (entry.name for entry in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


@cache
def shipped(name: str = "standard") -> Scorecard:
    """A shipped scorecard; KeyError when there is none of this name."""
    if name not in names():
        raise KeyError(name)
    return parse(shipped_files.read(FOLDER / f"{name}.yaml"))


def document(name: str = "standard") -> dict[str, Any]:
    """A shipped scorecard as the document that a portfolio's first version stores."""
    return dump(shipped(name))
