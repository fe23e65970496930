"""Waivers: leave to skip stages, asked for by one of manager and sponsor and signed by the other."""

from datetime import date

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Project, Waiver
from projects.queries import facts
from projects.rules import waivers as rules


@transaction.atomic
def ask(
    project_id: int, *, to: str, reason: str, expires_on: date, actor: Actor, signs_as: str = ""
) -> Waiver:
    """Ask to skip ahead to a stage; asking is the first of the two signatures.

    `signs_as` is SP or PM, for somebody who holds both roles.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "waiver.sign", project)
    workflow = facts.workflow(project)
    if not workflow.has(to) or workflow.index(to) <= workflow.index(project.stage):
        raise Refused("A waiver leads to a later stage. Choose one.", code="not_forward")
    if not reason.strip():
        raise Refused("Say why the gates may be passed over.", code="reason_needed")
    if expires_on < facts.today(project, actor.now()):
        raise Refused("The waiver must hold until a day that is still to come.", code="expiry_passed")
    *passed_over, last = workflow.gates_from_to(project.stage, to)
    barred = [gate for gate in passed_over if not rules.can_be_waived(workflow, gate, project.tier)]
    # Where only the last gate cannot be waived, the waiver leaves it out and it is examined as usual.
    gates = [*passed_over, last] if rules.can_be_waived(workflow, last, project.tier) else passed_over
    if barred or not gates:
        barred = barred or [last]
        raise Refused(
            f"{project.key} cannot get this waiver.",
            code="waiver_not_allowed",
            obstacles=[rules.not_allowed(gate, project.tier) for gate in barred],
        )
    waiver = Waiver(
        project=project,
        from_stage=project.stage,
        to_stage=to,
        gates=[gate.code for gate in gates],
        reason=reason.strip(),
        expires_on=expires_on,
    )
    role = _sign(waiver, project, actor, signs_as)
    waiver.save(force_insert=True)
    events.record(project, "waiver.asked", actor, waiver=waiver.pk, to=to, gates=waiver.gates, signed_as=role)
    return waiver


@transaction.atomic
def sign(waiver_id: int, *, actor: Actor) -> Waiver:
    """Give the second signature; the waiver holds from now on."""
    waiver = Waiver.objects.select_for_update(of=("self",)).get(pk=waiver_id)
    project = _locks.project(waiver.project_id)
    permissions.require(actor, "waiver.sign", project)
    if waiver.signed_at is not None:
        return waiver
    if waiver.expires_on < facts.today(project, actor.now()):
        raise Refused("This waiver has expired. Ask for a new one.", code="waiver_expired")
    role = _sign(waiver, project, actor, "SP" if waiver.sponsor_id is None else "PM")
    waiver.signed_at = actor.now()
    waiver.save(update_fields=["manager", "sponsor", "signed_at"])
    events.record(project, "waiver.signed", actor, waiver=waiver.pk, signed_as=role)
    return waiver


def _sign(waiver: Waiver, project: Project, actor: Actor, signs_as: str) -> str:
    """Enter the actor as sponsor or manager; nobody signs twice, and nobody signs in a role they lack."""
    if actor.user is None or actor.user_id in (waiver.manager_id, waiver.sponsor_id):
        raise NotAllowed("Another person has to give the second signature.")
    held = permissions.stands_for(actor.user, project)
    wanted = [signs_as] if signs_as in ("SP", "PM") else ["PM", "SP"]
    role = next((code for code in wanted if code in held), "")
    if role == "PM":
        waiver.manager = actor.user
    elif role == "SP":
        waiver.sponsor = actor.user
    else:
        words = "the sponsor" if signs_as == "SP" else "the portfolio manager"
        raise NotAllowed(f"Only {words} of {project.key} can sign here.")
    return role
