"""The worker as it is: a separate process, a real broker, and what happens when the broker is away."""

import subprocess
import sys
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.utils import timezone

from portfolio.insights.models import Snapshot
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun, State
from portfolio.wake import wake
from projects.models import Event, Flag, StatusUpdate
from tests.brokers import BROKERS
from tests.factories import SYSTEM, a_crowd, a_key, a_member, a_portfolio, a_project, an_administrator
from tests.services.programs import free_port
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
TOKEN = "a" * 32  # of the form and of the cookie: that both are the same is what is checked


@pytest.mark.parametrize("broker", BROKERS)
def test_what_a_person_asks_for_on_a_page_is_done_by_a_worker(client, broker, celery_worker_process):
    portfolio = a_portfolio()
    a_crowd(portfolio, 3, created_at=timezone.now() - timedelta(days=40))
    worker = celery_worker_process(broker)
    client.force_login(a_member(portfolio, "manager"))
    client.post(f"/portfolios/{portfolio.slug}/summary/")
    wait_until(Snapshot.objects.exists, said=worker.log.read_text)
    assert (
        Snapshot.objects.get().body["flagged"]["quiet"] == Flag.objects.filter(rule="NO_UPDATE").count() == 3
    )


def test_with_beat_nobody_has_to_ask(celery_worker_process):
    portfolio = a_portfolio()
    worker = celery_worker_process(
        "filesystem", "--concurrency=2", "--beat", "--scheduler=celery.beat:Scheduler"
    )
    wait_until(
        lambda: JobRun.objects.filter(name="sweep", state=State.DONE).exists(), said=worker.log.read_text
    )
    wait_until(lambda: not Event.objects.filter(position=None).exists(), said=worker.log.read_text)
    assert Event.objects.filter(portfolio=portfolio).exists()


def test_a_run_whose_message_was_lost_is_found_by_the_next_tick(celery_worker_process):
    JobRun.objects.create(name="purge", slot="lost", due_at=timezone.now() - timedelta(minutes=5))
    worker = celery_worker_process()
    wait_until(
        lambda: JobRun.objects.filter(slot="lost", state=State.DONE).exists(),
        nudge=lambda: wake("portfolio.tasks.tick"),
        said=worker.log.read_text,
    )


class _NoRedirect(HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_):
        return None


class Site:
    """A web process of its own, spoken to over the wire."""

    def __init__(self, port, session):
        self.address = f"http://127.0.0.1:{port}"
        self.cookies = f"sessionid={session}; csrftoken={TOKEN}"
        self.opener = build_opener(_NoRedirect)

    def ask(self, path, data=None, **headers):
        request = Request(self.address + path, data=data, headers=headers)  # noqa: S310 - our own address
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status
        except HTTPError as answer:
            return answer.code
        except OSError:
            return 0

    def page(self, path, **form):
        headers = {"Cookie": self.cookies, "Referer": self.address}
        data = urlencode({**form, "csrfmiddlewaretoken": TOKEN}).encode() if form else None
        return self.ask(path, data, **headers)


@pytest.fixture
def site_without_redis(worker_environment, client, tmp_path):
    """The site, told of a Redis at which nobody listens."""
    port = free_port()
    environment = {
        **worker_environment,
        "PLIMSOLL_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "PLIMSOLL_BASE_URL": f"http://127.0.0.1:{port}",
        "PLIMSOLL_DEBUG": "1",  # static files need not be collected for it
    }
    words = ["--interface=wsgi", "--host=127.0.0.1", f"--port={port}", "portfolio.wsgi:application"]
    client.force_login(an_administrator())
    site = Site(port, client.cookies["sessionid"].value)
    with (tmp_path / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", *words], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: site.ask("/healthz") == 200, said=(tmp_path / "web.log").read_text)
        yield site
    finally:
        process.terminate()
        process.wait(20)


def test_without_redis_pages_and_rest_go_on(site_without_redis):
    site = site_without_redis
    project = a_project(a_portfolio())
    _, secret = a_key(project.portfolio)
    for path in (
        "/projects/",
        f"/projects/{project.key}/",
        f"/portfolios/{project.portfolio.slug}/",
        "/operations/",
    ):
        assert site.page(path) == 200, path
    assert site.page(f"/projects/{project.key}/update/", health="on_track", text="By page.") == 302
    json = b'{"health": "at_risk", "text": "By REST."}'
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    assert site.ask(f"/api/v1/projects/{project.key}/updates", json, **headers) == 201
    assert [update.text for update in StatusUpdate.objects.order_by("at")] == ["By page.", "By REST."]
    # What needs a worker waits in its row.
    assert site.page(f"/portfolios/{project.portfolio.slug}/summary/", again="1") == 302
    assert JobRun.objects.get(name="summary").state == State.WAITING


def test_a_broker_that_comes_back_finds_the_run_that_waits(celery_worker_process):
    portfolio = a_portfolio()
    run = runs.ask("summary", actor=SYSTEM, now=timezone.now(), portfolio=portfolio)
    # The message went to the folder; this worker listens to Redis only.
    worker = celery_worker_process("redis")
    wait_until(
        lambda: JobRun.objects.get(pk=run.pk).state == State.DONE,
        nudge=lambda: wake("portfolio.tasks.tick"),
        said=worker.log.read_text,
    )
    assert Snapshot.objects.count() == 1
