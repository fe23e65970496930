"""Reading the criteria of a gate: which members each kind takes, and what they may be."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from projects.rules import blockers, checklists, evidence_kinds, roles
from projects.rules.criterion_kinds.fields import DATED, FIELDS, FUNCTIONS
from projects.rules.criterion_kinds.records import NONE, severities
from projects.rules.criterion_kinds.scores import ENOUGH
from projects.rules.documents import Reader, unique
from projects.rules.facts import CONDITIONS, TIERS
from projects.rules.stages import ByTier, Criterion

MOST_CRITERIA = 50
LABEL, SENTENCE = 80, 300
# As long as a to-do may say what it is for: the gate, a colon, the name.
REF = 20
MOST_DAYS = 3650
# As many digits as a metric of a project has, so that no limit is out of reach.
LARGEST, DECIMALS = Decimal(10) ** 14, 6
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME_SHAPE = "Use up to 40 small letters, digits and _, beginning with a letter."
QUESTION = re.compile(r"[A-Z][A-Z0-9]{0,7}")
QUESTION_SHAPE = "Use the code of a question, such as WP1."

Options = dict[str, Any]


class _Kind(NamedTuple):
    """What a kind of criterion is written with, beside `kind`, `label` and `when`."""

    members: tuple[str, ...]
    read: Callable[[Reader], Options]


def read(reader: Reader, gate: str) -> tuple[Criterion, ...]:
    """The criteria of the gate with this code; problems are noted in the reader."""
    members = list(reader.items(most=MOST_CRITERIA))
    found = [_criterion(member, gate) for member in members]
    unique(members, [_identity(criterion) for criterion in found], "criterion")
    return tuple(found)


def _identity(criterion: Criterion) -> str:
    parts = (criterion.kind, criterion.name, criterion.category, " or ".join(sorted(criterion.when)))
    return " ".join(part for part in parts if part)


def _criterion(reader: Reader, gate: str) -> Criterion:
    kind = reader.value.get("kind") if isinstance(reader.value, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS:
        others = tuple(reader.value) if isinstance(reader.value, Mapping) else ()
        if reader.keys(required=("kind",), optional=others):
            reader.at("kind").choice(tuple(KINDS))
        return Criterion("")
    members, read_members = KINDS[kind]
    reader.keys(required=("kind",), optional=(*members, "label", "when"))
    label = reader.at("label").text(most=LABEL) if reader.has("label") else ""
    criterion = Criterion(kind, label=label, when=_conditions(reader), **read_members(reader))
    if kind == "todo":
        _check_todo(reader, gate, criterion)
    return criterion


def _check_todo(reader: Reader, gate: str, criterion: Criterion) -> None:
    if not reader.has("label"):
        reader.at("label").wrong("It is not said what is to be done.", "Write it, as the to-do will read.")
    if len(f"{gate}:{criterion.name}") > REF:
        remedy = f"Use up to {max(REF - len(gate) - 1, 1)} letters."
        reader.at("name").wrong(f"“{criterion.name}” is too long.", remedy)


def _conditions(reader: Reader) -> tuple[str, ...]:
    if not reader.has("when"):
        return ()
    return _choices(reader.at("when"), tuple(CONDITIONS), "condition")


def _choices(reader: Reader, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    members = list(reader.items(least=1, most=len(allowed)))
    found = [member.choice(allowed) for member in members]
    unique(members, found, what)
    return tuple(found)


def _days(reader: Reader) -> Options:
    if not reader.has("within_days"):
        return {}
    return {"within_days": reader.at("within_days").number(least=1, most=MOST_DAYS)}


def decimal(reader: Reader, least: Decimal, most: Decimal) -> Decimal:
    """A number, with or without decimals, also written as text; `least` after a problem."""
    value = reader.value
    try:
        is_written = isinstance(value, int | float | str) and not isinstance(value, bool)
        number = Decimal(str(value).strip()) if is_written else None
    except InvalidOperation:
        number = None
    if number is not None and number.is_finite() and least <= number <= most:
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent >= -DECIMALS:
            return number
    message = f"“{str(value)[:40]}” is not a number that fits."
    reader.wrong(message, f"Give a number from {least:f} to {most:f} with up to {DECIMALS} decimals.")
    return least


def _field(reader: Reader) -> Options:
    name = reader.at("name").choice(tuple(FIELDS))
    if name and reader.has("within_days") and name not in DATED:
        place = reader.at("within_days")
        place.wrong(f"“{name}” has no age.", f"Remove it; {', '.join(DATED)} have one.")
        return {"name": name}
    return {"name": name, **_days(reader)}


def _team(reader: Reader) -> Options:
    return {"at_least": Decimal(reader.at("at_least").number(least=1, most=len(FUNCTIONS)))}


def _answer(reader: Reader) -> Options:
    name = reader.at("name").text(most=8, pattern=QUESTION, shape=QUESTION_SHAPE)
    return {"name": name, "at_least": reader.at("at_least").choice(tuple(ENOUGH))}


def _checklist(reader: Reader) -> Options:
    name = reader.at("name").choice(tuple(checklists.shipped()))
    if not name:
        return {}
    checklist = checklists.shipped()[name]
    found: Options = {"name": name}
    if reader.has("at_least"):
        found["at_least"] = _points(reader.at("at_least"), Decimal(checklist.most))
    if reader.has("above_zero"):
        found["above_zero"] = _choices(reader.at("above_zero"), tuple(checklist.items), "item")
    if len(found) == 1:
        reader.wrong("It is not said what the list has to reach.", "Add “at_least” or “above_zero”.")
    return found


def _points(reader: Reader, most: Decimal) -> Decimal | ByTier:
    if not isinstance(reader.value, Mapping):
        return decimal(reader, Decimal(0), most)
    if not reader.keys(required=TIERS) or not all(tier in reader.value for tier in TIERS):
        return Decimal(0)
    limits = [decimal(reader.at(tier), Decimal(0), most) for tier in TIERS]
    if limits != sorted(limits):
        reader.wrong("The points fall from a lower to a higher tier.", "Make low ≤ medium ≤ high.")
    return ByTier(*limits)


def _metric(reader: Reader) -> Options:
    found: Options = {"name": reader.at("name").text(most=40, pattern=NAME, shape=NAME_SHAPE)}
    for limit in ("at_least", "at_most"):
        if reader.has(limit):
            found[limit] = decimal(reader.at(limit), -LARGEST, LARGEST)
    if "at_least" not in found and "at_most" not in found:
        reader.wrong("The metric has no limit.", "Add “at_least”, “at_most” or both.")
    elif found.get("at_least", -LARGEST) > found.get("at_most", LARGEST):
        reader.wrong("No value is within these limits.", "Make at_least ≤ at_most.")
    return found | _days(reader)


def _pair(reader: Reader) -> Options:
    return {"name": reader.at("name").text(most=40, pattern=NAME, shape=NAME_SHAPE), **_days(reader)}


def _blockers(reader: Reader) -> Options:
    # Anything may be open at the gravest severity: that would ask for nothing.
    found: Options = {"at_most": reader.at("at_most").choice((NONE, *severities()[:-1]))}
    if reader.has("category"):
        known = tuple(category.code for category in blockers.shipped().categories)
        found["category"] = reader.at("category").choice(known)
    return found


def _evidence(reader: Reader) -> Options:
    return {"name": reader.at("name").choice(evidence_kinds.codes()), **_days(reader)}


def _statement(reader: Reader) -> Options:
    name = reader.at("name").text(most=40, pattern=NAME, shape=NAME_SHAPE)
    if name in evidence_kinds.codes():
        message = f"“{name}” is a kind of evidence, which nobody can merely say."
        reader.at("name").wrong(message, "Use another name, or a criterion of the kind “evidence”.")
    found: Options = {"name": name, "text": reader.at("text").text(most=SENTENCE)}
    if reader.has("not_by"):
        found["not_by"] = _choices(reader.at("not_by"), roles.codes(), "role")
    return found | _days(reader)


def _todo(reader: Reader) -> Options:
    return {"name": reader.at("name").text(most=REF, pattern=NAME, shape=NAME_SHAPE)}


KINDS = {
    "field": _Kind(("name", "within_days"), _field),
    "planned_date": _Kind((), lambda _reader: {}),
    "team": _Kind(("at_least",), _team),
    "answer": _Kind(("name", "at_least"), _answer),
    "checklist": _Kind(("name", "at_least", "above_zero"), _checklist),
    "blockers": _Kind(("at_most", "category"), _blockers),
    "evidence": _Kind(("name", "within_days"), _evidence),
    "metric": _Kind(("name", "at_least", "at_most", "within_days"), _metric),
    "pair": _Kind(("name", "within_days"), _pair),
    "todo": _Kind(("name",), _todo),
    "statement": _Kind(("name", "text", "not_by", "within_days"), _statement),
}
