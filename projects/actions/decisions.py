"""Decisions on sign-offs: given, stood aside from, withdrawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from projects import events
from projects.actions import _owners, _signoffs, flags
from projects.actions._signoffs import Present
from projects.actors import Actor
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Condition, SignOff
from projects.queries import gate_facts, packets, signatories
from projects.queries.signatories import Signatory
from projects.rules import decisions as rules
from projects.rules import gates, roles, signatures
from projects.rules.facts import Obstacle, Signing
from projects.rules.signatures import Signature


class Asked(NamedTuple):
    """A condition as its signer states it."""

    text: str
    kind: str  # before_gate, before_next_gate, by_date
    owner: Any = None
    due_on: date | None = None


@transaction.atomic
def decide(
    signoff_id: int,
    *,
    decision: str,
    seen: str,
    actor: Actor,
    reason: str = "",
    would_change: str = "",
    conditions: Sequence[Asked] = (),
) -> SignOff:
    """Approve, approve with conditions, reject or give feedback on what the signer saw.

    `seen` is the hash of the packet on the signer's page: raises Stale, with what changed, when it is not the
    present one. On a request whose packet has changed since, and on one's own signature that has faded, a
    new request takes its place and is decided.
    """
    person = _signoffs.a_person(actor)
    signoff = _signoffs.held(signoff_id, actor, "signoff.decide")
    now = _signoffs.present(signoff.project, _signoffs.gate_of(signoff.project, signoff.gate), actor)
    said = rules.Said(decision, reason, would_change, [_plain(each) for each in conditions])
    signatory = _capacity(now, signoff.role, person)
    faded = signoff if _is_to_sign_again(now, signoff, person) else None
    if faded is None:
        _refuse_answered(signoff)
    signoff = _waiting_instead_of(faded) or signoff
    found = rules.obstacles(said, is_binding=signoff.is_binding, today=now.today)
    for number, each in enumerate(conditions):
        found += _owners.obstacles(each.owner, now.project, f"conditions[{number}].owner")
    _signoffs.refuse([*found, *_duties(now, signoff, signatory)], "decision_refused")
    if seen != now.sha256:
        raise _stale(now, seen)
    signoff = _renewed(now, signoff, faded, actor)
    _record(signoff, said, signatory, actor)
    Condition.objects.bulk_create(
        Condition(
            signoff=signoff, text=each.text.strip(), kind=each.kind, owner=each.owner, due_on=each.due_on
        )
        for each in conditions
    )
    events.record(
        now.project,
        "signoff.decided",
        actor,
        **_signoffs.named(signoff),
        decision=decision,
        acts_for=signatory.acts_for,
        conditions=len(conditions),
        requested_by=signoff.requested_by_id,
        packet=now.sha256,
    )
    flags.refresh(now.project, actor=actor, says=True)
    return signoff


@transaction.atomic
def recuse(signoff_id: int, *, reason: str, actor: Actor) -> SignOff:
    """Stand aside because of a conflict of interest: the request goes on to whoever else has the role."""
    person = _signoffs.a_person(actor)
    signoff = _signoffs.held(signoff_id, actor, "signoff.decide")
    now = _signoffs.present(signoff.project, _signoffs.gate_of(signoff.project, signoff.gate), actor)
    signatory = _capacity(now, signoff.role, person)
    _refuse_answered(signoff)
    if not reason.strip():
        missing = Obstacle("reason_needed", "It is not said why.", "Write what the conflict is.", "reason")
        _signoffs.refuse([missing], "decision_refused")
    _record(signoff, rules.Said("recused", reason), signatory, actor)
    following = _following(now, signoff, actor)
    people = signatories.of(now.project, [signoff.role], now.today)[signoff.role]
    told = sorted({each.user_id for each in people} - {person})
    said = {"following": following.pk, "people": told, "requested_by": signoff.requested_by_id}
    events.record(now.project, "signoff.recused", actor, **_signoffs.named(signoff), **said)
    flags.refresh(now.project, actor=actor, says=True)
    return following


@transaction.atomic
def withdraw(signoff_id: int, *, reason: str, actor: Actor) -> SignOff:
    """Take one's own decision back; what was decided stays on record."""
    person = _signoffs.a_person(actor)
    signoff = _signoffs.held(signoff_id, actor, "signoff.decide")
    if signoff.signer_id != person:
        raise NotAllowed("A decision is withdrawn by whoever took it.")
    if signoff.withdrawn_at is not None:
        return signoff
    if signoff.used_at is not None:
        message = "The gate was passed with this signature. Move the project back instead."
        raise Refused(message, code="signature_used")
    if signoff.decision == "recused":
        raise Refused("Standing aside is not taken back; others decide here.", code="recused")
    if not reason.strip():
        missing = Obstacle("reason_needed", "It is not said why.", "Write what has changed.", "reason")
        _signoffs.refuse([missing], "decision_refused")
    signoff.withdrawn_at, signoff.withdrawn_by_id = actor.now(), person
    signoff.withdrawn_reason = reason.strip()
    signoff.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    said = {"requested_by": signoff.requested_by_id, "reason": reason.strip()}
    events.record(signoff.project, "signoff.withdrawn", actor, **_signoffs.named(signoff), **said)
    flags.refresh(signoff.project, actor=actor, says=True)
    return signoff


def _capacity(now: Present, role: str, person: int) -> Signatory:
    """In which right this person signs: their own before that of somebody they stand for."""
    people = signatories.of(now.project, [role], now.today)[role]
    mine = [each for each in people if each.user_id == person]
    if not mine:
        message = f"You do not act as {roles.label(role)} on {now.project.key} today."
        raise NotAllowed(f"{message} Whoever does can sign, or name you as their deputy.")
    return min(mine, key=lambda each: each.acts_for is not None)


def _refuse_answered(signoff: SignOff) -> None:
    """What was decided stays decided."""
    if signoff.is_waiting:
        return
    who = signoff.signer.name if signoff.signer else "Somebody"
    if signoff.superseded_at is not None or not signoff.decision:
        raise Refused("This request is over: a newer one has taken its place.", code="superseded")
    raise Refused(f"{who} has answered this already. Ask for a new sign-off.", code="answered")


def _is_to_sign_again(now: Present, signoff: SignOff, person: int) -> bool:
    """Whether this is one's own signature, and it counts no more for a reason that signing again removes."""
    given = now.known.signing.get(signoff.gate, Signing()).given
    states = [signatures.state(each, now.sha256, now.today) for each in given if each.ref == signoff.pk]
    return signoff.signer_id == person and any(state in _signoffs.FADED for state in states)


def _waiting_instead_of(faded: SignOff | None) -> SignOff | None:
    """The request that waits beside a signature that has faded: it is what is answered then."""
    if faded is None:
        return None
    rows = SignOff.objects.filter(signatories.WAITING, project=faded.project_id, attempt=faded.attempt)
    return rows.filter(gate=faded.gate, role=faded.role).select_related("packet").first()


def _duties(now: Present, signoff: SignOff, signatory: Signatory) -> list[Obstacle]:
    """Why this person may not sign here; what they have signed already counts as it stands today."""
    person = signatory.user_id
    is_on_team, made_evidence = gate_facts.of_signer(now.project, now.gate, person, signoff.role)
    own = replace(
        _rule(now, signoff),
        signer=person,
        acts_for=signatory.acts_for,
        is_on_team=is_on_team,
        made_evidence=made_evidence,
    )
    # A conflict of interest does not go away because somebody edits what is signed.
    asked = SignOff.objects.filter(project=now.project, gate=signoff.gate, attempt=signoff.attempt)
    aside = asked.filter(role=signoff.role, decision="recused")
    return rules.duty_obstacles(
        own,
        [each for each in gates.signed(now.gate, now.known) if each.ref != signoff.pk],
        tier=now.known.tier,
        stood_aside=list(aside.values_list("signer_id", flat=True)),
    )


def _rule(now: Present, signoff: SignOff) -> Signature:
    """The request as the rules read it."""
    return next(each for each in now.known.signing[signoff.gate].given if each.ref == signoff.pk)


def _plain(condition: Asked) -> rules.Condition:
    return rules.Condition(condition.text, condition.kind, condition.due_on)


def _stale(now: Present, seen: str) -> Stale:
    """What was on the signer's page is not what is there now: say what has changed."""
    packet = now.project.packets.filter(gate=now.gate.code, sha256=seen).first()
    members = packets.words(now.changes_since(packet)) if packet else []
    changed = ", ".join(members) or "Something"
    found = [
        Obstacle("packet_changed", f"{each} has changed.", "Look at it, then decide.", "seen")
        for each in members
    ]
    return Stale(
        f"{changed} changed while you were reading. Look at what is there now, then decide.",
        code="packet_changed",
        obstacles=found,
    )


def _renewed(now: Present, signoff: SignOff, faded: SignOff | None, actor: Actor) -> SignOff:
    """The request to decide on: itself, or one on the present packet that takes its place."""
    is_present = signoff.is_waiting and signoff.packet.sha256 == now.sha256
    replaced = {each.pk for each in (faded, signoff) if each and not (is_present and each is signoff)}
    SignOff.objects.filter(pk__in=replaced, superseded_at=None).update(superseded_at=actor.now())
    if is_present:
        return signoff
    return _following(now, signoff, actor)


def _following(now: Present, signoff: SignOff, actor: Actor) -> SignOff:
    """A new request in the name of who asked for this one."""
    return _signoffs.start(
        now,
        now.packet(),
        signoff.role,
        is_binding=signoff.is_binding,
        note=signoff.note,
        actor=actor,
        requested_by=signoff.requested_by_id,
    )


def _record(signoff: SignOff, said: rules.Said, signatory: Signatory, actor: Actor) -> None:
    signoff.decision, signoff.decided_at = said.decision, actor.now()
    signoff.signer_id, signoff.acts_for_id = signatory.user_id, signatory.acts_for
    signoff.reason, signoff.would_change = said.reason.strip(), said.would_change.strip()
    columns = ["decision", "decided_at", "signer", "acts_for", "reason", "would_change"]
    signoff.save(update_fields=columns)
