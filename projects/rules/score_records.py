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


def write(card: "Scorecard", inputs: Inputs) -> dict[str, Any]:
    """The inputs of a score and the version of the scorecard, fit for a JSON column."""
    value = inputs.annual_value
    return {
        **{field.name: getattr(inputs, field.name) for field in fields(inputs)},
        "model_version": card.model_version,
        "answers": {key: list(answer) for key, answer in sorted(inputs.answers.items())},
        "blockers": [blocker._asdict() for blocker in inputs.blockers],
        "annual_value": None if value is None else float(value),
        "last": inputs.last._asdict(),
    }


def read(record: Mapping[str, Any]) -> Inputs:
    """The inputs that were written."""
    values = {key: value for key, value in record.items() if key != "model_version"}
    values["answers"] = {key: Answer(*answer) for key, answer in record["answers"].items()}
    values["blockers"] = tuple(OpenBlocker(**blocker) for blocker in record["blockers"])
    values["last"] = Sides(**record["last"])
    return Inputs(**values)
