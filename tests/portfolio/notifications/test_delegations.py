"""Who hears of a deputy: both sides, but for the one who did it."""

from datetime import timedelta

import pytest

from portfolio import outbox
from portfolio.accounts.actions import people
from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import messages
from projects.actions import delegations
from projects.actors import Actor
from projects.queries import delegations as queries
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio("Claims"))


@pytest.fixture
def pat(project):
    return on_team(project, "SE", a_person("Pat"))


@pytest.fixture
def dan(project):
    return a_member(project.portfolio, "viewer", "Dan")


def give(project, person, deputy, actor):
    today = queries.today_in(project.portfolio)
    days = {"from_on": today, "to_on": today + timedelta(days=7)}
    return delegations.give(
        project.portfolio_id, person_id=person.pk, deputy_id=deputy.pk, role="SE", actor=actor, **days
    )


def told():
    while outbox.pass_on():
        pass
    return [(each.recipient, each.subject) for each in Message.objects.order_by("pk")]


def test_a_deputy_hears_whom_they_sign_for(project, pat, dan, mailoutbox):
    given = give(project, pat, dan, acting(pat))
    assert told() == [(dan, "You sign as Security for Pat in Claims")]
    assert [each.path for each in messages.unread(acting(dan))] == ["/profile/"]
    assert deliveries.send_due() == 1
    last = f"{given.to_on.day} {given.to_on:%b %Y}"
    assert f"to {last}" in mailoutbox[0].body
    assert "Pat has named the deputy" in mailoutbox[0].body


def test_nobodys_role_is_lent_unseen(project, pat, dan):
    give(project, pat, dan, acting(a_member(project.portfolio, "manager", "Mia")))
    assert told() == [
        (pat, "Dan signs as Security for you in Claims"),
        (dan, "You sign as Security for Pat in Claims"),
    ]
    assert "Mia has named the deputy" in Message.objects.get(recipient=pat).text


def test_the_other_side_hears_that_it_is_over(project, pat, dan):
    delegations.end(give(project, pat, dan, acting(pat)).pk, actor=acting(dan))
    assert told()[1:] == [(pat, "Dan no longer signs as Security for you in Claims")]


def test_who_has_left_is_told_nothing(project, pat, dan):
    give(project, pat, dan, acting(pat))
    people.deactivate(pat.pk, successor_id=None, actor=SYSTEM)
    subjects = [subject for who, subject in told() if who != pat]
    assert subjects == [
        "You sign as Security for Pat in Claims",
        "You no longer sign as Security for Pat in Claims",
    ]
    assert not Message.objects.filter(recipient=pat).exists()


def test_what_the_sample_brings_is_no_mail(project, pat, dan):
    give(project, pat, dan, Actor.system("sample"))
    told()
    assert set(Message.objects.values_list("way", flat=True)) == {Way.OFF}
