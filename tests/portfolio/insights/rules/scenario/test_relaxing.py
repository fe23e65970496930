"""Which rule to relax where there is no set, and by how little, against trying every set."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from portfolio.insights.rules.scenario import limits, relaxing
from portfolio.insights.rules.scenario.limits import Asked, Candidate
from tests.portfolio.insights.rules import sets
from tests.portfolio.insights.rules.scenario.test_choosing import EIGHT, LAW, SHARES, questions


def shown(found):
    return [
        (
            [(each.code, each.needed and round(each.needed, 6)) for each in relief.wider],
            "".join(relief.then.keys),
        )
        for relief in found
    ]


def test_t15_names_the_rule_to_relax_for_a_budget_of_250():
    found = relaxing.reliefs(EIGHT, replace(SHARES, budget=250, people=9, mandatory=LAW))
    assert shown(found) == [([("budget", 470)], "EGH"), ([("mandatory:G", None)], "EF")]


def test_t15_names_the_smallest_rule_first_for_a_budget_of_400():
    found = relaxing.reliefs(EIGHT, replace(SHARES, budget=400, people=9, mandatory=LAW))
    assert shown(found) == [
        ([("unit", 0.675676)], "GH"),  # a unit at 250 / 370 instead of 65%
        ([("budget", 470)], "EGH"),
        ([("mandatory:G", None)], "AF"),
    ]


def test_where_one_rule_is_not_enough_as_few_as_possible_are_named_together():
    two = [Candidate("A", 5, 0, 10), Candidate("B", 5, 0, 10)]
    asked = Asked(budget=5, mandatory={"A": "law", "B": "law"}, barred={"B": "prohibited"})
    found = relaxing.reliefs(two, asked)
    codes = [{each.code for each in relief.wider} for relief in found]
    assert codes in ([{"budget", "mandatory:B"}], [{"mandatory:A", "mandatory:B"}])


def test_what_compliance_forbids_is_never_proposed():
    asked = Asked(mandatory={"A": "law"}, barred={"A": "prohibited"})
    found = relaxing.reliefs([Candidate("A", 5, 0, 10)], asked)
    assert shown(found) == [([("mandatory:A", None)], "")]


def test_people_are_missing_by_the_same_number_in_every_month():
    one = [Candidate("A", 5, 0, 10, demand={("Data", "m1"): 3, ("Data", "m2"): 4})]
    asked = Asked(supply={"Data": {"m1": 2, "m2": 1}}, mandatory={"A": "law"})
    found = relaxing.reliefs(one, asked)
    assert ("capacity:Data", 5) in [(each.wider[0].code, each.wider[0].needed) for each in found]  # 2 + 3
    assert all(relief.then is not None for relief in found)


@settings(max_examples=100, deadline=None)
@given(questions())
def test_relaxing_finds_what_trying_every_set_finds(question):
    projects, asked = question
    assume(sets.best(projects, asked) is None)
    soft = [limit for limit in limits.of(projects, asked) if limit.can_give]
    alone = {each.code for each in soft if sets.best(projects, asked, each.code) is not None}
    found = relaxing.reliefs(projects, asked)
    if alone:
        assert {relief.wider[0].code for relief in found} == alone
    for relief in found:
        assert relief.then is not None
        assert len(relief.wider) == 1 or not alone
        if len(relief.wider) == 1:
            check_smallest(projects, asked, soft, relief.wider[0])


def check_smallest(projects, asked, soft, wider):
    limit = next(each for each in soft if each.code == wider.code)
    if limit.is_whole:
        assert wider.needed is None
        return
    places = {each.key: number for number, each in enumerate(projects)}
    reached = []
    for some in sets.every(projects):
        if not sets.respects(some, asked, limit.code):
            continue
        x = [0.0] * len(projects)
        for each in some:
            x[places[each.key]] = 1.0
        rows = [(row.reached(x), row) for row in limit.rows]
        if limit.is_share:
            side = min if wider.is_least else max
            reached.append(side(value or 0.0 for value, _ in rows))
        else:
            reached.append(wider.limit + max(value - row.limit for value, row in rows))
    expected = max(reached) if wider.is_least else min(reached)
    assert wider.needed == pytest.approx(expected, abs=1e-7)
