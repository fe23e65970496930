"""Lists of blockers: what is said of each, who sees them, how a query is read, what they cost."""

from datetime import date, timedelta

import pytest
from django.http import Http404, QueryDict
from django.utils import timezone

from projects.actions import blockers as actions
from projects.actions import moves, projects
from projects.models import Blocker, Project
from projects.models.blockers import POLICY
from projects.queries import blocker_reports, blockers
from projects.queries.blocker_filters import BlockerFilters
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db
NOW = "2027-03-01T23:30:00+00:00"  # 2 March in Berlin


@pytest.fixture(autouse=True)
def march(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def portfolio():
    return a_portfolio(time_zone="Europe/Berlin")


@pytest.fixture
def viewer(portfolio):
    return acting(a_member(portfolio, "viewer"))


def raised(project, **said):
    said = {"title": "No pilot", "category": "budget", "severity": "high", **said}
    return actions.raise_(project.pk, actor=SYSTEM, **said)


def found(query, actor):
    return [row.blocker for row in blockers.rows(blockers.listed(parsed(query), actor), actor)]


def parsed(query):
    return blockers.parse(QueryDict(query))


# What is said of one


def test_a_row_says_what_the_day_makes_of_it(portfolio, viewer, march):
    project = a_project(portfolio)
    owner, lead = on_team(project, "PO"), on_team(project, "ML")
    blocker = raised(project, owner=owner)
    (row,) = blockers.of(project, viewer)
    assert (row.age_days, row.late_days, row.band, row.is_response_late) == (0, 0, "0–14", False)
    assert (row.next_level, row.blocker.next_step_on) == (1, date(2027, 3, 9))
    assert row.waits_for == (owner.name,)
    march.shift(timedelta(7))
    actions.rise(actor=SYSTEM, now=timezone.now())
    (row,) = blockers.of(project, viewer)
    assert set(row.waits_for) == {owner.name, lead.name}
    assert (row.next_level, row.is_response_late, row.level_label) == (2, True, POLICY.levels[1].label)
    march.shift(timedelta(7))
    assert blockers.one(blocker.pk, viewer).late_days == 0
    march.shift(timedelta(1))
    row = blockers.one(blocker.pk, viewer)
    assert (row.age_days, row.late_days, row.band) == (15, 1, "15–30")
    actions.resolve(blocker.pk, resolution="solved", actor=SYSTEM)
    march.shift(timedelta(100))
    row = blockers.one(blocker.pk, viewer)
    assert (row.age_days, row.late_days, row.next_level, row.waits_for) == (15, 1, None, ())


def test_the_category_other_is_to_be_sorted_within_14_days(portfolio, viewer):
    project = a_project(portfolio)
    raised(project, category="other")
    raised(project)
    assert {row.sort_by for row in blockers.of(project, viewer)} == {date(2027, 3, 16), None}


def test_what_a_project_has_comes_open_ones_first_and_with_those_of_others(portfolio, viewer):
    project, other = a_project(portfolio), a_project(portfolio)
    late = raised(project, raised_on=date(2027, 1, 1))
    done = raised(project)
    actions.resolve(done.pk, resolution="solved", actor=SYSTEM)
    theirs = raised(other, affected=[project.pk], raised_on=date(2027, 2, 20))
    raised(other)
    rows = blockers.of(project, viewer)
    assert [row.blocker for row in rows] == [late, theirs, done]
    assert (rows[1].home.key, [one.key for one in rows[1].others]) == (other.key, [project.key])


def test_value_held_up_counts_running_projects_whose_value_is_known(portfolio, viewer):
    worth = {"value_low": 60, "value_likely": 100, "value_high": 140}
    project, other, unknown, ended = (
        a_project(portfolio, **worth),
        a_project(portfolio, **worth),
        a_project(portfolio),
        a_project(portfolio, **worth),
    )
    moves.make(ended.pk, kind="stop", reason_code="budget", note="No money", actor=SYSTEM)
    blocker = raised(project, affected=[other.pk, unknown.pk])
    Blocker.affected.through.objects.create(blocker=blocker, project=ended)
    p = dict(Project.objects.values_list("pk", "p_production"))
    row = blockers.one(blocker.pk, viewer)
    assert row.value_held_up == pytest.approx(100 * (p[project.pk] + p[other.pk]))
    assert blockers.one(raised(unknown).pk, viewer).value_held_up is None


def test_portfolio_blockers_are_ranked_by_what_they_hold_up(portfolio, viewer):
    places = [a_project(portfolio, value_low=n, value_likely=n, value_high=n) for n in (1, 5, 10, 50)]
    unknown = [a_project(portfolio) for _ in range(3)]
    ids = [one.pk for one in places]
    none = raised(unknown[0], affected=[one.pk for one in unknown[1:]])
    some = raised(places[0], affected=ids[1:3])
    most = raised(places[1], affected=ids[2:])
    raised(places[0])
    assert [row.blocker for row in blockers.shared(viewer)] == [most, some, none]
    elsewhere = acting(a_member(a_portfolio(), "administrator"))
    assert blockers.shared(elsewhere) == []
    assert blockers.shared(viewer, "another-portfolio") == []


# Who may see


def test_a_stranger_finds_nothing(portfolio):
    project = a_project(portfolio)
    blocker, stranger = raised(project), acting(a_person())
    assert found("state=all", stranger) == []
    with pytest.raises(Http404):
        blockers.one(blocker.pk, stranger)
    with pytest.raises(Http404):
        blockers.known(blocker.pk, stranger)
    report = blocker_reports.report(BlockerFilters(), stranger)
    assert (report.total.open, report.total.judged) == (0, 0)


def test_somebody_of_another_project_that_it_stops_sees_it_without_its_home(portfolio):
    worth = {"value_low": 10, "value_likely": 10, "value_high": 10}
    project, stopped = a_project(portfolio, **worth), a_project(portfolio, **worth)
    third = a_project(portfolio, **worth)
    blocker = raised(project, affected=[stopped.pk, third.pk])
    member = acting(on_team(stopped, "DX"))
    row = blockers.one(blocker.pk, member)
    assert (row.home, [one.key for one in row.others]) == (None, [stopped.key])
    p = Project.objects.get(pk=stopped.pk).p_production
    assert row.value_held_up == pytest.approx(10 * p)
    assert [one.value_held_up for one in blockers.shared(member)] == [pytest.approx(10 * p)]
    assert blocker_reports.report(BlockerFilters(), member).total.value_held_up == {
        "EUR": pytest.approx(10 * p)
    }


def test_those_of_deleted_projects_are_gone_and_of_ended_ones_no_longer_open(portfolio, viewer):
    deleted, stopped = a_project(portfolio), a_project(portfolio)
    raised(deleted, affected=[stopped.pk])
    blocker = raised(stopped)
    projects.delete(deleted.pk, actor=SYSTEM)
    assert found("", viewer) == [blocker]
    moves.make(stopped.pk, kind="stop", reason_code="budget", note="No money", actor=SYSTEM)
    assert found("", viewer) == []
    assert found("state=all", viewer) == [blocker]


def test_who_owns_it_or_holds_its_level_finds_it_waiting(portfolio):
    project = a_project(portfolio)
    owner, sponsor, manager = on_team(project, "DX"), on_team(project, "SP"), a_member(portfolio, "manager")
    mild, grave = raised(project, owner=owner), raised(project, owner=owner)
    waiting = lambda who: [row.blocker for row in blockers.waiting(acting(who))]  # noqa: E731
    assert (waiting(owner), waiting(sponsor), waiting(manager)) == ([mild, grave], [], [])
    actions.escalate(grave.pk, to=2, actor=SYSTEM)
    assert (waiting(owner), waiting(sponsor), waiting(manager)) == ([mild, grave], [grave], [])
    actions.escalate(grave.pk, to=3, actor=SYSTEM)
    assert (waiting(sponsor), waiting(manager)) == ([], [grave])
    actions.resolve(grave.pk, resolution="solved", actor=SYSTEM)
    assert (waiting(owner), waiting(manager)) == ([mild], [])


# Filters


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("category=weather", "category"),
        ("severity=awful", "severity"),
        ("age=16", "age"),
        ("owner=-1", "owner"),
        ("owner=9999999999999999999999", "owner"),
        ("state=lost", "state"),
        ("late=maybe", "late"),
        ("level=4", "level"),
        ("shared=perhaps", "shared"),
        ("sort=luck", "sort"),
        ("page=0", "page"),
        ("size=201", "size"),
        ("portfolio=a'b", "portfolio"),
        ("project=a b", "project"),
    ],
)
def test_what_makes_no_sense_is_named_and_left_out(query, field):
    chosen = parsed(query)
    assert [problem.field for problem in chosen.problems] == [field]
    assert chosen == BlockerFilters()


def test_a_query_is_read_and_written_alike():
    query = (
        "portfolio=commerce&project=COM-1&q=law&category=budget&category=skills&severity=high&age=15"
        "&owner=me&waits=me&state=all&late=yes&level=0&level=2&shared=no&sort=-value&size=20"
    )
    chosen = parsed(query)
    assert chosen.problems == ()
    assert chosen.query() == query
    assert parsed(chosen.query(page=3)).page == 3
    assert chosen.is_narrowed
    assert not parsed("portfolio=x&sort=age&page=2").is_narrowed


def test_words_are_found_in_any_letter_case(portfolio, viewer):
    project = a_project(portfolio, name="Überlast")
    blocker = raised(project, title="KEINE Prüfung", decision_from="Łukasz", waiting_for="ÄRZTE")
    raised(a_project(portfolio))
    for words in ("prüfung", "PRÜFUNG keine", "łukasz", "ärzte", "überlast"):
        assert found(f"q={words}", viewer) == [blocker]
    actions.edit(blocker.pk, version=None, title="Neu", actor=SYSTEM)
    assert found("q=prüfung", viewer) == []
    assert found("q=neu", viewer) == [blocker]


def test_with_nothing_to_count_it_says_not_known(viewer):
    total = blocker_reports.report(BlockerFilters(), viewer).total
    assert (total.hit_rate, total.median_days, total.value_held_up) == (None, None, {})


@pytest.mark.parametrize("number", [1, 20])
def test_lists_cost_the_same_whatever_they_hold(portfolio, viewer, number, django_assert_num_queries):
    places = [a_project(portfolio) for _ in range(3)]
    for each in range(number):
        raised(places[each % 3], affected=[places[(each + 1) % 3].pk], owner=viewer.user)
    first, fresh = places[0], lambda: acting(viewer.user)
    with django_assert_num_queries(7):
        actor = fresh()
        assert blockers.rows(blockers.listed(parsed("sort=-value&age=0"), actor), actor)
    with django_assert_num_queries(6):
        assert blockers.of(first, fresh())
    one = Blocker.objects.first()
    with django_assert_num_queries(6):
        blockers.one(one.pk, fresh())
    with django_assert_num_queries(5):
        blocker_reports.report(BlockerFilters(), fresh())
    with django_assert_num_queries(6):
        assert blockers.waiting(fresh())
