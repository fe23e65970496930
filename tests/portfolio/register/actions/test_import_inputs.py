"""What gates ask for, from a file: read, compared with what is here, and refused row by row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.register.actions import import_runs, imports
from portfolio.register.models import ImportLine
from projects.actions import projects
from projects.models import Event, Project
from projects.queries import facts
from tests.factories import SYSTEM, a_portfolio, a_project

pytestmark = pytest.mark.django_db
HEADERS = [
    *("name", "decides about people", "human review", "acts automatically", "safety relevant"),
    *("customer facing", "people affected", "expectation", "data sources", "model version"),
    *("first exposure on", "metric measured on", "monitoring seen on", "people at work"),
]


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def bring(portfolio, tmp_path):
    """Import rows under these headers by the product's own profile."""

    def bring(headers, *rows):
        path = tmp_path / "file.csv"
        path.write_text("\n".join(",".join(each) for each in (headers, *rows)) + "\n", encoding="utf-8")
        run = imports.upload(portfolio.pk, profile="plimsoll", file=path, file_name="file.csv", actor=SYSTEM)
        import_runs.take_up(run.pk)
        imports.apply(run.pk, actor=SYSTEM)
        import_runs.take_up(run.pk)
        run.refresh_from_db()
        return run

    return bring


def refused(run):
    rows = ImportLine.objects.filter(run=run, outcome="refused").order_by("row")
    return [
        (line.row, found["column"], found["code"], bool(found["remedy"]))
        for line in rows
        for found in line.problems
        if found["severity"] == "refused"
    ]


def test_every_field_is_read_and_what_is_empty_is_not_known(bring):
    run = bring(
        HEADERS,
        ["Full", "yes", "no", "1", "0", "true", "1200.0", "Recall of 0.7", "Tills", "2", "2027-04-01",
         "2026-03-01", "2026-03-02", "2.5"],
        ["Empty", *[""] * 13],
    )  # fmt: skip
    assert run.counts["created"] == 2
    full, empty = Project.objects.get(name="Full"), Project.objects.get(name="Empty")
    assert (full.decides_about_people, full.human_review, full.acts_automatically) == (True, False, True)
    assert (full.safety_relevant, full.customer_facing, full.users_affected) == (False, True, 1200)
    assert (full.expectation, full.data_sources, full.model_version) == ("Recall of 0.7", "Tills", "2")
    assert (full.first_exposure_on, full.metric_measured_on) == (date(2027, 4, 1), date(2026, 3, 1))
    assert (full.monitoring_seen_on, full.capacity_fte) == (date(2026, 3, 2), Decimal("2.5"))
    assert (empty.decides_about_people, empty.users_affected, empty.capacity_fte) == (None, None, None)
    assert (empty.expectation, empty.metric_measured_on) == ("", None)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("people affected", "-1", "not_a_count"),
        ("people affected", "1.5", "not_a_count"),
        ("people affected", "many", "not_a_count"),
        ("people affected", "1e300", "not_a_count"),
        ("people affected", "NaN", "not_a_count"),
        ("people affected", "sNaN", "not_a_count"),
        ("people affected", "2000000001", "not_a_count"),
        ("people at work", "-0.5", "not_a_count"),
        ("people at work", "10000", "not_a_count"),
        ("people at work", "Infinity", "not_a_count"),
        ("people at work", "1e1000000", "not_a_count"),
        ("metric measured on", "2099-01-01", "in_the_future"),
        ("monitoring seen on", "2099-01-01", "in_the_future"),
        ("model version", "x" * 61, "too_long"),
    ],
)
def test_what_cannot_be_keeps_its_row_out_and_the_others_go_in(bring, column, cell, code):
    run = bring(["name", column], ["Wrong", cell], ["Right", ""])
    assert refused(run) == [(2, column, code, True)]
    assert list(Project.objects.values_list("name", flat=True)) == ["Right"]


def test_today_is_taken_and_tomorrow_is_not(bring, portfolio):
    today = facts.today(Project(portfolio=portfolio))
    days = [(today + timedelta(days=later)).isoformat() for later in (0, 1)]
    run = bring(["name", "metric measured on"], ["Today", days[0]], ["Tomorrow", days[1]])
    assert refused(run) == [(3, "metric measured on", "in_the_future", True)]
    assert Project.objects.get().metric_measured_on == today


def test_a_project_that_is_here_is_changed_by_an_edit_that_others_can_follow(bring, portfolio):
    project = a_project(portfolio, users_affected=5, data_sources="Tills")
    run = bring(["key", "name", "people affected"], [project.key, project.name, "7"])
    assert run.counts["changed"] == 1
    project.refresh_from_db()
    assert (project.users_affected, project.data_sources) == (7, "Tills")
    event = Event.objects.get(kind="project.edited", project=project)
    assert event.payload["changes"] == {"users_affected": [5, 7]}
    same = bring(["key", "name", "people affected"], [project.key, project.name, "7"])
    assert same.counts["unchanged"] == 1


def test_what_people_changed_here_stays(bring, portfolio):
    bring(["name", "people affected"], ["Claims", "7"])
    project = Project.objects.get()
    projects.edit(project.pk, version=None, users_affected=9, actor=SYSTEM)
    bring(["name", "people affected"], ["Claims", "8"])
    project.refresh_from_db()
    assert project.users_affected == 9
