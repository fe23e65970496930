"""Two people at once: one wins, the other is told, and nothing is written twice. On a real PostgreSQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import moves, projects, updates, waivers
from projects.errors import Refused, Stale
from projects.models import Event, Move, Project, Spell, Waiver
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, on_team
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def project():
    return a_project(a_portfolio())


def test_the_same_advance_by_two_people_is_one_move(project):
    people = [acting(a_member(project.portfolio)) for _ in range(4)]
    results = at_once(*[lambda who=who: moves.make(project.pk, to="framing", actor=who) for who in people])
    made = [result.move for result in results]
    assert sum(move is not None for move in made) == 1
    assert Move.objects.filter(project=project).count() == 1
    assert Spell.objects.filter(project=project, left_at=None).count() == 1
    assert Event.objects.filter(project=project, kind="stage.advanced").count() == 1


def test_of_two_who_saw_the_same_version_one_is_told_what_changed(project):
    maker, stopper = acting(a_member(project.portfolio)), acting(a_member(project.portfolio, "manager"))
    seen = project.version
    results = at_once(
        lambda: moves.make(project.pk, to="framing", version=seen, actor=maker),
        lambda: moves.make(project.pk, kind="stop", reason_code="budget", version=seen, actor=stopper),
    )
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], Stale)
    assert refusals[0].obstacles
    assert Move.objects.filter(project=project).count() == 1


def test_one_external_id_makes_one_move_however_often_it_is_sent_at_once(project):
    robot = acting(a_member(project.portfolio))
    send = [
        lambda: moves.make(project.pk, to="framing", source="ci", external_id="7", actor=robot)
        for _ in range(5)
    ]
    results = at_once(*send)
    assert {result.move.pk for result in results} == {Move.objects.get(project=project).pk}


def test_projects_added_at_once_get_different_keys(project):
    portfolio = project.portfolio
    results = at_once(
        *[lambda n=n: projects.create(portfolio.pk, name=f"P {n}", actor=SYSTEM) for n in range(6)]
    )
    keys = {result.key for result in results}
    assert len(keys) == 6
    assert keys | {project.key} == {f"{portfolio.key_prefix}-{n}" for n in range(1, 8)}


def test_two_edits_of_one_version_are_not_both_saved(project):
    editors = [acting(a_member(project.portfolio)) for _ in range(2)]
    seen = project.version
    results = at_once(
        lambda: projects.edit(project.pk, version=seen, problem="Theirs", actor=editors[0]),
        lambda: projects.edit(project.pk, version=seen, problem="Mine", actor=editors[1]),
    )
    assert sorted(type(result).__name__ for result in results) == ["Project", "Stale"]


def test_an_update_and_a_move_at_once_are_both_kept(project):
    who = acting(a_member(project.portfolio))
    at_once(
        lambda: updates.post(project.pk, health="at_risk", text="The label is unclear.", actor=who),
        lambda: moves.make(project.pk, to="framing", actor=who),
    )
    row = Project.objects.get(pk=project.pk)
    assert (row.health, row.stage, row.version) == ("at_risk", "framing", project.version + 2)


def test_a_waiver_is_signed_once_by_the_second_person(project):
    sponsors = [on_team(project, "SP") for _ in range(2)]
    manager = a_member(project.portfolio, "manager")
    projects.edit(project.pk, version=None, tier="low", actor=SYSTEM)
    waiver = waivers.ask(
        project.pk,
        to="data",
        reason="The metric is fixed by law.",
        expires_on=timezone.localdate() + timedelta(days=30),
        actor=acting(manager),
    )
    at_once(*[lambda who=who: waivers.sign(waiver.pk, actor=acting(who)) for who in sponsors])
    signed = Waiver.objects.get(pk=waiver.pk)
    assert signed.signed_at
    assert {signed.manager_id, signed.sponsor_id} <= {manager.pk, *[one.pk for one in sponsors]}
    assert Event.objects.filter(kind="waiver.signed").count() == 1
