"""From an event to a mail, by a separate worker process: sent once, found again, made up for after a kill."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import outbox
from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, State
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun
from portfolio.wake import wake
from projects.actions import blockers
from projects.models import Event
from tests import factories
from tests.brokers import BROKERS
from tests.portfolio.notifications.cases import a_blocker, went_up
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
# A folder of messages hands out a few a second: what is nudged faster only waits longer.
SLOWLY = 2.0
BEAT = ("--concurrency=2", "--beat", "--scheduler=celery.beat:Scheduler")


@pytest.fixture
def sponsor():
    return factories.on_team(factories.a_project(name="Claims triage"), "SP")


@pytest.fixture
def step(sponsor):
    """A blocker that has just gone up to the sponsor."""
    return went_up(a_blocker(sponsor.team_roles.get().project), sponsor)


def nudge(task):
    return lambda: wake(f"portfolio.tasks.{task}")


def sent():
    return Delivery.objects.filter(state=State.SENT).count()


@pytest.mark.parametrize("broker", BROKERS)
def test_a_step_leads_to_one_mail(sponsor, step, smtp, broker, celery_worker_process):
    worker = celery_worker_process(broker, PLIMSOLL_EMAIL_URL=smtp.url)
    wait_until(sent, nudge=nudge("drain_outbox"), pause=SLOWLY, said=worker.log.read_text)
    wake("portfolio.tasks.tick")
    wake("portfolio.tasks.send_messages")
    worker.stop()
    ((to, mail),) = smtp.mails
    assert to == [sponsor.email]
    assert mail["Subject"].endswith("now with the business sponsor")


def test_a_blocker_left_past_its_step_leads_to_one_mail_by_itself(smtp, celery_worker_process):
    project = factories.a_project(name="Claims triage")
    owner = factories.on_team(project, "PO")
    began = timezone.now() - timedelta(days=8)
    blockers.raise_(
        project.pk,
        title="The contract cannot be signed",
        category="legal_compliance",
        severity="high",
        actor=replace(factories.SYSTEM, at=began),
    )
    assert not Event.objects.filter(kind="blocker.escalated").exists()
    worker = celery_worker_process("filesystem", *BEAT, PLIMSOLL_EMAIL_URL=smtp.url)
    wait_until(sent, said=worker.log.read_text)
    # It runs again, finds nothing to do, and nobody is told twice.
    run = runs.ask("escalations", actor=factories.SYSTEM, now=timezone.now())
    done = JobRun.objects.filter(pk=run.pk, state="done")
    wait_until(done.exists, said=worker.log.read_text)
    outbox.pass_on()
    assert deliveries.due(timezone.now()) == []
    ((to, mail),) = smtp.mails
    assert to == [owner.email]
    assert mail["Subject"] == (
        f"[{project.key}] The contract cannot be signed: now with the product owner and ML lead"
    )
    assert Event.objects.filter(kind="blocker.escalated").count() == 1


def test_a_mail_whose_wake_up_was_lost_is_found_by_the_next_tick(sponsor, step, smtp, celery_worker_process):
    outbox.pass_on()
    worker = celery_worker_process("redis", PLIMSOLL_EMAIL_URL=smtp.url)  # the message went to the folder
    wait_until(sent, nudge=nudge("tick"), pause=SLOWLY, said=worker.log.read_text)
    assert len(smtp.mails) == 1


def test_a_worker_killed_before_it_heard_the_answer_sends_again_under_the_same_id(
    sponsor, step, smtp, celery_worker_process
):
    smtp.holds.set()
    first = celery_worker_process(PLIMSOLL_EMAIL_URL=smtp.url)
    wait_until(lambda: smtp.mails, nudge=nudge("drain_outbox"), pause=SLOWLY, said=first.log.read_text)
    first.kill()
    smtp.holds.clear()
    mail = Delivery.objects.get()
    assert (mail.state, mail.attempts) == (State.WAITING, 1)
    # The claim of the dead worker runs out.
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = celery_worker_process(PLIMSOLL_EMAIL_URL=smtp.url)
    wait_until(sent, nudge=nudge("tick"), pause=SLOWLY, said=second.log.read_text)
    ids = [mail["Message-ID"] for _, mail in smtp.mails]
    assert len(ids) == 2
    assert ids[0] == ids[1]
