"""Attention: who did something themselves, what counts as a word on a project, and which flags it answers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolio import outbox
from projects.actions import answers, blockers, checklists, comments, evidence, flags, measurements
from projects.actions import projects as project_actions
from projects.actions.answers import Given
from projects.actors import Actor
from projects.models import Flag, Presence, Project
from tests.factories import (
    SYSTEM,
    a_flag,
    a_key,
    a_member,
    a_portfolio,
    a_project,
    acting,
    on_team,
    signed_off,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=200)
FAR = timezone.now() + timedelta(days=900)


@pytest.fixture
def owner():
    return a_member(a_portfolio(), name="Olga")


@pytest.fixture
def project(owner):
    """Nobody has said anything of it for a long time, and nothing makes it due."""
    project = a_project(owner.memberships.get().portfolio, owner=owner)
    Project.objects.update(last_update_at=LONG_AGO, flags_due_at=FAR)
    project.refresh_from_db()
    return project


def heard():
    while outbox.pass_on():
        pass


def spoke(project):
    """Whether somebody has spoken of it lately."""
    project.refresh_from_db()
    return project.last_update_at > LONG_AGO


SAYING = {
    "an answer": lambda pk, actor: answers.give(pk, given=Given("WP1", "N"), actor=actor),
    "a checklist": lambda pk, actor: checklists.fill(
        pk, checklist="production", points={"C5": Decimal(1)}, actor=actor
    ),
    "a measurement": lambda pk, actor: measurements.post(
        pk, metric="auc", value=Decimal(1), measured_on=date(2026, 1, 1), actor=actor
    ),
    "evidence": lambda pk, actor: evidence.add(
        pk, kind="model_card", title="Card", url="https://example.org/card", actor=actor
    ),
    "a blocker": lambda pk, actor: blockers.raise_(
        pk, title="No access", category="data_access", severity="low", actor=actor
    ),
}


@pytest.mark.parametrize("name", SAYING)
def test_what_says_something_ends_the_silence_and_answers_the_flags(project, owner, name):
    flag = a_flag(project, "GATE_OVERDUE", opened_at=LONG_AGO)
    SAYING[name](project.pk, acting(owner))
    assert spoke(project)
    heard()
    flag.refresh_from_db()
    assert flag.answered_at is not None  # it was cleared as well: it had no cause


@pytest.mark.parametrize("name", ["a measurement", "evidence"])
def test_a_key_ends_the_silence_and_answers_nothing(project, name):
    key, _ = a_key(project.portfolio)
    flag = a_flag(project, "GATE_OVERDUE", opened_at=LONG_AGO)
    SAYING[name](project.pk, Actor(key.user, "api", scopes=frozenset(key.scopes)))
    assert spoke(project)
    heard()
    flag.refresh_from_db()
    assert flag.answered_at is None
    assert not Presence.objects.exists()


def test_edits_and_comments_say_nothing_but_show_that_somebody_is_there(project, owner):
    project_actions.edit(project.pk, version=None, name="Claims sorter", actor=acting(owner))
    comments.post(project.pk, text="Looks good.", actor=acting(owner))
    assert not spoke(project)
    heard()
    assert Presence.objects.get().user_id == owner.pk


@pytest.mark.parametrize("door", ["import", "sample"])
def test_files_neither_say_something_nor_show_anybody(project, owner, door):
    answers.give(project.pk, given=Given("WP1", "N"), actor=acting(owner, door))
    heard()
    assert not spoke(project)
    assert not Presence.objects.exists()


def test_an_answer_from_before_a_flag_became_critical_is_none(project, owner):
    comments.post(project.pk, text="Hm.", actor=acting(owner))
    SAYING["an answer"](project.pk, acting(owner))
    flag = a_flag(project, "GATE_OVERDUE", "critical", opened_at=timezone.now() + timedelta(seconds=1))
    heard()
    flag.refresh_from_db()
    assert flag.answered_at is None


def test_the_first_word_counts_and_a_drain_that_comes_again_changes_nothing(project, owner):
    flag = a_flag(project, "GATE_UNPLANNED", opened_at=LONG_AGO)
    Presence.objects.create(user=owner, acted_at=LONG_AGO)
    SAYING["a blocker"](project.pk, acting(owner))
    heard()
    first = Flag.objects.get(pk=flag.pk).answered_at
    SAYING["evidence"](project.pk, acting(owner))
    heard()
    assert Flag.objects.get(pk=flag.pk).answered_at == first
    assert Presence.objects.get().acted_at > first


def test_an_owner_who_is_back_clears_the_flag_by_the_next_sweep(project, owner):
    Project.objects.update(created_at=LONG_AGO, flags_due_at=LONG_AGO)
    flags.sweep(None, actor=SYSTEM, now=timezone.now())
    raised = Flag.objects.filter(rule="OWNER_INACTIVE", cleared_at=None)
    assert raised.get().severity == "critical"
    elsewhere = a_project(project.portfolio, "Another")
    comments.post(elsewhere.pk, text="Here I am.", actor=acting(owner))
    heard()
    flags.sweep(None, actor=SYSTEM, now=timezone.now())
    assert not raised.exists()


def test_signatures_and_conditions_speak_too(project):
    on_team(project, "SP")
    signed_off(project, "G0")
    assert spoke(project)
