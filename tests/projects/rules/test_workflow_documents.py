"""Any workflow survives writing and reading, and no document makes the reader fail in another way."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import presets, roles, workflow
from projects.rules.facts import CONDITIONS
from tests.projects.rules import demands

pytestmark = pytest.mark.once

labels = st.text("abcdefgh XYZ äß", min_size=1, max_size=30).map(lambda t: " ".join(t.split())).filter(bool)
days = st.none() | st.integers(1, 400)
needs = st.sampled_from(["required", "feedback"]) | st.lists(
    st.sampled_from(sorted(CONDITIONS)), min_size=1, unique=True
).map(lambda when: {"when": when})


@st.composite
def documents(draw):
    standards = sorted(
        draw(st.lists(st.sampled_from(range(8)), min_size=2, max_size=10)),
    )
    stages = [
        {
            "code": f"s{number}",
            "standard": workflow.STANDARD_STAGES[standard],
            "label": f"{number} {draw(labels)}",
            "purpose": draw(st.just("") | labels),
            "typical_days": draw(
                st.none()
                | st.lists(st.integers(1, 300), min_size=3, max_size=3).map(
                    lambda d: dict(zip(("p50", "p85", "p95"), sorted(d), strict=True))
                )
            ),
            "update_every_days": draw(days),
            "assessment_max_days": draw(days),
            "wip_limit": draw(days),
        }
        for number, standard in enumerate(standards)
    ]
    kinds = ["stop", "retire", "recertify"] if standards[-1] == 7 else ["stop"]
    ends = [{"kind": kind} for kind in kinds]
    ways = [
        {"kind": "advance", "from": f"s{n}", "to": f"s{n + 1}"}
        for n in draw(st.permutations(range(len(stages) - 1)))
    ]
    gates = [
        {
            "code": f"G{number}",
            "label": draw(labels),
            **gate,
            "enforcement": draw(st.sampled_from(["block", "warn", "record"])),
            "criteria": draw(demands.lists),
            "roles": draw(st.dictionaries(st.sampled_from(roles.codes()), needs, max_size=6)),
        }
        for number, gate in enumerate(draw(st.permutations(ways + ends)))
    ]
    reasons = [{"code": "other", "label": "Other"}, {"code": "pivot", "label": draw(labels)}]
    return {
        "name": "made_up",
        "label": draw(labels),
        "summary": draw(st.just("") | labels),
        "stages": stages,
        "gates": gates,
        "back_reasons": reasons,
        "stop_reasons": reasons[:1],
        "hold": {"update_every_days": draw(st.integers(1, 400))},
        "rollback": {"review_within_days": draw(st.integers(1, 400))},
        "recertify": {tier: draw(st.integers(1, 400)) for tier in ("low", "medium", "high")},
        "reminders": {"after_days": draw(st.integers(1, 30)), "every_days": draw(st.integers(1, 30))},
        "flags": {
            "update_critical_times": draw(st.integers(1, 9)),
            "gate_overdue_critical_days": draw(st.integers(1, 400)),
            "hold_expired_critical_days": draw(st.integers(1, 400)),
        },
    }


@given(documents())
def test_any_document_survives_the_round_trip(document):
    parsed = workflow.parse(document)
    assert workflow.dump(parsed) == document
    assert workflow.parse(json.loads(json.dumps(document, sort_keys=True))) == parsed


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["code", "standard", "label", "kind", "roles", "when", "from", "criteria", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.data())
def test_no_document_makes_the_reader_fail_otherwise(data):
    document = presets.document("lean")
    key = data.draw(st.sampled_from(sorted(document)))
    value = document[key]
    if isinstance(value, list) and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        if isinstance(value[place], dict) and data.draw(st.booleans()):
            value[place][data.draw(st.sampled_from(sorted(value[place])))] = data.draw(junk)
        else:
            value[place] = data.draw(junk)
    else:
        document[key] = data.draw(junk)
    with contextlib.suppress(workflow.WorkflowInvalid):
        workflow.parse(document)


def test_a_gate_with_criteria_and_without_a_code_is_a_problem_to_be_told():
    document = presets.document("standard")
    gate = next(each for each in document["gates"] if each.get("criteria"))
    del gate["code"]
    with pytest.raises(workflow.WorkflowInvalid, match="code"):
        workflow.parse(document)
