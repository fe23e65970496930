"""The summary page: whose it is, which day it shows, and having it taken again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio import tasks
from portfolio.insights.actions import summaries
from portfolio.operations.actions import leases, runs
from portfolio.operations.models import JobRun
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio, a_project

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def portfolio():
    portfolio = a_portfolio("Insurance")
    a_project(portfolio, "Claims triage router")
    return portfolio


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/"


@pytest.fixture
def viewer(client, portfolio):
    person = a_member(portfolio, "viewer")
    client.force_login(person)
    return person


@pytest.fixture
def manager(client, portfolio):
    person = a_member(portfolio, "manager")
    client.force_login(person)
    return person


def test_a_stranger_finds_nothing(client, address):
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    assert client.post(f"{address}summary/").status_code == 404


def test_before_the_first_summary_the_page_says_when_it_comes(client, address, viewer):
    page = client.get(address).content.decode()
    assert "No summary yet" in page
    assert "Take it now" not in page


def test_the_page_shows_the_figures_and_their_time(client, portfolio, address, viewer):
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    page = client.get(address).content.decode()
    assert "The one running project carries no flag." in page
    assert "As of" in page
    assert "20 Nov 2026, 12:00 UTC" in page
    assert f"/projects/?portfolio={portfolio.slug}&amp;stage=idea" in page
    assert "Claims triage router" in page


def test_every_link_into_the_register_keeps_its_filter(client, portfolio, address, viewer):
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    context = client.get(address).context
    links = [row["href"] for name in ("stages", "health", "flags") for row in context[name]]
    links += [context[name] for name in ("register", "quiet_href", "held_href")]
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert not answer.context["filters"].problems, link


def test_an_earlier_day_can_be_chosen(client, portfolio, address, viewer):
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    a_project(portfolio, "A later one")
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF + timedelta(days=1))
    assert "A later one" in client.get(address).content.decode()
    earlier = client.get(address, {"day": "2026-11-20"}).content.decode()
    assert "A later one" not in earlier
    assert '<option value="2026-11-20" selected>' in earlier


@pytest.mark.parametrize("day", ["2026-11-19", "yesterday", "2026-13-45", "0"])
def test_a_day_without_a_summary_is_not_found(client, portfolio, address, viewer, day):
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    assert client.get(address, {"day": day}).status_code == 404


def test_a_viewer_may_not_have_it_taken(client, portfolio, address, viewer):
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    assert "Take it again now" not in client.get(address).content.decode()
    assert client.post(f"{address}summary/").status_code == 403
    assert not JobRun.objects.exists()


def test_a_manager_has_it_taken_and_sees_it_go_on(client, portfolio, address, manager):
    htmx = {"HX-Request": "true"}
    part = client.post(f"{address}summary/", headers=htmx).content.decode()
    run = JobRun.objects.get()
    progress = f"{address}summary/{run.pk}/"
    assert "waits for the worker" in part
    assert f'hx-get="{progress}"' in part
    claimed = leases.claim(run.pk, timezone.now())
    assert "is being taken" in client.get(progress, headers=htmx).content.decode()
    summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    leases.finish(claimed, timezone.now(), rows=1)
    done = client.get(progress, headers=htmx)
    assert done.headers["HX-Redirect"] == address
    assert "one running project" in client.get(address).content.decode()


def test_without_script_the_button_leads_back_to_the_page(client, portfolio, address, manager):
    page = client.post(f"{address}summary/", follow=True).content.decode()
    assert "The summary is being taken. Reload the page" in page
    tasks.run(JobRun.objects.get().pk)
    assert "As of" in client.get(address).content.decode()


def test_a_failure_is_told_on_the_page(client, portfolio, address, manager):
    run = runs.ask("summary", actor=SYSTEM, now=timezone.now(), portfolio=portfolio)
    claimed = leases.claim(run.pk, timezone.now())
    leases.fail(claimed, timezone.now(), error=OSError("no space left"))
    page = client.get(address).content.decode()
    assert "tried again" in page
    assert "no space left" in page


def test_the_progress_of_another_portfolios_run_is_not_found(client, portfolio, address, manager):
    other = runs.ask("summary", actor=SYSTEM, now=timezone.now(), portfolio=a_portfolio())
    assert client.get(f"{address}summary/{other.pk}/").status_code == 404


def test_readers_are_told_that_the_worker_is_away(client, portfolio, address, viewer):
    runs.heard("worker", timezone.now() - timedelta(hours=2))
    assert "worker has been away" not in client.get(address).content.decode()
    runs.heard("worker", timezone.now() - timedelta(hours=4))
    assert "worker has been away" in client.get(address).content.decode()


def test_the_page_takes_the_same_queries_for_any_size(client, portfolio, address, viewer):
    counts = []
    for number in (1, 30):
        a_crowd(portfolio, number)
        summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
