"""What integrations did reads as a sentence that names what it was about."""

import pytest

from projects import events
from projects.queries import integration_sentences

NOUNS = (
    *("api_key", "webhook", "source", "registry", "registry_link", "model_version", "model_alias"),
    *("observations", "proposal"),
)
TOLD = {
    "webhook.added": ({"name": "Warehouse"}, "added a webhook: Warehouse"),
    "webhook.disabled": (
        {"name": "Flows", "why": "503 for a day"},
        "stopped a webhook that does not answer: Flows (503 for a day)",
    ),
    "api_key.rotated": (
        {"name": "CI robot", "overlap_hours": 168},
        "gave CI robot a new secret; the one before is good for 7 days",
    ),
    "registry_link.added": (
        {"sort": "model", "model": "churn", "registry": "Lab"},
        "linked the model churn of Lab",
    ),
    "registry_link.removed": (
        {"sort": "experiment", "model": "churn-trials"},
        "unlinked the experiment churn-trials",
    ),
    "model_version.appeared": ({"model": "churn", "version": "7"}, "registered version 7 of churn"),
    "model_alias.changed": (
        {"model": "churn", "alias": "champion", "version": "7", "former": "5"},
        "gave version 7 of churn the alias champion, was 5",
    ),
    "observations.posted": (
        {"stored": 9_000, "changed": 1_000, "metrics": ["recall", "auc"]},
        "posted 9,000 observations of auc, recall and corrected 1,000",
    ),
    "proposal.made": ({"says": "to advance to Pilot"}, "proposed to advance to Pilot"),
    "proposal.declined": (
        {"says": "to advance to Pilot", "note": "Not this quarter."},
        "declined the proposal: to advance to Pilot (Not this quarter.)",
    ),
    "portfolio.exported": ({"projects": 1}, "took the whole portfolio out as a file, 1 project"),
}


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_an_event_names_what_it_was_about(kind):
    payload, said = TOLD[kind]
    assert integration_sentences.WRITERS[kind](payload, None) == said


@pytest.mark.parametrize("kind", sorted(kind for kind in events.KINDS if kind.partition(".")[0] in NOUNS))
def test_an_event_that_says_little_still_reads_as_a_sentence(kind):
    told = integration_sentences.WRITERS[kind]({}, None)
    assert told == told.strip(" :") != ""
    assert "None" not in told


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "; the one before ended at once"), (1, "good for 1 hour"), (24, "good for 1 day"), (36, "36 hours")],
)
def test_how_long_a_former_secret_is_good_is_told_in_hours_or_days(hours, said):
    told = integration_sentences.WRITERS["api_key.rotated"]({"name": "CI", "overlap_hours": hours}, None)
    assert said in told
