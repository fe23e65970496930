"""Turning a workflow back into its document."""

from typing import TYPE_CHECKING, Any

from projects.rules import criteria_writing
from projects.rules.stages import Gate, Reason, RoleNeed, Stage

if TYPE_CHECKING:
    from projects.rules.workflow import Workflow


def write(workflow: "Workflow") -> dict[str, Any]:
    """The document of a workflow; keys and members always come in the same order."""
    limits = workflow.flag_limits
    return {
        "name": workflow.name,
        "label": workflow.label,
        "summary": workflow.summary,
        "stages": [_stage(stage) for stage in workflow.stages],
        "gates": [_gate(gate) for gate in workflow.gates],
        "back_reasons": [_reason(reason) for reason in workflow.back_reasons],
        "stop_reasons": [_reason(reason) for reason in workflow.stop_reasons],
        "hold": {"update_every_days": workflow.hold_update_every_days},
        "rollback": {"review_within_days": workflow.rollback_review_days},
        "recertify": {
            "low": workflow.recertify_days.low,
            "medium": workflow.recertify_days.medium,
            "high": workflow.recertify_days.high,
        },
        "reminders": {
            "after_days": workflow.reminders.after_days,
            "every_days": workflow.reminders.every_days,
        },
        "flags": {
            "update_critical_times": limits.update_critical_times,
            "gate_overdue_critical_days": limits.gate_overdue_critical_days,
            "hold_expired_critical_days": limits.hold_expired_critical_days,
        },
    }


def _stage(stage: Stage) -> dict[str, Any]:
    days = stage.typical_days
    return {
        "code": stage.code,
        "standard": stage.standard,
        "label": stage.label,
        "purpose": stage.purpose,
        "typical_days": {"p50": days.p50, "p85": days.p85, "p95": days.p95} if days else None,
        "update_every_days": stage.update_every_days,
        "assessment_max_days": stage.assessment_max_days,
        "wip_limit": stage.wip_limit,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": gate.code,
        "label": gate.label,
        "kind": gate.kind,
    }
    if gate.kind == "advance":
        document |= {"from": gate.from_stage, "to": gate.to_stage}
    return document | {
        "enforcement": gate.enforcement,
        "criteria": [criteria_writing.write(criterion) for criterion in gate.criteria],
        "roles": {need.role: _need(need) for need in gate.roles},
    }


def _need(need: RoleNeed) -> Any:
    return {"when": list(need.when)} if need.need == "conditional" else need.need


def _reason(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "label": reason.label}
