"""The kinds of evidence as data."""

import re

import pytest

from projects.rules import evidence_kinds

# The evidence items of the gates; workflows of installations name them for years.
PROMISED = {
    "intake_form",
    "metric_sheet",
    "metric_tree",
    "user_evidence",
    "baseline_report",
    "business_case",
    "stakeholder_map",
    "expectation_statement",
    "data_inventory",
    "data_profile",
    "labelling_guide",
    "golden_set",
    "privacy_assessment",
    "experiment_report",
    "leakage_form",
    "estimate",
    "explainability_report",
    "model_card",
    "demo_record",
    "experiment_plan",
    "latency_report",
    "handover_record",
    "ci_run",
    "validation_report",
    "rehearsal_record",
    "security_test",
    "shadow_run_report",
    "ab_report",
    "runbook",
    "monitoring_links",
    "adoption_data",
    "outcome_report",
    "drift_summary",
    "incident_list",
    "retirement_plan",
    "retrospective",
    "other",
}


def test_every_promised_kind_is_there():
    assert set(evidence_kinds.codes()) >= PROMISED


def test_codes_fit_their_column_and_come_once():
    codes = evidence_kinds.codes()
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", code) for code in codes)


def test_labels_differ_and_every_kind_says_what_it_means():
    kinds = evidence_kinds.every()
    assert len({kind.label for kind in kinds}) == len(kinds)
    assert all(kind.meaning and not kind.meaning.endswith(".") for kind in kinds)


@pytest.mark.parametrize(
    ("code", "label"), [("ab_report", "A/B report"), ("leakage_review", "Leakage review")]
)
def test_a_label_is_found_and_the_name_of_a_statement_is_put_in_words(code, label):
    assert evidence_kinds.label(code) == label


def test_an_unknown_code_is_no_kind():
    assert evidence_kinds.find("leakage_review") is None
