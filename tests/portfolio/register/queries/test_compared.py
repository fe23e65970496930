"""The register beside a past day: old values on its rows, and above them who is gone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.register.queries import compared
from portfolio.register.queries import projects as register
from projects.actions import days, moves, projects, stages
from projects.models import Project
from projects.queries.filters import parse
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.projects.actions.answered import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FROM = MONDAY.date()


@pytest.fixture
def portfolio(time_machine):
    """Four projects, kept on Monday; on Thursday one is stopped, one deleted, one has moved, one is new."""
    time_machine.move_to(MONDAY, tick=False)
    portfolio = a_portfolio(slug="claims", time_zone="UTC")
    for name in ("Stopped", "Deleted", "Moved", "Same"):
        stages.report(a_project(portfolio, name).pk, to="poc", actor=SYSTEM)
    days.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    time_machine.shift(3 * DAY)
    moves.make(one("Stopped").pk, kind="stop", reason_code="budget", actor=SYSTEM)
    projects.delete(one("Deleted").pk, actor=SYSTEM)
    stages.report(one("Moved").pk, to="pilot", actor=SYSTEM)
    a_project(portfolio, "New")
    return portfolio


def one(name):
    return Project.objects.get(name=name)


def listed(person, query=f"portfolio=claims&compare={FROM}"):
    actor, filters = acting(person), parse(QueryDict(query))
    rows = register.listing(actor, filters, 9).rows
    return {row["name"]: row for row in rows}, compared.beside(actor, filters, rows)


def test_rows_say_what_they_were_and_what_is_new(portfolio):
    rows, since = listed(a_member(portfolio))
    assert since.is_stored
    said = {change.field.code: (change.was, change.now) for change in rows["Moved"]["changes"]}
    assert said["stage"] == ("Proof of concept", "Pilot (A/B)")
    assert (rows["Same"]["changes"], rows["Same"]["is_new"]) == ([], False)
    assert (rows["New"]["changes"], rows["New"]["is_new"]) == ([], True)


def test_who_is_gone_stands_above_with_the_reason(portfolio):
    _, since = listed(a_member(portfolio))
    assert [(each.row.name, each.departure.reason, each.departure.why) for each in since.gone] == [
        ("Deleted", "deleted", ""),
        ("Stopped", "stopped", "Budget"),
    ]
    assert [each.stage for each in since.gone] == ["Proof of concept"] * 2


@pytest.mark.parametrize("more", ["q=new", "health=on_track", "page=2"])
def test_a_list_that_is_filtered_or_goes_on_does_not_tell_who_is_gone(portfolio, more):
    _, since = listed(a_member(portfolio), f"portfolio=claims&compare={FROM}&{more}")
    assert since.gone == ()


def test_a_day_before_the_first_is_said_not_to_be_stored(portfolio):
    rows, since = listed(a_member(portfolio), f"portfolio=claims&compare={FROM - DAY}")
    assert (since.is_stored, since.first, since.gone) == (False, FROM, ())
    assert not any(row["is_new"] or row["changes"] for row in rows.values())


def test_somebody_on_one_team_is_not_told_what_else_is_gone(portfolio):
    rows, since = listed(on_team(one("Moved"), "EN"))
    assert [*rows] == ["Moved"]
    assert rows["Moved"]["changes"]
    assert since.gone == ()
    rows, since = listed(a_person(), f"compare={FROM}")
    assert (rows, since.gone, since.is_stored) == ({}, (), False)


def test_a_day_that_is_none_is_left_out_and_named():
    filters = parse(QueryDict("compare=2026-13-40"))
    assert (filters.compare, [each.field for each in filters.problems]) == ("", ["compare"])
    assert not parse(QueryDict(f"compare={FROM}")).is_narrowed


def test_the_number_of_queries_does_not_depend_on_rows_or_on_who_is_gone(portfolio, time_machine):
    person = a_member(portfolio)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            listed(person)
        return len(asked)

    listed(person)  # a process reads a workflow once
    few = statements()
    time_machine.move_to(MONDAY, tick=False)
    crowd = a_crowd(portfolio, 15)
    days.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    time_machine.shift(3 * DAY)
    Project.objects.filter(pk__in=[each.pk for each in crowd[:7]]).update(archived_at=timezone.now())
    assert statements() == few


def page(client, query):
    return client.get(f"/projects/?portfolio=claims{query}")


def test_the_page_shows_it_and_keeps_its_budget_without_it(client, portfolio):
    client.force_login(a_member(portfolio))
    page(client, "")
    with CaptureQueriesContext(connection) as without:
        assert "Proof of concept</s>" not in page(client, "").text
    with CaptureQueriesContext(connection) as beside:
        text = page(client, f"&compare={FROM}").text
    assert len(without) <= 8
    assert len(beside) - len(without) <= 5
    assert '<s><span class="sr">was </span>Proof of concept</s>' in text
    assert "No longer there since" in text
    assert f'href="/portfolios/claims/compare/?from={FROM}"' in text
    assert f'name="compare" value="{FROM}"' in text  # the next search keeps the day
