"""What projects were like is kept from day to day, and only where a day brought something new."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import answers, days, moves, projects, scores, stages
from projects.actions.answers import Given
from projects.errors import NotAllowed
from projects.models import Project, ProjectDay, Rate
from projects.queries import scoring
from projects.rules import explanations
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import LINK, MONDAY
from tests.projects.actions.blockers.cases import raised
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = MONDAY.date()


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project(monday):
    return a_project(a_portfolio(time_zone="UTC"))


def take(portfolio, after=0):
    return days.take(portfolio.pk, actor=SYSTEM, now=timezone.now(), after=after)


def rows(project):
    return list(ProjectDay.objects.filter(project=project).order_by("since"))


def spans(project):
    return [(row.since, row.until) for row in rows(project)]


def test_a_day_that_brings_nothing_new_gets_no_row(project, monday):
    assert take(project.portfolio).written == 1
    for _ in range(3):
        monday.shift(DAY)
        assert take(project.portfolio).written == 0
    assert spans(project) == [(TODAY, None)]


def test_a_change_ends_the_row_that_held_and_begins_another(project, monday):
    take(project.portfolio)
    monday.shift(3 * DAY)
    projects.edit(project.pk, version=None, name="Claims sorter", actor=SYSTEM)
    take(project.portfolio)
    assert spans(project) == [(TODAY, TODAY + 2 * DAY), (TODAY + 3 * DAY, None)]
    assert [row.name for row in rows(project)] == ["Claims triage", "Claims sorter"]


def test_a_row_that_began_today_is_written_again(project):
    take(project.portfolio)
    projects.edit(project.pk, version=None, name="Claims sorter", actor=SYSTEM)
    assert take(project.portfolio).written == 1
    assert [(row.name, row.since, row.until) for row in rows(project)] == [("Claims sorter", TODAY, None)]


@pytest.mark.parametrize("end", ["stop", "archive", "delete"])
def test_what_ended_or_was_put_away_has_no_row_any_more(project, monday, end):
    take(project.portfolio)
    monday.shift(DAY)
    {
        "stop": lambda: moves.make(project.pk, kind="stop", reason_code="budget", note="No.", actor=SYSTEM),
        "archive": lambda: projects.archive(project.pk, actor=SYSTEM),
        "delete": lambda: projects.delete(project.pk, actor=SYSTEM),
    }[end]()
    take(project.portfolio)
    assert spans(project) == [(TODAY, TODAY)]


def test_what_was_put_away_on_its_first_day_was_seen_by_nobody(project):
    take(project.portfolio)
    projects.archive(project.pk, actor=SYSTEM)
    take(project.portfolio)
    assert spans(project) == []
    projects.unarchive(project.pk, actor=SYSTEM)
    take(project.portfolio)
    assert spans(project) == [(TODAY, None)]


def test_a_project_that_came_from_another_portfolio_leaves_that_one_a_row(project, monday):
    take(project.portfolio)
    monday.shift(DAY)
    other = a_portfolio()
    Project.objects.filter(pk=project.pk).update(portfolio=other)
    take(other)
    take(project.portfolio)
    assert [(row.portfolio_id, row.since, row.until) for row in rows(project)] == [
        (project.portfolio_id, TODAY, TODAY),
        (other.pk, TODAY + DAY, None),
    ]


def test_answers_blockers_and_costs_are_kept_as_they_were(project):
    stages.report(project.pk, to="poc", actor=SYSTEM)
    answers.give_many(project.pk, given=[Given("WP1", "Y", LINK), Given("DQ1", "N")], actor=SYSTEM)
    neighbour = a_project(project.portfolio, "Neighbour")
    raised(project)
    raised(neighbour, affected=[project.pk])
    Rate.objects.create(portfolio=project.portfolio, currency="USD", from_on=TODAY, rate=Decimal("0.5"))
    Project.objects.filter(pk=project.pk).update(remaining_cost=300, cost_currency="USD")
    take(project.portfolio)
    (row,) = rows(project)
    assert (row.answers, row.remaining_cost, row.open_blockers) == ({"DQ1": "N", "WP1": "Y"}, 150, 2)


def test_a_cost_without_a_rate_is_not_known(project):
    Project.objects.filter(pk=project.pk).update(remaining_cost=300, cost_currency="USD")
    take(project.portfolio)
    assert rows(project)[0].remaining_cost is None


def test_unknown_points_are_those_of_the_explanation(project, monday):
    stages.report(project.pk, to="poc", actor=SYSTEM)
    answers.give_many(project.pk, given=[Given("WP1", "Y", LINK), Given("DQ1", "N")], actor=SYSTEM)
    monday.shift(40 * DAY)
    scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now())
    take(project.portfolio)
    project = Project.objects.select_related("portfolio").get(pk=project.pk)
    (inputs,) = scoring.inputs([project], now=timezone.now())
    points = explanations.explain(scoring.card(project), inputs).unknown_points
    assert points > 0
    assert rows(project)[-1].unknown_points == points


def test_statements_do_not_depend_on_the_number_of_projects(monday):
    portfolio = a_portfolio()

    def statements():
        with CaptureQueriesContext(connection) as asked:
            take(portfolio)
        return len(asked)

    a_crowd(portfolio, 1)
    take(portfolio)
    monday.shift(DAY)
    Project.objects.update(health="at_risk")
    one = statements()
    a_crowd(portfolio, 20)
    take(portfolio)
    monday.shift(DAY)
    Project.objects.update(health="on_track")
    assert statements() == one


def test_chunks_go_on_where_the_last_one_ended(project, monkeypatch):
    monkeypatch.setattr(days, "CHUNK", 2)
    a_crowd(project.portfolio, 4)
    taken, after = [], 0
    while after is not None:
        taken.append(take(project.portfolio, after))
        after = taken[-1].after
    assert [each.written for each in taken] == [2, 2, 1]
    assert ProjectDay.objects.count() == 5


def test_a_clock_that_was_set_back_ends_no_row_before_it_began(project, monday):
    take(project.portfolio)
    monday.shift(-2 * DAY)
    projects.edit(project.pk, version=None, name="Claims sorter", actor=SYSTEM)
    take(project.portfolio)
    assert [(row.name, row.since, row.until) for row in rows(project)] == [("Claims sorter", TODAY, None)]


def test_only_who_may_take_the_summary_may_keep_the_day(project):
    contributor = a_member(project.portfolio, "contributor")
    with pytest.raises(NotAllowed):
        days.take(project.portfolio_id, actor=acting(contributor), now=timezone.now())
    assert not ProjectDay.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_row_that_holds(project, monday):
    portfolio = project.portfolio
    a_crowd(portfolio, 30)
    take(portfolio)
    monday.shift(DAY)
    Project.objects.update(health="at_risk")
    at_once(*[lambda: take(portfolio)] * 3)
    assert ProjectDay.objects.filter(until=None, health="at_risk").count() == 31
    assert ProjectDay.objects.count() == 62
