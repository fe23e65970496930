"""Moves to an earlier stage: back, roll back, restart. The gates after it have to be passed again."""

from dataclasses import replace

from projects.rules import refusals
from projects.rules.facts import Obstacle
from projects.rules.positions import Case, Plan


def back(case: Case) -> Plan:
    """To any earlier stage at any time, with a reason and a note; it ends a hold."""
    to = case.request.to
    if found := refusals.ended(case) or refusals.target(case):
        return case.refused(found)
    if to == case.position.stage:
        return case.unchanged()
    found = [
        *refusals.reason(case, case.workflow.back_reasons, required=True),
        *refusals.note(case, "A move back needs a note that says what happened."),
    ]
    if case.workflow.index(to) > case.workflow.index(case.position.stage):
        found.insert(0, refusals.not_backward(case))
    return case.refused(found, to) if found else case.entering(to)


def rollback(case: Case) -> Plan:
    """From production to pilot or validation: at once, by one person, to be reviewed soon; it ends a hold."""
    stages = case.workflow.rollback_stages
    here = case.position.stage
    if found := refusals.ended(case) or _rollback_target(case):
        return case.refused(found)
    to = case.request.to or stages[0].code
    if case.position.ever_in_production and here in ((to,) if case.request.to else _codes(case)):
        return case.unchanged()
    if not case.workflow.is_production(here):
        message = f"This project is in {case.label(here)}, not in production."
        found = [Obstacle("not_in_production", message, "Use a move back instead.", "kind")]
    found = [*found, *refusals.reason(case, case.workflow.back_reasons, required=False)]
    if found:
        return case.refused(found, to)
    review = case.calendar.after(case.today, case.workflow.rollback_review_days)
    return replace(case.entering(to), review_due_on=review)


def _codes(case: Case) -> tuple[str, ...]:
    return tuple(stage.code for stage in case.workflow.rollback_stages)


def _rollback_target(case: Case) -> list[Obstacle]:
    codes = _codes(case)
    if not codes:
        message = "This workflow has no pilot or validation stage to roll back to."
        return [Obstacle("no_rollback_stage", message, "Use a move back instead.", "kind")]
    if not case.request.to or case.request.to in codes:
        return []
    if unknown := refusals.target(case):
        return unknown
    message = f"Production is not rolled back to {case.label(case.request.to)}."
    return [Obstacle("not_a_rollback_stage", message, f"Choose one of {', '.join(codes)}.", "to")]


def restart(case: Case) -> Plan:
    """A stopped project begins a new attempt; its furthest stage begins again."""
    to = case.workflow.restart_stage.code
    if case.position.outcome == "retired":
        return case.refused(refusals.ended(case))
    if case.request.to and case.request.to != to:
        unknown = refusals.target(case)
        message = f"A restart begins at {case.label(to)}."
        return case.refused(
            unknown
            or [Obstacle("not_the_restart_stage", message, f"Leave the stage out, or give “{to}”.", "to")]
        )
    if case.position.outcome != "stopped":
        if case.position.attempt > 1 and case.position.stage == to:
            return case.unchanged()
        message = "This project is not stopped."
        return case.refused([Obstacle("not_stopped", message, "Only a stopped project can restart.", "kind")])
    return replace(case.entering(to), attempt=case.position.attempt + 1, furthest_stage=to)
