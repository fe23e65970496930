"""Which moves exist: what somebody asks for, and what would come of it or every reason against it."""

from collections.abc import Callable
from datetime import date

from projects.rules import advances, endings, pauses, recertifications, returns
from projects.rules.calendars import Calendar
from projects.rules.facts import Facts, Obstacle
from projects.rules.positions import Case, GateCheck, MoveRequest, Plan, Position
from projects.rules.stages import Gate
from projects.rules.waivers import Waiver
from projects.rules.workflow import Workflow

__all__ = ["KINDS", "GateCheck", "MoveRequest", "Plan", "Position", "Waiver", "available", "plan"]

_DECISIONS: dict[str, Callable[[Case], Plan]] = {
    "advance": advances.advance,
    "back": returns.back,
    "hold": pauses.hold,
    "resume": pauses.resume,
    "stop": endings.stop,
    "restart": returns.restart,
    "rollback": returns.rollback,
    "retire": endings.retire,
    "recertify": recertifications.recertify,
    "report": advances.report,  # imports only: doors for people do not offer it
}
KINDS = tuple(_DECISIONS)


def plan(
    workflow: Workflow,
    position: Position,
    request: MoveRequest,
    facts: Facts,
    *,
    today: date,
    waiver: Waiver | None = None,
    calendar: Calendar | None = None,
) -> Plan:
    """What this move would do, or every reason why it is refused; nothing is changed here."""
    case = Case(workflow, position, request, facts, today, waiver, calendar or Calendar())
    decide = _DECISIONS.get(case.kind)
    if decide is None:
        message = f"There is no move “{case.kind[:40]}”."
        return case.refused([Obstacle("unknown_kind", message, f"Choose one of {', '.join(KINDS)}.", "kind")])
    return decide(case)


def gates_on_the_way(workflow: Workflow, position: Position, request: MoveRequest) -> tuple[Gate, ...]:
    """The gates that a move would be examined at, so that only what they ask for has to be read."""
    kind = request.kind or "advance"
    if kind in ("stop", "retire", "recertify"):
        gate = workflow.ending_gate(kind)
        return (gate,) if gate else ()
    is_known = kind == "advance" and workflow.has(request.to)
    return workflow.gates_from_to(position.stage, request.to) if is_known else ()


def available(workflow: Workflow, position: Position) -> tuple[str, ...]:
    """The kinds of move that exist for a project where it is; their conditions are not examined."""
    if position.outcome == "retired":
        return ()
    if position.outcome == "stopped":
        return ("restart",)
    number = workflow.index(position.stage)
    is_live = workflow.is_production(position.stage)
    on_hold = position.status == "on_hold"
    exists = {
        "advance": not on_hold and number + 1 < len(workflow.stages),
        "back": number > 0,
        "hold": True,  # on a held project: another resume date
        "resume": on_hold,
        "stop": not position.ever_in_production and not is_live,
        "recertify": is_live and not on_hold and workflow.ending_gate("recertify") is not None,
        "rollback": is_live and bool(workflow.rollback_stages),
        "retire": position.ever_in_production or is_live,
    }
    return tuple(kind for kind, there in exists.items() if there)
