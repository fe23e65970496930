"""The end of a blocker: resolved, accepted, opened again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import blockers
from projects.errors import NotAllowed
from projects.models import Blocker
from projects.models.blockers import POLICY
from tests.factories import (
    SYSTEM,
    a_member,
    acting,
    on_team,
)
from tests.projects.actions.blockers.cases import (
    TODAY,
    kinds,
    newest,
    raised,
    refused,
    steps_told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


@pytest.mark.parametrize("resolution", [kind.code for kind in POLICY.resolutions])
def test_it_is_resolved_in_one_of_four_ways_today_or_before(project, maker, night, resolution):
    blocker = raised(project)
    night.shift(timedelta(5))
    done = blockers.resolve(
        blocker.pk, resolution=resolution, on=TODAY + timedelta(3), note=" They agreed. ", actor=maker
    )
    assert (done.resolution, done.resolved_on, done.resolved_by) == (
        resolution,
        date(2027, 3, 5),
        maker.user,
    )
    assert done.resolution_note == "They agreed."
    assert newest(project, "blocker.resolved")["on"] == "2027-03-05"


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"resolution": "forgotten"}, "resolution", "resolution_unknown"),
        ({"resolution": "solved", "on": TODAY - timedelta(1)}, "resolved_on", "before_raised"),
        ({"resolution": "solved", "on": TODAY + timedelta(1)}, "resolved_on", "in_future"),
        ({"resolution": "solved", "note": "a\0"}, "note", "unusable_character"),
    ],
)
def test_a_wrong_end_is_refused(project, maker, said, field, code):
    blocker = raised(project)
    assert refused(lambda: blockers.resolve(blocker.pk, actor=maker, **said)) == {field: code}


def test_resolved_again_in_the_same_way_is_no_change_in_another_is_refused(project, maker):
    blocker = raised(project)
    first = blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    again = blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    assert (again.version, kinds(project).count("blocker.resolved")) == (first.version, 1)
    assert refused(lambda: blockers.resolve(blocker.pk, resolution="avoided", actor=maker)) == "resolved"


def test_accepting_a_critical_one_needs_sponsor_and_manager_two_people(project, portfolio, maker):
    blocker = raised(project, severity="critical")
    sponsor, manager = on_team(project, "SP"), a_member(portfolio, "manager")
    accept = lambda: blockers.resolve(blocker.pk, resolution="accepted", actor=maker)  # noqa: E731
    assert refused(accept) == {"agreed": "acceptance_needed"}
    with pytest.raises(NotAllowed, match="business sponsor"):
        blockers.agree(blocker.pk, role="SP", actor=acting(manager))
    blockers.agree(blocker.pk, role="SP", actor=acting(sponsor))
    assert refused(accept) == {"agreed": "acceptance_needed"}
    with pytest.raises(NotAllowed):
        blockers.agree(blocker.pk, role="PM", actor=acting(sponsor))
    blockers.agree(blocker.pk, role="PM", actor=acting(manager))
    assert kinds(project).count("blocker.agreed") == 2
    assert accept().resolution == "accepted"


def test_one_person_in_both_roles_is_one_person(project, portfolio):
    both = on_team(project, "SP", a_member(portfolio, "manager"))
    blocker = raised(project, severity="critical")
    blockers.agree(blocker.pk, role="SP", actor=acting(both))
    with pytest.raises(NotAllowed, match="Another person"):
        blockers.agree(blocker.pk, role="PM", actor=acting(both))
    assert blockers.agree(blocker.pk, role="SP", actor=acting(both)).accepted_by == {"SP": both.pk}


def test_agreement_is_asked_for_critical_ones_only_and_does_not_outlive_a_change(project):
    sponsor = acting(on_team(project, "SP"))
    mild, grave = raised(project), raised(project, severity="critical")
    assert refused(lambda: blockers.agree(mild.pk, role="SP", actor=sponsor)) == "not_critical"
    assert refused(lambda: blockers.agree(grave.pk, role="DX", actor=sponsor)) == "role_unknown"
    assert blockers.resolve(mild.pk, resolution="accepted", actor=sponsor).resolution == "accepted"
    blockers.agree(grave.pk, role="SP", actor=sponsor)
    blockers.edit(grave.pk, version=None, workaround="By hand", actor=sponsor)
    assert Blocker.objects.get(pk=grave.pk).accepted_by
    blockers.edit(grave.pk, version=None, title="Another matter", actor=sponsor)
    assert Blocker.objects.get(pk=grave.pk).accepted_by == {}


def test_the_product_itself_agrees_to_nothing(project):
    blocker = raised(project, severity="critical")
    with pytest.raises(NotAllowed):
        blockers.agree(blocker.pk, role="PM", actor=SYSTEM)


def test_opened_again_within_14_days_it_goes_on_from_its_first_start(project, maker, night):
    blocker = raised(project)
    night.shift(timedelta(8))
    blockers.rise(actor=SYSTEM, now=timezone.now())
    blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    night.shift(timedelta(14))
    again = blockers.reopen(blocker.pk, reason="The fix did not hold.", actor=maker)
    assert (again.raised_on, again.due_on, again.reopened) == (TODAY, TODAY + timedelta(14), 1)
    # Day 22: level 2 has come meanwhile, and is told of at once; level 1 was before.
    assert (again.level, again.acted, again.next_step_on) == (2, 2, TODAY + timedelta(28))
    assert steps_told() == [1, 2]
    assert (again.resolution, again.resolved_on, again.resolved_by) == ("", None, None)
    assert newest(project, "blocker.reopened")["goes_on"] is True


def test_opened_again_later_it_begins_anew(project, maker, night):
    blocker = raised(project)
    blockers.respond(blocker.pk, actor=maker)
    blockers.escalate(blocker.pk, to=3, actor=maker)
    blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    night.shift(timedelta(15))
    again = blockers.reopen(blocker.pk, reason="It is back.", actor=maker)
    start = TODAY + timedelta(15)
    assert (again.raised_on, again.due_on) == (start, start + timedelta(14))
    assert (again.level, again.acted, again.responded_on) == (0, 0, None)
    assert newest(project, "blocker.reopened")["was"]["raised_on"] == TODAY.isoformat()


def test_opening_needs_a_reason_and_an_open_one_is_left_alone(project, maker):
    blocker = raised(project)
    assert blockers.reopen(blocker.pk, reason="", actor=maker).reopened == 0
    blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    assert refused(lambda: blockers.reopen(blocker.pk, reason=" ", actor=maker)) == {"reason": "text_missing"}
    for _ in range(2):
        blockers.reopen(blocker.pk, reason="Back", actor=maker)
        blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    assert Blocker.objects.get().reopened == 2
