"""Sign-offs: which signatures count, for how long, and when enough different people have signed."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import duties, signatures, signoffs
from projects.rules.signatures import Condition, Signature

TODAY = date(2026, 11, 21)
LATER = TODAY + timedelta(10)
ASKER = 99
NOW = "present"


def signed(role, signer, decision="approved", **fields):
    values = {
        "packet_hash": NOW,
        "requested_by": ASKER,
        "requested_on": TODAY - timedelta(5),
        "decided_on": TODAY - timedelta(3) if decision else None,
        **fields,
    }
    return Signature(role=role, signer=signer, decision=decision, **values)


def codes(required, *given, tier="medium", **fields):
    found = signoffs.obstacles(required, given, packet_hash=NOW, today=TODAY, tier=tier, **fields)
    return [each.code for each in found]


OPEN = Condition("Load test first", "before_gate")
OVERDUE = Condition("Train the users", "by_date", due_on=TODAY - timedelta(1))

STATES = [
    ({}, "approved"),
    ({"decision": ""}, "requested"),
    ({"decision": "", "packet_hash": "old"}, "requested"),
    ({"superseded_on": TODAY}, "superseded"),
    ({"packet_hash": "old"}, "invalidated"),
    ({"packet_hash": "old", "decision": "rejected"}, "rejected"),
    ({"withdrawn_on": TODAY}, "withdrawn"),
    ({"decided_on": TODAY - timedelta(90)}, "approved"),
    ({"decided_on": TODAY - timedelta(91)}, "expired"),
    ({"decided_on": TODAY - timedelta(400), "used_on": TODAY - timedelta(380)}, "approved"),
    ({"decided_on": TODAY - timedelta(400), "lives_until": TODAY}, "approved"),
    ({"decided_on": TODAY - timedelta(4), "lives_until": TODAY - timedelta(1)}, "expired"),
    ({"decision": "approved_with_conditions", "conditions": (OVERDUE,)}, "lapsed"),
    (
        {"decision": "approved_with_conditions", "conditions": (replace(OVERDUE, closed_on=TODAY),)},
        "approved_with_conditions",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), STATES)
def test_a_signature_stands_as_what_became_of_it(fields, expected):
    assert signatures.state(signed("ML", 1, **fields), NOW, TODAY) == expected


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"decision": ""}, "signature_waiting"),
        ({"decision": "recused"}, "signer_recused"),
        ({"withdrawn_on": TODAY}, "signature_withdrawn"),
        ({"packet_hash": "old"}, "signature_invalidated"),
        ({"decided_on": TODAY - timedelta(91)}, "signature_expired"),
        ({"decision": "approved_with_conditions", "conditions": (OVERDUE,)}, "signature_lapsed"),
        ({"decision": "approved_with_conditions", "conditions": (OPEN,)}, "condition_open"),
        ({"signer_is_active": False}, "signer_left"),
        ({"held_role": False}, "signer_left"),
        ({"is_binding": False}, "signature_missing"),
    ],
)
def test_what_does_not_count_is_named(fields, code):
    assert codes(["ML"], signed("ML", 1, **fields)) == [code]


def test_nobody_asked_and_everybody_signed():
    assert codes(["PO", "ML"]) == ["signature_missing", "signature_missing"]
    assert codes(["PO", "ML"], signed("PO", 1), signed("ML", 2)) == []


def test_a_rejection_stands_until_another_packet_is_approved():
    no = signed("LE", 1, "rejected", ref=1)
    same = signed("LE", 1, ref=2)
    assert "rejected" in codes(["LE"], no, same)
    old_no = replace(no, packet_hash="old")
    assert codes(["LE"], old_no, same) == []
    assert codes(["PO"], replace(no, ref=5), signed("PO", 2)) == []  # not a required role


@pytest.mark.parametrize("role", duties.CHECKING_ROLES)
def test_who_checks_does_not_sign_what_they_asked_for(role):
    assert codes([role], signed(role, ASKER)) == ["requester_signs"]
    assert codes([role], signed(role, 5, acts_for=ASKER)) == ["requester_signs"]
    assert codes([role], signed(role, 5)) == []
    assert codes(["PO"], signed("PO", ASKER)) == []


def test_the_validator_is_independent():
    assert codes(["RV"], signed("RV", 1, is_on_team=True)) == ["validator_on_team"]
    assert codes(["RV"], signed("RV", 1, made_evidence=True)) == ["validator_made_evidence"]
    assert codes(["ML"], signed("ML", 1, is_on_team=True, made_evidence=True)) == []


def test_one_person_fills_one_role_and_in_the_low_tier_two():
    both = [signed("PO", 1), signed("ML", 1)]
    assert codes(["PO", "ML"], *both) == ["too_few_people"]
    assert codes(["PO", "ML"], *both, tier="low") == []
    three = [*both, signed("EN", 1)]
    assert codes(["PO", "ML", "EN"], *three, tier="low") == ["too_few_people"]
    assert codes(["SP", "RV"], signed("SP", 1), signed("RV", 1), tier="low") == ["too_few_people"]


def test_another_signature_finds_a_way_for_all():
    # 1 alone could sign for both; with 2 for the product owner there is a way.
    assert codes(["PO", "ML"], signed("PO", 1), signed("ML", 1), signed("PO", 2)) == []


def test_the_launch_of_the_high_tier_rests_on_two_builders():
    given = [signed("ML", 1), signed("EN", 1)]
    assert codes(["ML", "EN"], *given, tier="high", is_launch=True) == ["too_few_people"]
    assert codes(["ML", "EN"], given[0], signed("EN", 2), tier="high", is_launch=True) == []


def test_conditions_of_earlier_gates_come_along():
    carried = [
        Condition("Name a fallback", "before_next_gate"),
        Condition("Done", "before_gate", closed_on=TODAY),
    ]
    assert codes(["PO"], signed("PO", 1), carried=carried) == ["condition_open"]


ROLES = ["SP", "PO", "ML", "EN", "RV"]
SIGNATURES = st.builds(
    lambda role, signer, decision, when, packet, conditions, ref: signed(
        role,
        signer,
        decision,
        decided_on=TODAY - timedelta(when) if decision else None,
        packet_hash=packet,
        conditions=conditions,
        ref=ref,
    ),
    st.sampled_from(ROLES),
    st.integers(1, 4),
    st.sampled_from(["", "approved", "approved", "approved_with_conditions", "recused", "feedback_given"]),
    st.sampled_from([1, 95]),
    st.sampled_from([NOW, NOW, "old"]),
    st.sampled_from([(), (OPEN,), (OVERDUE,)]),
    st.integers(1, 50),
)


@given(
    st.sets(st.sampled_from(ROLES), min_size=1), st.lists(SIGNATURES, max_size=12), SIGNATURES,
    st.sampled_from(["low", "medium", "high"]), st.booleans(),
)  # fmt: skip
def test_one_more_signature_never_closes_a_gate(required, given_before, one_more, tier, is_launch):
    wanted = sorted(required)
    if not codes(wanted, *given_before, tier=tier, is_launch=is_launch):
        assert not codes(wanted, *given_before, one_more, tier=tier, is_launch=is_launch)


@given(
    st.sets(st.sampled_from(ROLES), min_size=1, max_size=4),
    st.sets(st.tuples(st.sampled_from(ROLES), st.integers(1, 3)), max_size=10),
    st.sampled_from(["low", "medium"]),
)
def test_enough_people_are_found_exactly_when_there_is_a_way(required, pairs, tier):
    wanted = sorted(required)
    choices = [[who for role, who in pairs if role == each] for each in wanted]

    def holds(people):
        for person in set(people):
            held = {role for role, who in zip(wanted, people, strict=True) if who == person}
            if len(held) > (2 if tier == "low" else 1) or held == {"SP", "RV"}:
                return False
        return True

    there_is_a_way = any(holds(people) for people in product(*choices))
    found = duties.signers(wanted, [signed(role, who) for role, who in pairs], tier=tier)
    assert (found is not None) == there_is_a_way
