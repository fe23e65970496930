"""The sentences that a summary opens with say what its figures say."""

import pytest

from portfolio.insights import sentences


def a_body(running=24, flagged=10, critical=3, quiet=9, made=3):
    quietest = [{"name": "Yard vision", "owner": "Inés", "days": 95}] if quiet else []
    return {
        "counts": {"running": running},
        "flagged": {"projects": flagged, "critical": critical, "quiet": quiet},
        "quietest": quietest,
        "moves": {"made": made},
    }


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({}, "10 of 24 running projects carry a flag, 3 of them a critical one."),
        (
            {"flagged": 1, "critical": 0},
            "1 of 24 running projects carries a flag, none of them a critical one.",
        ),
        ({"flagged": 0}, "None of the 24 running projects carries a flag."),
        ({"running": 1, "flagged": 0}, "The one running project carries no flag."),
        ({"running": 0, "flagged": 0}, "No project is running here."),
    ],
)
def test_the_headline(figures, says):
    assert sentences.headline(a_body(**figures)) == says


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({}, "Longest without a word: Yard vision (Inés), 95 days. 3 moves in the last 7 days."),
        ({"made": 1}, "Longest without a word: Yard vision (Inés), 95 days. 1 move in the last 7 days."),
        ({"quiet": 0, "made": 0}, "No moves in the last 7 days."),
    ],
)
def test_the_details(figures, says):
    assert sentences.details(a_body(**figures)) == says


def test_a_project_without_an_owner_is_named_as_such():
    body = a_body()
    body["quietest"][0]["owner"] = None
    assert sentences.details(body).startswith(
        "Longest without a word: Yard vision, which has no owner, 95 days."
    )
