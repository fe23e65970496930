"""From when on a webhook is told: what stands behind its own making in the feed, whenever that is drained."""

import pytest

from portfolio import outbox
from portfolio.integrations.webhooks.actions import replays, webhooks
from portfolio.register.actions import samples
from projects import events
from projects.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio()


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def actor(portfolio):
    return factories.acting(factories.a_member(portfolio, "manager"))


def a_hook(portfolio, actor, **fields):
    url = "https://dwh.example.com/in"
    return webhooks.add(portfolio.pk, url=url, actor=actor, untested=True, **fields)[0]


def happens(project):
    return events.record(project, "comment.posted", factories.SYSTEM, comment=1, mentions=[]).pk


def drain(at_once=outbox.CHUNK):
    while outbox.pass_on(at_once):
        pass


def told(hook):
    return list(hook.deliveries.order_by("position").values_list("event", flat=True))


def test_a_webhook_made_before_the_sample_is_drained_gets_none_of_it():
    portfolio = samples.load()
    waiting = Event.objects.filter(portfolio=portfolio, position=None).count()
    assert waiting > outbox.CHUNK
    hook = a_hook(portfolio, factories.SYSTEM)
    after = happens(portfolio.projects.first())
    drain()
    assert told(hook) == [after]


@pytest.mark.parametrize("at_once", [1, 3, outbox.CHUNK])
def test_it_does_not_matter_in_how_many_parts_the_feed_is_drained(portfolio, project, actor, at_once):
    first = a_hook(portfolio, actor)
    early = happens(project)
    second = a_hook(portfolio, actor)
    late = happens(project)
    made = Event.objects.filter(kind="webhook.added").latest("pk").pk
    drain(at_once)
    assert told(first) == [early, made, late]
    assert told(second) == [late]


def test_what_happened_long_ago_and_is_recorded_now_is_told(portfolio, project, actor):
    hook = a_hook(portfolio, actor)
    recorded = happens(project)
    Event.objects.filter(pk=recorded).update(at="2020-01-01T00:00:00Z")
    drain()
    assert told(hook) == [recorded]


def test_switched_on_from_now_it_gets_nothing_that_happened_meanwhile(portfolio, project, actor):
    hook = a_hook(portfolio, actor, kinds=["comment.posted"])
    webhooks.switch(hook.pk, is_on=False, actor=actor)
    happens(project)
    webhooks.switch(hook.pk, is_on=True, actor=actor)
    after = happens(project)
    drain()
    assert told(hook) == [after]


def test_switched_on_with_what_it_missed_it_gets_that_from_wherever_it_is(portfolio, project, actor):
    hook = a_hook(portfolio, actor, kinds=["comment.posted"])
    webhooks.switch(hook.pk, is_on=False, actor=actor)
    placed = happens(project)
    drain()
    waiting = happens(project)
    assert webhooks.switch(hook.pk, is_on=True, actor=actor, resend=True) == 1
    drain()
    assert told(hook) == [placed, waiting]


def test_sending_again_reaches_back_before_its_making(portfolio, project, actor):
    before = happens(project)
    hook = a_hook(portfolio, actor, kinds=["comment.posted"])
    drain()
    assert told(hook) == []
    assert replays.since(hook.pk, at=Event.objects.get(pk=before).at, actor=actor) == 1
    assert told(hook) == [before]
