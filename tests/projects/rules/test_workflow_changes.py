"""What changes from one workflow to the next: every difference is told, each on its side."""

import copy

import pytest

from projects.rules import presets, workflow_changes
from projects.rules import workflow as workflows

pytestmark = pytest.mark.once
CARD = {"kind": "evidence", "name": "model_card"}


def told(change):
    """Title, what, before and after of every difference that this change of the standard workflow makes."""
    before = presets.document("standard")
    before["gates"][1]["criteria"].append(CARD)
    after = copy.deepcopy(before)
    change(after)
    found = workflow_changes.differences(workflows.parse(before), workflows.parse(after))
    return [(each.title, one.what, one.before, one.after) for each in found for one in each.changes]


def gate(document):
    return document["gates"][1]


def test_the_same_says_nothing():
    assert told(lambda document: None) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: gate(d).update(enforcement="block"), ("Enforcement", "Warns", "Closed until met")),
        (lambda d: gate(d).update(label="Question"), ("Name", "Problem", "Question")),
        (lambda d: gate(d)["criteria"].pop(), ("Criterion", "Model card: added", "")),
        (
            lambda d: gate(d)["criteria"][-1].update(within_days=30),
            ("Criterion", "Model card: added", "Model card: added, at most 30 days old"),
        ),
        (
            lambda d: gate(d)["criteria"].append({**CARD, "when": ["llm"]}),
            ("Criterion", "", "Model card: added, asked with a language model"),
        ),
        (
            lambda d: gate(d)["roles"].update(OW="required"),
            ("Role", "Operations owner: feedback only", "Operations owner: always"),
        ),
        (lambda d: gate(d)["roles"].pop("OW"), ("Role", "Operations owner: feedback only", "")),
        (
            lambda d: gate(d)["roles"].update(OW={"when": ["tier_high", "llm"]}),
            (
                "Role",
                "Operations owner: feedback only",
                "Operations owner: with the high tier or a language model",
            ),
        ),
    ],
)
def test_a_change_of_a_gate_is_told_on_both_sides(change, expected):
    assert told(change) == [
        ("Gate G1 “" + ("Question" if "Question" in expected else "Problem") + "”", *expected)
    ]


def test_stages_that_come_go_and_change():
    def rename(document):
        document["stages"][2]["code"] = "sources"
        document["stages"][3]["wip_limit"] = 3
        for each in document["gates"]:
            for end in ("from", "to"):
                if each.get(end) == "data":
                    each[end] = "sources"

    found = told(rename)
    assert ("Stage sources “Data readiness”", "Stage", "", "counts as data") in found
    assert ("Stage data “Data readiness”", "Stage", "counts as data", "goes") in found
    assert any(what == "Projects at once" and after == "3" for _, what, _, after in found)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(label="Ours"),
        lambda d: d.update(summary="Other words."),
        lambda d: d.update(hold={"update_every_days": 7}),
        lambda d: d.update(rollback={"review_within_days": 7}),
        lambda d: d.update(recertify={"low": 7, "medium": 7, "high": 7}),
        lambda d: d.update(reminders={"after_days": 7, "every_days": 7}),
        lambda d: d.update(flags={"gate_overdue_critical_days": 7}),
        lambda d: d["back_reasons"].pop(),
        lambda d: d["stop_reasons"].append({"code": "elsewhere", "label": "Done elsewhere"}),
        lambda d: d["stages"][0].update(purpose="Other words."),
        lambda d: d["stages"][1].update(typical_days={"p50": 7, "p85": 8, "p95": 9}),
        lambda d: d["stages"][1].update(update_every_days=7),
        lambda d: gate(d)["criteria"][-1].update(label="The card"),
    ],
)
def test_no_difference_is_silent(change):
    found = told(change)
    assert found and all(before != after for _, _, before, after in found)
