"""How a project ends: stopped if it was never in production, retired otherwise. The stage stays."""

from dataclasses import replace

from projects.rules import refusals
from projects.rules.facts import Obstacle
from projects.rules.positions import Case, Plan, blocking


def stop(case: Case) -> Plan:
    """Stop a project that was never in production, with a reason; it ends a hold."""
    if case.position.outcome == "stopped":
        return case.unchanged()
    if case.has_ended:
        return case.refused(refusals.ended(case))
    if case.ever_in_production:
        return case.refused([refusals.use_retire()])
    found = refusals.reason(case, case.workflow.stop_reasons, required=True)
    if case.request.reason_code == "other":
        found = [*found, *refusals.note(case, "The reason “other” needs a note that says which.")]
    return _end(case, "stop", "stopped", found)


def retire(case: Case) -> Plan:
    """Retire a project that was in production, with a note: this is final; it ends a hold."""
    if case.position.outcome == "retired":
        return case.unchanged()
    if case.has_ended:
        return case.refused(refusals.ended(case))
    if not case.ever_in_production:
        return case.refused([refusals.use_stop()])
    found = [
        *refusals.reason(case, case.workflow.stop_reasons, required=False),
        *refusals.note(case, "Retirement is final and needs a note that says why."),
    ]
    return _end(case, "retire", "retired", found)


def _end(case: Case, kind: str, outcome: str, found: list[Obstacle]) -> Plan:
    gate = case.workflow.ending_gate(kind)
    checks = (case.check(gate),) if gate else ()
    found = [*found, *blocking(checks)]
    if found:
        return case.refused(found, checks=checks)
    return replace(case.ending(outcome), checks=checks)
