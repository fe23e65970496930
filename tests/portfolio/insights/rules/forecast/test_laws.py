"""How a stage is left, by history and by what is usual."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.forecast import laws
from portfolio.insights.rules.forecast.laws import ADVANCE, BEYOND, FRESH, STOP
from projects.rules.stages import STANDARD_STAGES, TypicalDays
from projects.rules.survivals import Stay
from tests.portfolio.insights.rules import ways
from tests.projects.rules.score_cases import UNTIMED, near

pytestmark = pytest.mark.once

some_stays = st.lists(
    st.builds(Stay, st.integers(0, 200), st.sampled_from(["", "advance", "back", "stop"])), max_size=25
)
usual_days = st.builds(
    lambda p50, more: TypicalDays(p50, p50 + more, p50 + more), st.integers(1, 200), st.integers(0, 400)
)


def mass_by_day(ends, lead=ADVANCE):
    """Day -> the probability that it ends on it in this way."""
    found = {}
    for day, leads, mass in zip(ends.days, ends.leads, ends.mass, strict=True):
        if leads == lead:
            found[day] = found.get(day, 0) + mass
    return found


def test_history_alone_is_its_jumps():
    ends = ways.two_stages()[0].fresh
    assert mass_by_day(ends) == near({10: 0.3, 20: 0.4, 40: 0.1})
    assert ends.stop == near(0.2)


def test_who_is_still_there_has_what_is_left():
    """At day 10 three of ten have advanced; of the seven left four advance at 20, one at 40, none stops."""
    ends = ways.two_stages()[0].ends(10)
    assert mass_by_day(ends) == near({10: 0.8, 30: 0.2})
    assert ends.stop == 0


def test_ten_ends_weigh_as_much_as_what_is_usual():
    ends = ways.law("pilot", [(20, "stop", 10)]).fresh
    assert ends.stop == near(0.5)
    assert ways.law("pilot", [(20, "stop", 30)]).fresh.stop == near(0.75)
    assert ways.law("pilot", [(20, "", 30)]).fresh.stop == 0  # nothing has ended: history is silent


@pytest.mark.parametrize(("share", "days"), [(0.5, 45), (0.85, 90)])
def test_what_is_usual_goes_through_its_quantiles(share, days):
    ends = ways.law("pilot").fresh
    assert ends.mass[ends.days <= days].sum() == pytest.approx(share, abs=1 / laws.POINTS)


def test_what_is_usual_for_who_has_been_there_for_long():
    """Given 90 days: P(T > 135 | T > 90) of the log-normal through 45 and 90."""
    from scipy import stats

    sigma = np.log(2) / stats.norm.ppf(0.85)
    known = stats.lognorm(sigma, scale=45)
    ends = ways.law("pilot").ends(90)
    assert ends.mass[ends.days > 45].sum() == pytest.approx(known.sf(135) / known.sf(90), abs=1 / laws.POINTS)


def test_older_than_anybody_would_expect():
    ends = ways.law("pilot").ends(20_000)
    assert np.isfinite(ends.days).all()
    assert ends.days.min() >= 1
    assert ends.mass.sum() == near(1)


def test_the_tail_takes_up_what_history_did_not_see_the_end_of():
    """Ten stays: four ended by day 40, six went on to day 100. One ended after day 75: at day 80."""
    law = ways.law("pilot", [(20, "advance", 2), (40, "stop", 1), (80, "advance", 1), (100, "", 6)], thin=0)
    ends = law.fresh
    tail = ends.days > 100
    assert ends.mass[tail].sum() == near(0.6)
    # 1 end in 6·25 + 5 days of exposure; beyond day 300 nobody can say when.
    rate = 1 / 155
    assert ends.mass[ends.days == BEYOND].sum() == pytest.approx(0.6 * exp(-200 * rate), abs=0.005)
    # Ends of the tail are shared as those before it: 0.3 advanced and 0.1 stopped.
    assert ends.mass[tail & (ends.leads == STOP)].sum() == near(0.15)


def test_without_an_end_in_the_last_quarter_half_a_one_counts():
    law = ways.law("pilot", [(10, "advance", 5), (100, "", 5)], thin=0)
    ends = law.ends(100)
    # 0.5 ends in 5·25 days: half are over after 250·ln 2 = 173 days more.
    assert ends.mass[ends.days <= 174].sum() == pytest.approx(0.5, abs=0.005)


def test_older_than_all_history_is_the_tail():
    law = ways.law("pilot", [(10, "advance", 4), (40, "advance", 4)], thin=0)
    ends = law.ends(60)
    # 4 ends in 4·10 days.
    assert ends.mass[ends.days <= 7].sum() == pytest.approx(0.5, abs=0.01)
    assert ends.days[ends.days < BEYOND].max() <= 120 - 60


def test_back_goes_where_it_went_before_else_one_stage():
    known = ways.law("mvp", [(10, "back", 4)], returns=["data", "data", "data", "idea"], thin=0)
    assert list(known.fresh.back) == near([0.25, 0, 0.75, 0, 0, 0, 0, 0])
    unknown = ways.law("mvp", [(10, "back", 1), (10, "stop", 1)], thin=0)
    assert unknown.fresh.back[STANDARD_STAGES.index("poc")] == near(1)


def test_a_stage_in_which_all_are_stopped_has_nothing_to_draw_from():
    table = laws.table(ways.law("pilot", [(10, "stop", 3)], thin=0).fresh)
    assert set(table.leads) == {ADVANCE}


@given(some_stays, usual_days, st.integers(FRESH, 400), st.sampled_from(list(ways.USUAL)))
@UNTIMED
def test_some_end_comes_for_sure_and_in_the_future(stays, usual, elapsed, stage):
    ends = laws.of(stage, stays, [], usual).ends(elapsed)
    assert ends.mass.sum() == near(1)
    assert (ends.mass >= 0).all()
    assert (ends.days >= (0 if elapsed == FRESH else 1)).all() or elapsed == 0
    assert (ends.days >= 0).all()


@given(some_stays, usual_days, st.randoms(use_true_random=False))
@UNTIMED
def test_the_order_of_stays_does_not_matter(stays, usual, random):
    shuffled = stays[:]
    random.shuffle(shuffled)
    one, other = (laws.of("poc", each, ["data"], usual).fresh for each in (stays, shuffled))
    assert all(np.array_equal(left, right) for left, right in zip(one, other, strict=True))


@given(some_stays, usual_days)
@UNTIMED
def test_a_table_holds_the_shares_of_its_ends(stays, usual):
    ends = laws.of("poc", stays, [], usual).fresh
    going = ends.leads != STOP
    table = laws.table(ends)
    for days in (0, 10, 50, 200):
        share = ends.mass[going & (ends.days <= days)].sum() / ends.mass[going].sum()
        assert (table.days <= days).mean() == pytest.approx(share, abs=1 / 500)
