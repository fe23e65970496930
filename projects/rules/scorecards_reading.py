"""Reading a scorecard document into its parts, strictly, with every problem at once."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from projects.rules import coefficients_reading
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
from projects.rules.documents import Problem, Reader, unique
from projects.rules.questions import TRAITS, Panel, Pitfall, Question
from projects.rules.stages import STANDARD_STAGES

MOST_QUESTIONS, MOST_PANELS, MOST_ACTIONS = 120, 5, 10
MOST_WEIGHT = 10
MOST_DAYS = 3650
LABEL, SENTENCE = 60, 400
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME_SHAPE = "Use up to 40 small letters, digits and _, beginning with a letter."
CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}")
CODE_SHAPE = "Use up to 8 capital letters and digits, beginning with a letter."
# The model speaks of these five: the first and the last always count, data blockers belong to the second.
PITFALLS = ("P1", "P2", "P3", "P4", "P5")
ALWAYS_COUNT = ("P1", "P5")
OPTIONAL = ("panel", "critical", "evidence", "help", "actions", "evidence_days_in_production")
KEYS = (
    *("name", "version", "label", "summary", "pitfalls", "panels", "questions", "answers", "unknown"),
    *("ramp_days", "ageing", "risk", "blockers", "impact", "odds", "quadrants", "certainty"),
)


class ScorecardInvalid(ValueError):
    """A document is not a scorecard; `problems` holds every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path or 'scorecard'}: {p.message}" for p in self.problems))


class Parts(TypedDict):
    """What a scorecard is made of."""

    name: str
    version: int
    label: str
    summary: str
    pitfalls: tuple[Pitfall, ...]
    panels: tuple[Panel, ...]
    questions: tuple[Question, ...]
    answers: AnswerWeights
    ramp_days: Mapping[str, int]
    ageing: Ageing
    risk: RiskWeights
    blockers: BlockerWeights
    impact: ImpactScale
    odds: Odds
    quadrants: Lines
    certainty: Certainty


def read(document: Mapping[str, Any]) -> Parts:
    """The parts of a scorecard; raises ScorecardInvalid with every problem."""
    problems: list[Problem] = []
    root = Reader(document, "", problems)
    if not root.keys(required=KEYS) or problems:
        raise ScorecardInvalid(problems)
    panels = _panels(root.at("panels"))
    numbers = coefficients_reading.read(root)
    parts = Parts(
        name=root.at("name").text(most=40, pattern=NAME, shape=NAME_SHAPE),
        version=root.at("version").number(least=1, most=1_000_000),
        label=root.at("label").text(most=LABEL),
        summary=root.at("summary").text(most=SENTENCE, may_be_empty=True),
        pitfalls=_pitfalls(root.at("pitfalls")),
        panels=panels,
        questions=_questions(root.at("questions"), tuple(panel.code for panel in panels)),
        **numbers,
    )
    if problems:
        raise ScorecardInvalid(problems)
    return parts


def _pitfalls(reader: Reader) -> tuple[Pitfall, ...]:
    names = ("code", "label", "meaning", "may_be_left_out")
    members = [m for m in reader.items(least=5, most=5) if m.keys(required=names)]
    pitfalls = [
        Pitfall(
            code=m.at("code").choice(PITFALLS),
            label=m.at("label").text(most=LABEL),
            meaning=m.at("meaning").text(most=SENTENCE, may_be_empty=True),
            may_be_left_out=_yes_or_no(m.at("may_be_left_out")),
        )
        for m in members
    ]
    if [pitfall.code for pitfall in pitfalls] != list(PITFALLS):
        reader.wrong("These are not the five pitfalls.", f"Give {', '.join(PITFALLS)} in this order.")
    for member, pitfall in zip(members, pitfalls, strict=True):
        if pitfall.may_be_left_out and pitfall.code in ALWAYS_COUNT:
            member.wrong(f"{pitfall.code} always counts.", "Set may_be_left_out to false.")
    return tuple(pitfalls)


def _panels(reader: Reader) -> tuple[Panel, ...]:
    names = ("code", "label", "trait")
    members = [m for m in reader.items(most=MOST_PANELS) if m.keys(required=names)]
    panels = [
        Panel(
            code=m.at("code").text(most=8, pattern=CODE, shape=CODE_SHAPE),
            label=m.at("label").text(most=LABEL),
            trait=m.at("trait").choice(TRAITS),
        )
        for m in members
    ]
    unique(members, [panel.code for panel in panels], "panel")
    for member, panel in zip(members, panels, strict=True):
        if panel.code in PITFALLS:
            member.wrong(f"“{panel.code}” is the code of a pitfall.", "Choose another code.")
    return tuple(panels)


def _questions(reader: Reader, panels: tuple[str, ...]) -> tuple[Question, ...]:
    members = list(reader.items(least=len(PITFALLS), most=MOST_QUESTIONS))
    questions = [_question(member, panels) for member in members]
    unique(members, [question.id for question in questions], "question")
    asked_of_all = {question.pitfall for question in questions if not question.panel}
    for pitfall in PITFALLS:
        if pitfall not in asked_of_all:
            message = f"Nothing is asked of every project about {pitfall}."
            reader.wrong(message, f"Give {pitfall} at least one question without a panel.")
    return tuple(questions)


def _question(reader: Reader, panels: tuple[str, ...]) -> Question:
    required = ("id", "pitfall", "weight", "due", "text")
    if not reader.keys(required=required, optional=OPTIONAL):
        return Question("", PITFALLS[0], "", 1, STANDARD_STAGES[0])
    return Question(
        id=reader.at("id").text(most=8, pattern=CODE, shape=CODE_SHAPE),
        pitfall=reader.at("pitfall").choice(PITFALLS),
        text=reader.at("text").text(most=SENTENCE),
        weight=reader.at("weight").number(least=1, most=MOST_WEIGHT),
        due=reader.at("due").choice(STANDARD_STAGES) or STANDARD_STAGES[0],
        critical=_yes_or_no(reader.at("critical")) if reader.has("critical") else False,
        panel=reader.at("panel").choice(("", *panels)) if reader.has("panel") else "",
        evidence=_maybe_text(reader, "evidence"),
        help=_maybe_text(reader, "help"),
        actions=_actions(reader.at("actions")) if reader.has("actions") else (),
        evidence_days_in_production=_maybe_days(reader, "evidence_days_in_production"),
    )


def _actions(reader: Reader) -> tuple[str, ...]:
    return tuple(member.text(most=200) for member in reader.items(most=MOST_ACTIONS))


def _maybe_text(reader: Reader, key: str) -> str:
    return reader.at(key).text(most=SENTENCE, may_be_empty=True) if reader.has(key) else ""


def _maybe_days(reader: Reader, key: str) -> int | None:
    return reader.at(key).number(least=1, most=MOST_DAYS) if reader.has(key) else None


def _yes_or_no(reader: Reader) -> bool:
    if not isinstance(reader.value, bool):
        reader.wrong("This must be true or false.", "Write true or false.")
    return reader.value is True
