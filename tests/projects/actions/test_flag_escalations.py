"""Critical flags that nobody answers rise above their owner, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import flag_escalations
from projects.errors import NotAllowed
from projects.models import Event, Flag, TeamRole
from tests import factories
from tests.factories import SYSTEM, acting
from tests.races import at_once

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


def sponsors(project, person):
    """As a row: the action would have the flags of these tests looked at, which have no cause."""
    TeamRole.objects.create(project=project, user=person, role="SP")
    return person


@pytest.fixture
def project():
    portfolio = factories.a_portfolio()
    return factories.a_project(portfolio, owner=factories.a_member(portfolio, name="Olga"))


@pytest.fixture
def sponsor(project):
    return sponsors(project, factories.a_person("Sven"))


@pytest.fixture
def flag(project):
    return factories.a_flag(project, severity="critical", opened_at=timezone.now() - WEEK - HOUR)


def rise(**to):
    return flag_escalations.rise(actor=SYSTEM, now=to.get("now") or timezone.now()).flags


def told():
    return [event.payload["people"] for event in Event.objects.filter(kind="flag.escalated")]


def test_after_a_week_without_an_answer_the_sponsor_is_told_once(flag, sponsor):
    now = timezone.now()
    assert rise(now=flag.severity_since + WEEK) == 0
    assert rise(now=now) == 1
    assert rise(now=now) == rise(now=now + WEEK) == 0
    assert told() == [[sponsor.pk]]
    flag.refresh_from_db()
    assert flag.escalated_at == now


@pytest.mark.parametrize(
    "but",
    [
        {"severity": "warn"},
        {"answered_at": "now"},
        {"cleared_at": "now"},
        {"snoozed_until": "today"},
        {"severity_since": "now"},
    ],
)
def test_what_is_answered_asleep_young_or_gone_does_not_rise(flag, sponsor, but):
    now = timezone.now()
    ((field, value),) = but.items()
    Flag.objects.update(**{field: {"now": now, "today": now.date()}.get(value, value)})
    assert rise(now=now) == 0
    assert told() == []


def test_a_flag_that_slept_rises_when_it_wakes(flag, sponsor):
    Flag.objects.update(snoozed_until=timezone.now().date())
    assert rise() == 0
    assert rise(now=timezone.now() + timedelta(days=1)) == 1


def test_without_a_sponsor_the_board_is_told(flag, project):
    manager = factories.a_member(project.portfolio, "manager")
    assert rise() == 1
    assert told() == [[manager.pk]]


def test_a_sponsor_who_owns_the_project_is_no_step_up(flag, project):
    sponsors(project, project.owner)
    manager = factories.a_member(project.portfolio, "manager")
    assert rise() == 1
    assert told() == [[manager.pk]]


def test_with_nobody_above_it_waits_until_somebody_is_there(flag, project):
    assert rise() == 0
    sponsor = sponsors(project, factories.a_person())
    assert rise() == 1
    assert told() == [[sponsor.pk]]


def test_it_goes_on_in_parts(project, sponsor, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(flag_escalations, "CHUNK", 2)
    long_ago = timezone.now() - 2 * WEEK
    for rule in ("NO_UPDATE", "GATE_OVERDUE", "HOLD_EXPIRED"):
        factories.a_flag(project, rule, "critical", opened_at=long_ago)
    first = flag_escalations.rise(actor=SYSTEM, now=timezone.now())
    with django_assert_max_num_queries(9):  # with the savepoint's two
        last = flag_escalations.rise(actor=SYSTEM, now=timezone.now(), after=first.after)
    assert (first.flags, last.flags, last.after) == (2, 1, None)


def test_only_whoever_runs_the_installation_may_start_it(flag, sponsor):
    with pytest.raises(NotAllowed):
        flag_escalations.rise(actor=acting(sponsor), now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_each_flag_once(flag, project, sponsor):
    factories.a_flag(project, "GATE_OVERDUE", "critical", opened_at=timezone.now() - 2 * WEEK)
    assert sum(at_once(rise, rise, rise)) == 2
    assert told() == [[sponsor.pk]] * 2
