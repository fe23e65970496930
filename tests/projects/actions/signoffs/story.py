"""One project, ten people and a year: what is done to it in the database and in the naive reading at once."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from projects.actions import decisions, moves, standing_roles, teams, workflows
from projects.actions.decisions import Asked
from projects.errors import NotAllowed, Refused
from projects.models import Condition, Event, Packet, Project, SignOff
from projects.queries import facts, gate_facts
from projects.rules import gates, packets
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, seen
from tests.projects.actions.signoffs.foretold import Foretold
from tests.projects.actions.signoffs.machine_workflow import DEFINITION
from tests.projects.actions.signoffs.naive import STAGES, Demand, Row

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
CAST = ["SP", "PO", "ML", "EN", "SE", "PR", "RV", "LE"]  # the first of each; two more have no role yet
# Written when their moment comes, and never again: what tells of the moment, and what is written then.
MOMENTS = {
    "decision": ("signer_id", "acts_for_id", "decided_at", "reason", "would_change"),
    "withdrawn_at": ("withdrawn_by_id", "withdrawn_reason"),
    "superseded_at": (),
    "used_at": ("lives_until",),
}
MOVES_ON = ("reminded_at", "told_hash")
TOLD = ["signoff.decided", "signoff.recused", "signoff.withdrawn", "signoff.called_off", "condition.closed"]


class Story(RuleBasedStateMachine):
    """What the rules of a sequence share, and what must be true after each of them."""

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.written, self.links = {}, 0

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(tier=st.sampled_from(["low", "medium", "high"]), stage=st.sampled_from([0, 0, 1, 2]))
    def begin(self, tier, stage):
        portfolio = a_portfolio(time_zone="UTC")
        workflows.publish(portfolio.pk, definition=DEFINITION, actor=SYSTEM)
        portfolio.refresh_from_db()
        told = {"tier": tier, "personal_data": False, "vendor": False, "problem": "Slow", "metric_target": 5}
        self.project = a_project(portfolio, llm=False, **told)
        people = [a_member(portfolio, name=f"Person {n}") for n in range(len(CAST) + 2)]
        self.people = {each.pk: each for each in people}
        self.ids = [each.pk for each in people]
        self.world = Foretold(START.date(), told)
        for role, person in zip(CAST[:-1], self.ids, strict=False):
            self._name(role, person)
        standing_roles.name(portfolio.pk, user_id=self.ids[7], role="LE", actor=SYSTEM)
        self.world.standing.add(("LE", self.ids[7]))
        for _ in range(stage):
            self.sign_for(self.world.next_gate())
            self.advance()

    # What must be true after each step

    @invariant()
    def gates_open_as_foretold(self):
        project = Project.objects.select_related("portfolio").get(pk=self.project.pk)
        workflow = facts.workflow(project)
        known = gate_facts.of(project, workflow.gates)
        for gate in workflow.gates:
            found = gates.obstacles(gate, known, is_launch=workflow.is_launch(gate))
            assert (not found) == self.world.passes(gate.code), (gate.code, found)
            signed = [each.ref for each in gates.signed(gate, known)]
            assert signed == [row.pk for row in self.world.counting(gate.code)]
        assert (project.stage, project.attempt) == (self.world.stage, self.world.attempt)

    @invariant()
    def what_is_written_stays_written(self):
        rows = {row["id"]: row for row in SignOff.objects.values()}
        for pk, before in self.written.items():
            _same_or_new(before, rows[pk])
        self.written = rows
        assert [_told(rows[pk]) for pk in sorted(rows)] == [
            (row.pk, row.decision, row.signer, row.acts_for, row.withdrawn, row.superseded, row.used)
            for row in self.world.rows
        ]
        for packet in Packet.objects.all():
            assert hashlib.sha256(packet.content.encode()).hexdigest() == packet.sha256
            assert packets.canonical(json.loads(packet.content)) == packet.content

    @invariant()
    def everything_is_told_once(self):
        rows = self.world.rows
        wanted = Counter(
            "signoff.recused" if row.decision == "recused" else "signoff.decided"
            for row in rows
            if row.decision
        )
        wanted += Counter(
            "signoff.withdrawn" if row.decision else "signoff.called_off" for row in rows if row.withdrawn
        )
        wanted["condition.closed"] = sum(each.closed for row in rows for each in row.demands)
        told = Counter(Event.objects.filter(kind__in=TOLD).values_list("kind", flat=True))
        assert told == +wanted
        closed = Condition.objects.exclude(closed_on=None).count()
        assert closed == wanted["condition.closed"]

    # What is done in both worlds

    def _decide(self, row, person, decision, demand, *, is_fresh=True):
        world, packet = self.world, SignOff.objects.get(pk=row.pk).packet
        present = seen(packet.signoffs.first())
        shown = present if is_fresh else packet.sha256
        fits = world.may_answer(row, person, decision) and shown == present
        passed, target = world.passes(row.gate), world.answered(row, person)
        kind, days = demand
        due = world.today + timedelta(days) if days else None
        asks = [Asked("Load test", kind, None, due)] if decision == "approved_with_conditions" else []
        said = {"reason": "Because", "would_change": "Something", "seen": shown, "conditions": asks}
        found = self._try(
            fits,
            lambda: decisions.decide(row.pk, decision=decision, actor=self._as(person), **said),
        )
        if found is None:
            return
        row.superseded |= row.decision != ""
        if not (target.waits and target.packet == world.packet(row.gate)):
            target.superseded = True
            target = self._follow(target, found)
        assert found.pk == target.pk
        target.decision, target.signer = decision, person
        target.acts_for = world.signatories(row.role)[person]
        target.day, target.demands = world.today, [Demand(kind, due)] if asks else []
        told = Event.objects.filter(kind="signoff.decided").latest("pk")
        assert (told.actor_id, told.payload["signoff"], told.payload["packet"]) == (person, found.pk, present)
        if decision != "rejected" and passed:
            assert world.passes(row.gate), "a signature closed a gate"

    def _follow(self, row, made):
        """The request in the name of who asked for this one."""
        packet = self.world.packet(row.gate)
        following = Row(made.pk, row.gate, row.attempt, row.role, row.binding, packet, row.asked_by)
        self._append(made, following)
        return following

    def _append(self, made, row):
        assert (made.attempt, made.is_binding, made.requested_by_id) == (
            row.attempt,
            row.binding,
            row.asked_by,
        )
        self.world.rows.append(row)
        self.world.rows.sort(key=lambda each: each.pk)

    def _move(self, fits, gate, **said):
        found = self._try(fits, lambda: moves.make(self.project.pk, actor=SYSTEM, **said))
        if found is None:
            return False
        passed = next((each for each in found.move.gates if each["code"] == gate), None)
        if passed:
            counting = self.world.counting(gate)
            assert passed["signoffs"] == [row.pk for row in counting]
            for row in counting:
                row.used = True
            for row in self.world.rows:
                row.superseded |= row.waits and row.gate == gate
        return True

    def _restart(self):
        moves.make(self.project.pk, kind="restart", actor=SYSTEM)
        world = self.world
        world.outcome, world.stage, world.attempt, world.held = "open", STAGES[0], world.attempt + 1, False
        for row in world.rows:
            row.superseded |= row.waits

    def _try(self, fits, attempt):
        """What came of it, or nothing where it was refused; as foretold."""
        found, why = None, "this should have been refused"
        try:
            with transaction.atomic():
                found = attempt()
        except (Refused, NotAllowed) as refusal:
            why = (refusal, getattr(refusal, "obstacles", ""))
        assert (found is not None) == bool(fits), why
        return found

    def _name(self, role, person):
        teams.assign(self.project.pk, user_id=person, role=role, actor=SYSTEM)
        self.world.team.add((role, person))

    def _row(self, pick):
        """Mostly one of the newest."""
        return self.world.rows[-1 - pick % min(len(self.world.rows), 12)]

    def _active(self, who):
        able = [each for each in self.ids if each not in self.world.inactive]
        return able[who % len(able)]

    def _as(self, person):
        return acting(self.people[person])

    def _link(self):
        self.links += 1
        return f"https://reports.example.org/{self.links}"


def _told(row):
    """A row of the database as the naive reading has it."""
    moments = [row[name] is not None for name in ("withdrawn_at", "superseded_at", "used_at")]
    return (row["id"], row["decision"], row["signer_id"], row["acts_for_id"], *moments)


def _same_or_new(before, now):
    for moment, others in MOMENTS.items():
        if before[moment]:
            assert {name: now[name] for name in (moment, *others)} == {
                name: before[name] for name in (moment, *others)
            }
    later = {*MOVES_ON, *MOMENTS, *(name for others in MOMENTS.values() for name in others)}
    assert {name: now[name] for name in before.keys() - later} == {
        name: before[name] for name in before.keys() - later
    }
