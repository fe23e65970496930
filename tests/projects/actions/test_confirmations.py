"""Answers confirmed as still true, and agreed by a second person."""

from dataclasses import replace
from datetime import date

import pytest

from projects.actions import answers, projects
from projects.actions.answers import Given
from projects.errors import Refused
from projects.models import Answer, Event, Project
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import LINK, MONDAY, grown_old, short, stored, told

pytestmark = pytest.mark.django_db
YES = Given("WP1", "Y", LINK)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def anna(project):
    return acting(a_member(project.portfolio, name="Anna"))


@pytest.fixture
def ben(project):
    return acting(a_member(project.portfolio, name="Ben"))


@pytest.fixture
def old(project, anna, ben, monday):
    """Answers that are 60 days old."""
    return grown_old(project, anna, ben, monday)


@pytest.mark.parametrize(
    ("named", "renewed"),
    [
        ({}, ["DQ1", "WP1", "WP2"]),
        ({"pitfall": "P1"}, ["WP1", "WP2"]),
        ({"pitfall": "P2"}, ["DQ1"]),
        ({"pitfall": "P3"}, []),
        ({"questions": ["WP2", "WP3"]}, ["WP2"]),
        ({"pitfall": "P2", "questions": ["WP2"]}, []),
    ],
)
def test_still_true_renews_what_can_grow_old(old, ben, named, renewed):
    before = Event.objects.count()
    assert answers.confirm(old.pk, actor=ben, **named) == len(renewed)
    today = date(2027, 1, 22)
    fresh = Answer.objects.filter(confirmed_on=today, confirmed_by=ben.user)
    assert sorted(fresh.values_list("question", flat=True)) == renewed
    assert sorted(name for name, each in short(old).items() if each[1] == today.isoformat()) == renewed
    assert Answer.objects.count() == 6
    if renewed:
        (said,) = told(old, "answers.confirmed")
        assert said["pitfall"] == named.get("pitfall", "")
        assert sorted(said["questions"]) == renewed
        assert said["count"] == len(renewed)
    else:
        assert Event.objects.count() == before


def test_still_true_makes_the_score_young_again(old, ben):
    projects.edit(old.pk, version=old.version, actor=ben, name="Scored on this day")
    aged = Project.objects.get(pk=old.pk)
    answers.confirm(old.pk, actor=ben)
    young = Project.objects.get(pk=old.pk)
    assert young.risk < aged.risk
    assert young.confidence > aged.confidence


def test_still_true_twice_on_a_day_is_told_once(old, ben):
    answers.confirm(old.pk, actor=ben)
    before = stored(old)
    assert answers.confirm(old.pk, actor=ben) == 3
    assert stored(old) == before


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ({"pitfall": "P9"}, "pitfall"),
        ({"questions": ["GA1"]}, "questions"),
        ({"questions": ["x"] * 9}, "questions"),
    ],
)
def test_what_is_not_asked_cannot_be_confirmed(old, ben, named, field):
    before = stored(old)
    with pytest.raises(Refused) as refused:
        answers.confirm(old.pk, actor=ben, **named)
    assert {each.field for each in refused.value.obstacles} == {field}
    assert stored(old) == before


# The second person


def test_not_applicable_is_not_known_until_another_person_agrees(project, anna, ben, monday):
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=anna)
    assert short(project) == {"DQ4": ["U", "2026-11-23", None]}
    unknown = Project.objects.get(pk=project.pk).risk
    with pytest.raises(Refused) as refused:
        answers.agree(project.pk, question="DQ4", actor=anna)
    assert refused.value.code == "second_person_needed"
    row = answers.agree(project.pk, question="DQ4", actor=ben)
    assert (row.agreed_by, row.agreed_at) == (ben.user, MONDAY)
    assert short(project) == {"DQ4": ["X", "2026-11-23", None]}
    assert Project.objects.get(pk=project.pk).assessment.record["answers"] == {"DQ4": ["X", 0]}
    assert Project.objects.get(pk=project.pk).risk <= unknown
    assert told(project, "answer.agreed") == [{"question": "DQ4", "answer": row.pk}]


def test_agreeing_again_changes_nothing(project, anna, ben):
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=anna)
    answers.agree(project.pk, question="DQ4", actor=ben)
    before = stored(project)
    answers.agree(project.pk, question="DQ4", actor=ben)
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=ben)
    assert stored(project) == before


def test_another_reason_needs_another_agreement(project, anna, ben):
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=anna)
    answers.agree(project.pk, question="DQ4", actor=ben)
    answers.give(project.pk, given=Given("DQ4", "X", reason="Labels are bought."), actor=ben)
    assert short(project)["DQ4"][0] == "U"
    with pytest.raises(Refused):
        answers.agree(project.pk, question="DQ4", actor=ben)
    answers.agree(project.pk, question="DQ4", actor=anna)
    assert short(project)["DQ4"][0] == "X"


def test_a_machine_is_no_second_person(project, anna):
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=anna)
    service = a_member(project.portfolio)
    service.is_service = True
    service.save()
    for machine in (acting(service, "api"), SYSTEM):
        with pytest.raises(Refused) as refused:
            answers.agree(project.pk, question="DQ4", actor=machine)
        assert refused.value.code == "second_person_needed"
    assert short(project)["DQ4"][0] == "U"


def test_what_a_machine_calls_not_applicable_waits_for_a_person(project, anna):
    service = a_member(project.portfolio)
    service.is_service = True
    service.save()
    answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=acting(service, "api"))
    assert short(project)["DQ4"][0] == "U"
    answers.agree(project.pk, question="DQ4", actor=anna)
    assert short(project)["DQ4"][0] == "X"


@pytest.mark.parametrize(
    ("question", "code"), [("WP1", "no_confirmation"), ("WP2", "not_answered"), ("ZZ", "not_answered")]
)
def test_only_a_not_applicable_is_agreed(project, anna, ben, question, code):
    answers.give(project.pk, given=YES, actor=anna)
    with pytest.raises(Refused) as refused:
        answers.agree(project.pk, question=question, actor=ben)
    assert refused.value.code == code


def test_not_applicable_in_a_file_has_been_agreed_where_it_comes_from(project, anna):
    said = Given("DQ4", "X", reason="No labels.")
    answers.give(project.pk, given=said, actor=anna)
    assert short(project)["DQ4"][0] == "U"
    answers.give(project.pk, given=replace(said, is_agreed=True), actor=acting(anna.user, "import"))
    assert short(project)["DQ4"][0] == "X"
    answers.give(project.pk, given=said, actor=anna)
    assert short(project)["DQ4"][0] == "X"


@pytest.mark.parametrize("letter", ["C", "N", "T"])
def test_nothing_but_not_applicable_is_agreed(project, anna, letter):
    answers.give(project.pk, given=Given("DQ4", letter, is_agreed=True), actor=anna)
    assert Answer.objects.get().agreed_at is None
