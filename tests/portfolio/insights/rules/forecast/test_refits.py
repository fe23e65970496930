"""What ended projects teach about the chance of production."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.insights.rules.forecast import refits
from portfolio.insights.rules.forecast.refits import Case
from projects.rules import odds as rules
from projects.rules import scorecards
from tests.projects.rules.score_cases import near

pytestmark = pytest.mark.once
ODDS = scorecards.shipped().odds
STAGES = list(ODDS.stages)
cases = st.lists(
    st.builds(
        Case,
        st.integers(0, 30),
        st.sampled_from(STAGES),
        st.floats(0, 100),
        st.sampled_from(["", "new", "existing", "revolutionary"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


def some_cases(number, *, shift=0.0, seed=1):
    """Projects that end as the scorecard says, or better by a shift of the log-odds."""
    draw = np.random.default_rng(seed)
    made = []
    for project in range(number):
        stage, risk = STAGES[project % 7], float(draw.uniform(10, 80))
        case = Case(project, stage, risk, "new", is_on_hold=False, launched=False)
        p = refits.chance(ODDS, case)
        truth = 1 / (1 + (1 - p) / p * np.exp(-shift))
        made.append(case._replace(launched=bool(draw.random() < truth)))
    return made


def test_nothing_is_learned_from_nothing():
    assert refits.learn(ODDS, []) == ODDS


def test_too_few_are_not_learned_from():
    assert refits.refit(ODDS, some_cases(refits.ENOUGH - 1)) is None
    assert refits.refit(ODDS, some_cases(refits.ENOUGH)) is not None


def test_forecasts_of_one_project_are_one_experience():
    of_one = [some_cases(1)[0]] * 200
    assert refits.refit(ODDS, of_one) is None
    once, often = refits.learn(ODDS, of_one[:1]), refits.learn(ODDS, of_one)
    assert [one.p for one in once.stages.values()] == near([one.p for one in often.stages.values()])


@given(cases)
def test_the_chance_is_the_scorecards_own(found):
    for case in found:
        usual = rules.p_production(ODDS, case.stage, case.risk, kind=case.kind, is_on_hold=case.is_on_hold)
        assert refits.chance(ODDS, case) == near(usual)


def test_many_cases_move_the_odds_where_they_point():
    better = refits.refit(ODDS, some_cases(700, shift=1.0))
    assert all(better.odds.stages[code].p > ODDS.stages[code].p for code in STAGES)
    assert better.is_better
    assert (better.projects, better.cases) == (700, 700)


def test_where_the_scorecard_is_right_little_is_gained():
    found = refits.refit(ODDS, some_cases(700))
    assert found.brier_learned == pytest.approx(found.brier_now, abs=0.01)
    for code in STAGES:
        assert found.odds.stages[code].p == pytest.approx(ODDS.stages[code].p, abs=0.12)


def test_what_no_case_speaks_of_stays():
    only_pilots = [case._replace(stage="pilot", kind="new") for case in some_cases(60)]
    found = refits.refit(ODDS, only_pilots).odds
    assert found.stages["idea"].p == near(ODDS.stages["idea"].p)
    assert found.kinds == pytest.approx(ODDS.kinds)
    assert found.stages["pilot"].p != near(ODDS.stages["pilot"].p)
    assert found.on_hold == ODDS.on_hold


def test_perfectly_separable_cases_stay_finite():
    """Without the prior, odds that divide all cases rightly would grow without end."""
    sure = [case._replace(risk=20.0 if case.project % 2 else 80.0) for case in some_cases(400)]
    found = refits.refit(ODDS, [case._replace(launched=case.risk < 50) for case in sure]).odds
    assert 0 < found.per_risk_point < ODDS.per_risk_point + 10 * refits.POINT_SPREAD
    assert all(0.01 < one.p < 0.99 for one in found.stages.values())


@settings(deadline=None)
@given(cases)
def test_no_cases_lead_to_a_chance_that_is_none(found):
    learned = refits.learn(ODDS, found)
    assert all(0 < one.p < 1 for one in learned.stages.values())
    assert np.isfinite([learned.per_risk_point, *learned.kinds.values()]).all()


@settings(deadline=None, max_examples=25)
@given(cases.filter(bool))
def test_it_lies_at_the_bottom(found):
    """No small step of any number fits better: what the optimiser gives is the optimum."""
    learned = refits.learn(ODDS, found)
    best = _loss(learned, found)
    for code in STAGES:
        for step in (0.98, 1.02):
            p = learned.stages[code].p * step
            if p < 1:
                other = replace(learned, stages={**learned.stages, code: replace(learned.stages[code], p=p)})
                assert _loss(other, found) >= best - 1e-4
    for step in (-0.002, 0.002):
        other = replace(learned, per_risk_point=learned.per_risk_point + step)
        assert _loss(other, found) >= best - 1e-4


def _loss(odds, found):
    """The penalised log loss, written down a second time."""
    open_ended = replace(odds, least=0.0, most=1.0)
    weights = refits._weights(found)
    fit = -sum(
        weight * np.log(max(1e-300, p if case.launched else 1 - p))
        for weight, case in zip(weights, found, strict=True)
        for p in [refits.chance(open_ended, case)]
    )
    now, spread = refits._parameters(ODDS)
    return fit + (((refits._parameters(odds)[0] - now) / spread) ** 2).sum() / 2
