"""Who hears of a sign-off: those asked, the one who asked, and the signer whose text has changed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portfolio import outbox
from portfolio.notifications.models import Message, Way
from portfolio.operations.actions import runs
from portfolio.tasks import run as run_job
from projects.actions import decisions, members, projects, reminders, signoffs, workflows
from projects.models import Event, SignOff
from projects.rules import workflow
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, asked, on_team, signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio(), "Claims triage", tier="low", personal_data=False, vendor=False, llm=False)


def told():
    while outbox.pass_on():
        pass
    return [(each.recipient, each.kind, each.subject) for each in written()]


def written():
    """Flags have their own messages."""
    return Message.objects.exclude(topic="flags").order_by("pk")


def last_text():
    return written().last().text


def test_everybody_who_may_answer_is_asked_and_who_asked_hears_the_answer(project):
    one, two = on_team(project, "PO"), on_team(project, "PO")
    asker = a_member(project.portfolio, name="Asker")
    found = signoffs.ask(project.pk, gate="G0", only=["PO"], note="Before Friday", actor=acting(asker))
    subject = f"[{project.key}] Intake: your signature is needed as Product owner"
    assert told() == [(one, "signoff.asked", subject), (two, "signoff.asked", subject)]
    message = Message.objects.order_by("pk").first()
    assert "Asker asks you to sign as Product owner." in message.text
    assert "Before Friday" in message.text
    assert message.path == f"/signoffs/{found.made[0].pk}/"
    signs(found.made[0], one, "rejected", reason="Too vague", would_change="A number")
    assert told()[2:] == [(asker, "signoff.decided", f"[{project.key}] Intake: rejected by Product owner")]
    assert "What would change it: A number" in last_text()


def test_nobody_is_told_what_they_did_themselves(project):
    po = on_team(project, "PO")
    members.set_role(project.portfolio_id, user_id=po.pk, role="contributor", actor=SYSTEM)
    signs(asked(project, "G0", "PO", by=po)["PO"], po)
    assert told() == []


def test_the_signer_hears_what_has_changed(project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    (recipient, _, subject) = told()[-1]
    assert (recipient, subject) == (po, f"[{project.key}] Intake: what you signed has changed")
    assert "Target of the business metric" in last_text()


def test_who_takes_over_from_who_stands_aside_is_told(project):
    po, other = on_team(project, "PO"), on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    following = decisions.recuse(row.pk, reason="My brother sells it.", actor=acting(po))
    told()
    message = Message.objects.get(kind="signoff.recused")
    assert (message.recipient, message.path) == (other, f"/signoffs/{following.pk}/")
    assert "My brother" not in message.text


def test_who_asked_hears_of_a_withdrawal(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    decisions.withdraw(row.pk, reason="The data was wrong.", actor=acting(po))
    told()
    assert Message.objects.get(kind="signoff.withdrawn").recipient_id == row.requested_by_id


def test_who_cannot_see_the_project_any_more_is_told_nothing(project):
    po = on_team(project, "PO")
    asked(project, "G0", "PO")
    project.team.filter(user=po).delete()
    assert told() == []


def test_a_name_breaks_no_mail(project):
    po = on_team(project, "PO")
    asker = a_member(project.portfolio, name="A\r\nBcc: everybody@example.org")
    signoffs.ask(project.pk, gate="G0", only=["PO"], actor=acting(asker))
    told()
    message = Message.objects.get(recipient=po)
    assert "\nBcc" not in message.text
    assert "\n" not in message.subject


def test_what_a_sample_tells_of_the_past_is_not_mailed(project):
    on_team(project, "PO")
    actor = acting(a_member(project.portfolio), "sample")
    signoffs.ask(project.pk, gate="G0", only=["PO"], actor=actor)
    told()
    assert Message.objects.get().way == Way.OFF


def after(**spent):
    return time_machine.travel(timezone.now() + timedelta(**spent))


def send():
    return reminders.send(actor=SYSTEM, now=timezone.now()).signoffs


def test_people_are_reminded_after_three_days_and_every_three_days(project):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    with after(days=2, hours=23):
        assert send() == 0
    with after(days=3):
        assert (send(), send()) == (1, 0)
    with after(days=5, hours=23):
        assert send() == 0
    with after(days=6):
        assert send() == 1
    assert Event.objects.filter(kind="signoff.reminded").count() == 2
    with after(days=12):
        signs(row, po)
        assert send() == 0
    told()
    assert Message.objects.filter(kind="signoff.reminded", recipient=po).count() == 2


def test_the_workflow_says_how_often(project):
    portfolio = project.portfolio
    definition = workflow.dump(project.workflow.rules) | {"reminders": {"after_days": 1, "every_days": 7}}
    version = workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    workflows.adopt(project.pk, version_id=version.pk, actor=SYSTEM)
    on_team(project, "PO")
    asked(project, "G0", "PO")
    with after(days=1):
        assert send() == 1
    with after(days=7):
        assert send() == 0


@pytest.mark.parametrize("change", ["archive", "delete"])
def test_what_is_put_away_reminds_nobody(project, change):
    on_team(project, "PO")
    asked(project, "G0", "PO")
    getattr(projects, change)(project.pk, actor=SYSTEM)
    with after(days=4):
        assert send() == 0


def test_the_job_reminds_in_chunks(project, monkeypatch):
    monkeypatch.setattr(reminders, "CHUNK", 1)
    for role in ("PO", "SP", "ML"):
        on_team(project, role)
    asked(project, "G0")
    with after(days=4):
        run = runs.ask("reminders", actor=SYSTEM, now=timezone.now())
        run_job(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("done", 3)
    assert SignOff.objects.exclude(reminded_at=None).count() == 3
