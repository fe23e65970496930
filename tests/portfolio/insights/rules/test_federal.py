"""Curves of real initiatives: 2,133 of the US government, by the rules that `federal` states."""

from collections import Counter

import numpy as np
import pytest

from projects.rules import incidences, survivals
from projects.rules.survivals import Stay
from tests.portfolio.insights.rules import federal
from tests.projects.rules.score_cases import near, vectors

pytestmark = pytest.mark.once


def a_row(stage="Initiated", initiated="", implemented="", retired=""):
    return dict(
        zip(
            (federal.STAGE, federal.INITIATED, federal.IMPLEMENTED, federal.RETIRED),
            (stage, initiated, implemented, retired),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (a_row("In production", "1/1/2023", "3/1/2023"), Stay(59, "advance")),
        (a_row("Retired", "1/1/2023", "", "1/11/2023"), Stay(10, "stop")),
        (a_row("Initiated", "1/1/2023", "", "1/11/2023"), Stay(10, "stop")),
        (a_row("Initiated", "12/6/2024"), Stay(10)),
        (a_row("Initiated", "12/6/2024", "1/1/2025"), Stay(10)),
        # Retired, nobody knows when.
        (a_row("Retired", "1/1/2023"), None),
        # Implemented before it was initiated; live without a date; not begun by the cut-off.
        (a_row("Initiated", "1/1/2023", "1/1/2022"), None),
        (a_row("Operation and Maintenance", "1/1/2023"), None),
        (a_row("Initiated", "12/17/2024"), None),
        # No day: a spreadsheet's year, a month, a quarter, a day that there is not.
        (a_row("Initiated", "7/15/1905"), None),
        (a_row("Initiated", "19-Nov"), None),
        (a_row("Initiated", "Q4FY22"), None),
        (a_row("Initiated", "2/30/2023"), None),
    ],
)
def test_the_rules(row, found):
    assert federal.stay(row) == found


@pytest.fixture(scope="module")
def stays():
    if not federal.FILE.exists():
        pytest.skip("The inventory of 2024 is not here; it is no part of the product.")
    return federal.stays(federal.rows())


def test_how_many_can_be_used(stays):
    assert len(stays) == 1_148
    assert Counter(stay.cause for stay in stays) == {"advance": 558, "stop": 13, "": 577}


def test_how_many_were_implemented_by_when(stays):
    found = incidences.curve(stays)
    shares = [incidences.share_by(found, "advance", days) for days in (180, 365, 730, 1_095)]
    assert shares == pytest.approx([0.1922, 0.3373, 0.4890, 0.5822], abs=5e-5)
    assert incidences.share_by(found, "stop", 365) == pytest.approx(0.0043, abs=5e-5)


def test_the_days_by_which_a_share_was_over(stays):
    assert [survivals.quantile(stays, share) for share in (0.25, 0.5, 0.75)] == [244, 731, 1_675]


def test_published_figures(stays):
    case = vectors("federal_2024_km")
    curve, found = survivals.curve(stays), incidences.curve(stays)
    assert len(stays) == case["n"]
    for days in (365, 730):
        # Published to four or five decimals.
        assert survivals.share_after(curve, days) == pytest.approx(case[f"S_{days}"], abs=5e-5)
        said = case[f"F_advance_{days}"]
        assert incidences.share_by(found, "advance", days) == pytest.approx(said, abs=5e-5)
    assert survivals.median(stays) == case["median_days"]


def test_from_one_year_to_the_next():
    """Of 1,050 cases found in both inventories: who is deployed in the end, and after how many years."""
    case = vectors("markov_federal")
    moves = np.array(
        [[case[start][end] for end in ("pre", "pilot", "deployed", "retired")] for start in ("pre", "pilot")]
    )
    shares = moves / moves.sum(axis=1, keepdims=True)
    visits = np.linalg.inv(np.eye(2) - shares[:, :2])
    deployed, years = visits @ shares[:, 2], visits.sum(axis=1)
    assert list(deployed) == near(list(case["P_deployed"].values()))
    assert list(years) == pytest.approx(list(case["expected_years"].values()), abs=5e-5)
