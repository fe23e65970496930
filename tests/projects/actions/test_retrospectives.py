"""What was learned is written down once, beside the decision that it looks back at."""

from decimal import Decimal

import pytest

from projects.actions import moves, projects, retrospectives, stages
from projects.errors import NotAllowed, Refused
from projects.models import Event, Retrospective
from projects.queries import retrospectives as queries
from projects.queries import timelines
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db
SAID = {"happened": "The data came for one region only.", "lesson": "Access that is not signed is no access."}


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def stop(project):
    return moves.make(project.pk, kind="stop", reason_code="data_quality", actor=SYSTEM).move


def test_it_is_kept_with_who_wrote_it_and_what_it_is_about(project, stop):
    author = a_member(project.portfolio, name="Mina Berg")
    said = {**SAID, "pitfall": "P2", "team_effect": " Tired. ", "sunk_cost": Decimal(84_000)}
    retrospectives.write(project.pk, move_id=stop.pk, actor=acting(author), **said)
    (look,) = queries.of_project(project)
    assert (look.about, look.row.written_by, look.row.lesson) == ("Stopped", author, SAID["lesson"])
    assert (look.row.team_effect, look.row.sunk_cost) == ("Tired.", 84_000)
    assert look.pitfall == "Data quality and labelling"
    event = Event.objects.get(kind="retrospective.written")
    assert event.payload == {"retrospective": look.row.pk, "move": stop.pk, "pitfall": "P2"}


def test_the_history_says_the_lesson(project, stop):
    retrospectives.write(project.pk, move_id=stop.pk, actor=acting(a_member(project.portfolio)), **SAID)
    (entry,) = timelines.page(project, "people", "").entries
    assert (entry.text, entry.detail) == ("wrote a retrospective", SAID["lesson"])


WRONG = {
    "no text": ({"happened": "  "}, "happened"),
    "no lesson": ({"lesson": ""}, "lesson"),
    "too long": ({"lesson": "x" * 4_001}, "lesson"),
    "no such pitfall": ({"pitfall": "P9"}, "pitfall"),
    "a cost below nothing": ({"sunk_cost": Decimal(-1)}, "sunk_cost"),
    "another move": ({"move_id": 0}, "move"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_kept_is_refused_with_its_field(project, wrong):
    changed, field = WRONG[wrong]
    with pytest.raises(Refused) as refusal:
        retrospectives.write(project.pk, actor=SYSTEM, **{**SAID, **changed})
    assert [each.field for each in refusal.value.obstacles] == [field]
    assert not Retrospective.objects.exists()
    assert not Event.objects.filter(kind="retrospective.written").exists()


def test_an_advance_and_moves_of_others_are_no_decisions_to_look_back_at(project, stop):
    neighbour = a_project(project.portfolio, "Neighbour")
    stages.report(neighbour.pk, to="framing", actor=SYSTEM)
    for move in [neighbour.moves.get(), stop]:
        with pytest.raises(Refused):
            retrospectives.write(neighbour.pk, move_id=move.pk, actor=SYSTEM, **SAID)


def test_what_is_archived_is_looked_at_only(project):
    projects.archive(project.pk, actor=SYSTEM)
    with pytest.raises(Refused):
        retrospectives.write(project.pk, actor=SYSTEM, **SAID)


def test_who_works_on_it_may_write_and_who_only_looks_may_not(project):
    retrospectives.write(project.pk, actor=acting(on_team(project, "EN")), **SAID)
    retrospectives.write(project.pk, actor=acting(a_member(project.portfolio, "contributor")), **SAID)
    for person in (a_member(project.portfolio, "viewer"), a_person()):
        with pytest.raises(NotAllowed):
            retrospectives.write(project.pk, actor=acting(person), **SAID)
    assert Retrospective.objects.count() == 2
