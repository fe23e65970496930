"""How many of several projects are live in the end."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.forecast import launches
from tests.projects.rules.score_cases import near, vectors

pytestmark = pytest.mark.once

CHANCES = [0.2, 0.35, 0.5, 0.62, 0.75, 0.9]


def test_six_projects():
    found = launches.exact(CHANCES)
    assert (found.mean, found.variance) == (pytest.approx(3.32), pytest.approx(1.1506))
    assert found.pmf[3] == pytest.approx(0.345985, abs=1e-6)
    assert [found.quantile(share) for share in (0.05, 0.5, 0.95)] == [2, 3, 5]


def test_published_launches():
    case = vectors("poisson_binomial")
    found = launches.exact(case["p"])
    assert list(found.pmf) == near(case["pmf"])
    assert found.mean == pytest.approx(case["mean"], abs=1e-6)
    assert found.variance == pytest.approx(case["variance"], abs=1e-6)
    assert [found.quantile(share) for share in (0.05, 0.5, 0.95)] == [case[q] for q in ("q05", "q50", "q95")]


def test_no_project_launches_nothing():
    found = launches.exact([])
    assert found.pmf == (1.0,)
    assert (found.mean, found.variance, found.quantile(0.5)) == (0, 0, 0)


def test_sure_ones_are_counted_and_impossible_ones_are_not():
    found = launches.exact([1.0, 0.0, 1.0])
    assert found.pmf == (0.0, 0.0, 1.0, 0.0)
    assert found.quantile(0.01) == found.quantile(1.0) == 2


def test_two_thousand_projects_still_sum_to_one():
    found = launches.exact([0.37] * 2_000)
    assert math.fsum(found.pmf) == pytest.approx(1, abs=1e-12)
    assert found.quantile(0.5) == 740
    assert found.quantile(1.0) <= 2_000


@given(st.lists(st.floats(0, 1), max_size=7))
def test_the_same_as_counting_every_case(chances):
    counted = [0.0] * (len(chances) + 1)
    for case in itertools.product([0, 1], repeat=len(chances)):
        counted[sum(case)] += math.prod(p if live else 1 - p for p, live in zip(chances, case, strict=True))
    assert list(launches.exact(chances).pmf) == pytest.approx(counted, abs=1e-12)
