"""Reading the criteria of a gate: which members each kind takes, and what they may be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

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


@dataclass(frozen=True, slots=True)
class _Members:
    """What a kind of criterion is written with, beside `kind`, `label` and `when`."""

    read: Callable[[Reader], Options] = lambda _reader: {}
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = field(default=())


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
    if not isinstance(reader.value, Mapping):
        reader.keys()
        return Criterion("")
    kind = reader.at("kind").choice(tuple(KINDS)) if "kind" in reader.value else ""
    if not kind:
        if "kind" not in reader.value:
            reader.wrong("“kind” is missing.", f"Add “kind”: one of {', '.join(KINDS)}.")
        return Criterion("")
    members = KINDS[kind]
    reader.keys(required=("kind", *members.required), optional=(*members.optional, "label", "when"))
    if any(name not in reader.value for name in members.required):
        return Criterion("")
    label = reader.at("label").text(most=LABEL) if reader.has("label") else ""
    criterion = Criterion(kind, label=label, when=_conditions(reader), **members.read(reader))
    if kind == "todo" and len(f"{gate}:{criterion.name}") > REF:
        most = max(REF - len(gate) - 1, 1)
        reader.at("name").wrong(f"“{criterion.name}” is too long.", f"Use up to {most} letters.")
    return criterion


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
    "field": _Members(_field, ("name",), ("within_days",)),
    "planned_date": _Members(),
    "team": _Members(_team, ("at_least",)),
    "answer": _Members(_answer, ("name", "at_least")),
    "checklist": _Members(_checklist, ("name",), ("at_least", "above_zero")),
    "blockers": _Members(_blockers, ("at_most",), ("category",)),
    "evidence": _Members(_evidence, ("name",), ("within_days",)),
    "metric": _Members(_metric, ("name",), ("at_least", "at_most", "within_days")),
    "todo": _Members(_todo, ("name", "label")),
    "statement": _Members(_statement, ("name", "text"), ("not_by", "within_days")),
}
