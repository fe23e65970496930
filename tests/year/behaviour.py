"""What people do on a day: each with the chances of a seeded die."""

import re
from contextlib import suppress
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from portfolio.notifications.queries import links
from projects.actions import (
    blocker_resolutions,
    blockers,
    decisions,
    moves,
    projects,
    signoffs,
    updates,
)
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Project, SignOff, Status, StatusUpdate
from projects.queries import facts, gate_facts, packets
from tests.year.world import SYSTEM, Person, World

ANSWER = re.compile(r"http://\S+?(/answers/[^/\s]+/)")
HEALTHS = ("on_track", "on_track", "at_risk", "off_track")


def live(world: World, day: int) -> None:
    """One working day of everybody."""
    rows = Project.objects.filter(pk__in=set(world.projects) - set(world.ended)).select_related("portfolio")
    for project in rows.order_by("pk"):
        owner = world.projects[project.pk]
        if owner.is_there(day):
            _look_after(world, project, owner)
    _decide(world, day)
    _resolve(world, day)


def _look_after(world: World, project: Project, owner: Person) -> None:
    rng, now, actor = world.rng, timezone.now(), Actor(owner.user, "page")
    silent = now - (project.last_update_at or project.created_at)
    rhythm = facts.workflow(project).stage(project.stage).update_every_days
    on_hold = project.status == Status.ON_HOLD
    if silent > timedelta(days=rhythm * (4 if on_hold else 0.8)) and rng.random() < owner.diligence:
        updates.post(project.pk, health=rng.choice(HEALTHS), text="We go on.", actor=actor)
        world.says(project.pk, now)
    die = rng.random()
    if die < 0.004:
        _raise(world, project, actor, now)
    elif die < 0.008 and not on_hold:
        _ask(project, actor)
    elif die < 0.011 and not on_hold:
        _move(
            world,
            project,
            actor,
            now,
            kind="hold",
            until=(now + timedelta(days=rng.randrange(20, 90))).date(),
        )
    elif die < 0.05 and on_hold and project.resume_on and project.resume_on <= now.date():
        _move(world, project, actor, now, kind="resume")
    elif die < 0.018 and not on_hold:
        _advance(world, project, actor, now)
    elif die > 0.9985:
        _end(world, project, now)


def _raise(world: World, project: Project, actor: Actor, now: datetime) -> None:
    severity = world.rng.choice(("low", "medium", "high", "critical"))
    owner = actor.user if world.rng.random() < 0.7 else None
    fields = {"category": "legal_compliance", "severity": severity, "owner": owner}
    blockers.raise_(project.pk, title="The contract waits", actor=actor, **fields)
    world.says(project.pk, now)


def _ask(project: Project, actor: Actor) -> None:
    gate = facts.workflow(project).gate_after(project.stage)
    if gate is not None:
        with suppress(Refused, NotAllowed):
            signoffs.ask(project.pk, gate=gate.code, actor=actor)


def _advance(world: World, project: Project, actor: Actor, now: datetime) -> None:
    stages = [stage.code for stage in facts.workflow(project).stages]
    place = stages.index(project.stage)
    if place + 1 < len(stages):
        _move(world, project, SYSTEM, now, to=stages[place + 1])


def _move(world: World, project: Project, actor: Actor, now: datetime, **what: object) -> None:
    try:
        moves.make(project.pk, actor=actor, note="As planned.", **what)
    except (Refused, NotAllowed):
        return
    if what.get("kind") == "hold":
        world.held[project.pk] = now
    elif what.get("kind") == "resume":
        world.held.pop(project.pk, None)
    if not actor.is_system:
        world.says(project.pk, now)


def _end(world: World, project: Project, now: datetime) -> None:
    """Stopped or put away: from now on it is quiet."""
    try:
        if world.rng.random() < 0.5:
            projects.archive(project.pk, actor=SYSTEM)
        else:
            moves.make(project.pk, kind="stop", reason_code="no_value", note="Not worth it.", actor=SYSTEM)
    except Refused:
        projects.archive(project.pk, actor=SYSTEM)
    world.ended[project.pk] = now


def _decide(world: World, day: int) -> None:
    here = {person.user.pk: person for person in world.signers if person.is_there(day)}
    waiting = SignOff.objects.filter(decided_at=None, withdrawn_at=None).exclude(project__in=world.ended)
    for row in waiting.select_related("project__portfolio").order_by("pk"):
        held = row.project.team.filter(role=row.role).values_list("user_id", flat=True)
        person = next((here[pk] for pk in held if pk in here), None)
        if person is None or world.rng.random() > person.diligence:
            continue
        gate = facts.workflow(row.project).gate(row.gate)
        seen = packets.digest(row.project, gate, gate_facts.evidence_of(row.project))
        actor = Actor(person.user, "page")
        try:
            decisions.decide(row.pk, decision="approved", seen=seen, actor=actor)
        except (Refused, NotAllowed):
            continue
        world.says(row.project_id, timezone.now())


def _resolve(world: World, day: int) -> None:
    rows = Blocker.objects.filter(resolved_on=None, project__in=world.projects).exclude(
        project__in=world.ended
    )
    for blocker in rows.order_by("pk"):
        person = world.projects[blocker.project_id]
        if person.is_there(day) and world.rng.random() < person.diligence / 12:
            actor = Actor(person.user, "page")
            try:
                blocker_resolutions.resolve(blocker.pk, resolution="solved", actor=actor, note="Signed.")
            except Refused:
                continue
            world.says(blocker.project_id, timezone.now())


def answer(world: World, mails: list[tuple[str, str]], day: int) -> int:
    """Some click a button in what they got today; how many did something."""
    by_address = {person.user.email: person for person in world.owners}
    clicked = 0
    for address, text in mails:
        person = by_address.get(address)
        # The way out stands at the end of every mail, below a rule of its own.
        found = ANSWER.findall(text.partition("\n-- \n")[0])
        if person is None or not found or not person.is_there(day) or world.rng.random() > 0.25:
            continue
        path = world.rng.choice(found)
        said = links.read(path.split("/")[2])
        assert said is not None, path
        before = StatusUpdate.objects.filter(project=said.project_id).count()
        page = Client(SERVER_NAME="127.0.0.1").post(path)
        assert page.status_code in (200, 403, 409), page.status_code
        if said.project_id and StatusUpdate.objects.filter(project=said.project_id).count() > before:
            world.says(said.project_id, timezone.now())
        clicked += page.status_code == 200
    return clicked
