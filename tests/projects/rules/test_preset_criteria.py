"""The shipped gates ask for everything that the lifecycle's table lists, and the regulated ones for more."""

from decimal import Decimal

import pytest

from projects.rules import presets, scorecards, workflow
from projects.rules.stages import ByTier

pytestmark = pytest.mark.once

# What has to be true before each gate: the words of the lifecycle's table, and what asks for them.
# What is not asked by a criterion is asked by the move itself: the reason code of a stop, closed
# conditions of earlier signatures (the passing rule), who proposed it (whoever created it).
FIELD, ANSWER, EVIDENCE, STATEMENT = "field", "answer", "evidence", "statement"
ASKED = {
    "G0": {
        "one-line problem": [(FIELD, "problem")],
        "business unit": [(FIELD, "business_unit")],
        "kind of initiative": [(FIELD, "kind")],
        "trait flags": [(FIELD, "traits_stated")],
    },
    "G1": {
        "business metric with baseline, target, date, owner": [
            (FIELD, "metric_name"),
            (FIELD, "metric_baseline"),
            (FIELD, "metric_target"),
            (FIELD, "metric_target_on"),
            (FIELD, "metric_owner"),
            (EVIDENCE, "metric_sheet"),
        ],
        "WP1, WP2, WP3, WP5, NT1 to NT3 answered, no critical one with no": [
            (ANSWER, "WP1", "not_no"),
            (ANSWER, "WP2", "answered"),
            (ANSWER, "WP3", "answered"),
            (ANSWER, "WP5", "answered"),
            (ANSWER, "NT1", "not_no"),
            (ANSWER, "NT2", "answered"),
            (ANSWER, "NT3", "answered"),
        ],
        "ML objective in words and formula": [(FIELD, "ml_objective"), (FIELD, "ml_metric")],
        "tier and AI Act class": [(FIELD, "tier"), (FIELD, "ai_act_class")],
        "expectation statement": [(FIELD, "expectation"), (EVIDENCE, "expectation_statement")],
        "gate criteria are known": [(STATEMENT, "gates_agreed")],
        "user evidence": [(EVIDENCE, "user_evidence")],
        "baseline without ML": [(EVIDENCE, "baseline_report")],
        "business case low, likely, high": [
            (EVIDENCE, "business_case"),
            (FIELD, "value_low"),
            (FIELD, "value_likely"),
            (FIELD, "value_high"),
        ],
        "stakeholder map": [(EVIDENCE, "stakeholder_map")],
    },
    "G2": {
        "every source with owner, legal basis, date": [
            (FIELD, "data_sources"),
            (STATEMENT, "sources_settled"),
            (EVIDENCE, "data_inventory"),
        ],
        "DQ1 is yes": [(ANSWER, "DQ1", "yes")],
        "label definition": [(ANSWER, "DQ4", "not_no"), (EVIDENCE, "labelling_guide")],
        "no open critical data-access blocker": [("blockers", "data_access", "high")],
        "five of six functions": [("team", "", Decimal(5))],
        "data profile": [(EVIDENCE, "data_profile")],
        "privacy assessment with personal data": [(EVIDENCE, "privacy_assessment", None, "personal_data")],
    },
    "G3": {
        "inside the time box": [(STATEMENT, "time_box_kept")],
        "beats the baseline in an honest test": [
            (STATEMENT, "baseline_beaten"),
            (EVIDENCE, "experiment_report"),
        ],
        "leakage review by somebody else": [
            (ANSWER, "DQ2", "claimed"),
            (STATEMENT, "leakage_reviewed"),
            (EVIDENCE, "leakage_form"),
        ],
        "WP4 metric link": [
            (ANSWER, "WP4", "not_no"),
            (FIELD, "metric_link"),
            (EVIDENCE, "metric_tree"),
        ],
        "OO6 stop rule": [(ANSWER, "OO6", "not_no")],
        "estimate by six headings": [(STATEMENT, "estimate_split"), (EVIDENCE, "estimate")],
        "golden set": [(EVIDENCE, "golden_set")],
    },
    "G4": {
        "MP1 shown live": [(ANSWER, "MP1", "claimed"), (EVIDENCE, "demo_record")],
        "OO1 plan with guardrails": [
            (ANSWER, "OO1", "claimed"),
            (FIELD, "guardrails"),
            (EVIDENCE, "experiment_plan"),
        ],
        "latency measured": [("metric", "latency_p95_ms"), (EVIDENCE, "latency_report")],
        "DQ5 checks running": [(ANSWER, "DQ5", "claimed")],
        "NT5 adoption plan": [(ANSWER, "NT5", "not_no"), (EVIDENCE, "adoption_plan")],
        "handover records": [(EVIDENCE, "handover_record")],
    },
    "G5": {
        "production checklist by tier": [("checklist", "production", ByTier(*map(Decimal, (6, 7, 8))))],
        "rollback rehearsed, time noted": [(EVIDENCE, "rehearsal_record"), ("metric", "rollback_minutes")],
        "OO3 parity": [(ANSWER, "OO3", "claimed")],
        "ML Test Score by tier": [("checklist", "ml_test", ByTier(*map(Decimal, (1, 2, 3))))],
        "language model: none of three is no or unknown": [
            (ANSWER, question, "not_no", "llm") for question in ("GA1", "GA7", "GA8")
        ],
        "no open critical blocker": [("blockers", "", "high")],
        "validation report": [(EVIDENCE, "validation_report")],
        "security test": [(EVIDENCE, "security_test")],
        "model card": [(EVIDENCE, "model_card")],
        "shadow-run report": [(EVIDENCE, "shadow_run_report")],
        "model version that is signed": [(FIELD, "model_version")],
    },
    "G6": {
        "metric with interval, no guardrail harmed": [(STATEMENT, "effect_shown"), (EVIDENCE, "ab_report")],
        "OO5 feedback loop": [(ANSWER, "OO5", "claimed")],
        "on-call named": [(STATEMENT, "on_call_named"), (EVIDENCE, "runbook")],
        "run budget": [(STATEMENT, "run_budget_granted")],
        "training done": [("todo", "training")],
        "no open critical or high blocker": [("blockers", "", "medium")],
        "no launch without a rehearsal": [(EVIDENCE, "rehearsal_record")],
        "model version that is signed": [(FIELD, "model_version")],
        "model card final": [(EVIDENCE, "model_card")],
        "monitoring links": [(EVIDENCE, "monitoring_links")],
        "adoption data": [(EVIDENCE, "adoption_data")],
    },
    "G7": {
        "monitoring seen within 30 days": [(FIELD, "monitoring_seen_on")],
        "business metric measured": [(FIELD, "metric_measured_on"), (EVIDENCE, "outcome_report")],
        "assessment renewed": [(FIELD, "assessed_on")],
        "incidents reviewed": [(STATEMENT, "incidents_reviewed"), (EVIDENCE, "incident_list")],
        "drift summary": [(EVIDENCE, "drift_summary")],
    },
    "G8": {
        "users told": [(STATEMENT, "users_told")],
        "fallback process named": [(STATEMENT, "fallback_named")],
        "data kept or deleted": [(STATEMENT, "data_settled")],
        "model archived": [(STATEMENT, "model_archived")],
        "retirement plan": [(EVIDENCE, "retirement_plan")],
    },
    "GX": {
        "lessons": [(EVIDENCE, "retrospective")],
        "sunk cost": [(STATEMENT, "cost_told")],
    },
}


def parts(criterion):
    """Kind, name or category, limit and condition of a criterion, as the table writes them."""
    limit = criterion.at_most if criterion.kind == "blockers" else criterion.at_least
    named = criterion.name or criterion.category
    return criterion.kind, named, None if criterion.kind == "metric" else limit, "".join(criterion.when)


@pytest.mark.parametrize("code", ASKED)
def test_the_standard_gates_ask_for_everything_in_the_table_and_nothing_else(code):
    listed = [(*row, *(None, "")[len(row) - 2 :]) for rows in ASKED[code].values() for row in rows]
    found = [parts(c) for c in presets.workflow("standard").gate(code).criteria if c.kind != "planned_date"]
    extra = [(FIELD, "owner", None, "")] if code == "G0" else []  # who answers for it
    assert sorted(map(str, found)) == sorted(map(str, listed + extra))


def test_four_items_of_the_checklist_must_not_be_empty_and_leakage_is_not_reviewed_by_the_builder():
    standard = presets.workflow("standard")
    (checklist,) = [c for c in standard.gate("G5").criteria if c.name == "production"]
    assert checklist.above_zero == ("C1", "C3", "C5", "C7")
    (review,) = [c for c in standard.gate("G3").criteria if c.name == "leakage_reviewed"]
    assert "ML" in review.not_by
    (seen,) = [c for c in standard.gate("G7").criteria if c.name == "monitoring_seen_on"]
    assert seen.within_days == 30


def test_a_project_is_certified_again_after_a_year_half_a_year_or_ninety_days():
    for name in presets.names():
        assert presets.workflow(name).recertify_days == workflow.RecertifyDays(365, 180, 90)
        assert presets.workflow(name).reminders == workflow.Reminders(3, 3)


@pytest.mark.parametrize("name", presets.names())
def test_the_first_gate_asks_for_no_more_than_what_a_new_project_says(name):
    first = presets.workflow(name).gates[0]
    assert {criterion.kind for criterion in first.criteria} == {"field"}
    assert len(first.criteria) <= 5


@pytest.mark.parametrize("name", presets.names())
def test_every_question_that_a_preset_asks_for_is_asked(name):
    known = {question.id for question in scorecards.shipped().questions}
    asked = {c.name for gate in presets.workflow(name).gates for c in gate.criteria if c.kind == "answer"}
    assert asked <= known


@pytest.mark.parametrize("code", ASKED)
def test_regulated_asks_for_at_least_as_much_as_standard(code):
    standard = presets.workflow("standard").gate(code).criteria
    regulated = presets.workflow("regulated").gate(code).criteria
    for asked in standard:
        assert any(is_as_strict(criterion, asked) for criterion in regulated), asked
    assert code in ("G0", "G8", "GX") or regulated != standard


ANSWERS = ["answered", "not_no", "claimed", "yes"]
SEVERITIES = ["none", "low", "medium", "high"]


def is_as_strict(one, other):
    """Whether whoever meets the one has met the other."""
    return (
        (one.kind, one.name, one.category) == (other.kind, other.name, other.category)
        and set(one.when) <= set(other.when)
        and (other.within_days is None or (one.within_days or 9999) <= other.within_days)
        and set(one.not_by) >= set(other.not_by)
        and set(one.above_zero) >= set(other.above_zero)
        and is_as_high(one, other)
    )


def is_as_high(one, other):
    if one.kind == "answer":
        return ANSWERS.index(one.at_least) >= ANSWERS.index(other.at_least)
    if one.kind == "blockers":
        return SEVERITIES.index(one.at_most) <= SEVERITIES.index(other.at_most)
    if one.kind == "checklist":
        tiers = ("low", "medium", "high")
        return all(getattr(one.at_least, tier) >= getattr(other.at_least, tier) for tier in tiers)
    return (one.at_least or 0) >= (other.at_least or 0)
