"""The forecast of a portfolio: what it is made of, what it leaves behind, and that it can be repeated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.insights.actions import forecasts
from portfolio.insights.models import PortfolioForecast
from portfolio.insights.queries import forecasts as queries
from portfolio.insights.queries import walkers
from projects.actions import blockers, moves, projects, scores, stages
from projects.actors import Actor
from projects.errors import NotAllowed
from projects.models import Forecast, Project
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
RUNS = 400


def at(when):
    return Actor(None, "command", at=when)


def make(portfolio, now=NOW, **others):
    return forecasts.make(portfolio.pk, actor=factories.SYSTEM, now=now, runs=RUNS, **others)


@pytest.fixture
def portfolio():
    return factories.a_portfolio()


def a_project(portfolio, name="Claims triage", stage="pilot", *, since=NOW - timedelta(days=20), **fields):
    """A scored project that came to this stage on a day."""
    made = projects.create(portfolio.pk, name=name, actor=at(since), **fields)
    stages.report(made.pk, to=stage, since=since, actor=at(since))
    scores.age(portfolio.pk, actor=factories.SYSTEM, now=NOW)
    made.refresh_from_db()
    return made


def columns(project):
    return Project.objects.values_list("p05_on", "p50_on", "p80_on", "p95_on", "p_on_time").get(pk=project.pk)


def test_a_project_gets_its_days_and_the_chance_of_the_one_it_promised(portfolio):
    project = a_project(portfolio, committed_on=date(2027, 1, 15))
    found = make(portfolio)
    p05, p50, p80, p95, on_time = columns(project)
    assert NOW.date() < p05 < p50 < p80 < p95
    assert 0 < on_time <= project.p_production
    project.refresh_from_db()
    assert project.forecast_at == NOW
    assert found.body["keys"] == [project.key]
    assert found.body["n"] == 1


def test_the_body_has_its_shape(portfolio):
    a_project(portfolio)
    a_project(portfolio, "Fraud rings", "poc")
    body = make(portfolio).body
    assert [month["on"] for month in body["months"]][:4] == [
        "2026-11-20",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
    ]
    assert len(body["months"]) == 19
    assert [set(month) for month in body["months"]] == [
        {"on", "mean", "p10", "p25", "p50", "p75", "p90"}
    ] * 19
    assert [len(row) for row in body["chances"]] == [19, 19]
    for number, month in enumerate(body["months"]):
        assert month["mean"] == pytest.approx(sum(row[number] for row in body["chances"]), abs=1e-3)
    assert set(body["total"]) == {"mean", "p05", "p50", "p95"}
    assert body["total"]["mean"] >= body["months"][-1]["mean"]
    assert body["horizon_days"] == 1_095
    # Two reported stays of ideas and two present ones: nobody has decided on anything yet.
    assert body["sources"] == {
        "stays": 4,
        "generated": 0,
        "thin_stages": ["idea", "framing", "data", "poc", "mvp", "validation", "pilot"],
    }


def test_the_same_day_has_the_same_numbers_and_one_row(portfolio):
    a_project(portfolio)
    first = make(portfolio)
    again = make(portfolio, NOW + timedelta(hours=3))
    assert (again.pk, again.body, again.seed) == (first.pk, first.body, first.seed)
    assert again.made_at == NOW + timedelta(hours=3)
    assert make(portfolio, NOW + timedelta(days=1)).seed != first.seed
    assert make(portfolio, NOW + timedelta(hours=4), seed=5).body != first.body
    assert PortfolioForecast.objects.count() == 2


def test_an_earlier_result_that_comes_late_replaces_nothing(portfolio):
    a_project(portfolio)
    make(portfolio, NOW + timedelta(hours=3))
    assert make(portfolio).made_at == NOW + timedelta(hours=3)


def test_a_hold_moves_the_days_and_its_end_may_be_overdue(portfolio):
    project = a_project(portfolio)
    approver = factories.on_team(project, "SP")
    hold = {"kind": "hold", "note": "Why.", "approver": approver, "until": date(2027, 3, 1)}
    moves.make(project.pk, **hold, actor=at(NOW))
    (walker,) = walkers.read(portfolio, NOW).walkers
    assert (walker.delay, walker.elapsed) == (101, 20)
    make(portfolio)
    assert columns(project)[1] > date(2027, 3, 1)
    (late,) = walkers.read(portfolio, NOW + timedelta(days=150)).walkers
    assert (late.delay, late.elapsed) == (0, 20)


def test_who_is_live_ended_or_put_away_is_not_forecast(portfolio):
    live = a_project(portfolio, "Live")
    away = a_project(portfolio, "Away")
    make(portfolio)
    assert columns(live)[0] is not None
    stages.report(live.pk, to="production", actor=at(NOW))
    projects.archive(away.pk, actor=at(NOW))
    body = make(portfolio, NOW + timedelta(days=1)).body
    assert body["n"] == 0
    assert body["months"][-1]["p90"] == 0
    assert columns(live) == (None,) * 5
    # What was put away keeps what was last said of it.
    assert columns(away)[0] is not None


def test_projects_share_their_owner_and_what_stops_both(portfolio):
    owner = factories.a_member(portfolio)
    one, two, three = (
        a_project(portfolio, f"Project {n}", owner=owner if n < 3 else None) for n in (1, 2, 3)
    )
    raised = blockers.raise_(
        two.pk,
        title="No legal basis to use the data yet",
        category="legal_compliance",
        severity="high",
        affected=[three.pk],
        actor=factories.SYSTEM,
    )
    found = {walker.key: walker.shares for walker in walkers.read(portfolio, NOW).walkers}
    by_owner, by_blocker = f"owner:{owner.pk}", f"blocker:{raised.pk}"
    assert found == {one.key: (by_owner,), two.key: (by_blocker, by_owner), three.key: (by_blocker,)}


def test_a_gate_passed_since_the_last_forecast_keeps_the_forecast(portfolio):
    project = a_project(portfolio, stage="framing")
    other = a_project(portfolio, "Other", "framing")
    make(portfolio)
    assert not Forecast.objects.exists()
    moves.make(project.pk, to="data", actor=at(NOW + timedelta(hours=5)))
    make(portfolio, NOW + timedelta(days=1))
    (row,) = Forecast.objects.all()
    assert (row.project_id, row.on, row.occasion, row.stage) == (
        project.pk,
        date(2026, 11, 21),
        "gate",
        "data",
    )
    assert row.p80_on == columns(project)[2]
    assert 0 < row.p_within_year <= row.p_production
    make(portfolio, NOW + timedelta(days=1, hours=1))
    make(portfolio, NOW + timedelta(days=2))
    assert Forecast.objects.count() == 1
    assert other.forecasts.count() == 0


@pytest.mark.parametrize(
    ("days", "kept_on"),
    [
        ([20, 29], []),
        ([30], [date(2026, 11, 30)]),
        # The worker was away on the last day: the first run of the next days makes up for it, once.
        ([29, 33, 34], [date(2026, 12, 3)]),
        ([29, 36], []),
        ([30, 31, 32, 61], [date(2026, 11, 30), date(2026, 12, 31)]),
    ],
)
def test_the_end_of_a_month_keeps_a_forecast(portfolio, days, kept_on):
    a_project(portfolio)
    for day in days:
        make(portfolio, NOW + timedelta(days=day - 20))
    assert list(Forecast.objects.order_by("on").values_list("on", flat=True)) == kept_on
    assert set(Forecast.objects.values_list("occasion", flat=True)) <= {"month_end"}


def test_a_repeated_month_end_is_one_row_with_the_latest_forecast(portfolio):
    a_project(portfolio)
    end = NOW + timedelta(days=10)
    make(portfolio, end, seed=1)
    make(portfolio, end + timedelta(hours=1), seed=2)
    assert Forecast.objects.get().seed == 2


def test_a_project_added_after_the_end_of_a_month_has_no_forecast_of_it(portfolio):
    a_project(portfolio, since=datetime(2026, 12, 1, 9, tzinfo=UTC))
    make(portfolio, datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert not Forecast.objects.exists()


def test_the_day_is_that_of_the_portfolios_own_clock():
    there = factories.a_portfolio(time_zone="Pacific/Auckland")
    assert make(there, datetime(2026, 11, 20, 12, tzinfo=UTC)).day == date(2026, 11, 21)


def test_month_ends_begin_with_today():
    assert forecasts.month_ends(date(2026, 12, 31))[:3] == [
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]


def test_the_forecast_in_force_on_a_day(portfolio):
    assert queries.latest(portfolio) is None
    first, second = make(portfolio), make(portfolio, NOW + timedelta(days=3))
    assert queries.latest(portfolio) == second
    assert queries.on(portfolio, date(2026, 11, 22)) == first
    assert queries.on(portfolio, date(2026, 11, 19)) is None


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", None])
def test_only_who_manages_may_ask_for_it(portfolio, role):
    person = factories.a_member(portfolio, role) if role else factories.a_person()
    a_project(portfolio)
    with pytest.raises(NotAllowed):
        forecasts.make(portfolio.pk, actor=factories.acting(person), now=NOW, runs=RUNS)
    assert not PortfolioForecast.objects.exists()
    assert Project.objects.get().forecast_at is None


def test_few_statements_for_any_number(portfolio):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as found:
            make(portfolio)
        return len(found)

    a_project(portfolio)
    make(portfolio)
    few = statements()
    factories.a_crowd(portfolio, 60, stage="pilot", standard_stage="pilot", p_production=0.5)
    assert statements() == few
    assert Project.objects.filter(forecast_at=NOW).count() == 61
