"""Values of a file: read, compared with each other and with what stays, refused row by row."""

from decimal import Decimal

import pytest

from portfolio.register.actions import import_runs, imports
from portfolio.register.models import ImportLine
from projects.actions import projects
from projects.models import Event, Project
from tests.factories import SYSTEM, a_portfolio, a_project

pytestmark = pytest.mark.django_db


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


VALUES = ["name", "value low", "value likely", "value high", "strategic fit", "reach"]


def problems(run):
    """Row, column, code and remedy of whatever keeps a row out."""
    lines = ImportLine.objects.filter(run=run, outcome="refused").order_by("row")
    return [
        (line.row, found["column"], found["code"], bool(found["remedy"]))
        for line in lines
        for found in line.problems
        if found["severity"] == "refused"
    ]


def test_rows_that_fit_go_in_and_the_others_are_named(bring):
    run = bring(
        VALUES,
        ["Good", "100000", "200000.50", "400000", "3", "0"],
        ["Likely alone", "", "5", "", "", ""],
        ["Falls", "300", "200", "400", "1", "1"],
        ["Falls too", "", "200", "100", "1", "1"],
        ["Without likely", "100", "", "400", "1", "1"],
        ["Negative", "-1", "2", "3", "1", "1"],
        ["Off the scale", "1", "2", "3", "5", "-1"],
    )
    assert run.counts["created"] == 2 and run.counts["refused"] == 5
    assert problems(run) == [
        (4, "value likely", "value_order", True),
        (5, "value high", "value_order", True),
        (6, "value likely", "likely_needed", True),
        (7, "value low", "negative_money", True),
        (8, "strategic fit", "points_range", True),
        (8, "reach", "points_range", True),
    ]
    good = Project.objects.get(name="Good")
    assert (good.value_low, good.value_likely, good.strategic, good.reach) == (
        100000,
        Decimal("200000.50"),
        3,
        0,
    )
    assert good.impact > 0
    assert set(Project.objects.values_list("name", flat=True)) == {"Good", "Likely alone"}


def test_a_row_is_compared_with_what_stays_of_its_project(bring, portfolio):
    project = a_project(portfolio, value_low=Decimal(100), value_likely=Decimal(200), value_high=Decimal(300))
    before = Project.objects.values().get(pk=project.pk), Event.objects.filter(project=project).count()
    run = bring(["key", "name", "value likely"], [project.key, project.name, "400"])
    assert problems(run) == [(2, "value high", "value_order", True)]
    assert (
        Project.objects.values().get(pk=project.pk),
        Event.objects.filter(project=project).count(),
    ) == before
    run = bring(["key", "name", "value likely"], [project.key, project.name, "300"])
    assert run.counts["changed"] == 1
    project.refresh_from_db()
    assert (project.value_low, project.value_likely) == (100, 300)


def test_marks_and_texts_of_the_metric_are_read(bring):
    bring(
        ["name", "metric is measured", "metric method agreed", "metric link", "guardrails"],
        ["Good", "yes", "no", "Recall cuts rework", "Complaints below 2%"],
        ["Silent", "", "", "", ""],
    )
    good, silent = Project.objects.get(name="Good"), Project.objects.get(name="Silent")
    assert (good.metric_is_measured, good.metric_method_agreed) == (True, False)
    assert (good.metric_link, good.guardrails) == ("Recall cuts rework", "Complaints below 2%")
    assert (silent.metric_is_measured, silent.metric_link) == (None, "")


def test_an_edit_between_the_check_and_the_writing_is_met_by_the_same_rule(bring, portfolio, tmp_path):
    project = a_project(portfolio, value_likely=Decimal(200))
    path = tmp_path / "late.csv"
    path.write_text(f"key,name,value low\n{project.key},{project.name},150\n", encoding="utf-8")
    run = imports.upload(portfolio.pk, profile="plimsoll", file=path, file_name="late.csv", actor=SYSTEM)
    import_runs.take_up(run.pk)
    projects.edit(project.pk, version=None, value_likely=Decimal(100), actor=SYSTEM)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    project.refresh_from_db()
    assert (project.value_low, project.value_likely) == (None, 100)
