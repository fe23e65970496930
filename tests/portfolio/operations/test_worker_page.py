"""The worker's page: for administrators; says what ran, what failed and whether anybody is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import wake
from portfolio.celery import app
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun, State
from tests.factories import a_member, a_portfolio, an_administrator
from tests.services.worker import send_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = an_administrator()
    client.force_login(person)
    return person


def test_a_member_may_not_see_it(client):
    client.force_login(a_member(a_portfolio(), "administrator"))
    assert client.get("/operations/").status_code == 403
    assert client.post("/operations/run/sweep/").status_code == 403
    assert not JobRun.objects.exists()


def test_a_worker_never_heard_of_is_said_to_be_away(client, administrator):
    page = client.get("/operations/").content.decode()
    assert "The worker is not running." in page
    assert "never been heard of" in page


def test_a_worker_heard_of_is_running(client, administrator):
    runs.heard("worker", timezone.now())
    page = client.get("/operations/").content.decode()
    assert "The worker is not running." not in page
    for label in ("Flag sweep", "Scores", "Daily summary", "Clean-up"):
        assert label in page
    assert "Nothing failed." in page


def test_a_failed_run_shows_its_error(client, administrator):
    now = timezone.now()
    JobRun.objects.create(
        name="sweep",
        slot="x",
        due_at=now,
        state=State.FAILED,
        error="OSError: <disk> full",
        started_at=now,
        finished_at=now + timedelta(seconds=2),
    )
    page = client.get("/operations/").content.decode()
    assert "OSError: &lt;disk&gt; full" in page
    assert "Failed" in page


def test_run_now_asks_for_a_run_and_says_so(client, administrator):
    response = client.post("/operations/run/sweep/", follow=True)
    assert "a worker was asked to run it" in response.content.decode()
    assert JobRun.objects.get().asked_by == administrator
    assert "Waiting for the worker" in response.content.decode()


@pytest.mark.parametrize("name", ["summary", "scores", "nothing"])
def test_a_job_that_is_not_there_or_lacks_its_portfolio_is_not_found(client, administrator, name):
    for said in ({}, {"portfolio": "nowhere"}):
        assert client.post(f"/operations/run/{name}/", said).status_code == 404
    assert not JobRun.objects.exists()


def test_the_part_comes_alone(client, administrator):
    part = client.get("/operations/", headers={"HX-Request": "true", "HX-Target": "worker"}).content.decode()
    assert "<html" not in part
    assert "Flag sweep" in part


@pytest.mark.django_db(transaction=True)
def test_the_page_works_without_a_broker(client, administrator, dead_broker, caplog):
    page = client.get("/operations/")
    assert page.status_code == 200
    assert "the broker does not answer" in page.content.decode()
    for _ in range(2):
        assert client.post("/operations/run/sweep/").status_code == 302
    assert JobRun.objects.count() == 1
    # The second request does not try again so soon.
    assert caplog.text.count("No worker was woken") == 1


@pytest.fixture
def dead_broker(monkeypatch):
    """A Redis address at which nobody listens."""
    monkeypatch.setattr(wake, "_silent_until", 0.0)
    before = app.conf.broker_url, app.conf.broker_transport_options
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    send_through(app, "redis://127.0.0.1:9/0", once)
    yield
    send_through(app, *before)
