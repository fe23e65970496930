"""Events of sign-offs, conditions, evidence and deputies as sentences, whatever they lack."""

from collections.abc import Callable
from typing import Any, Protocol

from projects.rules import roles
from projects.rules.workflow import Workflow

DECIDED = {
    "approved": "approved",
    "approved_with_conditions": "approved, with conditions,",
    "rejected": "rejected",
    "feedback_given": "gave feedback on",
}


class Named(Protocol):
    """Names, as the sentences need them."""

    @property
    def workflow(self) -> Workflow: ...


def _gate(payload: dict[str, Any], names: Named) -> str:
    code = payload.get("gate", "")
    labels = {gate.code: gate.label for gate in names.workflow.gates}
    return f"the gate {labels.get(code, code)}" if code else "a gate"


def _as(payload: dict[str, Any]) -> str:
    return f" as {roles.label(payload['role'])}" if payload.get("role") else ""


def _asked(payload: dict[str, Any], names: Named) -> str:
    asked = [roles.label(each.get("role", "")) for each in payload.get("asked", [])]
    whom = f" of {', '.join(asked)}" if asked else ""
    return f"asked for the sign-off{'' if len(asked) == 1 else 's'}{whom} at {_gate(payload, names)}"


def _decided(payload: dict[str, Any], names: Named) -> str:
    verb = DECIDED.get(payload.get("decision", ""), "decided on")
    return f"{verb} {_gate(payload, names)}{_as(payload)}"


def _of(verb: str) -> Callable[[dict[str, Any], Named], str]:
    def says(payload: dict[str, Any], names: Named) -> str:
        return f"{verb} {_gate(payload, names)}{_as(payload)}"

    return says


def _invalidated(payload: dict[str, Any], names: Named) -> str:
    changed = ", ".join(payload.get("changed", [])) or "something"
    who = roles.label(payload.get("role", "")) or "a signer"
    return f"changed {changed}: the signature of {who} at {_gate(payload, names)} does not count any more"


def _closed(payload: dict[str, Any], _names: Named) -> str:
    return f"closed a condition: {payload['text']}" if payload.get("text") else "closed a condition"


def _reviewed(payload: dict[str, Any], _names: Named) -> str:
    return f"reviewed the rollback: {payload['note']}" if payload.get("note") else "reviewed the rollback"


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "signoff.asked": _asked,
    "signoff.decided": _decided,
    "signoff.recused": _of("stood aside at"),
    "signoff.withdrawn": _of("withdrew the sign-off at"),
    "signoff.called_off": _of("called the request off at"),
    "signoff.reminded": _of("reminded of the sign-off at"),
    "signoff.invalidated": _invalidated,
    "condition.closed": _closed,
    "rollback.reviewed": _reviewed,
}
