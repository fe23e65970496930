"""What is still to be answered before a project has a quadrant."""

from typing import TYPE_CHECKING

from projects.rules.answers import UNKNOWN
from projects.rules.quadrants import DIGITS
from projects.rules.scores import Inputs

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


def to_answer(card: "Scorecard", inputs: Inputs) -> tuple[str, ...]:
    """The fewest due questions whose answers would place the project, the heaviest first; none: it is placed.

    An idea has no quadrant whatever is answered, so nothing is asked of it for one.
    """
    if inputs.stage == "idea":
        return ()
    due = [question for question in card.asked(inputs.is_llm) if question.is_due(inputs.furthest_stage)]
    letters = {question.id: inputs.answers.get(question.id, UNKNOWN).letter for question in due}
    missing = card.certainty.assessed_from * sum(question.weight for question in due) - sum(
        question.weight for question in due if letters[question.id] != "U"
    )
    chosen = []
    for question in sorted(due, key=lambda question: -question.weight):
        if round(missing, DIGITS) <= 0:
            break
        if letters[question.id] == "U":
            chosen.append(question.id)
            missing -= question.weight
    return tuple(chosen)
