"""Recommendations put aside and taken up again: by whom, why, and what the history keeps."""

import pytest

from portfolio.insights.actions import recommendations
from portfolio.insights.models import Dismissal
from projects.errors import NotAllowed, Refused
from projects.models import Event
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
RULE = "reconsider_review"


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def keys(portfolio):
    return [a_project(portfolio, name).key for name in ("One", "Two")]


@pytest.fixture
def manager(portfolio):
    return acting(a_member(portfolio, "manager"))


def dismiss(portfolio, keys, actor, *, rule=RULE, reason="The board knows."):
    return recommendations.dismiss(portfolio.pk, rule=rule, keys=keys, reason=reason, actor=actor)


def test_put_aside_with_a_reason_and_kept_in_the_history(portfolio, keys, manager):
    row = dismiss(portfolio, keys, manager, reason="  The board knows. ")
    assert (row.rule, row.reason, row.by_id) == (RULE, "The board knows.", manager.user_id)
    event = Event.objects.get(kind="recommendation.dismissed")
    assert (event.portfolio_id, event.actor_id) == (portfolio.pk, manager.user_id)
    assert event.payload == {"rule": RULE, "keys": keys, "reason": "The board knows."}


def test_put_aside_already_is_no_change_in_any_order(portfolio, keys, manager):
    first = dismiss(portfolio, keys, manager)
    again = dismiss(portfolio, [*reversed(keys), keys[0]], manager, reason="Another reason.")
    assert (again.pk, again.reason) == (first.pk, "The board knows.")
    assert Event.objects.filter(kind="recommendation.dismissed").count() == 1


def test_the_same_rule_about_other_projects_is_another_recommendation(portfolio, keys, manager):
    dismiss(portfolio, keys, manager)
    dismiss(portfolio, keys[:1], manager)
    dismiss(portfolio, [], manager, rule="fill_ins_short")
    assert Dismissal.objects.count() == 3


def test_taken_up_again(portfolio, keys, manager):
    row = dismiss(portfolio, keys, manager)
    recommendations.restore(row.pk, actor=manager)
    assert not Dismissal.objects.exists()
    assert Event.objects.get(kind="recommendation.restored").payload["rule"] == RULE
    with pytest.raises(Dismissal.DoesNotExist):
        recommendations.restore(row.pk, actor=manager)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"rule": "no_such_rule"}, "unknown_rule"),
        ({"reason": "  "}, "reason_missing"),
        ({"reason": "x" * 2_001}, "reason_long"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(portfolio, keys, manager, said, code):
    with pytest.raises(Refused) as caught:
        dismiss(portfolio, keys, manager, **said)
    assert caught.value.code == code
    assert not Dismissal.objects.exists()


def test_a_project_of_another_portfolio_is_none_of_this_one(portfolio, keys, manager):
    with pytest.raises(Refused) as caught:
        dismiss(portfolio, [*keys, a_project().key], manager)
    assert caught.value.code == "unknown_project"
    assert not Event.objects.filter(kind="recommendation.dismissed").exists()


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", None])
def test_only_who_manages_the_portfolio_puts_aside_and_takes_up(portfolio, keys, manager, role):
    actor = acting(a_member(portfolio, role) if role else a_person())
    row = dismiss(portfolio, keys, manager)
    with pytest.raises(NotAllowed):
        dismiss(portfolio, keys[:1], actor)
    with pytest.raises(NotAllowed):
        recommendations.restore(row.pk, actor=actor)
    assert list(Dismissal.objects.all()) == [row]


def test_the_product_itself_may(portfolio, keys):
    assert dismiss(portfolio, keys, SYSTEM).by_id is None
