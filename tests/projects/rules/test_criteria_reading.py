"""Criteria are read strictly, with the place of every problem, and writing gives back what was read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import criteria_reading, criteria_writing
from projects.rules.criteria import MET, finding, is_asked
from projects.rules.documents import Reader
from projects.rules.facts import CONDITIONS, Facts
from projects.rules.stages import ByTier, Criterion, Gate
from tests.projects.rules import demands

pytestmark = pytest.mark.once


def read(*documents, gate="G6"):
    problems = []
    found = criteria_reading.read(Reader(list(documents), "criteria", problems), gate)
    assert all(problem.message and problem.remedy for problem in problems)
    return found, {problem.path.removeprefix("criteria") for problem in problems}


def test_every_member_is_read():
    found, problems = read(
        {"kind": "checklist", "name": "production", "at_least": {"low": 6, "medium": 7.5, "high": "8"}},
        {"kind": "statement", "name": "seen", "text": " It  is so. ", "not_by": ["ML"], "within_days": 9},
        {"kind": "metric", "name": "p95", "at_least": "0.10", "at_most": 120, "when": ["llm"]},
        {"kind": "todo", "name": "training", "label": "Users are trained"},
    )
    assert not problems
    assert found == (
        Criterion("checklist", "production", at_least=ByTier(Decimal(6), Decimal("7.5"), Decimal(8))),
        Criterion("statement", "seen", text="It is so.", not_by=("ML",), within_days=9),
        Criterion("metric", "p95", at_least=Decimal("0.1"), at_most=Decimal(120), when=("llm",)),
        Criterion("todo", "training", "Users are trained"),
    )


def test_what_older_versions_have_stored_reads_as_before():
    found, problems = read({"kind": "field", "name": "problem"}, {"kind": "planned_date"})
    assert (found, problems) == ((Criterion("field", "problem"), Criterion("planned_date")), set())
    assert [criteria_writing.write(each) for each in found] == [
        {"kind": "field", "name": "problem"},
        {"kind": "planned_date"},
    ]


STATEMENT = {"kind": "statement", "name": "seen", "text": "It is so."}
METRIC = {"kind": "metric", "name": "p95", "at_most": 1}
WRONG = [
    (None, ""),
    (5, ""),
    ("tier", ""),
    ({}, ""),
    ({"kind": ["field"]}, ".kind"),
    ({"kind": "horoscope", "sign": "lion"}, ".kind"),
    ({"kind": "field"}, ".name"),
    ({"kind": "field", "name": "problem", "within_days": 3}, ".within_days"),
    ({"kind": "field", "name": "monitoring_seen_on", "within_days": 0}, ".within_days"),
    ({"kind": "field", "name": "monitoring_seen_on", "within_days": True}, ".within_days"),
    ({"kind": "field", "name": "monitoring_seen_on", "within_days": 3651}, ".within_days"),
    ({"kind": "field", "name": "problem", "colour": "red"}, ""),
    ({"kind": "field", "name": "problem", "label": "x" * 81}, ".label"),
    ({"kind": "field", "name": "problem", "when": []}, ".when"),
    ({"kind": "field", "name": "problem", "when": ["rain"]}, ".when[0]"),
    ({"kind": "field", "name": "problem", "when": ["llm", "llm"]}, ".when[1]"),
    ({"kind": "planned_date", "within_days": 3}, ""),
    ({"kind": "team"}, ".at_least"),
    ({"kind": "team", "at_least": 7}, ".at_least"),
    ({"kind": "team", "at_least": 0}, ".at_least"),
    ({"kind": "answer", "name": "WP1"}, ".at_least"),
    ({"kind": "answer", "name": "WP1", "at_least": "maybe"}, ".at_least"),
    ({"kind": "answer", "name": "wp1", "at_least": "yes"}, ".name"),
    ({"kind": "checklist", "name": "mood", "at_least": 1}, ".name"),
    ({"kind": "checklist", "name": "production"}, ""),
    ({"kind": "checklist", "name": "production", "at_least": 9.5}, ".at_least"),
    ({"kind": "checklist", "name": "ml_test", "at_least": 8}, ".at_least"),
    ({"kind": "checklist", "name": "production", "at_least": {"low": 1, "high": 2}}, ".at_least"),
    (
        {"kind": "checklist", "name": "production", "at_least": {"low": 3, "medium": 2, "high": 4}},
        ".at_least",
    ),
    ({"kind": "checklist", "name": "production", "above_zero": ["D1"]}, ".above_zero[0]"),
    ({"kind": "blockers"}, ".at_most"),
    ({"kind": "blockers", "at_most": "critical"}, ".at_most"),
    ({"kind": "blockers", "at_most": "low", "category": "weather"}, ".category"),
    ({"kind": "evidence", "name": "gossip"}, ".name"),
    ({"kind": "evidence", "name": "runbook", "within_days": "30"}, ".within_days"),
    ({"kind": "metric", "name": "p95"}, ""),
    ({**METRIC, "at_least": 2}, ""),
    ({**METRIC, "name": "P 95"}, ".name"),
    ({**METRIC, "at_most": "fast"}, ".at_most"),
    ({**METRIC, "at_most": True}, ".at_most"),
    ({**METRIC, "at_most": float("nan")}, ".at_most"),
    ({**METRIC, "at_most": "1e400"}, ".at_most"),
    ({**METRIC, "at_most": "0.0000001"}, ".at_most"),
    ({"kind": "todo", "name": "training"}, ".label"),
    ({"kind": "todo", "name": "a" * 18, "label": "x"}, ".name"),
    ({"kind": "statement", "name": "seen"}, ".text"),
    ({**STATEMENT, "text": "x" * 301}, ".text"),
    ({**STATEMENT, "name": "validation_report"}, ".name"),
    ({**STATEMENT, "not_by": ["XX"]}, ".not_by[0]"),
    ({**STATEMENT, "not_by": "ML"}, ".not_by"),
]


@pytest.mark.parametrize(("document", "place"), WRONG, ids=[str(document)[:60] for document, _ in WRONG])
def test_what_is_wrong_is_named_with_its_place(document, place):
    _found, problems = read(document)
    assert f"[0]{place}" in problems


def test_a_criterion_comes_once_but_for_other_conditions_or_categories():
    report = {"kind": "evidence", "name": "runbook"}
    twice, problems = read(report, {**report, "within_days": 30})
    assert problems == {"[1]"}
    stricter = {**report, "within_days": 30, "when": ["tier_high"]}
    blockers = {"kind": "blockers", "at_most": "low"}
    assert read(report, stricter, blockers, {**blockers, "category": "budget"})[1] == set()
    assert len(twice) == 2


def test_a_to_do_has_room_for_its_gate():
    todo = {"kind": "todo", "name": "a" * 17, "label": "x"}
    assert read(todo, gate="G6")[1] == set()
    assert read(todo, gate="GATE")[1] == {"[0].name"}


def test_a_gate_asks_for_at_most_fifty_things():
    many = [{"kind": "metric", "name": f"m{number}", "at_most": 1} for number in range(51)]
    assert read(*many[:50])[1] == set()
    assert "" in read(*many)[1]


@given(demands.lists)
def test_what_is_read_is_written_back_as_it_was(documents):
    found, problems = read(*documents)
    assert not problems
    assert [criteria_writing.write(each) for each in found] == documents
    assert hash(found) == hash(read(*documents)[0])


@given(
    demands.one, st.fixed_dictionaries({}, optional=dict.fromkeys(["personal_data", "llm"], st.booleans()))
)
def test_whatever_is_asked_of_a_project_that_says_nothing_is_not_met(document, said):
    (criterion,), _problems = read(document)
    gate = Gate("G6", "Launch", "advance", criteria=(criterion,))
    facts = Facts(**said)
    assert is_asked(criterion, facts) is False or finding(gate, criterion, facts).state != MET
    assert set(criterion.when) <= set(CONDITIONS)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["low", "x"]), inner),
    max_leaves=6,
)
MEMBERS = ["kind", "name", "at_least", "at_most", "above_zero", "category", "within_days", "text", "not_by"]


@given(demands.one, st.dictionaries(st.sampled_from([*MEMBERS, "label", "when"]), junk, max_size=3))
def test_nothing_makes_the_reader_fail(document, changes):
    found, problems = read({**document, **changes})
    assert len(found) == 1
    assert problems or criteria_writing.write(found[0])
