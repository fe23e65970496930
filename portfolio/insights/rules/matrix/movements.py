"""Why a project stands elsewhere on the matrix than it did: what changed between two days, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from projects.rules.answers import LETTERS

# A pitfall that changed by less is noise beside the others.
LEAST_PITFALL = 3
# So many pitfalls and answers are named; the rest is counted.
NAMED = 3
LETTER_WORDS = {letter.code: letter.label.lower() for letter in LETTERS}
# How bad an answer is, for telling better from worse; nobody knows lies between partly and no.
BADNESS = {"X": 0.0, "Y": 0.0, "C": 0.25, "P": 0.5, "N": 1.0}
NOT_KNOWN = 0.75
NOT_ANSWERED = "not answered"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class State:
    """A project on one day, as far as it explains where it stands."""

    risk: float | None = None
    impact: float | None = None
    quadrant: str = ""
    has_gap: bool = False
    stage: str = ""  # in words
    is_held: bool = False
    value: float | None = None
    pitfalls: Mapping[str, float | None] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)  # question -> letter
    blockers: int = 0


def reasons(before: State, after: State, pitfalls: Mapping[str, str]) -> list[str]:
    """What changed, the weightiest first; never empty where a score moved."""
    found = [
        *_scores(before, after, pitfalls),
        *_answers(before, after),
        *_blockers(before, after),
        *_stages(before, after),
        *_worth(before, after),
    ]
    if found or not _moved(before, after):
        return found
    return ["answers grew older, and what nobody has answered counts for more"]


def change(before: float | None, after: float | None) -> int | None:
    """By how many points a score moved, as the shown scores differ; None where one of them is not known."""
    return None if before is None or after is None else round(after) - round(before)


def signed(points: int) -> str:
    """Points with their sign."""
    return "0" if not points else f"{'+' if points > 0 else MINUS}{abs(points)}"


def _moved(before: State, after: State) -> bool:
    return bool(change(before.risk, after.risk) or change(before.impact, after.impact))


def _scores(before: State, after: State, pitfalls: Mapping[str, str]) -> list[str]:
    by = {code: change(before.pitfalls.get(code), after.pitfalls.get(code)) or 0 for code in pitfalls}
    order = sorted((code for code in by if abs(by[code]) >= LEAST_PITFALL), key=lambda code: -abs(by[code]))
    return [f"{pitfalls[code]} {signed(by[code])}" for code in order[:NAMED]]


def _answers(before: State, after: State) -> list[str]:
    """Each changed answer where they are few, else how many became better and worse."""
    asked = sorted({*before.answers, *after.answers})
    changed = [each for each in asked if before.answers.get(each) != after.answers.get(each)]
    if len(changed) <= NAMED:
        return [f"{each} from {_letter(before, each)} to {_letter(after, each)}" for each in changed]
    better = sum(_badness(after, each) < _badness(before, each) for each in changed)
    worse = sum(_badness(after, each) > _badness(before, each) for each in changed)
    parts = " and ".join(f"{n} {way}" for n, way in ((better, "better"), (worse, "worse")) if n)
    return [f"{len(changed)} answers changed, {parts}" if parts else f"{len(changed)} answers changed"]


def _letter(state: State, question: str) -> str:
    return LETTER_WORDS.get(state.answers.get(question, ""), NOT_ANSWERED)


def _badness(state: State, question: str) -> float:
    return BADNESS.get(state.answers.get(question, ""), NOT_KNOWN)


def _blockers(before: State, after: State) -> list[str]:
    more = after.blockers - before.blockers
    if not more:
        return []
    noun = "blocker" if abs(more) == 1 else "blockers"
    return [f"{more} more open {noun}" if more > 0 else f"{-more} {noun} closed"]


def _stages(before: State, after: State) -> list[str]:
    found = []
    if before.stage and after.stage and before.stage != after.stage:
        found.append(f"moved to {after.stage}")
    if before.is_held != after.is_held:
        found.append("put on hold" if after.is_held else "taken up again")
    return found


def _worth(before: State, after: State) -> list[str]:
    if not change(before.impact, after.impact):
        return []
    if before.value is None and after.value is not None:
        return ["its value was entered"]
    if before.value != after.value:
        return ["its value was estimated anew"]
    return ["its metric, strategic fit or reach changed"]
