"""A key that ends soon is told of in time, once, to those who can renew it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import work
from portfolio.integrations.keys.actions import keys, notices
from portfolio.integrations.models import ApiKey
from portfolio.notifications.models import Delivery, Message
from portfolio.operations.jobs import JOBS
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def administrator(portfolio):
    factories.a_member(portfolio, "manager")
    return factories.a_member(portfolio, "administrator")


def ends_in(portfolio, left):
    key, secret = factories.a_key(portfolio)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() + left)
    return key, secret


def test_administrators_hear_of_an_end_two_weeks_and_a_day_before_and_only_once(portfolio, administrator):
    key, secret = ends_in(portfolio, 13 * DAY)
    now = timezone.now()
    assert [notices.tell_due(at) for at in (now, now, now + 5 * DAY)] == [1, 0, 0]
    assert [notices.tell_due(at) for at in (now + 12.5 * DAY, now + 12.6 * DAY)] == [1, 0]
    assert notices.tell_due(now + 14 * DAY) == 0
    first, last = Message.objects.order_by("pk")
    assert {first.recipient, last.recipient} == {administrator}
    assert first.path == f"/portfolios/commerce/keys/{key.pk}/"
    assert "CI robot ends soon" in first.subject
    assert "within a day" in last.subject
    assert Delivery.objects.count() == 2
    assert secret not in f"{list(Message.objects.values())}{list(Delivery.objects.values())}"


def test_nobody_hears_of_keys_that_go_on_or_are_over(portfolio, administrator):
    ends_in(portfolio, 20 * DAY)
    ends_in(portfolio, -DAY)
    gone, _ = ends_in(portfolio, 2 * DAY)
    keys.revoke(gone.pk, actor=factories.SYSTEM)
    assert notices.tell_due(timezone.now()) == 0


def test_a_renewed_key_is_told_of_again_at_its_new_end(portfolio, administrator):
    key, _ = ends_in(portfolio, 3 * DAY)
    now = timezone.now()
    assert notices.tell_due(now) == 1
    keys.rotate(key.pk, days=90, actor=factories.SYSTEM)
    assert [notices.tell_due(at) for at in (now, now + 80 * DAY)] == [0, 1]


def test_what_it_costs_does_not_depend_on_how_many_keys_end(
    portfolio, administrator, django_assert_max_num_queries
):
    for _ in range(6):
        ends_in(portfolio, 3 * DAY)
    with django_assert_max_num_queries(14):
        assert notices.tell_due(timezone.now()) == 6


def test_the_worker_does_it_by_the_clock():
    assert set(work.WORK) == set(JOBS)
    assert "keys" in JOBS
