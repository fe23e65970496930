"""A gate tells every reason why it is closed, and the unknown never passes."""

from dataclasses import replace
from datetime import date

import pytest

from projects.rules import criteria, findings, gates, presets
from projects.rules.gates import Facts
from projects.rules.stages import Criterion, Gate, RoleNeed
from tests.projects.rules import ready, signed

pytestmark = pytest.mark.once

STANDARD = presets.workflow("standard")
EVERYBODY = dict.fromkeys(["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX"], 1)
READY = ready.facts(
    STANDARD.gates,
    signed.TODAY,
    people=EVERYBODY,
    tier="medium",
    personal_data=True,
    signing=signed.by_all(STANDARD.gates),
)


def codes(gate, facts):
    found = gates.obstacles(gate, facts)
    assert all(obstacle.message and obstacle.remedy and obstacle.field for obstacle in found)
    return [(obstacle.code, obstacle.field) for obstacle in found]


@pytest.mark.parametrize("gate", STANDARD.gates, ids=lambda gate: gate.code)
def test_a_project_with_everything_meets_an_open_gate(gate):
    assert codes(gate, READY) == []


@pytest.mark.parametrize("gate", STANDARD.gates, ids=lambda gate: gate.code)
def test_a_project_of_which_nothing_is_known_passes_no_gate(gate):
    assert codes(gate, Facts())


def test_all_reasons_are_told_together():
    bare = replace(READY, people={}, planned_on={}, signing={}, tier="high", personal_data=False)
    assert codes(STANDARD.gate("G2"), bare) == [
        ("team_incomplete", "team"),
        ("gate_unplanned", "gate_planned_on"),
        ("role_unfilled", "team.PO"),
        ("role_unfilled", "team.ML"),
        ("role_unfilled", "team.DS"),
        ("role_unfilled", "team.SE"),
        ("role_unfilled", "team.LE"),
    ]


@pytest.mark.parametrize("value", [None, "", "   ", False])
def test_an_empty_field_is_missing(value):
    facts = replace(READY, fields={**READY.fields, "metric_baseline": value})
    assert codes(STANDARD.gate("G1"), facts) == [("field_missing", "metric_baseline")]


@pytest.mark.parametrize("value", [0, 0.0, "0", True, date(2026, 1, 1)])
def test_zero_is_a_value(value):
    facts = replace(READY, fields={**READY.fields, "metric_baseline": value})
    assert codes(STANDARD.gate("G1"), facts) == []


def test_a_field_that_nobody_looked_up_is_unknown_and_closes_the_gate():
    fields = {name: "said" for name in criteria.FIELDS if name != "tier"}
    criterion = Criterion("field", "tier")
    facts = replace(READY, fields=fields)
    assert criteria.state(STANDARD.gate("G1"), criterion, facts) == "unknown"
    assert codes(STANDARD.gate("G1"), facts) == [("field_missing", "tier")]


@pytest.mark.parametrize("planned_on", [{}, {"G2": None}, {"G1": date(2026, 12, 1)}])
def test_a_date_for_another_gate_does_not_count(planned_on):
    assert codes(STANDARD.gate("G2"), replace(READY, planned_on=planned_on)) == [
        ("gate_unplanned", "gate_planned_on")
    ]


def test_a_role_that_nobody_holds_is_unfilled_and_one_that_somebody_holds_is_unsigned():
    signing = signed.by_all(STANDARD.gates, but=["SE", "OW"])
    facts = replace(READY, people={**EVERYBODY, "SE": 0}, signing=signing)
    assert codes(STANDARD.gate("G4"), facts) == [
        ("role_unfilled", "team.SE"),
        ("signature_missing", "signoff.OW"),
    ]


def test_who_holds_the_role_no_longer_need_not_be_named_again():
    facts = replace(READY, people={**EVERYBODY, "SE": 0})
    assert codes(STANDARD.gate("G4"), facts) == []


def test_signatures_are_of_one_gate_only():
    facts = replace(READY, signing=signed.by_all([STANDARD.gate("G3")]))
    assert ("signature_missing", "signoff.SE") in codes(STANDARD.gate("G4"), facts)


def test_whoever_does_not_say_which_day_it_is_passes_nothing():
    assert ("signature_expired", "signoff.PO") in codes(STANDARD.gate("G0"), replace(READY, today=date.max))


def test_feedback_never_closes_a_gate():
    facts = replace(READY, people={"PO": 1}, signing=signed.by_all(STANDARD.gates, but=["SP", "ML"]))
    assert codes(STANDARD.gate("G0"), facts) == []
    assert gates.feedback_roles(STANDARD.gate("G0")) == ("SP", "ML")


def needing(*conditions):
    return Gate("G9", "Test", "advance", "a", "b", roles=(RoleNeed("LE", "conditional", conditions),))


@pytest.mark.parametrize(
    ("condition", "facts", "is_required"),
    [
        ("tier_high", Facts(tier="high"), True),
        ("tier_high", Facts(tier="medium"), False),
        ("tier_medium", Facts(tier="high"), True),
        ("tier_medium", Facts(tier="medium"), True),
        ("tier_medium", Facts(tier="low"), False),
        ("personal_data", Facts(personal_data=True), True),
        ("personal_data", Facts(personal_data=False), False),
        ("vendor", Facts(vendor=True), True),
        ("vendor", Facts(vendor=False), False),
        ("llm", Facts(llm=True), True),
        ("llm", Facts(llm=False), False),
    ],
)
def test_a_condition_requires_its_role(condition, facts, is_required):
    gate = needing(condition)
    assert gates.required_roles(gate, facts) == (("LE",) if is_required else ())
    assert codes(gate, facts) == ([("role_unfilled", "team.LE")] if is_required else [])


@pytest.mark.parametrize(
    ("condition", "field"),
    [("tier_high", "tier"), ("tier_medium", "tier"), ("vendor", "traits_stated"), ("llm", "traits_stated")],
)
def test_an_unknown_condition_closes_the_gate_unless_the_role_has_signed(condition, field):
    assert codes(needing(condition), Facts()) == [("trait_unknown", field)]
    assert ("trait_unknown", field) in codes(needing(condition), Facts(people={"LE": 1}))
    gate = needing(condition)
    assert codes(gate, Facts(today=signed.TODAY, signing=signed.by_all([gate]))) == []


def test_any_one_of_several_conditions_is_enough():
    gate = needing("tier_high", "personal_data")
    assert codes(gate, Facts(tier="low", personal_data=True)) == [("role_unfilled", "team.LE")]
    assert codes(gate, Facts(tier="high")) == [("role_unfilled", "team.LE")]
    assert codes(gate, Facts(tier="low")) == [("trait_unknown", "traits_stated")]
    assert codes(gate, Facts(tier="low", personal_data=False)) == []


def test_one_gap_is_told_once():
    """G1 asks for the tier, and one of its roles depends on it: only the empty field is told."""
    facts = replace(READY, tier="", fields={**READY.fields, "tier": ""}, people={**EVERYBODY, "LE": 0})
    assert codes(STANDARD.gate("G1"), facts) == [("field_missing", "tier")]


def test_a_tier_that_is_no_tier_is_unknown():
    assert codes(needing("tier_high"), Facts(tier="enormous")) == [("trait_unknown", "tier")]


def test_a_kind_of_criterion_that_is_not_known_closes_the_gate():
    gate = Gate("G9", "Test", "advance", "a", "b", criteria=(Criterion("horoscope"),))
    assert [obstacle.code for obstacle in gates.obstacles(gate, READY)] == ["criterion_unknown"]


def test_a_new_kind_of_criterion_plugs_in(monkeypatch):
    def find(_gate, criterion, facts):
        if facts.fields.get(criterion.name) == "met":
            return findings.Finding("met", "there")
        obstacle = gates.Obstacle("mood_missing", "No mood.", "Cheer up.", criterion.name)
        return findings.Finding("unknown", "not there", obstacle)

    kind = findings.Kind("mood", find, lambda _criterion: "Mood", lambda _criterion: "good")
    monkeypatch.setitem(criteria.KINDS, "mood", kind)
    gate = Gate("G9", "Test", "advance", "a", "b", criteria=(Criterion("mood", "joy"),))
    assert codes(gate, Facts()) == [("mood_missing", "joy")]
    assert codes(gate, Facts(fields={"joy": "met"})) == []
