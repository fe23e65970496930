"""What changes from one scorecard to the next, in sentences for whoever publishes it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from projects.rules import scorecard_constants
from projects.rules.questions import Question

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


def differences(before: "Scorecard", after: "Scorecard", stages: Mapping[str, str]) -> list[str]:
    """Every difference; `stages` gives the standard stages their labels. Version numbers say nothing."""
    return [*_names(before, after), *_questions(before, after, stages), *_numbers(before, after, stages)]


def _names(before: "Scorecard", after: "Scorecard") -> Iterator[str]:
    if before.label != after.label:
        yield f"Its name “{before.label}” becomes “{after.label}”."
    if before.summary != after.summary:
        yield "What it says of itself changes."
    for old, new in zip(before.pitfalls, after.pitfalls, strict=True):
        if old != new:
            yield f"Pitfall {old.code} “{old.label}” changes."
    old_panels = {panel.code: panel for panel in before.panels}
    new_panels = {panel.code: panel for panel in after.panels}
    yield from (f"The panel {code} goes." for code in old_panels if code not in new_panels)
    yield from (f"The panel {code} is new." for code in new_panels if code not in old_panels)
    for code, panel in new_panels.items():
        if old_panels.get(code, panel) != panel:
            yield f"The panel {code} changes."


def _questions(before: "Scorecard", after: "Scorecard", stages: Mapping[str, str]) -> Iterator[str]:
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    for code, question in old.items():
        if code not in new:
            yield f"Question {code} “{question.text}” goes; its answers stay as history and count no more."
    for code, question in new.items():
        if code not in old:
            due = stages.get(question.due, question.due)
            yield f"Question {code} “{question.text}” is new, weight {question.weight}, due in {due}."
        elif old[code] != question:
            yield f"Question {code}: {'; '.join(_words(old[code], question, stages))}."
    kept = [code for code in old if code in new]
    if kept != [code for code in new if code in old]:
        yield "Questions change places: letters in files are read in the new order."


def _words(old: Question, new: Question, stages: Mapping[str, str]) -> Iterator[str]:
    if old.weight != new.weight:
        yield f"weight {old.weight} becomes {new.weight}"
    if old.due != new.due:
        yield f"due in {stages.get(old.due, old.due)} becomes {stages.get(new.due, new.due)}"
    if old.critical != new.critical:
        yield "becomes critical" if new.critical else "is no longer critical"
    if old.group != new.group or old.pitfall != new.pitfall:
        yield f"moves from {old.group} to {new.group}"
    if old.text != new.text:
        yield f"is now worded “{new.text}”"
    if old.evidence_days_in_production != new.evidence_days_in_production:
        yield "how long its evidence holds in production changes"
    if (old.evidence, old.help, old.actions) != (new.evidence, new.help, new.actions):
        yield "its help changes"


def _numbers(before: "Scorecard", after: "Scorecard", stages: Mapping[str, str]) -> Iterator[str]:
    old, new = scorecard_constants.values(before), scorecard_constants.values(after)
    groups = {code: label for code, label, _ in scorecard_constants.GROUPS}
    for path, value in new.items():
        if old.get(path) != value:
            label = groups[path.partition(".")[0]]
            meaning = scorecard_constants.meaning(path, stages)
            yield f"{label}, {meaning[0].lower()}{meaning[1:]}: {old.get(path, 'nothing')} becomes {value}."
