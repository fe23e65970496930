"""Mails over a real SMTP server: one for each step and person, and what happens when the server is away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import outbox, tasks
from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, Message, State
from portfolio.notifications.queries import headers
from portfolio.notifications.queries import messages as message_queries
from projects.actions import teams
from projects.errors import NotAllowed
from tests import factories
from tests.portfolio.notifications.cases import a_blocker, went_up
from tests.races import at_once

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=1)


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def sponsor(project):
    return factories.on_team(project, "SP")


@pytest.fixture
def mail(project, sponsor):
    """The mail about a step that the sponsor is told of."""
    went_up(a_blocker(project), sponsor)
    outbox.pass_on()
    return Message.objects.get().delivery


@pytest.fixture
def now():
    return timezone.now()


def state_of(mail):
    mail.refresh_from_db()
    return mail.state, mail.attempts


def test_each_person_gets_one_mail_for_each_step(project, sponsor, smtp):
    blocker, manager = a_blocker(project), factories.a_member(project.portfolio, "manager")
    went_up(blocker, sponsor, level=2)
    outbox.pass_on()
    assert deliveries.send_due() == 1
    went_up(blocker, sponsor, manager, level=3)
    for _ in range(2):
        outbox.pass_on()
        tasks.send_messages()
    mails = [(to, mail["Subject"].rpartition(": ")[2]) for (to,), mail in smtp.mails]
    assert mails == [
        (sponsor.email, "now with the business sponsor"),
        (sponsor.email, "now with the portfolio board"),
        (manager.email, "now with the portfolio board"),
    ]
    assert set(Delivery.objects.values_list("state", "last_error")) == {(State.SENT, "")}
    assert Delivery.objects.filter(sent_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_mail_once(project, sponsor, smtp):
    others = [factories.on_team(project, role) for role in ("PO", "ML", "DS", "EN", "SE")]
    went_up(a_blocker(project), sponsor, *others)
    outbox.pass_on()
    sent = at_once(*[deliveries.send_due] * 4)
    assert sum(sent) == 6
    assert sorted(to for (to,), _ in smtp.mails) == sorted(each.email for each in (sponsor, *others))


@pytest.mark.parametrize("door", ["import", "sample"])
def test_what_tells_of_the_past_is_told_without_a_mail(project, sponsor, smtp, door):
    went_up(a_blocker(project), sponsor, door=door)
    outbox.pass_on()
    assert deliveries.send_due() == 0
    assert smtp.mails == []
    assert message_queries.unread(factories.acting(sponsor)).count() == 1


def test_a_hostile_title_adds_no_header_and_no_markup(project, sponsor, smtp):
    title = "Stuck\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script> ünïcode"
    went_up(a_blocker(project, title), sponsor)
    outbox.pass_on()
    deliveries.send_due()
    ((to, mail),) = smtp.mails
    assert to == [sponsor.email]
    assert mail["Bcc"] is None
    assert "Stuck Bcc: everybody@example.org <script>alert(1)</script> ünïcode" in mail["Subject"]
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_with_the_server_away_it_tries_again_later_and_parks_the_mail_in_the_end(mail, no_smtp, now):
    for number, pause in enumerate(deliveries.PAUSES, 1):
        before = timezone.now()
        assert _try(mail) is False
        assert state_of(mail) == (State.WAITING, number)
        assert pause <= mail.not_before - before < pause + timedelta(minutes=1)
        assert "refused" in mail.last_error
        # Before its time nobody takes it.
        assert deliveries.due(mail.not_before - LATER) == []
        assert deliveries.claim(mail.pk, mail.not_before - LATER) is None
        Delivery.objects.update(not_before=now)
    assert [pause.total_seconds() / 60 for pause in deliveries.PAUSES] == [1, 5, 30, 120, 360]
    _try(mail)
    assert state_of(mail) == (State.PARKED, 6)
    assert "refused" in mail.last_error
    assert deliveries.due(now + timedelta(days=365)) == []


def _try(mail):
    """One round, in which this one mail is due; whether it went."""
    assert deliveries.due(timezone.now()) == [mail.pk]
    return deliveries.send_due() == 1


def test_a_parked_mail_goes_when_somebody_sends_it_again(mail, no_smtp, mail_goes_to, smtp, now):
    mail_goes_to("smtp://127.0.0.1:9?tls=none")  # nobody listens there
    for _ in range(deliveries.MOST_ATTEMPTS):
        _try(mail)
        Delivery.objects.update(not_before=now)
    assert state_of(mail) == (State.PARKED, 6)
    mail_goes_to(smtp.url)
    assert deliveries.send_due() == 0
    administrator = factories.acting(factories.an_administrator())
    assert deliveries.resend(actor=administrator, now=now, delivery_id=mail.pk + 1) == 0
    assert deliveries.resend(actor=administrator, now=now, delivery_id=mail.pk) == 1
    assert deliveries.resend(actor=administrator, now=now) == 0
    assert deliveries.send_due() == 1
    assert state_of(mail) == (State.SENT, 1)
    assert mail.last_error == ""
    assert len(smtp.mails) == 1
    # What was sent is not sent again.
    assert deliveries.resend(actor=administrator, now=now) == 0


def test_only_who_runs_jobs_sends_again(mail, now):
    Delivery.objects.update(state=State.PARKED)
    manager = factories.acting(factories.a_member(mail.project.portfolio, "administrator"))
    with pytest.raises(NotAllowed):
        deliveries.resend(actor=manager, now=now)
    assert state_of(mail)[0] == State.PARKED


def test_a_failure_ends_the_round_and_costs_the_others_no_attempt(project, sponsor, no_smtp):
    for _ in range(3):
        went_up(a_blocker(project), sponsor)
    outbox.pass_on()
    assert deliveries.send_due() == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_mail_that_the_server_refuses_does_not_keep_the_others(project, sponsor, smtp):
    went_up(a_blocker(project), sponsor)
    outbox.pass_on()
    smtp.answer = "550 no such mailbox"
    assert deliveries.send_due() == 0
    assert "no such mailbox" in Delivery.objects.get().last_error
    smtp.answer = "250 kept"
    went_up(a_blocker(project), sponsor)
    outbox.pass_on()
    assert deliveries.send_due() == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.SENT, State.WAITING]


def test_what_no_mail_can_carry_is_kept_with_its_error(mail, smtp, caplog):
    # The writer of escalations leaves no line break in a subject; another writer might.
    Delivery.objects.update(subject="one\ntwo")
    assert deliveries.send_due() == 0
    assert state_of(mail) == (State.WAITING, 1)
    assert mail.last_error.startswith("BadHeaderError")
    assert "could not be made into a mail" in caplog.text
    assert smtp.mails == []


def test_a_worker_that_dies_before_it_ticks_the_mail_off_has_it_sent_again_under_the_same_id(
    mail, smtp, now, caplog
):
    first = deliveries.claim(mail.pk, now)
    assert deliveries.claim(mail.pk, now) is None
    assert deliveries.send_due() == 0
    # The worker is silent for longer than a claim holds; its mail had gone.
    Delivery.objects.update(lease_until=now - LATER)
    assert deliveries.send_due() == 1
    # It was not dead after all: what it says now changes nothing.
    assert deliveries.fail(first, now, error="late") is False
    assert deliveries.complete(first, now) is False
    assert state_of(mail) == (State.SENT, 2)
    assert mail.last_error == ""
    assert smtp.mails[0][1]["Message-ID"] == headers.of(first)["Message-ID"]


def test_a_claim_that_was_lost_while_the_mail_went_is_said(mail, smtp, caplog):
    claimed = deliveries.claim(mail.pk, timezone.now())
    Delivery.objects.update(token="of another worker")
    assert deliveries._send(claimed)
    assert "its mail may come twice" in caplog.text
    assert state_of(mail)[0] == State.WAITING


def test_a_mail_that_kills_its_worker_again_and_again_is_parked(mail, now):
    for _ in range(deliveries.MOST_ATTEMPTS):
        assert deliveries.give_up(now) == 0
        assert deliveries.claim(mail.pk, now)
        now += deliveries.LEASE + LATER
    assert deliveries.claim(mail.pk, now) is None
    assert deliveries.due(now) == []
    assert deliveries.give_up(now) == 1
    assert state_of(mail)[0] == State.PARKED
    assert "died 6 times" in mail.last_error


@pytest.mark.parametrize("what", ["leaves", "is released"])
def test_who_may_not_know_of_it_any_more_gets_no_mail(mail, project, sponsor, smtp, what):
    if what == "leaves":
        sponsor.is_active = False
        sponsor.save()
    else:
        teams.release(project.pk, user_id=sponsor.pk, role="SP", actor=factories.SYSTEM)
    deliveries.send_due()
    assert state_of(mail)[0] == State.WITHHELD
    assert smtp.mails == []


def test_a_message_without_a_project_goes_to_whoever_is_still_here(sponsor, smtp):
    here, gone = sponsor, factories.a_person(is_active=False)
    for person in (here, gone):
        Delivery.objects.create(recipient=person, cause="x", subject="Hello", text="Text.\n")
    deliveries.send_due()
    ((to, mail),) = smtp.mails
    assert (to, mail.get_content().splitlines()) == ([here.email], ["Text."])


def test_a_tick_finds_what_waits_and_what_was_given_up(mail, now):
    Delivery.objects.update(attempts=deliveries.MOST_ATTEMPTS, lease_until=now - LATER)
    tasks.tick()
    assert state_of(mail)[0] == State.PARKED


def test_the_state_of_mails_is_counted(project, sponsor, mail, now):
    assert message_queries.mails() == message_queries.Mails(1, 0, [])
    deliveries.fail(deliveries.claim(mail.pk, now), now, error="busy")
    assert message_queries.mails().troubled == [mail]
    Delivery.objects.update(state=State.PARKED)
    assert message_queries.mails() == message_queries.Mails(0, 1, [mail])
    Delivery.objects.update(state=State.SENT, sent_at=now, last_error="")
    assert message_queries.mails() == message_queries.Mails(0, 0, [])
