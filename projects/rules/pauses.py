"""Putting a project on hold and resuming it: the stage stays."""

from dataclasses import replace

from projects.rules import refusals
from projects.rules.facts import Obstacle
from projects.rules.positions import Case, Plan

APPROVERS = frozenset({"SP", "PM"})  # the sponsor or the portfolio manager


def hold(case: Case) -> Plan:
    """On hold with a note, a resume date and an approver; another date on a held project extends the hold."""
    position, until = case.position, case.request.until
    if found := refusals.ended(case):
        return case.refused(found)
    if position.status == "on_hold" and until is not None and until == position.hold_until:
        return case.unchanged()
    found = [
        *refusals.note(case, "A hold needs a note that says why."),
        *_resume_date(case),
        *_approval(case),
    ]
    if found:
        return case.refused(found, position.stage)
    return replace(case.unchanged(), no_change=False, status="on_hold", hold_until=until)


def _resume_date(case: Case) -> list[Obstacle]:
    until = case.request.until
    if until is None:
        return [Obstacle("resume_date_needed", "A hold needs a resume date.", "Give the date.", "until")]
    if until <= case.today:
        message = f"The resume date {until.isoformat()} is not in the future."
        return [Obstacle("resume_date_passed", message, "Give a date after today.", "until")]
    return []


def _approval(case: Case) -> list[Obstacle]:
    request = case.request
    if request.approver is None:
        remedy = "Name the sponsor or the portfolio manager."
        return [Obstacle("approver_needed", "A hold needs somebody who approves it.", remedy, "approver")]
    found = []
    if request.approver == request.requested_by:
        message = "You cannot approve your own hold."
        found.append(Obstacle("approver_is_requester", message, "Name somebody else.", "approver"))
    if not request.approver_roles & APPROVERS:
        message = "The approver is neither the sponsor nor the portfolio manager of this project."
        remedy = "Name somebody who is."
        found.append(Obstacle("approver_not_sponsor_or_manager", message, remedy, "approver"))
    return found


def resume(case: Case) -> Plan:
    """Active again; no change when it is not on hold."""
    if found := refusals.ended(case):
        return case.refused(found)
    if case.position.status != "on_hold":
        return case.unchanged()
    return replace(case.unchanged(), no_change=False, status="active", hold_until=None)
