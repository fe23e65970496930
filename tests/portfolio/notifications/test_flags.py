"""Who is told of a flag: whoever can answer it, once for each level; those above when nobody does."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from portfolio import outbox, tasks
from portfolio.accounts.actions import people
from portfolio.notifications.models import Message, Preference, Way
from portfolio.notifications.rules import flag_readers
from portfolio.operations.actions import runs
from projects import events
from projects.actions import flag_escalations
from projects.actors import Actor
from projects.models import Event, Flag
from tests import factories
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
FACTS = {"days": 40, "limit": 14}


@pytest.fixture
def project():
    portfolio = factories.a_portfolio()
    owner = factories.a_member(portfolio, name="Olga")
    return factories.a_project(portfolio, "Claims\r\ntriage", owner=owner)


@pytest.fixture
def owner(project):
    return project.owner


@pytest.fixture
def sponsor(project):
    return factories.on_team(project, "SP", factories.a_person("Sven"))


def raised(project, severity="warn", *, door="worker", **fields):
    flag = factories.a_flag(project, severity=severity, facts=FACTS, **fields)
    happened(flag, "flag.opened", severity=severity, label=flag.label, door=door)
    return flag


def happened(flag, kind, *, door="worker", **said):
    with transaction.atomic():
        events.record(flag.project, kind, Actor.system(door), flag=flag.pk, rule=flag.rule, **said)


def worsened(flag):
    Flag.objects.filter(pk=flag.pk).update(severity="critical")
    happened(flag, "flag.changed", severity=["warn", "critical"])


def told():
    while outbox.pass_on():
        pass
    rows = Message.objects.filter(topic__in=["flags", "escalations"]).order_by("pk")
    return [(each.recipient, each.is_critical, each.way) for each in rows]


def test_the_owner_hears_of_it_in_the_daily_digest(project, owner, sponsor):
    flag = raised(project)
    assert told() == [(owner, False, Way.DAILY)]
    message = Message.objects.get()
    assert message.subject == f"[{project.key}] No update for 40 days"
    assert message.path == f"/flags/{flag.pk}/"
    assert "Claims triage" in message.text and "\r" not in message.text


def test_of_what_is_critical_the_sponsor_hears_once_a_week(project, owner, sponsor):
    raised(project, "critical")
    assert told() == [(owner, True, Way.DAILY), (sponsor, True, Way.WEEKLY)]


def test_a_sponsor_who_wants_no_flags_gets_none(project, owner, sponsor):
    Preference.objects.create(user=sponsor, topic="flags", mail=Way.OFF)
    raised(project, "critical")
    assert told() == [(owner, True, Way.DAILY), (sponsor, True, Way.OFF)]


def test_each_level_is_told_once_however_often_the_flag_comes_and_goes(project, owner):
    flag = raised(project)
    assert len(told()) == 1
    worsened(flag)
    assert [critical for _, critical, _ in told()] == [False, True]
    for severity in ("warn", "critical"):
        Flag.objects.filter(pk=flag.pk).update(severity=severity, flaps=3)
        happened(flag, "flag.opened", severity=severity, label=flag.label)
        happened(flag, "flag.changed", severity=["warn", severity])
        assert len(told()) == 2


def test_what_became_critical_before_anybody_was_told_is_one_message(project, owner):
    worsened(raised(project))
    assert told() == [(owner, True, Way.DAILY)]


@pytest.mark.parametrize(
    "gone", [{"cleared_at": timezone.now()}, {"snoozed_until": timezone.localdate() + timedelta(days=3)}]
)
def test_of_what_is_cleared_or_asleep_nobody_hears(project, owner, gone):
    raised(project, **gone)
    assert told() == []


@pytest.mark.parametrize("door", ["import", "sample", "upgrade"])
def test_what_tells_of_the_past_is_no_mail(project, owner, sponsor, door):
    raised(project, "critical", door=door)
    assert {way for _, _, way in told()} == {Way.OFF}


def test_without_an_owner_here_the_next_who_can_answer_hears_of_it(project, owner):
    lead = factories.on_team(project, "ML")
    manager = factories.a_member(project.portfolio, "manager")
    people.deactivate(owner.pk, successor_id=None, actor=SYSTEM)
    raised(project)
    assert [who for who, _, _ in told()] == [lead]
    people.deactivate(lead.pk, successor_id=None, actor=SYSTEM)
    raised(project, rule="GATE_OVERDUE")
    assert [who for who, _, _ in told()][1:] == [manager]


def test_of_a_stage_the_managers_hear(project):
    manager = factories.a_member(project.portfolio, "manager")
    fields = {
        "severity": "warn",
        "facts": {"stage": "Pilot", "active": 9, "limit": 6, "days": 0},
        "rule_version": 1,
    }
    now = timezone.now()
    flag = Flag.objects.create(
        portfolio=project.portfolio,
        rule="WIP_OVER_LIMIT",
        subject="pilot",
        opened_at=now,
        severity_since=now,
        **fields,
    )
    with transaction.atomic():
        events.record(
            project.portfolio, "flag.opened", SYSTEM, flag=flag.pk, rule="WIP_OVER_LIMIT", severity="warn"
        )
    assert [who for who, _, _ in told()] == [manager]
    assert "9 at once in Pilot" in Message.objects.get().subject


def test_when_nobody_answers_the_sponsor_is_told_once_and_the_owner_if_nobody_had_told_them(
    project, owner, sponsor
):
    flag = factories.a_flag(project, severity="critical", opened_at=timezone.now() - timedelta(days=8))
    for _ in range(2):
        flag_escalations.rise(actor=SYSTEM, now=timezone.now())
        Flag.objects.update(escalated_at=None)  # as when the flag comes back
        found = told()
    assert sorted((who.name, way) for who, _, way in found) == [
        ("Olga", Way.DAILY),
        ("Sven", Way.NOW),
        ("Sven", Way.WEEKLY),
    ]
    message = Message.objects.get(topic="escalations")
    assert message.flag == flag and "nobody has answered for 8 days" in message.subject
    assert "Olga owns the project" in message.text


def test_telling_takes_as_many_queries_for_twenty_as_for_one(project, owner, django_assert_max_num_queries):
    raised(project)
    told()
    for number in range(20):
        person = factories.a_member(project.portfolio)
        raised(factories.a_project(project.portfolio, f"Other {number}", owner=person))
    with django_assert_max_num_queries(17):
        outbox.pass_on()
    assert len(told()) == 21


@pytest.mark.parametrize(
    ("levels", "allowed", "found"),
    [
        ([[1], [2]], {1, 2}, [1]),
        ([[1], [2, 3]], {2, 3}, [2, 3]),
        ([[], []], {1}, []),
        ([[1]], {2}, []),
    ],
)
def test_the_first_level_with_anybody_who_may_be_told_is_told(levels, allowed, found):
    assert flag_readers.first(levels, allowed) == found


def test_what_the_first_sweep_after_an_upgrade_finds_is_no_mail(project, owner):
    """New rules find what has been so for long; from the second sweep on it is news."""
    doors = []
    for days in (40, 80):  # a warning of its silence, then a critical one
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            tasks.run(runs.ask("sweep", actor=SYSTEM, now=timezone.now()).pk)
        doors.append(events_of("NO_UPDATE").door)
        told()
    assert doors == ["upgrade", "worker"]
    told_of_silence = Message.objects.filter(project=project, flag__rule="NO_UPDATE").order_by("pk")
    assert [message.way for message in told_of_silence] == [Way.OFF, Way.DAILY]


def events_of(rule):
    return Event.objects.filter(kind__in=["flag.opened", "flag.changed"], payload__rule=rule).order_by("-pk")[
        0
    ]
