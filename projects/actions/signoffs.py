"""Sign-offs: asked for, called off, and people reminded of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, _signoffs, flags
from projects.actions._signoffs import Present
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Project, SignOff
from projects.queries import facts, signatories
from projects.queries.signatories import Signatory
from projects.rules import duties, gates, roles, signatures
from projects.rules.facts import Obstacle, Signing

# Nobody is reminded twice in a day, however often somebody presses.
NOT_AGAIN_WITHIN = timedelta(hours=20)
MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: requests that wait now, new ones among them, and why some were not made."""

    waiting: Sequence[SignOff]
    made: Sequence[SignOff]
    obstacles: Sequence[Obstacle]


@transaction.atomic
def ask(
    project_id: int, *, gate: str, actor: Actor, only: Sequence[str] | None = None, note: str = ""
) -> Asked:
    """Ask for the signatures of a gate, of every role that has not signed or of `only` these.

    Whoever has been asked already is not asked again. Raises Refused where nobody at all could be asked.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "signoff.ask", project)
    if len(note) > MOST_NOTE:
        raise Refused(f"The note is longer than {MOST_NOTE} characters. Make it shorter.", code="too_long")
    now = _signoffs.present(project, _signoffs.gate_of(project, gate), actor)
    wanted = _wanted(now, only)
    people = signatories.of(project, wanted, now.today)
    rows = _open_rows(project, gate)
    found = [each for role in wanted for each in _obstacles(now, role, people[role], actor)]
    barred = {each.field.rpartition(".")[2] for each in found}
    new = [role for role in wanted if role not in barred and role not in {row.role for row in rows}]
    waiting = [row for row in rows if row.role in wanted]
    if not new and not waiting:
        _signoffs.refuse(found, "nobody_to_ask")
    made = _make(now, new, note, actor) if new else []
    if made:
        told = [_told(row, people[row.role]) for row in made]
        events.record(project, "signoff.asked", actor, gate=gate, label=now.gate.label, note=note, asked=told)
        flags.refresh(project, actor=actor)
    return Asked([*waiting, *made], made, found)


@transaction.atomic
def call_off(signoff_id: int, *, actor: Actor, reason: str = "") -> SignOff:
    """Take a waiting request back: whoever asked may, and who manages the project."""
    signoff = _signoffs.held(signoff_id, actor, "signoff.ask")
    project = signoff.project
    if signoff.requested_by_id != actor.user_id and not permissions.granted(
        actor, "project.put_away", project
    ):
        raise NotAllowed("Only who asked for it, or who manages the project, can call this off.")
    if signoff.withdrawn_at is not None:
        return signoff
    if not signoff.is_waiting:
        raise Refused("This has been answered. A decision is withdrawn by its signer.", code="answered")
    signoff.withdrawn_at, signoff.withdrawn_by_id = actor.now(), actor.user_id
    signoff.withdrawn_reason = reason.strip()
    signoff.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    events.record(project, "signoff.called_off", actor, **_signoffs.named(signoff), reason=reason.strip())
    flags.refresh(project, actor=actor)
    return signoff


@transaction.atomic
def remind(signoff_id: int, *, actor: Actor) -> SignOff:
    """Remind those who may answer; again within the same day is no change."""
    signoff = _signoffs.held(signoff_id, actor, "signoff.ask")
    if not signoff.is_waiting:
        raise Refused("This has been answered; nobody has to be reminded.", code="answered")
    _signoffs.gate_of(signoff.project, signoff.gate)  # Nobody is reminded of what they cannot answer.
    now, before = actor.now(), signoff.reminded_at
    if before is not None and now - before < NOT_AGAIN_WITHIN:
        return signoff
    project = signoff.project
    people = signatories.of(project, [signoff.role], facts.today(project, now))[signoff.role]
    signoff.reminded_at = now
    signoff.save(update_fields=["reminded_at"])
    told = {**_signoffs.named(signoff), "people": _ids(people)}
    events.record(project, "signoff.reminded", actor, **told)
    return signoff


def _wanted(now: Present, only: Sequence[str] | None) -> list[str]:
    """The roles to ask: of this gate, and without those whose signature counts."""
    required, feedback = gates.required_roles(now.gate, now.known), gates.feedback_roles(now.gate)
    if only is None:
        have_signed = {each.role for each in gates.signed(now.gate, now.known)}
        given = now.known.signing.get(now.gate.code, Signing()).given
        said = {each.role for each in given if each.decision == "feedback_given" and not each.withdrawn_on}
        return [role for role in (*required, *feedback) if role not in have_signed | said]
    known = [need.role for need in now.gate.roles]
    if strange := [role for role in only if role not in known]:
        message = f"The gate “{now.gate.label}” asks nothing of {roles.label(strange[0])}."
        remedy = f"Choose among {', '.join(known)}."
        _signoffs.refuse([Obstacle("role_unknown", message, remedy, "roles")], "role_unknown")
    return [role for role in known if role in only]


def _obstacles(now: Present, role: str, people: Sequence[Signatory], actor: Actor) -> list[Obstacle]:
    """Why a role cannot be asked: nobody has it, or whoever asks is the only one who could answer."""
    name, where = roles.label(role), f"signoff.{role}"
    if not people:
        message = f"Nobody has the role {name}, so nobody can sign for it."
        return [
            Obstacle("role_unfilled", message, f"Name somebody for {name} on the team page.", f"team.{role}")
        ]
    if role in duties.CHECKING_ROLES and {each.user_id for each in people} <= {actor.user_id}:
        message = f"Who asks for the signature of {name} cannot give it, and nobody else has the role."
        return [Obstacle("requester_signs", message, "Let somebody else ask for it.", where)]
    given = now.known.signing.get(now.gate.code, Signing()).given
    rejected = [each for each in signatures.standing_rejections(given) if each.role == role]
    if rejected and rejected[-1].packet_hash == now.sha256:
        message = f"Nothing that is signed has changed since {name} rejected it."
        return [Obstacle("nothing_changed", message, "Change what was asked for first.", where)]
    return []


def _open_rows(project: Project, gate: str) -> list[SignOff]:
    """The requests of a gate that wait."""
    rows = SignOff.objects.filter(signatories.WAITING, project=project, gate=gate)
    return list(rows.select_related("packet"))


def _make(now: Present, wanted: Sequence[str], note: str, actor: Actor) -> list[SignOff]:
    required = gates.required_roles(now.gate, now.known)
    packet = now.packet()
    _signoffs.supersede(now, wanted, actor)
    feedback = set(gates.feedback_roles(now.gate))
    return [
        _signoffs.start(
            now,
            packet,
            role,
            is_binding=role in required or role not in feedback,
            note=note,
            actor=actor,
            requested_by=actor.user_id,
        )
        for role in wanted
    ]


def _told(row: SignOff, people: Sequence[Signatory]) -> dict[str, object]:
    return {"signoff": row.pk, "role": row.role, "binding": row.is_binding, "people": _ids(people)}


def _ids(people: Sequence[Signatory]) -> list[int]:
    return sorted({each.user_id for each in people})
