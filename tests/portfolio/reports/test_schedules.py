"""Packs that go out by the calendar: once to each, on their day, to those who may still see the figures."""

import email
from datetime import UTC, date, datetime, timedelta
from email import policy

import pytest
from django.core import mail

from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, EnclosedFile, Message
from portfolio.reports.actions import schedules
from portfolio.reports.models import ReportSchedule, ReportSent
from projects.actions import members
from projects.errors import NotAllowed, Refused
from projects.models import Event
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
MONDAY_AT_SIX = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def portfolio():
    made = a_portfolio("Trials")
    a_project(made, "Claims triage")
    return made


@pytest.fixture
def manager(portfolio):
    return a_member(portfolio, "manager")


@pytest.fixture
def director(portfolio):
    return a_member(portfolio, "viewer", "Grace Hopper")


def add(portfolio, manager, *people, **changes):
    said = {"name": "Board", "rhythm": "weekly", "day": 0, "formats": ["pdf", "xlsx"], **changes}
    ids = [person.pk for person in people]
    return schedules.add(portfolio.pk, recipients=ids, actor=acting(manager), now=NOW, **said)


def test_it_goes_out_on_its_day_once_and_again_a_week_later(portfolio, manager, director):
    made = add(portfolio, manager, director, manager)
    assert made.next_on == date(2026, 11, 23)
    assert schedules.send_due(MONDAY_AT_SIX - timedelta(seconds=1)) == 0
    assert schedules.send_due(MONDAY_AT_SIX) == 2
    assert schedules.send_due(MONDAY_AT_SIX + timedelta(hours=1)) == 0
    assert {message.recipient for message in Message.objects.all()} == {director, manager}
    made.refresh_from_db()
    assert made.next_on == date(2026, 11, 30)
    assert schedules.send_due(MONDAY_AT_SIX + timedelta(weeks=1)) == 2
    assert ReportSent.objects.count() == 4


def test_a_worker_that_was_away_sends_one_pack_and_not_all_it_missed(portfolio, manager, director):
    made = add(portfolio, manager, director)
    assert schedules.send_due(MONDAY_AT_SIX + timedelta(weeks=3, days=2)) == 1
    made.refresh_from_db()
    assert made.next_on == date(2026, 12, 21)


def test_the_mail_has_the_files_and_the_address(portfolio, manager, director, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    add(portfolio, manager, director, formats=["pdf", "pptx", "xlsx", "csv"])
    schedules.send_due(MONDAY_AT_SIX)
    assert deliveries.send_due() == 1
    (sent,) = mail.outbox
    assert sent.to == [director.email]
    assert f"/portfolios/{portfolio.slug}/report/" in sent.body
    read = email.message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    names = [part.get_filename() for part in read.iter_attachments()]
    base = f"leadership-pack-{portfolio.slug}-2026-11-23"
    assert sorted(names) == [f"{base}.csv", f"{base}.pdf", f"{base}.pptx", f"{base}.xlsx"]
    pdf = next(part for part in read.iter_attachments() if part.get_filename().endswith(".pdf"))
    assert pdf.get_content().startswith(b"%PDF")


def test_the_files_are_kept_once_for_all_and_go_after_a_month(portfolio, manager, director):
    add(portfolio, manager, director, manager)
    schedules.send_due(MONDAY_AT_SIX)
    assert EnclosedFile.objects.count() == 2
    Delivery.objects.update(state="sent", sent_at=MONDAY_AT_SIX)
    made_at = EnclosedFile.objects.first().enclosure.made_at
    assert deliveries.purge(made_at + deliveries.KEEP_FILES) == 0
    assert deliveries.purge(made_at + deliveries.KEEP_FILES + timedelta(seconds=1)) == 1
    assert Message.objects.count() == 2


def test_who_left_the_portfolio_gets_nothing(portfolio, manager, director):
    add(portfolio, manager, director, manager)
    members.remove(portfolio.pk, user_id=director.pk, actor=SYSTEM)
    assert schedules.send_due(MONDAY_AT_SIX) == 1
    assert Message.objects.get().recipient == manager


def test_an_ended_one_is_not_sent(portfolio, manager, director):
    made = add(portfolio, manager, director)
    schedules.end(made.pk, actor=acting(manager), now=NOW)
    schedules.end(made.pk, actor=acting(manager), now=NOW)
    assert schedules.send_due(MONDAY_AT_SIX) == 0
    assert Event.objects.filter(kind="report.unscheduled").count() == 1


def test_it_is_on_record(portfolio, manager, director):
    add(portfolio, manager, director)
    said = Event.objects.get(kind="report.scheduled").payload
    assert (said["name"], said["when"], said["people"]) == ("Board", "every Monday", 1)


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver"])
def test_only_managers_have_packs_sent(portfolio, director, role):
    with pytest.raises(NotAllowed):
        add(portfolio, a_member(portfolio, role), director)
    assert not ReportSchedule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rhythm": "monthly", "day": 31}, "no_such_day"),
        ({"rhythm": "hourly"}, "no_such_day"),
        ({"formats": ["pdf", "exe"]}, "no_such_form"),
    ],
)
def test_what_cannot_be_kept_is_refused(portfolio, manager, director, changes, code):
    with pytest.raises(Refused) as refusal:
        add(portfolio, manager, director, **changes)
    assert refusal.value.code == code


def test_strangers_are_not_on_the_list(portfolio, manager):
    with pytest.raises(Refused) as refusal:
        add(portfolio, manager, a_person())
    assert refusal.value.code == "not_a_member"
    with pytest.raises(Refused, match="Nobody"):
        add(portfolio, manager)
