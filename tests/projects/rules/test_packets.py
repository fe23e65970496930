"""Packets: one canonical text, one hash, and what has changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import packets
from tests.projects.rules.score_cases import vectors

TEXTS = st.text(max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-5, 500) | TEXTS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
PACKETS = st.dictionaries(st.sampled_from(["gate", "tier", "metric", "evidence"]), TREES, max_size=4)


def test_published_cases_come_out_to_the_letter():
    group = vectors("packet_hash")
    assert group["cases"]
    for case in group["cases"]:
        assert packets.canonical(case["input"]) == case["canonical"], case["label"]
        assert packets.digest(case["input"]) == case["sha256"], case["label"]


def test_another_target_is_another_packet():
    group = vectors("packet_hash")
    packet = group["cases"][0]["input"]
    other = {**packet, "business_metric": {**packet["business_metric"], "target": "7.0"}}
    assert packets.digest(packet) == group["sha256"]
    assert packets.digest(other) == group["sha256_with_target_7.0"]
    assert packets.differences(packet, other) == ("business_metric.target",)


@pytest.mark.parametrize("value", [0.5, b"x", {1, 2}])
def test_amounts_come_as_text(value):
    with pytest.raises(TypeError, match="as the text that was entered"):
        packets.canonical({"target": value})


@given(PACKETS)
def test_a_packet_read_back_is_the_same_packet(packet):
    import json

    text = packets.canonical(packet)
    assert packets.canonical(json.loads(text)) == text


@given(PACKETS, PACKETS)
def test_packets_differ_exactly_when_something_is_named(one, other):
    assert bool(packets.differences(one, other)) == (packets.digest(one) != packets.digest(other))


@given(st.permutations(["EV-1", "EV-10", "EV-9", "ev-1"]))
def test_the_order_of_evidence_does_not_matter(order):
    packet = {"evidence": [{"id": name, "sha256": "aa"} for name in order]}
    assert packets.canonical(packet).index("EV-10") < packets.canonical(packet).index("EV-9")


def test_true_is_not_one():
    assert packets.differences({"personal_data": True}, {"personal_data": 1}) == ("personal_data",)


def test_a_field_that_is_empty_is_not_one_that_is_absent():
    assert packets.differences({"vendor": ""}, {"vendor": None}) == ("vendor",)
