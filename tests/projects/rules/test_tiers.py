"""The governance tier by rule, with its reasons."""

import pytest

from projects.rules import tiers
from projects.rules.tiers import Exposure
from tests.projects.rules.score_cases import vectors

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("said", "tier", "reasons"),
    [
        ({}, "low", ["none_applies"]),
        ({"ai_act_class": "gpai"}, "low", ["none_applies"]),
        ({"ai_act_class": "high"}, "high", ["ai_act_high"]),
        ({"ai_act_class": "prohibited_check"}, "high", ["ai_act_prohibited_check"]),
        ({"ai_act_class": "limited"}, "medium", ["ai_act_limited"]),
        ({"decides_about_people": True}, "high", ["decides_alone"]),
        ({"decides_about_people": True, "human_review": True}, "low", ["none_applies"]),
        ({"acts_automatically": True, "annual_value": 1_000_000}, "low", ["none_applies"]),
        ({"acts_automatically": True, "annual_value": 1_000_001}, "high", ["acts_on_much_money"]),
        ({"annual_value": 9_000_000}, "low", ["none_applies"]),
        ({"safety_relevant": True}, "high", ["safety_relevant"]),
        ({"personal_data": True}, "medium", ["personal_data"]),
        ({"llm": True}, "low", ["none_applies"]),
        ({"customer_facing": True}, "low", ["none_applies"]),
        ({"llm": True, "customer_facing": True}, "medium", ["llm_for_customers"]),
        ({"ai_act_class": "limited", "personal_data": True}, "medium", ["personal_data", "ai_act_limited"]),
        ({"ai_act_class": "high", "safety_relevant": True}, "high", ["ai_act_high", "safety_relevant"]),
        ({"safety_relevant": True, "personal_data": True}, "high", ["safety_relevant"]),
    ],
)
def test_the_first_rule_that_holds_gives_the_tier(said, tier, reasons):
    found = tiers.tier(Exposure(**said))
    assert (found.code, [code for code, _ in found.reasons]) == (tier, reasons)
    assert all(sentence.endswith(".") for _, sentence in found.reasons)


SAID = {
    "ai_act_class": "minimal",
    "decides_about_people": False,
    "acts_automatically": False,
    "safety_relevant": False,
    "personal_data": False,
    "llm": False,
}


def test_what_nobody_has_said_is_named_while_it_could_raise_the_tier():
    assert tiers.unknowns(Exposure()) == tuple(SAID)
    assert tiers.unknowns(Exposure(**SAID)) == ()
    assert tiers.unknowns(Exposure(**{**SAID, "llm": True})) == ("customer_facing",)
    assert tiers.unknowns(Exposure(**{**SAID, "acts_automatically": True})) == ("annual_value",)
    assert tiers.unknowns(Exposure(**{**SAID, "personal_data": True, "llm": None})) == ()
    assert tiers.unknowns(Exposure(safety_relevant=True)) == ()


@pytest.mark.parametrize(
    ("by_rule", "chosen", "agreed", "code"),
    [
        ("low", "high", [], None),
        ("medium", "medium", [], None),
        ("high", "low", ["LE", "PM"], None),
        ("high", "medium", ["LE"], "tier_below_rule"),
        ("high", "medium", ["PM", "SP"], "tier_below_rule"),
        ("low", "enormous", ["LE", "PM"], "tier_unknown"),
    ],
)
def test_raising_is_free_and_lowering_needs_legal_and_the_portfolio_manager(by_rule, chosen, agreed, code):
    assert [o.code for o in tiers.obstacles(by_rule, chosen, agreed=agreed)] == ([code] if code else [])


def test_published_tiers():
    for case in vectors("tier"):
        said = {name: value for name, value in case.items() if name != "tier"}
        assert tiers.tier(Exposure(**said)).code == case["tier"], case
