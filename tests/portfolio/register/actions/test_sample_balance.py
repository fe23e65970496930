"""The sample's costs, people and links: the figures that a balance of it is known to have."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from portfolio.insights.queries import pictures
from portfolio.insights.rules import entries
from portfolio.register.actions import samples
from projects.models import Demand, Portfolio, Project, ProjectLink
from projects.queries import capacities

pytestmark = pytest.mark.once
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(for_the_module):
    with time_machine.travel(NOON, tick=False):
        return for_the_module(samples.load)


@pytest.fixture
def picture(sample, db):
    return pictures.live(sample, NOON)


def test_shares_by_count_and_by_cost_are_those_of_the_worked_example(picture):
    found = entries.by_quadrant(picture.in_scope)
    assert [len(found[code]) for code in entries.QUADRANTS] == [7, 5, 4, 3]
    costs = {code: sum(entry.cost for entry in found[code]) for code in entries.QUADRANTS}
    total = sum(costs.values())
    assert total == 4_990_000
    shares = [round(costs[code] / total, 4) for code in entries.QUADRANTS]
    assert shares == [0.2605, 0.4830, 0.0762, 0.1804]


def test_the_load_is_that_of_the_worked_example_by_people_and_by_cost(picture):
    for measure, expected in (("effort", 0.5421), ("cost", 0.6633)):
        high = sum(entry.weight(measure) for entry in picture.in_scope if entry.risk >= 50)
        assert round(high / sum(entry.weight(measure) for entry in picture.in_scope), 4) == expected


def test_people_at_work_are_the_sum_by_kind_of_work(picture):
    rows = {row["name"]: row for row in samples.rows()}
    for project in Project.objects.prefetch_related("demands__capability"):
        by_name = {row.capability.name: row.fte for row in project.demands.all()}
        row = rows[project.name]
        told = {
            "Data scientist": row["fte_data_scientist"],
            "Data engineer": row["fte_data_engineer"],
            "ML engineer": row["fte_ml_engineer"],
        }
        assert by_name == {name: Decimal(people) for name, people in told.items() if Decimal(people)}
        assert project.capacity_fte == (sum(by_name.values()) or None)


def test_of_one_kind_of_people_there_are_fewer_than_asked_for(picture):
    open_ones = {"project__outcome": "open", "project__status": "active"}
    tight = []
    for kind in capacities.of_portfolio(Portfolio.objects.get()):
        rows = Demand.objects.filter(capability=kind, **open_ones)
        first = kind.supplies.all()[0]
        assert first.from_month == date(2026, 11, 1)
        if sum(rows.values_list("fte", flat=True)) > first.fte:
            tight.append(kind.name)
    assert tight == ["Data engineer"]


def test_vendors_sources_duties_and_links_are_there(picture):
    assert {entry.vendor for entry in picture.entries if entry.vendor} == {
        "Northwind Language Models",
        "Quayside Optimisation",
        "Sightline Robotics",
    }
    named = set(Project.objects.exclude(vendor_name="").values_list("key", flat=True))
    assert named == set(Project.objects.filter(vendor=True).values_list("key", flat=True))
    assert all(entry.sources for entry in picture.entries)
    assert [entry.name for entry in picture.entries if entry.mandatory] == ["Cash-flow forecast"]
    drawn = ProjectLink.objects.values_list("kind", "project__key", "other__key")
    assert sorted(drawn) == [
        ("either_or", "PRJ-10", "PRJ-11"),
        ("needs", "PRJ-15", "PRJ-17"),
        ("needs", "PRJ-19", "PRJ-18"),
    ]


def test_what_nobody_knows_is_not_zero(picture):
    idea = Project.objects.get(name="Voice sentiment coaching")
    assert idea.remaining_cost is None and idea.capacity_fte is None and idea.launch_cost is None
