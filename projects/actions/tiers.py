"""The governance tier: legal and the portfolio manager agree to one below the rule."""

import hashlib

from django.db import transaction

from projects import events, permissions
from projects.actions import _evidence, _locks
from projects.actions._evidence_contents import Content
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import EvidenceVersion
from projects.models.evidence import Form, Provenance
from projects.queries import facts, tiers
from projects.rules import roles
from projects.rules import tiers as rules


@transaction.atomic
def agree(
    project_id: int, *, tier: str, role: str, reason: str, actor: Actor, holds: bool = True
) -> EvidenceVersion:
    """Say as legal or as portfolio manager whether a tier below the rule will do; kept as a statement.

    It changes no tier: that is edited once both have agreed. The word is for this tier under this rule; when
    what the project does changes so that the rule gives another tier, it counts no more.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "signoff.decide", project)
    if actor.is_machine:
        raise NotAllowed("Only a person can agree to a tier.", code="person_needed")
    today, by_rule, reason = facts.today(project, actor.now()), tiers.state(project).by_rule, reason.strip()
    if found := rules.agreement_obstacles(by_rule, tier, role, reason):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="agreement_refused", obstacles=found)
    if actor.user_id not in {each.user_id for each in tiers.askable(project, today)[role]}:
        raise NotAllowed(f"You do not act as {roles.label(role).lower()} here.", code="role_needed")
    name = rules.agreement(by_rule, tier, role)
    words = f"{'yes' if holds else 'no'}\n{reason}"
    content = Content(Form.STATEMENT, hashlib.sha256(words.encode()).hexdigest(), holds=holds)
    said = {"text": reason, "provenance": Provenance.PRIMARY, "dated_on": today}
    present = _evidence.stated(project, name)
    if present and _evidence.is_same_word(present, content, said, actor):
        return present
    if present:
        version = _evidence.following(present, content, said, actor)
    else:
        title = f"{roles.label(role)} on the {tier} tier instead of {by_rule}"
        version = _evidence.first(project, {"kind": name, "title": title, "gate": ""}, content, said, actor)
    events.record(project, "statement.made", actor, **_evidence.payload(version), holds=holds)
    return version
