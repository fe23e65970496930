"""The page of one job: its runs, how long they took, a run for one portfolio, a failed one tried again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio import outbox, tasks
from portfolio.operations.models import JobRun, State
from projects.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = factories.an_administrator("Ada")
    client.force_login(person)
    return person


def a_run(number=0, name="sweep", **fields):
    began = timezone.now() - timedelta(minutes=number)
    fields = {"state": State.DONE, "rows": 1234 + number, **fields}
    return JobRun.objects.create(
        name=name,
        slot=f"slot {number}",
        due_at=began,
        started_at=began,
        finished_at=began + timedelta(seconds=number + 2),
        **fields,
    )


def shown(client, path="/operations/jobs/sweep/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_tells_what_the_job_does_its_runs_and_how_long_they_took(client, administrator):
    assert "No runs yet" in shown(client)
    for number in range(3):
        a_run(number)
    a_run(7, name="purge")
    page = shown(client)
    for said in ("Flag sweep", "1234", "1236", "2.0 s", "last 3 runs, at most 4.0 s", 'class="spark"'):
        assert said in page
    assert "1241" not in page


def test_runs_come_in_pages_at_the_same_cost(client, administrator):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            shown(client)
        return len(captured)

    a_run(0)
    first = cost()
    for number in range(1, 60):
        a_run(number)
    assert cost() == first
    assert "1 to 50 of 60" in shown(client)
    assert "51 to 60 of 60" in shown(client, "/operations/jobs/sweep/?page=2")


def test_a_failed_run_is_tried_again_and_done(client, administrator):
    failed = a_run(state=State.FAILED, attempts=3, error="OSError: disk full")
    retry = f"/operations/runs/{failed.pk}/retry/"
    assert retry in shown(client, "/operations/")
    assert retry in shown(client)
    answer = client.post(retry, follow=True).content.decode()
    assert "A worker was asked to try it again" in answer
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.WAITING, 0)
    assert "has not failed" in client.post(retry, follow=True).content.decode()
    tasks.run(failed.pk)
    failed.refresh_from_db()
    assert (failed.state, failed.error, failed.attempts) == (State.DONE, "", 1)


@pytest.mark.parametrize("name", ["scores", "forecasts", "summary"])
def test_a_job_of_a_portfolio_runs_for_the_one_that_was_chosen(client, administrator, name):
    portfolio, _ = factories.a_portfolio("Claims"), factories.a_portfolio("Other")
    page = shown(client, f"/operations/jobs/{name}/")
    assert f'value="{portfolio.slug}"' in page
    said = client.post(f"/operations/run/{name}/", {"portfolio": portfolio.slug}, follow=True)
    assert "asked to run it for Claims" in said.content.decode()
    asked = JobRun.objects.get()
    assert (asked.portfolio, asked.asked_by) == (portfolio, administrator)
    tasks.run(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (State.DONE, "")


def test_the_oldest_event_that_nobody_was_told_of_is_named(client, administrator):
    factories.a_portfolio()
    outbox.pass_on()
    assert "every event has its place" in shown(client, "/operations/")
    Event.objects.update(position=None, at=timezone.now() - timedelta(hours=2))
    page = shown(client, "/operations/")
    assert "nobody was told yet; the oldest" in page
    assert '<dd class="v bad">' in page.partition("Event feed")[2][:80]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/operations/jobs/sweep/", "get"),
        ("/operations/runs/1/retry/", "post"),
        ("/operations/deliveries/", "get"),
        ("/operations/deliveries/1/", "get"),
        ("/operations/deliveries/1/withhold/", "post"),
    ],
)
def test_nobody_else_may(client, path, method):
    assert getattr(client, method)(path).status_code == 302
    client.force_login(factories.a_member(factories.a_portfolio(), "administrator"))
    assert getattr(client, method)(path).status_code == 403
