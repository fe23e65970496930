"""Digests: each message goes out once, by its reader's clock, with the rights and flags of that moment."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portfolio.notifications.actions import deliveries, digests, messages
from portfolio.notifications.models import Delivery, Message, Preference, Rhythm, State, Way
from projects.actions import teams
from projects.models import Project
from tests import factories
from tests.races import at_once
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db
# A Tuesday that is over: what is due then can be sent now.
MORNING = datetime(2026, 11, 17, 7, 30, tzinfo=UTC)
BEFORE = MORNING - timedelta(hours=12)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _in_utc(settings):
    settings.TIME_ZONE = "UTC"
    settings.BASE_URL = "https://plimsoll.example.org"


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def owner(project):
    return factories.on_team(project, "PO", factories.a_person("Olu Owner"))


def tell(person, project, number=1, *, at=BEFORE, **fields):
    """A message that waits for a digest, as a consumer writes it."""
    fields = {"kind": "update.posted", "subject": f"[{project.key}] News {number}", "text": "x\n", **fields}
    message = Message(
        recipient=person, cause=f"event:{number}", project=project, path="/inbox/", created_at=at, **fields
    )
    messages.write([message])
    return Message.objects.get(recipient=person, cause=f"event:{number}")


def flagged(person, project, severity="critical", number=1, **fields):
    flag = factories.a_flag(project, severity=severity, facts={"days": 34, "limit": 14}, **fields)
    return tell(person, project, number, flag=flag, kind="flag.opened", is_critical=severity == "critical")


def compose(now=MORNING):
    return digests.compose_due(now).mails


def test_what_waits_goes_out_once_in_the_morning(project, owner, smtp):
    tell(owner, project, 1)
    tell(owner, project, 2)
    assert Delivery.objects.count() == 0
    assert compose(MORNING - MINUTE) == 0
    assert compose() == 1
    assert [compose(MORNING + n * timedelta(minutes=15)) for n in range(100)] == [0] * 100
    mail = Delivery.objects.get()
    assert mail.cause == "digest:daily:2026-11-17"
    assert set(Message.objects.values_list("delivery", flat=True)) == {mail.pk}
    assert deliveries.send_due() == 1
    ((to, sent),) = smtp.mails
    assert to == [owner.email]
    assert sent["Subject"] == "Your day on Plimsoll: 2 news"


def test_what_comes_later_waits_for_the_next_day(project, owner):
    tell(owner, project, 1)
    compose()
    tell(owner, project, 2, at=MORNING + MINUTE)
    assert compose(MORNING + timedelta(hours=10)) == 0
    assert compose(MORNING + timedelta(days=1)) == 1
    assert sorted(Delivery.objects.values_list("cause", flat=True)) == [
        "digest:daily:2026-11-17",
        "digest:daily:2026-11-18",
    ]


def test_one_that_is_late_leaves_what_came_after_its_hour(project, owner):
    tell(owner, project, 1)
    tell(owner, project, 2, at=MORNING + MINUTE)
    assert compose(MORNING + timedelta(hours=2)) == 1
    assert Delivery.objects.get().messages.get().cause == "event:1"


def test_everybody_has_a_morning_of_their_own(project, owner):
    other = factories.on_team(project, "SP", factories.a_person(time_zone="America/New_York"))
    Rhythm.objects.create(user=other, digest_at=time(8))
    for person in (owner, other):
        tell(person, project)
    assert compose() == 1
    assert compose(MORNING + timedelta(hours=5, minutes=29)) == 0  # 7:59 in New York
    assert compose(MORNING + timedelta(hours=5, minutes=30)) == 1


def test_mondays_takes_the_weekend(project, owner):
    tell(owner, project, at=MORNING + timedelta(days=4))  # on Saturday
    assert compose(MORNING + timedelta(days=5)) == 0
    assert compose(MORNING + timedelta(days=6)) == 1
    assert Delivery.objects.get().cause == "digest:daily:2026-11-23"


def test_a_weekly_digest_goes_on_its_day(project, owner):
    Preference.objects.create(user=owner, topic="follows", mail=Way.WEEKLY)
    tell(owner, project)
    assert compose(MORNING + timedelta(days=5)) == 0
    assert compose(MORNING + timedelta(days=6)) == 1
    mail = Delivery.objects.get()
    assert (mail.cause, mail.subject) == ("digest:weekly:2026-11-23", "Your week on Plimsoll: 1 news")


def test_a_worker_that_was_away_makes_up_for_it_once(project, owner):
    tell(owner, project)
    assert compose(MORNING + timedelta(days=1, hours=20)) == 1
    assert Delivery.objects.get().cause == "digest:daily:2026-11-18"


def test_a_digest_within_quiet_hours_waits_for_their_end(project, owner):
    Rhythm.objects.create(user=owner, quiet_from=time(20), quiet_to=time(9))
    tell(owner, project)
    compose()
    assert Delivery.objects.get().not_before == MORNING + timedelta(minutes=90)


def test_a_mail_at_once_waits_for_the_end_of_the_quiet(project, owner, time_machine):
    Rhythm.objects.create(user=owner, quiet_from=time(20), quiet_to=time(9))
    time_machine.move_to(MORNING, tick=False)
    Preference.objects.create(user=owner, topic="follows", mail=Way.NOW)
    mail = tell(owner, project).delivery
    assert mail.not_before == MORNING + timedelta(minutes=90)


def test_flags_come_first_the_worst_on_top_with_the_ways_to_answer(project, owner, smtp):
    factories.asked(project, "G0", "PO", by=factories.a_member(project.portfolio))
    Project.objects.filter(pk=project.pk).update(health="at_risk")
    other = factories.a_project(project.portfolio, "Basket")
    factories.on_team(other, "PO", owner)
    tell(owner, other, 1)
    flagged(owner, other, "warn", 2, opened_at=BEFORE - timedelta(days=9))
    flagged(owner, project, "critical", 3, opened_at=BEFORE)
    compose()
    deliveries.send_due()
    ((_, mail),) = smtp.mails
    assert mail["Subject"] == "Your day on Plimsoll: 1 critical flag, 1 warning and 1 news"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for said in (text, html):
        places = [said.index(words) for words in (f"{project.key} Claims triage", "News 1", "Waits for you")]
        assert places == sorted(places)
        assert said.index("Critical: No update for 34 days") < said.index("Warning: No update for 34 days")
        assert "Since 16 November 2026." in said
        assert "1 sign-off" in said
    for verb in ("Snooze 7 days", "Open"):
        assert text.count(f"{verb}: https://plimsoll.example.org/") == 2
        assert html.count(f">{verb}</a>") == 2
    # Nobody has said yet how the other one stands.
    assert text.count("Post “no change”") == html.count("Post “no change”") == 1
    # Every link of the one stands in the other.
    links = set(re.findall(r"https://\S+", text))
    assert links == set(re.findall(r'href="(https://[^"]+)"', html.replace("&amp;", "&")))


def test_of_a_flag_that_has_cleared_or_sleeps_nothing_is_said(project, owner):
    message = flagged(owner, project)
    message.flag.cleared_at = BEFORE
    message.flag.save()
    other = factories.a_project(project.portfolio)
    factories.on_team(other, "PO", owner)
    flagged(owner, other, number=2, snoozed_until=MORNING.date() + timedelta(days=3))
    assert compose() == 0
    assert Delivery.objects.count() == 0
    # They are not looked at again every quarter of an hour.
    assert set(Message.objects.values_list("way", flat=True)) == {Way.OFF}


def test_what_cleared_before_the_mail_went_is_left_out_of_it(project, owner, smtp):
    message = flagged(owner, project)
    tell(owner, project, 2)
    compose()
    message.flag.cleared_at = MORNING
    message.flag.save()
    deliveries.send_due()
    ((_, mail),) = smtp.mails
    assert mail["Subject"] == "Your day on Plimsoll: 1 news"
    assert "34 days" not in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("when", ["before it is written", "before it is sent"])
def test_of_a_project_that_one_lost_sight_of_nothing_is_said(project, owner, smtp, when):
    other = factories.a_project(project.portfolio, "Still theirs")
    factories.on_team(other, "PO", owner)
    # Flags are looked at when a team changes, so what is told here is news.
    tell(owner, project, 1, subject="Claims triage: news")
    tell(owner, other, 2, subject="Still theirs: news")
    if when == "before it is sent":
        compose()
    teams.release(project.pk, user_id=owner.pk, role="PO", actor=factories.SYSTEM)
    compose()
    deliveries.send_due()
    ((_, mail),) = smtp.mails
    for kind in ("plain", "html"):
        said = mail.get_body((kind,)).get_content()
        assert "Still theirs" in said
        assert "Claims triage" not in said


def test_a_digest_of_what_one_lost_sight_of_is_withheld(project, owner, smtp):
    tell(owner, project)
    compose()
    teams.release(project.pk, user_id=owner.pk, role="PO", actor=factories.SYSTEM)
    deliveries.send_due()
    assert smtp.mails == []
    assert Delivery.objects.get().state == State.WITHHELD


def test_who_left_gets_none(project, owner, smtp):
    tell(owner, project)
    compose()
    owner.is_active = False
    owner.save()
    deliveries.send_due()
    assert smtp.mails == []
    tell(owner, project, 2)
    assert compose(MORNING + timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_and_send_each_digest_once(project, owner, smtp):
    people = [owner, *(factories.on_team(project, role) for role in ("SP", "ML", "DS"))]
    for person in people:
        tell(person, project)
    assert sum(at_once(*[compose] * 4)) == 4
    assert sum(at_once(*[deliveries.send_due] * 4)) == 4
    assert sorted(to for (to,), _ in smtp.mails) == sorted(person.email for person in people)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_writes_a_digest_leaves_none_and_the_next_writes_it(
    project, owner, worker_environment
):
    tell(owner, project)
    code = (
        "import django; django.setup(); from datetime import datetime;"
        "from portfolio.notifications.actions import digests;"
        f"digests.compose_due(datetime.fromisoformat({MORNING.isoformat()!r}))"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # The worker has looked everything up and waits for this table, in the middle of its transaction.
        cursor.execute("LOCK TABLE notifications_delivery IN EXCLUSIVE MODE")
        process = subprocess.Popen([sys.executable, "-c", code], env=worker_environment)
        wait_until(lambda: _waits_for_the_table(cursor))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    assert Delivery.objects.count() == 0
    # The server notices a moment later that nobody is there.
    wait_until(compose)
    assert Delivery.objects.get().messages.count() == 1


def _waits_for_the_table(cursor):
    cursor.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications_delivery'::regclass"
    )
    return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_digest_asked_for_while_the_job_runs_says_each_thing_once(project, owner):
    for number in range(5):
        tell(owner, project, number)

    def ask():
        return digests.compose_now(actor=factories.acting(owner), now=MORNING)

    assert sum(at_once(compose, ask, ask)) == 1
    assert Delivery.objects.get().messages.count() == 5


def test_one_asked_for_takes_all_that_waits_and_the_next_has_only_news(project, owner):
    actor = factories.acting(owner)
    assert digests.compose_now(actor=actor, now=MORNING) == 0
    Preference.objects.create(user=owner, topic="flags", mail=Way.WEEKLY)
    tell(owner, project)
    flagged(owner, project, number=2)
    assert digests.compose_now(actor=actor, now=MORNING) == 1
    assert Delivery.objects.get().messages.count() == 2
    assert compose(MORNING + timedelta(days=7)) == 0


def test_a_long_digest_has_an_end(project, owner):
    for number in range(70):
        tell(owner, project, number)
    compose()
    mail = Delivery.objects.get()
    assert mail.subject == "Your day on Plimsoll: 70 news"
    assert mail.text.count("* [") == 60
    assert "And 10 more in your inbox: https://plimsoll.example.org/inbox/" in mail.text
    assert mail.messages.count() == 70


def test_a_hostile_name_stays_what_it_is(owner, project, smtp):
    bad = factories.a_project(project.portfolio, "<img src=x>\r\nBcc: you ünïcode 日本 " + "x" * 80)
    factories.on_team(bad, "PO", owner)
    flagged(owner, bad)
    tell(owner, bad, 2, subject="<script>alert(1)</script>")
    compose()
    deliveries.send_due()
    ((_, mail),) = smtp.mails
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<img" not in html
    assert "<script" not in html
    assert "ünïcode 日本" in html
    assert "ünïcode 日本" in text
    assert mail["Bcc"] is None


def test_a_digest_costs_the_same_with_one_message_and_with_many(project, owner):
    def cost(now):
        with CaptureQueriesContext(connection) as captured:
            assert compose(now) == 1
        return len(captured)

    flagged(owner, project)
    tell(owner, project, 2)
    one = cost(MORNING)
    for number in range(20):
        other = factories.a_project(project.portfolio)
        factories.on_team(other, "PO", owner)
        flagged(owner, other, number=2 * number + 10)
        tell(owner, other, 2 * number + 11)
    assert cost(MORNING + timedelta(days=1)) == one


def test_people_come_in_steps(project, monkeypatch):
    monkeypatch.setattr(digests, "CHUNK", 2)
    people = [factories.on_team(project, role) for role in ("PO", "SP", "ML", "DS", "EN")]
    for person in people:
        tell(person, project)
    done, after = 0, 0
    while after is not None:
        step = digests.compose_due(MORNING, after=after)
        done, after = done + step.mails, step.after
    assert done == 5
