"""Whatever is done to a project in whatever order: gates open exactly when a naive reading says so.

Requests, decisions, changes, deputies, time and moves are thrown at one project on the real database. Each
step is foretold by `naive.py` and `foretold.py`, refusals too; after each step every gate, every request
and every event is compared with them (`story.py`).
"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from projects.actions import (
    blockers,
    conditions,
    decisions,
    delegations,
    evidence,
    projects,
    signoffs,
    teams,
)
from projects.errors import Refused
from projects.models import Condition
from tests.factories import SYSTEM, a_member
from tests.projects.actions.blockers.cases import raised
from tests.projects.actions.signoffs.naive import APPROVALS, GATES, STAGES, Row
from tests.projects.actions.signoffs.story import CAST, Story

pytestmark = pytest.mark.django_db
WHO, PICK = st.integers(0, len(CAST) + 1), st.integers(0, 30)
CODES = st.sampled_from(sorted(GATES))
DECISIONS = st.sampled_from([*APPROVALS, "approved", "approved", "rejected", "feedback_given"])
DEMANDS = st.sampled_from([("before_gate", 0), ("before_gate", 9), ("before_next_gate", 0), ("by_date", 5)])
EDITS = st.sampled_from(
    [
        {"name": "Another name"},
        {"description": "Longer words"},
        {"problem": ""},
        {"problem": "Too slow"},
        {"metric_target": 6},
        {"metric_target": 7},
        {"objective": "Fewer calls"},
        {"model_version": "2"},
        {"vendor": True},
        {"vendor": None},
        {"personal_data": True},
        {"personal_data": False},
        {"tier": "low"},
        {"tier": "medium"},
        {"tier": "high"},
    ]
)


class Sequences(Story):
    """Everything that may happen next."""

    # What people do with requests

    @rule(gate=CODES, who=WHO, only=st.sampled_from([None, None, "PO", "SP", "RV", "SE"]))
    def ask(self, gate, who, only):
        world, by = self.world, self._active(who)
        fits, roles = world.asking(gate, by, only)
        wanted = None if only is None else [only]
        found = self._try(
            fits, lambda: signoffs.ask(self.project.pk, gate=gate, only=wanted, actor=self._as(by))
        )
        if found is None:
            return
        assert sorted(row.role for row in found.made) == sorted(roles)
        for row in found.made:
            for each in world.rows:
                if (each.gate, each.role, each.attempt) == (gate, row.role, world.attempt):
                    each.superseded |= world.faded(each)
        for row in found.made:
            binding = GATES[gate][4][row.role] != "feedback"
            self._append(row, Row(row.pk, gate, world.attempt, row.role, binding, world.packet(gate), by))

    @precondition(lambda self: self.world.rows)
    @rule(
        pick=PICK, who=WHO, decision=DECISIONS, demand=DEMANDS, is_fresh=st.sampled_from([True, True, False])
    )
    def decide(self, pick, who, decision, demand, is_fresh):
        self._decide(self._row(pick), self.ids[who], decision, demand, is_fresh=is_fresh)

    @precondition(lambda self: self.world.rows)
    @rule(pick=PICK, other=st.booleans(), decision=DECISIONS, demand=DEMANDS)
    def decide_as_one_may(self, pick, other, decision, demand):
        row = self._row(pick)
        able = [*self.world.signatories(row.role), self.ids[0]]
        person = row.signer or able[min(other, len(able) - 1)]
        fits = row.binding or decision == "rejected"
        self._decide(row, person, decision if fits else "feedback_given", demand)

    @rule(gate=CODES)
    def sign_for(self, gate):
        """Everybody who has to sign a gate does: by chance alone hardly any gate would ever open."""
        self.ask(gate, len(CAST), None)
        for row in [each for each in self.world.rows if each.waits and each.gate == gate and each.binding]:
            people = self.world.signatories(row.role)
            able = [each for each in people if self.world.may_answer(row, each, "approved")]
            if able:
                self._decide(row, able[0], "approved", ("by_date", 5))

    @precondition(lambda self: self.world.rows)
    @rule(pick=PICK, who=WHO)
    def recuse(self, pick, who):
        world, row, person = self.world, self._row(pick), self.ids[who]
        fits = row.waits and world.is_ahead(row.gate) and person in world.signatories(row.role)
        acts_for = world.signatories(row.role).get(person)
        found = self._try(fits, lambda: decisions.recuse(row.pk, reason="A conflict", actor=self._as(person)))
        if found is not None:
            row.decision, row.signer, row.acts_for, row.day = "recused", person, acts_for, world.today
            self._follow(row, found)

    @precondition(lambda self: self.world.rows)
    @rule(pick=PICK, who=WHO, by_signer=st.booleans())
    def withdraw(self, pick, who, by_signer):
        row = self._row(pick)
        person = row.signer if by_signer and row.signer else self.ids[who]
        if person in self.world.inactive:
            return
        fits = row.signer == person and (row.withdrawn or not (row.used or row.decision == "recused"))
        if self._try(fits, lambda: decisions.withdraw(row.pk, reason="No more", actor=self._as(person))):
            row.withdrawn = True

    @precondition(lambda self: self.world.rows)
    @rule(pick=PICK, who=WHO)
    def call_off(self, pick, who):
        row, by = self._row(pick), self._active(who)
        heads = {person for role, person in self.world.team if role in ("SP", "PO")}
        fits = by in heads | {row.asked_by} and (row.waits or row.withdrawn)
        if self._try(fits, lambda: signoffs.call_off(row.pk, actor=self._as(by))):
            row.withdrawn = True

    @precondition(lambda self: any(row.demands for row in self.world.rows))
    @rule(pick=PICK, who=WHO, by_signer=st.booleans())
    def close_a_condition(self, pick, who, by_signer):
        rows = [row for row in self.world.rows if row.demands]
        # Closing brings a signature back that has lapsed: those first, or it would hardly come about.
        lapsed = [row for row in rows if self.world.faded(row) and self.world.overdue(row)]
        row = (lapsed or rows)[pick % len(lapsed or rows)]
        person = row.signer if by_signer else self.ids[who]
        if person in self.world.inactive:
            return
        able = self.world.signatories(row.role)
        fits = row.signer == person or (person in able and row.signer not in able)
        pk = Condition.objects.get(signoff=row.pk).pk
        if self._try(fits, lambda: conditions.close(pk, actor=self._as(person))):
            row.demands[0].closed = True

    # What happens around them

    @rule(fields=EDITS)
    def edit(self, fields):
        """A tier below the rule is refused by rules that are not looked at here."""
        try:
            projects.edit(self.project.pk, version=None, actor=SYSTEM, **fields)
        except Refused:
            return
        self.world.facts |= fields

    @rule(
        who=WHO, kind=st.sampled_from(["validation_report", "model_card"]), gate=st.sampled_from(["", "G6"])
    )
    def add_evidence(self, who, kind, gate):
        link, by = self._link(), self._active(who)
        said = {"kind": kind, "title": "Report", "url": link, "gate": gate}
        version = evidence.add(self.project.pk, actor=self._as(by), **said)
        item = {"kind": kind, "gate": gate, "content": link, "author": by, "day": self.world.today}
        self.world.evidence[version.evidence_id] = {**item, "present": True}

    @precondition(lambda self: self.world.evidence)
    @rule(pick=PICK, who=WHO, what=st.sampled_from(["replace", "remove", "restore"]))
    def change_evidence(self, pick, who, what):
        keys, by, link = list(self.world.evidence), self._active(who), self._link()
        key = keys[pick % len(keys)]
        item = self.world.evidence[key]
        if what == "replace":
            fits = item["present"]
            if self._try(fits, lambda: evidence.replace(key, url=link, actor=self._as(by))):
                item |= {"content": link, "author": by, "day": self.world.today}
        else:
            getattr(evidence, what)(key, actor=self._as(by))
            item["present"] = what == "restore"

    @rule(severity=st.sampled_from(["medium", "high", "solved"]))
    def block(self, severity):
        if severity != "solved":
            raised(self.project, severity=severity, title=self._link())
            self.world.blockers.append(severity)
            return
        for row in self.project.blockers.filter(resolution=""):
            blockers.resolve(row.pk, resolution="solved", actor=SYSTEM)
        self.world.blockers.clear()

    @rule(role=st.sampled_from(CAST), who=WHO, is_named=st.booleans())
    def change_the_team(self, role, who, is_named):
        person = self._active(who)
        if is_named:
            self._name(role, person)
        else:
            teams.release(self.project.pk, user_id=person, role=role, actor=SYSTEM)
            self.world.team.discard((role, person))

    @rule(who=WHO)
    def switch_somebody_off_or_on(self, who):
        person = self.ids[who]
        self.world.inactive ^= {person}
        is_active = person not in self.world.inactive
        get_user_model().objects.filter(pk=person).update(is_active=is_active)
        self.people[person].is_active = is_active

    @rule(role=st.sampled_from(CAST), who=WHO, other=WHO, days=st.sampled_from([3, 60]))
    def give_a_deputy(self, role, who, other, days):
        today, pair = self.world.today, (self.ids[who], self.ids[other])
        said = {"role": role, "from_on": today, "to_on": today + timedelta(days)}
        try:
            given = delegations.give(
                self.project.portfolio_id, person_id=pair[0], deputy_id=pair[1], actor=SYSTEM, **said
            )
        except Refused:
            return
        self.world.deputies[given.pk] = (role, *pair, said["from_on"], said["to_on"])

    @precondition(lambda self: self.world.deputies)
    @rule(pick=PICK)
    def end_a_delegation(self, pick):
        key = list(self.world.deputies)[pick % len(self.world.deputies)]
        delegations.end(key, actor=SYSTEM)
        del self.world.deputies[key]

    @rule(days=st.sampled_from([1, 1, 6, 20, 61, 91]))
    def wait(self, days):
        self.time.shift(timedelta(days))
        self.world.today += timedelta(days)

    # Moves

    @rule()
    def advance(self):
        world, gate = self.world, self.world.next_gate()
        if world.stage == STAGES[-1]:
            return
        to = STAGES[STAGES.index(world.stage) + 1]
        fits = not world.held and self.world.lets_through(gate)
        if self._move(fits, gate, to=to):
            world.stage, world.ever_live = to, world.ever_live or to == STAGES[-1]

    @rule()
    def recertify(self):
        fits = self.world.stage == STAGES[-1] and not self.world.held and self.world.lets_through("G7")
        self._move(fits, "G7", kind="recertify")

    @rule(is_restarted=st.booleans())
    def end(self, is_restarted):
        world = self.world
        kind, gate = ("retire", "G8") if world.ever_live else ("stop", "GX")
        if world.outcome != "open":
            return
        if self._move(self.world.lets_through(gate), gate, kind=kind, reason_code="budget", note="Over"):
            world.outcome, world.held = "retired" if world.ever_live else "stopped", False
        if world.outcome == "stopped" and is_restarted:
            self._restart()

    @rule(to=st.sampled_from(STAGES[:-1]))
    def go_back(self, to):
        world = self.world
        if STAGES.index(to) < STAGES.index(world.stage):
            said = {"to": to, "reason_code": "pivot", "note": "Other goal"}
            if self._move(world.outcome == "open", "", kind="back", **said):
                world.stage, world.held = to, False

    @rule()
    def hold_or_resume(self):
        world, approver = self.world, a_member(self.project.portfolio, "manager")
        kind = "resume" if world.held else "hold"
        until = world.today + timedelta(30)
        if self._move(world.outcome == "open", "", kind=kind, note="Wait", until=until, approver=approver):
            world.held = not world.held


def test_gates_are_open_when_the_specification_says_so_whatever_happens():
    # Few long stories rather than many short ones: what goes wrong here takes a dozen steps to come about.
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
