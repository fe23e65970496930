"""Reading a workflow document into its parts, strictly, with every problem at once."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from projects.rules import criteria_reading, roles
from projects.rules.documents import Problem, Reader, WorkflowInvalid, unique
from projects.rules.facts import CONDITIONS, TIERS
from projects.rules.stages import (
    ENFORCEMENTS,
    GATE_KINDS,
    STANDARD_STAGES,
    FlagLimits,
    Gate,
    Reason,
    RecertifyDays,
    Reminders,
    RoleNeed,
    Stage,
    TypicalDays,
)
from projects.rules.workflow_checks import check_gates, check_order

# Generous bounds, so that a document cannot be made too large to show.
MOST_STAGES, MOST_GATES, MOST_REASONS = 30, 40, 30
MOST_DAYS = 3650
LABEL, SENTENCE = 40, 300
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE_SHAPE = "Use up to 40 small letters, digits and _, beginning with a letter."
GATE_CODE = re.compile(r"[A-Z][A-Z0-9_-]{0,11}")
GATE_CODE_SHAPE = "Use up to 12 capital letters, digits, _ and -, beginning with a letter."

NEEDS = ("required", "feedback")
FLAGS = ("update_critical_times", "gate_overdue_critical_days", "hold_expired_critical_days")


class Parts(TypedDict):
    """What a workflow is made of."""

    name: str
    label: str
    summary: str
    stages: tuple[Stage, ...]
    gates: tuple[Gate, ...]
    back_reasons: tuple[Reason, ...]
    stop_reasons: tuple[Reason, ...]
    hold_update_every_days: int
    rollback_review_days: int
    recertify_days: RecertifyDays
    reminders: Reminders
    flag_limits: FlagLimits


def read(document: Mapping[str, Any]) -> Parts:
    """The parts of a workflow; raises WorkflowInvalid with every problem of the document."""
    problems: list[Problem] = []
    root = Reader(document, "", problems)
    known = root.keys(
        required=("name", "label", "stages", "gates", "back_reasons", "stop_reasons"),
        optional=("summary", "hold", "rollback", "recertify", "reminders", "flags"),
    )
    if not known or problems:
        raise WorkflowInvalid(problems)
    stages = _stages(root.at("stages"))
    gates = _gates(root.at("gates"))
    parts = Parts(
        name=root.at("name").text(most=40, pattern=CODE, shape=CODE_SHAPE),
        label=root.at("label").text(most=LABEL),
        summary=root.at("summary").text(most=SENTENCE, may_be_empty=True) if root.has("summary") else "",
        stages=stages,
        gates=gates,
        back_reasons=_reasons(root.at("back_reasons")),
        stop_reasons=_reasons(root.at("stop_reasons")),
        hold_update_every_days=_setting(root, "hold", "update_every_days", 60),
        rollback_review_days=_setting(root, "rollback", "review_within_days", 5),
        recertify_days=RecertifyDays(**_days(root, "recertify", TIERS)),
        reminders=Reminders(**_days(root, "reminders", ("after_days", "every_days"))),
        flag_limits=FlagLimits(**_days(root, "flags", FLAGS)),
    )
    check_order(root.at("stages"), stages)
    if not problems:  # the gates can be checked against the stages only when both could be read
        check_gates(root.at("gates"), gates, stages)
    if problems:
        raise WorkflowInvalid(problems)
    return parts


def _stages(reader: Reader) -> tuple[Stage, ...]:
    members = list(reader.items(least=2, most=MOST_STAGES))
    stages = [_stage(member) for member in members]
    unique(members, [stage.code for stage in stages], "stage code")
    unique(members, [stage.label for stage in stages], "stage label")
    return tuple(stages)


def _stage(reader: Reader) -> Stage:
    optional = (
        "purpose",
        "typical_days",
        "update_every_days",
        "assessment_max_days",
        "wip_limit",
    )
    if not reader.keys(required=("code", "standard", "label"), optional=optional):
        return Stage("", STANDARD_STAGES[0], "")
    return Stage(
        code=reader.at("code").text(most=40, pattern=CODE, shape=CODE_SHAPE),
        standard=reader.at("standard").choice(STANDARD_STAGES) or STANDARD_STAGES[0],
        label=reader.at("label").text(most=LABEL),
        purpose=reader.at("purpose").text(most=SENTENCE, may_be_empty=True) if reader.has("purpose") else "",
        typical_days=_typical_days(reader.at("typical_days")) if reader.has("typical_days") else None,
        update_every_days=_optional(reader, "update_every_days"),
        assessment_max_days=_optional(reader, "assessment_max_days"),
        wip_limit=_optional(reader, "wip_limit"),
    )


def _typical_days(reader: Reader) -> TypicalDays | None:
    names = ("p50", "p85", "p95")
    if not reader.keys(required=names) or not all(reader.has(name) for name in names):
        return None
    days = [reader.at(name).number(least=1, most=MOST_DAYS) for name in names]
    if days != sorted(days):
        reader.wrong("The days do not grow from p50 to p95.", "Make p50 ≤ p85 ≤ p95.")
    return TypicalDays(*days)


def _gates(reader: Reader) -> tuple[Gate, ...]:
    members = list(reader.items(least=1, most=MOST_GATES))
    gates = [_gate(member) for member in members]
    unique(members, [gate.code for gate in gates], "gate code")
    return tuple(gates)


def _gate(reader: Reader) -> Gate:
    is_mapping = isinstance(reader.value, Mapping)
    kind = reader.value.get("kind", "advance") if is_mapping else "advance"
    ends = ("from", "to") if kind == "advance" else ()
    if not reader.keys(
        required=("code", "label", *ends, "enforcement"),
        optional=("kind", "criteria", "roles"),
    ):
        return Gate("", "", "advance")
    code = reader.at("code").text(most=12, pattern=GATE_CODE, shape=GATE_CODE_SHAPE)
    return Gate(
        code=code,
        label=reader.at("label").text(most=LABEL),
        kind=reader.at("kind").choice(GATE_KINDS) if reader.has("kind") else "advance",
        from_stage=reader.at("from").text(most=40) if ends else "",
        to_stage=reader.at("to").text(most=40) if ends else "",
        enforcement=reader.at("enforcement").choice(ENFORCEMENTS),
        criteria=criteria_reading.read(reader.at("criteria"), code) if reader.has("criteria") else (),
        roles=_roles(reader.at("roles")) if reader.has("roles") else (),
    )


def _roles(reader: Reader) -> tuple[RoleNeed, ...]:
    """In the order of the roles, whatever the order of the document: JSON columns do not keep it."""
    if not reader.keys(optional=roles.codes()):
        return ()
    return tuple(_need(reader.at(code), code) for code in roles.codes() if code in reader.value)


def _need(reader: Reader, role: str) -> RoleNeed:
    if not isinstance(reader.value, Mapping):
        return RoleNeed(role, reader.choice(NEEDS))
    if not reader.keys(required=("when",)) or not reader.has("when"):
        return RoleNeed(role, "conditional")
    members = list(reader.at("when").items(least=1, most=len(CONDITIONS)))
    conditions = [member.choice(tuple(CONDITIONS)) for member in members]
    unique(members, conditions, "condition")
    return RoleNeed(role, "conditional", tuple(conditions))


def _reasons(reader: Reader) -> tuple[Reason, ...]:
    members = [m for m in reader.items(least=1, most=MOST_REASONS) if m.keys(required=("code", "label"))]
    reasons = [
        Reason(
            m.at("code").text(most=40, pattern=CODE, shape=CODE_SHAPE),
            m.at("label").text(most=80),
        )
        for m in members
    ]
    unique(members, [reason.code for reason in reasons], "reason code")
    return tuple(reasons)


def _optional(reader: Reader, key: str) -> int | None:
    return reader.at(key).number(least=1, most=MOST_DAYS) if reader.has(key) else None


def _setting(root: Reader, section: str, key: str, default: int) -> int:
    if not root.has(section) or not root.at(section).keys(optional=(key,)):
        return default
    return _optional(root.at(section), key) or default


def _days(root: Reader, section: str, names: tuple[str, ...]) -> dict[str, int]:
    """The numbers that a section gives; those that it leaves out keep their defaults."""
    if not root.has(section) or not root.at(section).keys(optional=names):
        return {}
    given = {name: _optional(root.at(section), name) for name in names}
    return {name: days for name, days in given.items() if days is not None}
