"""A message from the wire to its project: posted to a page, carried out by a real worker, and only once."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from portfolio.integrations.models import SourceMessage
from portfolio.wake import wake
from projects.models import StatusUpdate
from tests import factories
from tests.portfolio.integrations.sources import senders
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


@pytest.fixture
def source():
    cache.clear()
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    project = factories.a_project(portfolio)
    say = {"health": "on_track", "text": "Built {build}."}
    return senders.a_source(
        portfolio, "generic", rules=[{"project": {"fixed": project.key}, "do": "update", "with": say}]
    )


def test_two_workers_carry_each_message_out_once_and_in_its_order(client, source, celery_worker_process):
    workers = [celery_worker_process("filesystem", "--concurrency=1") for _ in range(2)]
    for build in range(4):
        body = {"build": build}
        assert senders.standard(client, *source, body, f"msg_{build}").status_code == 202
        assert senders.standard(client, *source, body, f"msg_{build}").status_code == 200
    wait_until(
        lambda: SourceMessage.objects.filter(state="done").count() == 4,
        nudge=lambda: wake("portfolio.tasks.tick"),
        said=lambda: "".join(worker.log.read_text() for worker in workers),
    )
    said = StatusUpdate.objects.order_by("pk").values_list("text", flat=True)
    assert list(said) == [f"Built {build}." for build in range(4)]


def test_a_message_whose_worker_died_is_taken_by_the_next(client, source, celery_worker_process):
    senders.standard(client, *source, {"build": 1})
    # As a killed worker leaves it: claimed, and nothing done.
    SourceMessage.objects.update(attempts_made=1, token="gone", lease_until=timezone.now())
    worker = celery_worker_process()
    wait_until(
        lambda: SourceMessage.objects.filter(state="done", attempts_made=2).exists(),
        nudge=lambda: wake("portfolio.tasks.tick"),
        said=worker.log.read_text,
    )
    assert StatusUpdate.objects.count() == 1
