"""Moves forward through gates, and moves that an import reports."""

from dataclasses import replace

from projects.rules import refusals, waivers
from projects.rules.facts import Obstacle
from projects.rules.positions import ENDED, Case, GateCheck, Plan, blocking
from projects.rules.stages import Gate


def advance(case: Case) -> Plan:
    """One stage forward through its gate, or further ahead with a waiver."""
    to = case.request.to
    if found := refusals.ended(case) or refusals.target(case):
        return case.refused(found)
    if to == case.position.stage:
        return case.unchanged()
    if case.workflow.index(to) < case.workflow.index(case.position.stage):
        return case.refused([*refusals.held(case), refusals.not_forward(case)], to)
    way = case.workflow.gates_from_to(case.position.stage, to)
    checks = _checks(case, way)
    found = [*refusals.held(case), *_waiver_obstacles(case, way), *blocking(checks)]
    if found:
        return case.refused(found, to, checks)
    uses_waiver = any(check.treatment == "waived" for check in checks)
    return replace(case.entering(to), checks=checks, uses_waiver=uses_waiver)


def _checks(case: Case, way: tuple[Gate, ...]) -> tuple[GateCheck, ...]:
    """Gates that a valid waiver covers are waived, the others are examined."""
    covered = case.waiver.gates if case.waiver and not waivers.obstacles(case.waiver, case.today) else ()
    return tuple(
        case.check(gate, "waived" if gate.code in covered and _waivable(case, gate) else "examined")
        for gate in way
    )


def _waiver_obstacles(case: Case, way: tuple[Gate, ...]) -> list[Obstacle]:
    """What is wrong with passing over these gates; the last one may be examined instead of waived."""
    *passed_over, last = way
    closed = bool(blocking((case.check(last),)))
    if case.waiver is None:
        skipped = [waivers.needed([case.label(gate.to_stage) for gate in passed_over])] if passed_over else []
        return skipped + [_not_allowed(case, gate) for gate in passed_over if not _waivable(case, gate)]
    if not passed_over and not closed:
        return []
    asked = [*passed_over, last] if closed and last.code in case.waiver.gates else passed_over
    found = waivers.obstacles(case.waiver, case.today) if asked else []
    for gate in asked:
        if not _waivable(case, gate):
            found.append(_not_allowed(case, gate))
        elif gate.code not in case.waiver.gates:
            found.append(waivers.not_covered(gate))
    return found


def _waivable(case: Case, gate: Gate) -> bool:
    return waivers.can_be_waived(case.workflow, gate, case.facts.tier)


def _not_allowed(case: Case, gate: Gate) -> Obstacle:
    return waivers.not_allowed(gate, case.facts.tier)


def report(case: Case) -> Plan:
    """A source says where the project is: no gate is examined, and the move names those on the way.

    A hold stays, unless the project has ended. A stopped project reported as running begins a new attempt.
    """
    request, position = case.request, case.position
    to = request.to or position.stage
    if request.to and (found := refusals.target(case)):
        return case.refused(found)
    if request.outcome not in ("", *ENDED):
        return case.refused([refusals.outcome_unknown(case)], to)
    plan = _reported(case, to)
    if (plan.to_stage, plan.outcome) == (position.stage, position.outcome):
        return case.unchanged()
    if position.outcome == "retired":
        return case.refused(refusals.ended(case), to)
    if plan.outcome == "stopped" and plan.ever_in_production:
        return case.refused([refusals.use_retire()], to)
    return replace(plan, checks=_reported_checks(case, plan))


def _reported(case: Case, to: str) -> Plan:
    outcome = case.request.outcome
    plan = case.entering(to)
    if outcome:
        was_live = plan.ever_in_production or outcome == "retired"
        plan = replace(plan, outcome=outcome, ever_in_production=was_live)
    elif case.position.outcome == "stopped":
        plan = replace(plan, attempt=case.position.attempt + 1, furthest_stage=to)
    else:
        plan = replace(plan, status=case.position.status, hold_until=case.position.hold_until)
    return plan


def _reported_checks(case: Case, plan: Plan) -> tuple[GateCheck, ...]:
    way = list(case.workflow.gates_from_to(plan.from_stage, plan.to_stage))
    if plan.outcome in ENDED:
        ending = case.workflow.ending_gate("retire" if plan.outcome == "retired" else "stop")
        way += [ending] if ending else []
    return tuple(GateCheck(gate, "reported", ()) for gate in way)
