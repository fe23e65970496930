"""Strips of the roadmap: where days stand, what is drawn, and what is said to those who do not see it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.charts import gantts
from portfolio.insights.rules.entries import Entry

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


def entry(**fields):
    usual = {"stage_label": "Pilot", "typical_days": (30, 60, 90)}
    return Entry(1, "P-1", **{"name": "One", **usual, **fields})


def forecast(half=100, later=150, latest=200, **fields):
    return entry(p50_on=TODAY + half * DAY, p80_on=TODAY + later * DAY, p95_on=TODAY + latest * DAY, **fields)


def test_the_axis_begins_and_ends_with_quarters_and_grows_with_what_it_shows():
    short = gantts.axis(TODAY, [entry()])
    assert (short.start, short.end) == (date(2026, 7, 1), date(2028, 1, 1))
    long = gantts.axis(TODAY, [forecast(latest=900), entry(days_in_stage=300)])
    assert (long.start, long.end) == (date(2026, 1, 1), date(2029, 7, 1))
    far = gantts.axis(TODAY, [forecast(latest=9_000), entry(days_in_stage=3_000)])
    assert (far.start, far.end) == (date(2025, 10, 1), date(2033, 1, 1))


@pytest.mark.parametrize(
    ("days", "labels"), [(300, ["Q3", "Q4", "Q1"]), (1_000, ["Q3", "Q1", "Q3"]), (2_000, [""] * 3)]
)
def test_the_longer_the_axis_the_fewer_names_it_has(days, labels):
    ticks = gantts.axis(TODAY, [forecast(latest=days)]).ticks
    assert [tick.label for tick in ticks][:3] == labels
    years = [tick.year for tick in ticks if tick.year]
    assert years == sorted(set(years)) and years[0] == "2026"


def test_every_quarter_that_has_a_name_has_its_own():
    ticks = gantts.axis(TODAY, [forecast(latest=1_000)]).ticks
    named = [tick for tick in ticks if tick.label == "Q1"]
    assert len(named) == 3 and all(tick.year for tick in named)


def test_the_word_for_today_meets_no_year():
    assert gantts.axis(TODAY, [entry()]).now_anchor == "end", "2027 begins beside it"
    assert gantts.axis(date(2027, 1, 10), [entry()]).now_anchor == "start"
    assert gantts.axis(date(2027, 6, 20), [entry()]).now_anchor == "middle"
    assert gantts.axis(TODAY, [entry()], is_past=True).now_label == "21 Nov 2026"


def test_past_is_grey_and_darker_beyond_the_typical_stay():
    scale = gantts.axis(TODAY, [])
    assert gantts.strip(entry(days_in_stage=0), scale).past == ()
    assert [bar.kind for bar in gantts.strip(entry(days_in_stage=30), scale).past] == ["g-past"]
    whole, over = gantts.strip(entry(days_in_stage=70), scale).past
    assert over.kind == "g-past is-over"
    assert over.x == scale.x(TODAY - 40 * DAY)
    assert whole.x + whole.width == pytest.approx(scale.now, abs=0.02)
    assert len(gantts.strip(entry(days_in_stage=70, typical_days=None), scale).past) == 1


def test_bars_follow_each_other_from_today():
    one = forecast(committed_on=TODAY + 80 * DAY, p_on_time=0.2)
    scale = gantts.axis(TODAY, [one])
    strip = gantts.strip(one, scale)
    assert [bar.kind for bar in strip.ahead] == ["g50", "g80", "g95"]
    assert strip.ahead[0].x == scale.now
    assert (strip.half, strip.target, strip.is_late) == (scale.x(one.p50_on), scale.x(one.committed_on), True)
    assert strip.target < strip.half, "promised earlier than it is likely"


def test_an_old_forecast_whose_days_have_passed_draws_no_bar_backwards():
    old = forecast(half=-20, later=-5, latest=40)
    strip = gantts.strip(old, gantts.axis(TODAY, [old]))
    assert [bar.kind for bar in strip.ahead] == ["g95"]
    assert strip.half == gantts.axis(TODAY, [old]).now


def test_what_is_said():
    one = forecast(days_in_stage=12, committed_on=date(2027, 4, 3), p_on_time=0.123)
    assert gantts.strip(one, gantts.axis(TODAY, [one])).says == (
        "12 days in Pilot; half likely by 1 Mar 2027, 80% by 20 Apr 2027, 95% by 9 Jun 2027; "
        "target 3 Apr 2027, chance 12%"
    )
    bare, scale = entry(), gantts.axis(TODAY, [])
    assert gantts.strip(bare, scale).says == "0 days in Pilot; no forecast yet; no target"
    assert gantts.strip(bare, scale, is_beyond=True).missing == "further ahead than anybody can say"


def test_a_folded_group_counts_by_quarter():
    rows = [forecast(half=50), forecast(half=55), forecast(half=100), forecast(half=-9), entry()]
    found = gantts.piles(rows, gantts.axis(TODAY, rows))
    assert [(pile.number, pile.says) for pile in found] == [
        (1, "1 in Q4 2026"),
        (3, "3 in Q1 2027"),
    ]
    assert found[0].opacity < found[1].opacity <= 0.5


entries = st.builds(
    lambda past, half, later, latest, target: forecast(
        half, half + later, half + later + latest, days_in_stage=past, committed_on=TODAY + target * DAY
    ),
    st.integers(0, 4_000),
    st.integers(-400, 4_000),
    st.integers(0, 2_000),
    st.integers(0, 2_000),
    st.integers(-1_000, 4_000),
)


@given(st.lists(entries, min_size=1, max_size=5), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_nothing_leaves_its_strip(rows, today):
    scale = gantts.axis(today, rows)
    for row in rows:
        strip = gantts.strip(row, scale)
        for bar in (*strip.past, *strip.ahead):
            assert bar.width >= 0 and bar.x >= 0 and bar.x + bar.width <= 100.02
    for tick in scale.ticks:
        assert 0 <= tick.x <= 100
