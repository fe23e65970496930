"""Two days side by side: what came, what went and why, what changed with its old value."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.actions import summaries
from portfolio.insights.queries import comparisons, pictures
from projects.actions import days, moves, portfolios, projects, stages
from projects.models import Portfolio, Project
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FROM = MONDAY.date()


@pytest.fixture
def portfolio(time_machine):
    """Three projects in Pilot, kept on Monday; then it is Thursday."""
    time_machine.move_to(MONDAY, tick=False)
    portfolio = a_portfolio(time_zone="UTC")
    for number in range(3):
        project = a_project(portfolio, f"Number {number}", value_likely=Decimal(300_000))
        stages.report(project.pk, to="pilot", actor=SYSTEM)
    night(portfolio)
    time_machine.shift(3 * DAY)
    return portfolio


def night(portfolio):
    days.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now())


def one(number):
    return Project.objects.get(key__endswith=f"-{number + 1}")


def compared(portfolio):
    portfolio = Portfolio.objects.get(pk=portfolio.pk)
    return comparisons.between(pictures.on(portfolio, FROM), pictures.live(portfolio, timezone.now()))


def test_nothing_happened(portfolio):
    found = compared(portfolio)
    assert found.is_empty
    assert found.unchanged == 3


def test_what_came_is_added(portfolio):
    a_project(portfolio, "New")
    assert [(each.entry.name, each.reason) for each in compared(portfolio).added] == [("New", "new")]


WAYS = {
    "stopped": lambda who: moves.make(one(1).pk, kind="stop", reason_code="budget", note="No.", actor=who),
    "archived": lambda who: projects.archive(one(1).pk, actor=who),
    "deleted": lambda who: projects.delete(one(1).pk, actor=who),
}


@pytest.mark.parametrize("reason", WAYS)
def test_what_went_is_removed_with_its_reason_and_who_decided(portfolio, reason):
    WAYS[reason](acting(a_member(portfolio, "manager", "Mina Berg")))
    (removed,) = compared(portfolio).removed
    assert (removed.entry.name, removed.reason, removed.by) == ("Number 1", reason, "Mina Berg")
    assert removed.at == timezone.now()
    assert removed.why == ("Budget" if reason == "stopped" else "")


def test_what_was_stopped_and_then_archived_was_stopped(portfolio, time_machine):
    WAYS["stopped"](SYSTEM)
    time_machine.shift(DAY)
    projects.archive(one(1).pk, actor=SYSTEM)
    assert [each.reason for each in compared(portfolio).removed] == ["stopped"]


def test_what_came_back_in_between_left_for_its_last_reason(portfolio, time_machine):
    WAYS["archived"](SYSTEM)
    projects.unarchive(one(1).pk, actor=SYSTEM)
    time_machine.shift(DAY)
    WAYS["deleted"](SYSTEM)
    assert [each.reason for each in compared(portfolio).removed] == ["deleted"]


def test_a_project_that_moved_to_another_portfolio_is_said_to_have(portfolio):
    Project.objects.filter(pk=one(1).pk).update(portfolio=a_portfolio())
    assert [each.reason for each in compared(portfolio).removed] == ["moved"]


def test_what_went_live_has_left_what_is_worked_on(portfolio, time_machine):
    stages.report(one(1).pk, to="production", actor=SYSTEM)
    time_machine.shift(2 * DAY)
    found = compared(portfolio)
    assert [(each.reason, each.label, each.at.date()) for each in found.removed] == [
        ("live", "Live", FROM + 3 * DAY)
    ]
    assert found.changed == ()


def test_what_was_rolled_back_is_worked_on_again(portfolio, time_machine):
    stages.report(one(1).pk, to="production", actor=SYSTEM)
    time_machine.shift(2 * DAY)
    night(portfolio)
    time_machine.shift(DAY)
    moves.make(one(1).pk, kind="rollback", to="pilot", note="Wrong.", actor=SYSTEM)
    assert compared(portfolio).removed == ()
    later = comparisons.between(
        pictures.on(portfolio, FROM + 5 * DAY), pictures.live(portfolio, timezone.now())
    )
    assert [(each.entry.name, each.reason) for each in later.added] == [("Number 1", "back")]


def test_what_changed_says_its_old_value(portfolio):
    owner = a_member(portfolio, name="Ines Vogel")
    projects.edit(one(0).pk, version=None, name="Another", owner=owner, actor=SYSTEM)
    projects.edit(one(1).pk, version=None, value_likely=Decimal(3_000_000), actor=SYSTEM)
    moves.make(one(2).pk, kind="back", to="mvp", reason_code="pivot", note="Anew.", actor=SYSTEM)
    said = {
        each.entry.id: {change.field.code: (change.was, change.now) for change in each.changes}
        for each in compared(portfolio).changed
    }
    assert said[one(0).pk] == {
        "name": ("Number 0", "Another"),
        "owner": ("not known", "Ines Vogel"),
    }
    assert said[one(1).pk]["value"] == ("300,000", "3,000,000")
    assert "impact" in said[one(1).pk]
    assert said[one(2).pk]["stage"] == ("Pilot (A/B)", "MVP, end-to-end")


def test_lines_that_were_moved_are_said_too(portfolio):
    portfolios.edit(portfolio.pk, version=None, risk_line=40, actor=SYSTEM)
    assert [(each.field.label, each.was, each.now) for each in compared(portfolio).settings] == [
        ("Risk line", "50", "40")
    ]


def test_a_score_that_only_grew_older_is_no_change(portfolio):
    picture = pictures.live(portfolio, timezone.now())
    older = replace(
        picture, entries=tuple(replace(each, risk=(each.risk or 0) + 0.9) for each in picture.entries)
    )
    assert comparisons.between(picture, older).is_empty
    worse = replace(
        picture, entries=tuple(replace(each, risk=(each.risk or 0) + 1) for each in picture.entries)
    )
    assert len(comparisons.between(picture, worse).changed) == 3


def test_two_past_days_are_compared_like_any_others(portfolio, time_machine):
    WAYS["stopped"](SYSTEM)
    night(portfolio)
    time_machine.shift(4 * DAY)
    assert moves.make(one(1).pk, kind="restart", note="Again.", actor=SYSTEM).move
    found = comparisons.between(pictures.on(portfolio, FROM), pictures.on(portfolio, FROM + 3 * DAY))
    assert [(each.entry.name, each.reason) for each in found.removed] == [("Number 1", "stopped")]


def test_the_number_of_queries_does_not_depend_on_what_left(portfolio):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            comparisons.between(before, after)
        return len(asked)

    crowd = a_crowd(portfolio, 20)
    before = pictures.live(portfolio, timezone.now())
    after = replace(before, entries=tuple(each for each in before.entries if each.id != crowd[0].pk))
    one_gone = statements()
    after = replace(before, entries=())
    assert statements() == one_gone == 3
