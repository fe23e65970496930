"""Kinds of work and their people: by managers, with a trace, and never lost by a slip."""

from datetime import date
from decimal import Decimal

import pytest

from projects.actions import capacity, demands
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Capability, Event, Supply
from projects.queries import capacities
from projects.rules import capacities as rules
from tests import factories
from tests.factories import SYSTEM, acting

NOVEMBER, MAY = date(2026, 11, 1), date(2027, 5, 1)


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio()


def told():
    return [event.payload for event in Event.objects.filter(kind="capacity.changed").order_by("pk")]


def test_a_kind_of_work_is_added_once_whatever_the_letter_case(portfolio):
    first = capacity.add(portfolio.pk, name="  Data   engineer ", actor=SYSTEM)
    assert first.name == "Data engineer"
    assert capacity.add(portfolio.pk, name="DATA ENGINEER", actor=SYSTEM).pk == first.pk
    assert capacity.add(factories.a_portfolio().pk, name="Data engineer", actor=SYSTEM).pk != first.pk
    assert [each["did"] for each in told()] == ["added", "added"]


def test_it_can_be_renamed_but_not_to_what_is_there(portfolio):
    first = capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    capacity.add(portfolio.pk, name="ML engineer", actor=SYSTEM)
    assert capacity.rename(first.pk, name="data engineering", actor=SYSTEM).name == "data engineering"
    assert capacity.rename(first.pk, name="Data Engineering", actor=SYSTEM).name == "Data Engineering"
    for name, says in (("ml ENGINEER", "has ML engineer already"), ("", "needs a name"), ("a:b", "a sign")):
        with pytest.raises(Refused, match=says):
            capacity.rename(first.pk, name=name, actor=SYSTEM)
    assert [each["did"] for each in told()] == ["added", "added", "renamed", "renamed"]


def test_one_that_is_needed_stays_and_the_projects_are_named(portfolio):
    kind = capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    capacity.set_supply(kind.pk, supplies={NOVEMBER: Decimal(2)}, actor=SYSTEM)
    project = factories.a_project(portfolio)
    demands.state(project.pk, capability="Data engineer", fte=Decimal(1), actor=SYSTEM)
    with pytest.raises(Refused, match=f"1 project needs Data engineer: {project.key}") as refusal:
        capacity.remove(kind.pk, actor=SYSTEM)
    assert [each.message for each in refusal.value.obstacles] == [project.key]
    demands.remove(project.pk, capability="Data engineer", actor=SYSTEM)
    capacity.remove(kind.pk, actor=SYSTEM)
    assert not Capability.objects.exists() and not Supply.objects.exists()
    assert told()[-1]["did"] == "removed"


def test_a_supply_is_said_by_month_and_taken_back(portfolio):
    kind = capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    said = {date(2026, 11, 23): Decimal(14), MAY: Decimal("16.5")}
    for _ in range(2):
        capacity.set_supply(kind.pk, supplies=said, actor=SYSTEM)
    capacity.set_supply(kind.pk, supplies={MAY: None, date(2028, 1, 1): None}, actor=SYSTEM)
    assert list(kind.supplies.values_list("from_month", "fte")) == [(NOVEMBER, 14)]
    assert [each["supplies"] for each in told()[1:]] == [
        {"2026-11": [None, "14"], "2027-05": [None, "16.5"]},
        {"2027-05": ["16.5", None]},
    ]


def test_a_table_is_taken_whole_or_not_at_all(portfolio):
    capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    table = {"data engineer": {NOVEMBER: Decimal(3)}, "Surveyor": {NOVEMBER: Decimal(1), MAY: Decimal(2)}}
    assert capacity.set_table(portfolio.pk, table=table, actor=SYSTEM) == 3
    assert capacity.set_table(portfolio.pk, table=table, actor=SYSTEM) == 0
    assert capacities.names(portfolio) == ["Data engineer", "Surveyor"]
    before = Event.objects.count()
    wrong = {"Third": {MAY: Decimal(1)}, "Surveyor": {MAY: Decimal(-1)}}
    with pytest.raises(Refused):
        capacity.set_table(portfolio.pk, table=wrong, actor=SYSTEM)
    assert capacities.names(portfolio) == ["Data engineer", "Surveyor"] and Event.objects.count() == before


def test_there_is_an_end_to_kinds_of_work(portfolio):
    rows = [Capability(portfolio=portfolio, name=f"Kind {n}") for n in range(rules.MOST_CAPABILITIES)]
    Capability.objects.bulk_create(rows)
    with pytest.raises(Refused, match="has 60 kinds of work already"):
        capacity.add(portfolio.pk, name="One more", actor=SYSTEM)
    assert capacity.add(portfolio.pk, name="kind 7", actor=SYSTEM).name == "Kind 7"


def test_only_managers_change_it(portfolio):
    kind = capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)
    manager = factories.a_member(portfolio, "manager")
    narrow = Actor(manager, "api", scopes=frozenset(["portfolios:read"]))
    others = [acting(factories.a_member(portfolio, "contributor")), acting(factories.a_person()), narrow]
    attempts = [
        lambda actor: capacity.add(portfolio.pk, name="Other", actor=actor),
        lambda actor: capacity.rename(kind.pk, name="Another", actor=actor),
        lambda actor: capacity.set_supply(kind.pk, supplies={MAY: Decimal(1)}, actor=actor),
        lambda actor: capacity.set_table(portfolio.pk, table={"Third": {}}, actor=actor),
        lambda actor: capacity.remove(kind.pk, actor=actor),
    ]
    before = Event.objects.count()
    for actor in others:
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt(actor)
    assert Event.objects.count() == before
    for attempt in attempts:
        attempt(acting(manager))
