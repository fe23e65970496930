"""What changes from one workflow to the next, side by side in words; and how gates read."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from projects.rules import criteria, roles
from projects.rules.facts import TIERS
from projects.rules.stages import Criterion, Gate, RoleNeed, Stage
from projects.rules.workflow import Workflow

ENFORCEMENTS = {"block": "Closed until met", "warn": "Warns", "record": "Only keeps a record"}
NEEDS = {"required": "Always", "feedback": "Feedback only"}
GATE_KINDS = {"advance": "", "recertify": "Certifies again", "stop": "Stops", "retire": "Retires"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; the side on which there is nothing is empty."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Section:
    """What changes about one stage, one gate or the rest."""

    title: str
    changes: tuple[Change, ...]


def differences(before: Workflow, after: Workflow) -> list[Section]:
    """Every difference, by stage and by gate; an empty list: they say the same."""
    stages = _pairs(((one.code, one) for one in before.stages), ((one.code, one) for one in after.stages))
    gates = _pairs(((one.code, one) for one in before.gates), ((one.code, one) for one in after.gates))
    found = [Section("The whole", (*_rest(before, after), *_order(before, after)))]
    found += [_section("Stage", code, pair, _stage) for code, pair in stages]
    found += [_section("Gate", code, pair, _gate) for code, pair in gates]
    return [each for each in found if each.changes]


def need(wanted: RoleNeed) -> str:
    """When a role is needed."""
    return NEEDS.get(wanted.need) or "With " + " or ".join(
        criteria.CONDITION_WORDS.get(condition, condition) for condition in wanted.when
    )


def _pairs(before: Iterable[tuple[str, Any]], after: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """By code: what was and what is; None where there is nothing, in the order of the newer one."""
    old, new = dict(before), dict(after)
    return [(code, (old.get(code), new.get(code))) for code in [*new, *(c for c in old if c not in new)]]


def _section(noun: str, code: str, pair: tuple[Any, Any], words: Any) -> Section:
    old, new = pair
    title = f"{noun} {code} “{(new or old).label}”"
    if old is None or new is None:
        there = [str(change.before or change.after) for change in words(old or new, None)]
        text = "; ".join(there) or "there"
        return Section(title, (Change(noun, text, "goes") if new is None else Change(noun, "", text),))
    return Section(title, tuple(words(old, new)))


def _stage(old: Stage, new: Stage | None) -> Iterator[Change]:
    names = {
        "label": "Name",
        "standard": "Counts as",
        "purpose": "Purpose",
        "typical_days": "Typical days",
        "update_every_days": "Days between updates",
        "assessment_max_days": "Days that an assessment holds",
        "wip_limit": "Projects at once",
    }
    for name, label in names.items():
        if new is None:
            if name == "standard":
                yield Change(label, f"counts as {old.standard}", "")
        elif getattr(old, name) != getattr(new, name):
            yield Change(label, _value(getattr(old, name)), _value(getattr(new, name)))


def _value(value: Any) -> str:
    if hasattr(value, "p50"):
        return f"{value.p50}, {value.p85}, {value.p95}"
    return "none" if value in (None, "") else str(value)


def _gate(old: Gate, new: Gate | None) -> Iterator[Change]:
    if new is None:
        yield Change("Gate", f"{len(old.criteria)} criteria, {len(old.roles)} roles", "")
        return
    plain = {"label": "Name", "kind": "Kind", "from_stage": "From", "to_stage": "To"}
    for name, label in plain.items():
        if getattr(old, name) != getattr(new, name):
            yield Change(label, _value(getattr(old, name)), _value(getattr(new, name)))
    if old.enforcement != new.enforcement:
        yield Change("Enforcement", ENFORCEMENTS[old.enforcement], ENFORCEMENTS[new.enforcement])
    yield from _listed(
        "Criterion",
        {_key(one): (one, criteria.demand(one)) for one in old.criteria},
        {_key(one): (one, criteria.demand(one)) for one in new.criteria},
    )
    yield from _listed(
        "Role",
        {one.role: (one, f"{roles.label(one.role)}: {need(one).lower()}") for one in old.roles},
        {one.role: (one, f"{roles.label(one.role)}: {need(one).lower()}") for one in new.roles},
    )


def _key(criterion: Criterion) -> Hashable:
    """What makes a criterion the same one; in a gate it comes once."""
    return criterion.kind, criterion.name, criterion.category, criterion.when


def _listed(
    what: str, old: Mapping[Hashable, tuple[Any, str]], new: Mapping[Hashable, tuple[Any, str]]
) -> Iterator[Change]:
    """Members that go, come or change; what reads the same but is not says so."""
    for key in [*old, *(each for each in new if each not in old)]:
        was, becomes = old.get(key), new.get(key)
        if was and becomes and was[0] != becomes[0]:
            same = was[1] == becomes[1]
            yield Change(what, was[1], f"{becomes[1]} (in detail)" if same else becomes[1])
        elif was is None or becomes is None:
            yield Change(what, was[1] if was else "", becomes[1] if becomes else "")


def _order(before: Workflow, after: Workflow) -> Iterator[Change]:
    old, new = [one.code for one in before.stages], [one.code for one in after.stages]
    if [code for code in old if code in new] != [code for code in new if code in old]:
        yield Change("Order of stages", ", ".join(old), ", ".join(new))


def _rest(before: Workflow, after: Workflow) -> Iterator[Change]:
    plain = {
        "label": "Name",
        "name": "Short name",
        "summary": "Summary",
        "hold_update_every_days": "Days between updates on hold",
        "rollback_review_days": "Working days for the review of a rollback",
    }
    for name, label in plain.items():
        if getattr(before, name) != getattr(after, name):
            yield Change(label, _value(getattr(before, name)), _value(getattr(after, name)))
    for name, label in {"back_reasons": "Reason to go back", "stop_reasons": "Reason to stop"}.items():
        yield from _listed(
            label,
            {one.code: (one, one.label) for one in getattr(before, name)},
            {one.code: (one, one.label) for one in getattr(after, name)},
        )
    days = {
        "recertify_days": {tier: f"Days to recertification, {tier} tier" for tier in TIERS},
        "reminders": {"after_days": "Days to the first reminder", "every_days": "Days between reminders"},
        "flag_limits": {
            "update_critical_times": "Cadences until a late update is critical",
            "gate_overdue_critical_days": "Days until an overdue gate is critical",
            "hold_expired_critical_days": "Days until an expired hold is critical",
        },
    }
    for group, names in days.items():
        for name, label in names.items():
            old, new = getattr(getattr(before, group), name), getattr(getattr(after, group), name)
            if old != new:
                yield Change(label, str(old), str(new))
