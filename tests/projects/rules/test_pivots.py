"""What counts as another goal, and from when on it is one."""

import pytest

from projects.rules import pivots
from projects.rules.stages import STANDARD_STAGES


def test_there_is_work_to_lose_from_the_proof_of_concept_on():
    found = [stage for stage in STANDARD_STAGES if pivots.can_happen(stage)]
    assert found == ["poc", "mvp", "validation", "pilot", "production"]


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        ("Rank claims by cost", "Rank claims by risk", True),
        ("Rank claims by cost", "", True),
        ("Rank claims by cost", None, True),
        ("", "Rank claims by cost", False),
        ("Rank claims by cost", "rank  claims\nby cost ", False),
    ],
)
@pytest.mark.parametrize("name", pivots.FIELDS)
def test_another_goal_is_said_in_other_words(name, before, after, is_one):
    found = pivots.among({name: (before, after), "metric_target": ("1", "2")})
    assert found == ({name: (before, after)} if is_one else {})
