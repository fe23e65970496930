"""What is in production is certified again from time to time: it stays there, its gate is passed anew."""

from dataclasses import replace

from projects.rules import refusals
from projects.rules.facts import Obstacle
from projects.rules.positions import Case, Plan, blocking


def recertify(case: Case) -> Plan:
    """Certify a live project again through the workflow's gate for it; the next time is by its tier."""
    if case.has_ended:
        return case.refused(refusals.ended(case))
    if not case.workflow.is_production(case.position.stage):
        message = f"This project is in {case.label(case.position.stage)}, not in production."
        remedy = "Only what is in production is certified again."
        return case.refused([Obstacle("not_in_production", message, remedy, "kind")])
    gate = case.workflow.ending_gate("recertify")
    if gate is None:
        message = "This workflow has no gate for certifying again."
        return case.refused([Obstacle("no_recertification", message, "Add a gate of that kind.", "kind")])
    if case.position.recertify_on == case.recertify_on:
        return case.unchanged()  # It was certified today.
    checks = (case.check(gate),)
    found = [*refusals.held(case), *blocking(checks)]
    if found:
        return case.refused(found, checks=checks)
    stays = case.entering(case.position.stage)
    return replace(stays, checks=checks, recertify_on=case.recertify_on)
