"""Reading a workflow is strict and tells everything that is wrong at once."""

import copy
import json

import pytest

from projects.rules import presets, workflow

pytestmark = pytest.mark.once


def small():
    """The smallest document: an idea that goes straight to production."""
    return {
        "name": "small",
        "label": "Small",
        "stages": [
            {"code": "idea", "standard": "idea", "label": "Idea"},
            {"code": "live", "standard": "production", "label": "Live"},
        ],
        "gates": [
            {"code": "G6", "label": "Launch", "from": "idea", "to": "live", "enforcement": "block"},
            {"code": "G8", "label": "Retirement", "kind": "retire", "enforcement": "warn"},
            {"code": "GX", "label": "Stop", "kind": "stop", "enforcement": "warn"},
        ],
        "back_reasons": [{"code": "pivot", "label": "Pivot"}],
        "stop_reasons": [{"code": "other", "label": "Other"}],
    }


def problems(document):
    with pytest.raises(workflow.WorkflowInvalid) as caught:
        workflow.parse(document)
    assert all(problem.message and problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def at(document, path, value):
    """A copy of the document with one value replaced (or taken out, when it is `...`)."""
    document = copy.deepcopy(document)
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


def test_the_smallest_document_is_read_with_defaults():
    small_one = workflow.parse(small())
    assert small_one.hold_update_every_days == 60
    assert small_one.rollback_review_days == 5
    assert small_one.recertify_days == workflow.RecertifyDays(365, 180, 90)
    assert small_one.reminders == workflow.Reminders(3, 3)
    assert small_one.flag_limits == workflow.FlagLimits(2, 14, 30)
    assert small_one.gate("G6").kind == "advance"
    assert small_one.stage("live").typical_days is None


WRONG = [
    (("name",), ..., ""),
    (("name",), "Small", "name"),
    (("label",), 7, "label"),
    (("label",), "x" * 41, "label"),
    (("label",), "a\u0000b", "label"),
    (("colour",), "red", ""),
    (("stages",), ..., ""),
    (("stages",), {}, "stages"),
    (("stages",), [], "stages"),
    (("stages", 0), "idea", "stages[0]"),
    (("stages", 0, "code"), ..., "stages[0]"),
    (("stages", 0, "code"), "Idea!", "stages[0].code"),
    (("stages", 0, "code"), "live", "stages[1]"),
    (("stages", 0, "label"), "Live", "stages[1]"),
    (("stages", 0, "standard"), "production", None),
    (("stages", 0, "standard"), "dream", "stages[0].standard"),
    (("stages", 1, "standard"), ["idea"], "stages[1].standard"),
    (("stages", 0, "colour"), "red", "stages[0]"),
    (("stages", 0, "wip_limit"), 0, "stages[0].wip_limit"),
    (("stages", 0, "wip_limit"), True, "stages[0].wip_limit"),
    (("stages", 0, "update_every_days"), 2.5, "stages[0].update_every_days"),
    (("stages", 0, "update_every_days"), 100000, "stages[0].update_every_days"),
    (("stages", 0, "typical_days"), {"p50": 1, "p85": 2}, "stages[0].typical_days"),
    (("stages", 0, "typical_days"), {"p50": 3, "p85": 2, "p95": 4}, "stages[0].typical_days"),
    (("stages", 0, "typical_days"), [1, 2, 3], "stages[0].typical_days"),
    (("gates",), "none", "gates"),
    (("gates", 0, "code"), "g 6", "gates[0].code"),
    (("gates", 0, "code"), "GX", "gates[2]"),
    (("gates", 0, "from"), ..., "gates[0]"),
    (("gates", 0, "from"), "live", "gates[0]"),
    (("gates", 0, "to"), "nowhere", "gates[0]"),
    (("gates", 0, "enforcement"), "maybe", "gates[0].enforcement"),
    (("gates", 0, "kind"), "jump", "gates[0].kind"),
    (("gates", 1, "from"), "live", "gates[1]"),
    (("gates", 1), ..., "gates"),
    (("gates", 2), ..., "gates"),
    (("gates", 1, "kind"), "stop", "gates"),
    (("gates", 0, "criteria"), [{"kind": "wish"}], "gates[0].criteria[0].kind"),
    (("gates", 0, "criteria"), ["tier"], "gates[0].criteria[0]"),
    (("gates", 0, "criteria"), [{"kind": "field"}], "gates[0].criteria[0].name"),
    (("gates", 0, "criteria"), [{"kind": "field", "name": "mood"}], "gates[0].criteria[0].name"),
    (("gates", 0, "criteria"), [{"kind": "planned_date", "name": "tier"}], "gates[0].criteria[0]"),
    (("gates", 0, "criteria"), [{"kind": "planned_date"}] * 2, "gates[0].criteria[1]"),
    (("gates", 0, "roles"), {"XX": "required"}, "gates[0].roles"),
    (("gates", 0, "roles"), ["SP"], "gates[0].roles"),
    (("gates", 0, "roles"), {"SP": "sometimes"}, "gates[0].roles.SP"),
    (("gates", 0, "roles"), {"SP": None}, "gates[0].roles.SP"),
    (("gates", 0, "roles"), {"SP": {"when": []}}, "gates[0].roles.SP.when"),
    (("gates", 0, "roles"), {"SP": {"if": ["llm"]}}, "gates[0].roles.SP"),
    (("gates", 0, "roles"), {"SP": {"when": ["rain"]}}, "gates[0].roles.SP.when[0]"),
    (("gates", 0, "roles"), {"SP": {"when": ["llm", "llm"]}}, "gates[0].roles.SP.when[1]"),
    (("back_reasons",), [], "back_reasons"),
    (("back_reasons", 0, "code"), "Bad code", "back_reasons[0].code"),
    (("stop_reasons",), [{"code": "a", "label": "A"}] * 2, "stop_reasons[1]"),
    (("hold",), {"days": 3}, "hold"),
    (("hold",), {"update_every_days": 0}, "hold.update_every_days"),
    (("rollback",), 5, "rollback"),
    (("recertify",), {"high": 0}, "recertify.high"),
    (("recertify",), {"enormous": 5}, "recertify"),
    (("reminders",), {"after_days": 1.5}, "reminders.after_days"),
    (("reminders",), 3, "reminders"),
    (("flags",), {"update_critical_times": "2"}, "flags.update_critical_times"),
]


@pytest.mark.parametrize(("path", "value", "place"), WRONG, ids=[f"{p}={str(v)[:24]}" for p, v, _ in WRONG])
def test_what_is_wrong_is_named_with_its_place(path, value, place):
    document = at(small(), path, value)
    if place is None:  # two production stages are in order: this one is right
        workflow.parse(document)
        return
    assert place in {problem.path for problem in problems(document)}


def test_every_problem_is_told_at_once():
    document = at(at(small(), ("stages", 0, "standard"), "dream"), ("gates", 0, "enforcement"), "maybe")
    document = at(document, ("back_reasons",), [])
    assert {p.path for p in problems(document)} == {
        "stages[0].standard",
        "gates[0].enforcement",
        "back_reasons",
    }


@pytest.mark.parametrize("document", [None, [], "standard", 3])
def test_something_that_is_no_mapping_is_refused(document):
    assert len(problems(document)) == 1


def test_standard_codes_may_repeat_but_not_go_back():
    document = presets.document("standard")
    assert workflow.parse(at(document, ("stages", 4, "standard"), "poc")).stage("mvp").standard == "poc"
    found = problems(at(document, ("stages", 4, "standard"), "data"))
    assert [p.path for p in found] == ["stages[4].standard"]


def test_a_gate_too_few_and_a_gate_too_many_are_told():
    document = presets.document("standard")
    twice = at(document, ("gates", 1), {**document["gates"][0], "code": "G1"})
    messages = " ".join(problem.message for problem in problems(twice))
    assert "A second gate leads from “idea” to “framing”" in messages
    assert "No gate leads from “framing” to “data”" in messages


@pytest.mark.parametrize("kind", ["stop", "retire", "recertify"])
def test_there_is_one_gate_of_each_ending_kind(kind):
    document = presets.document("standard")
    document["gates"].append({"code": "GY", "label": "Twice", "kind": kind, "enforcement": "warn"})
    assert [p.message for p in problems(document)] == [f"There are several gates of the kind “{kind}”."]


def test_a_workflow_without_production_needs_no_retirement():
    document = at(small(), ("stages", 1, "standard"), "pilot")
    assert [p.path for p in problems(document)] == ["gates"]
    research = workflow.parse(at(document, ("gates", 1), ...))
    assert research.production_stages == ()
    assert research.ending_gate("retire") is None


def test_columns_that_forget_the_order_of_keys_change_nothing():
    document = presets.document("standard")
    shuffled = json.loads(json.dumps(document, sort_keys=True))
    assert workflow.parse(shuffled) == presets.workflow("standard")
    assert json.dumps(workflow.dump(workflow.parse(shuffled))) == json.dumps(document)


def test_helpers_read_the_order():
    standard = presets.workflow("standard")
    assert standard.first_stage.code == "idea"
    assert standard.next_stage("pilot") == standard.stage("production")
    assert standard.next_stage("production") is None
    assert standard.gate_between("data", "poc") == standard.gate("G2")
    assert standard.gate_between("data", "mvp") is None
    assert [g.code for g in standard.gates_from_to("idea", "poc")] == ["G0", "G1", "G2"]
    assert standard.gates_from_to("poc", "idea") == standard.gates_from_to("poc", "poc") == ()
    assert standard.later("data", "mvp") == standard.later("mvp", "data") == "mvp"
    assert [s.code for s in standard.rollback_stages] == ["pilot", "validation"]
    assert standard.ending_gate("stop") == standard.gate("GX")
    assert not standard.has("nowhere")
    with pytest.raises(KeyError):
        standard.index("nowhere")
    with pytest.raises(KeyError):
        standard.gate("G99")


def test_a_standard_code_finds_its_nearest_stage():
    lean = presets.workflow("lean")
    found = [lean.nearest_stage(standard).code for standard in workflow.STANDARD_STAGES]
    assert found == ["idea", "idea", "idea", "idea", "build", "build", "pilot", "production"]


def test_a_restart_begins_at_framing_or_right_after_the_ideas():
    assert presets.workflow("standard").restart_stage.code == "framing"
    assert presets.workflow("lean").restart_stage.code == "build"
