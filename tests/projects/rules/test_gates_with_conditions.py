"""A gate leaves out the criteria that a project need not meet, and tells an unknown condition once."""

from datetime import date

import pytest

from projects.rules import gates
from projects.rules.facts import Facts
from projects.rules.stages import Criterion, Gate, RoleNeed

pytestmark = pytest.mark.once

GATE = Gate(
    "G5",
    "Readiness",
    "advance",
    "a",
    "b",
    criteria=(
        Criterion("answer", "GA1", "Retrieval", when=("llm",), at_least="not_no"),
        Criterion("answer", "GA7", "Made-up answers", when=("llm",), at_least="not_no"),
        Criterion("evidence", "fairness_report", when=("tier_high",)),
        Criterion("field", "problem"),
    ),
    roles=(RoleNeed("LE", "conditional", ("llm",)),),
)
SAID = {"fields": {"problem": "Queues"}, "evidence": {}, "today": date(2026, 11, 20)}


def codes(**said):
    found = gates.obstacles(GATE, Facts(**(SAID | said)))
    return [(each.code, each.field) for each in found]


def test_what_need_not_be_met_is_neither_missing_nor_met():
    assert codes(llm=False, tier="low") == []


def test_what_has_to_be_met_is_missing():
    assert codes(llm=True, tier="high", answers={"GA1": "Y", "GA7": "N"}, people={"LE": 1}) == [
        ("answer_short", "answer.GA7"),
        ("evidence_missing", "evidence.fairness_report"),
        ("signature_missing", "signoff.LE"),
    ]


def test_a_condition_that_nobody_knows_is_told_once_with_all_that_hangs_on_it():
    found = gates.obstacles(GATE, Facts(**SAID, tier="low"))
    assert [(each.code, each.field) for each in found] == [("trait_unknown", "traits_stated")]
    assert found[0].message == (
        "The traits are not stated, so it is open whether “GA1 Retrieval” is asked, "
        "“GA7 Made-up answers” is asked and Legal and compliance must sign."
    )
    assert codes() == [("trait_unknown", "traits_stated"), ("trait_unknown", "tier")]


def test_a_field_that_the_gate_asks_for_itself_is_told_as_a_field_only():
    asking = Gate("G0", "Intake", "advance", criteria=(Criterion("field", "tier"), *GATE.criteria))
    found = gates.obstacles(asking, Facts(**SAID, llm=False))
    assert [(each.code, each.field) for each in found] == [("field_missing", "tier")]
