"""What a score was made of, to be stored beside it: anybody can make it again with the named scorecard."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from projects.rules.answers import Answer
from projects.rules.quadrants import Sides
from projects.rules.risks import OpenBlocker
from projects.rules.scores import Inputs

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


# What a record says of the scorecard; everything else in it is an input.
OF_THE_CARD = ("model_version", "lines")


def write(card: "Scorecard", inputs: Inputs) -> dict[str, Any]:
    """The inputs of a score, the version of the scorecard and its lines, fit for a JSON column."""
    value, lines = inputs.annual_value, card.quadrants
    return {
        **{field.name: getattr(inputs, field.name) for field in fields(inputs)},
        "model_version": card.model_version,
        # A portfolio draws its own: they are no part of what was published.
        "lines": {"risk_line": lines.risk_line, "impact_line": lines.impact_line},
        "answers": {key: list(answer) for key, answer in sorted(inputs.answers.items())},
        "blockers": [blocker._asdict() for blocker in inputs.blockers],
        "annual_value": None if value is None else float(value),
        "last": inputs.last._asdict(),
    }


def read(record: Mapping[str, Any]) -> Inputs:
    """The inputs that were written."""
    values = {key: value for key, value in record.items() if key not in OF_THE_CARD}
    values["answers"] = {key: Answer(*answer) for key, answer in record["answers"].items()}
    values["blockers"] = tuple(OpenBlocker(**blocker) for blocker in record["blockers"])
    values["last"] = Sides(**record["last"])
    return Inputs(**values)
