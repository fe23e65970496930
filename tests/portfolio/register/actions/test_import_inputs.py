"""What gates ask for, from a file: read, compared with what is here, and refused row by row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.register.actions import import_runs, imports, samples
from portfolio.register.models import ImportLine
from projects.actions import capacity, demands, projects
from projects.models import Demand, Event, Project
from projects.queries import facts
from projects.rules import capacities
from projects.rules import metric_pairs as pair_rules
from projects.rules import signals as signal_rules
from tests.factories import SYSTEM, a_portfolio, a_project

pytestmark = pytest.mark.django_db
HEADERS = [
    *("name", "decides about people", "human review", "acts automatically", "safety relevant"),
    *("customer facing", "people affected", "expectation", "data sources", "model version"),
    *("first exposure on", "metric measured on", "monitoring seen on", "people at work"),
]
PEOPLE = "people needed(kind:fte:from:until)"


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
        ("leakage reviewed on", "2099-01-01", "in_the_future"),
        ("audited on", "2099-01-01", "in_the_future"),
        ("stated value", "-1", "negative_money"),
        ("model version", "x" * 61, "too_long"),
        ("remaining cost", "-1", "negative_money"),
        ("cost currency", "dollars", "not_a_currency"),
        ("cost currency", "€€€", "not_a_currency"),
        ("chance of use", "101", "not_a_percentage"),
        ("chance of use", "0.8", "not_a_percentage"),
        ("chance of use", "sNaN", "not_a_percentage"),
        (PEOPLE, "Data engineer", "not_people"),
        (PEOPLE, "Data engineer:many", "not_people"),
        (PEOPLE, "Data engineer:-1", "not_people"),
        (PEOPLE, "Data engineer:1:2027-02-01:2027-01-01", "not_people"),
        (PEOPLE, "Data engineer:1;data ENGINEER:2", "kind_twice"),
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


COSTS = [
    "name",
    "remaining cost",
    "launch cost",
    "cost currency",
    "chance of use",
    "mandatory",
    "vendor name",
]


def test_costs_are_read_and_a_named_vendor_is_one(bring):
    bring(COSTS, ["Full", "120000.5", "30000", "usd", "80%", "Grid code", "Northwind"], ["Empty", *[""] * 6])
    full, empty = Project.objects.get(name="Full"), Project.objects.get(name="Empty")
    assert (full.remaining_cost, full.launch_cost) == (Decimal("120000.5"), 30000)
    assert (full.cost_currency, full.chance_of_use, full.mandatory) == ("USD", 80, "Grid code")
    assert (full.vendor_name, full.vendor) == ("Northwind", True)
    assert (empty.remaining_cost, empty.chance_of_use, empty.vendor) == (None, None, None)


def test_what_was_reached_is_taken_with_its_day_only(bring):
    headers = ["name", "metric realised", "metric measured on"]
    run = bring(headers, ["Undated", "7.5", ""], ["Dated", "7.5", "2026-03-01"])
    assert refused(run) == [(2, "metric measured on", "not_dated", True)]
    assert Project.objects.get().metric_realised == Decimal("7.5")


def test_a_vendor_beside_a_no_keeps_its_row_out(bring):
    run = bring(
        ["name", "vendor", "vendor name"], ["Wrong", "no", "Northwind"], ["Right", "yes", "Northwind"]
    )
    assert refused(run) == [(2, "vendor", "vendor_named", True)]
    assert list(Project.objects.values_list("name", flat=True)) == ["Right"]


def needed(name="Claims"):
    rows = Demand.objects.filter(project__name=name).values_list("capability__name", "fte", "from_on")
    return {kind: (fte, from_on) for kind, fte, from_on in rows}


def test_people_by_kind_of_work_are_read_and_stand_for_the_people_at_work(bring):
    cell = " ml engineer : 0.5 : 2020-01-01 ; Data engineer:2"
    bring(["name", "people at work", PEOPLE], ["Claims", "9", cell], ["Other", "9", ""])
    assert needed() == {"ml engineer": (Decimal("0.5"), date(2020, 1, 1)), "Data engineer": (2, None)}
    assert Project.objects.get(name="Claims").capacity_fte == Decimal("2.5")
    assert Project.objects.get(name="Other").capacity_fte == 9 and not needed("Other")


def test_what_the_file_says_anew_replaces_what_it_said_and_nothing_that_people_changed(bring):
    bring(["name", PEOPLE], ["Claims", "Data engineer:2;Surveyor:1"])
    for same in ("Data engineer:2;Surveyor:1", "Surveyor:1;Data engineer:2.0", "SURVEYOR:1;Data engineer:2"):
        bring(["name", PEOPLE], ["Claims", same])
        assert needed() == {"Data engineer": (2, None), "Surveyor": (1, None)}
    assert Event.objects.filter(kind="demand.stated").count() == 2
    bring(["name", PEOPLE], ["Claims", "Data engineer:3"])
    project = Project.objects.get()
    assert needed() == {"Data engineer": (3, None)} and project.capacity_fte == 3
    demands.state(project.pk, capability="Surveyor", fte=Decimal(1), actor=SYSTEM)
    run = bring(["name", PEOPLE], ["Claims", "Data engineer:4"])
    assert needed() == {"Data engineer": (3, None), "Surveyor": (1, None)}
    (problem,) = ImportLine.objects.get(run=run).problems
    assert problem["code"] == "edited_here" and "Data engineer:3;Surveyor:1" in problem["reason"]


def test_a_number_of_people_is_refused_beside_kinds_of_work_and_taken_without(bring, portfolio):
    project = a_project(portfolio, "Claims")
    capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    demands.state(project.pk, capability="Data engineer", fte=Decimal(2), actor=SYSTEM)
    run = bring(["key", "name", "people at work"], [project.key, "Claims", "5"])
    assert [code for _row, _column, code, _remedy in refused(run)] == ["people_by_capability"]
    bring(["key", "name", "people at work", PEOPLE], [project.key, "Claims", "5", ""])
    project.refresh_from_db()
    assert project.capacity_fte == 5 and not needed()


def test_the_file_of_the_sample_fills_all_of_it(portfolio, tmp_path):
    path = tmp_path / "sample.csv"
    path.write_bytes(samples.FOLDER.joinpath("projects.csv").read_bytes())
    run = imports.upload(
        portfolio.pk, profile="plimsoll_sample", file=path, file_name="sample.csv", actor=SYSTEM
    )
    import_runs.take_up(run.pk)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    project = Project.objects.get(name="Review summary generator")
    assert project.remaining_cost == 140_000 and project.capacity_fte == 2
    assert needed(project.name) == {"Data scientist": (1, None), "ML engineer": (1, None)}
    assert Project.objects.filter(capacity_fte__isnull=False).count() == 23


def test_kinds_of_work_beyond_the_most_are_left_out_and_named(bring, portfolio, monkeypatch):
    monkeypatch.setattr(capacities, "MOST_CAPABILITIES", 1)
    run = bring(["name", PEOPLE], ["Claims", "Data engineer:2"], ["Other", "Surveyor:1"])
    assert run.counts["created"] == 2 and needed() and not needed("Other")
    (problem,) = ImportLine.objects.get(run=run, row=3).problems
    assert (problem["code"], problem["severity"]) == ("too_many_capabilities", "noted")


SIGNALS = "signals(name:days)"
PAIRS = "metric pairs(name:offline:online:better:gap:baseline:ceiling)"


def watched(project):
    project.refresh_from_db()
    pairs = [pair.stored | {"name": pair.name} for pair in pair_rules.read(project.metric_pairs)]
    return {each.name: each.every_days for each in signal_rules.read(project.signals)}, pairs


def test_signals_and_metric_pairs_are_read_and_changed_again(bring):
    recall = {"offline": "recall_test", "online": "recall_live", "higher_is_better": True, "gap": "0.05"}
    recall |= {"baseline": None, "ceiling": "1", "name": "recall"}
    bring(["name", SIGNALS, PAIRS], ["New", " weekly : 7;odd", "recall:recall_test:recall_live:Up:0.050::1"])
    project = Project.objects.get(name="New")
    assert watched(project) == ({"odd": None, "weekly": 7}, [recall])
    lower = recall | {"higher_is_better": False, "gap": None, "ceiling": None}
    headers, said = ["key", "name", SIGNALS, PAIRS], ["odd:2", "recall:recall_test:recall_live:down"]
    bring(headers, [project.key, "New", *said])
    assert watched(project) == ({"odd": 2}, [lower])
    again = bring(headers, [project.key, "New", *said])
    assert again.counts["unchanged"] == 1
    bring(headers, [project.key, "New", "", ""])
    assert watched(project) == ({}, [])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (SIGNALS, "Every night:1", "signal_name"),
        (SIGNALS, "nightly:often", "not_declared"),
        (SIGNALS, "nightly:0", "signal_period"),
        (SIGNALS, "nightly:1;nightly:2", "named_twice"),
        (SIGNALS, ";".join(f"signal_{number}" for number in range(51)), "too_many"),
        (PAIRS, "recall", "not_declared"),
        (PAIRS, "recall:a:b:sideways", "not_declared"),
        (PAIRS, "recall:a:b:up:share:0.05", "not_declared"),
        (PAIRS, "recall:a:b:up:NaN", "not_a_number"),
        (PAIRS, "recall:a:b:up:-1", "negative_gap"),
        (PAIRS, "recall:a:b:up:1:2:3:4", "not_declared"),
    ],
)
def test_a_signal_or_pair_that_cannot_be_keeps_its_row_out(bring, column, cell, code):
    run = bring(["name", column], ["Wrong", cell], ["Right", ""])
    assert refused(run) == [(2, column, code, True)]
    assert [project.name for project in Project.objects.all()] == ["Right"]
