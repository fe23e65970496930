"""Figures of a balance as rows: tiles, holders, readings, what is missing, what a what-if changes."""

from datetime import date

import pytest

from portfolio.insights.charts import concentrations, launched, readings, shortages, tiles, whatifs
from portfolio.insights.charts.mixes import NAMES
from portfolio.insights.rules.balance import balances

SHARES = {"quick_win": 0.4, "big_bet": 0.3, "fill_in": 0.2, "reconsider": 0.1}


def a_balance(**known):
    """A balance of which nothing is known but what is said."""
    shares = {"count": SHARES, "cost": None, "effort": SHARES}
    return dict.fromkeys(balances.KEYS) | {
        "day": "2026-11-21",
        "currency": "EUR",
        "measure": "effort",
        "n": 20,
        "high_risk_n": 8,
        "shares": shares,
        "amounts": {"effort": {code: 50 * share for code, share in SHARES.items()}},
        "load": {"count": 0.4, "cost": None, "effort": 0.54},
        "limit": 0.45,
        **known,
    }


def test_a_load_over_its_limit_is_a_warning_with_what_it_was():
    before = tiles.Then(date(2026, 8, 31), a_balance(load={"effort": 0.47}))
    load = tiles.tiles(a_balance(), before)[0]
    assert (load.value, load.unit, load.was, load.tone) == ("54%", "limit 45%", "was 47% in August", "warn")
    assert load.meter == (54, 45)
    within = tiles.tiles(a_balance(load={"effort": 0.45}), None)[0]
    assert (within.tone, within.was) == ("", "")


def test_tiles_of_which_nothing_is_known_say_so():
    found = tiles.tiles(a_balance(load={"effort": None}), None)
    assert {tile.value for tile in found} == {"not known"}
    assert found[0].meter is None


def test_launches_within_a_year_come_before_launches_at_any_time():
    year = {"within_year": 9.62, "within_year_on": "2027-11-30", "within_year_low": 7, "within_year_high": 12}
    any_time = {"expected": 14.2, "low": 11, "high": 17}
    both = tiles.tiles(a_balance(launches={**any_time, **year}), None)[1]
    assert (both.label, both.value, both.note) == ("Live by Nov 2027", "9.6", "7 to 12, 80% interval")
    alone = tiles.tiles(a_balance(launches=any_time), None)[1]
    assert (alone.label, alone.value, alone.note) == (
        "Expected launches",
        "14.2",
        "11 to 17, nine times in ten",
    )


def group(name, share, **more):
    return {
        "name": name,
        "share": share,
        "weight": 50 * share,
        "count": 3,
        "keys": ["A-1", "A-2", "A-3"],
        **more,
    }


def test_the_only_approver_comes_first_and_further_ones_are_folded():
    held = [
        {"role": role, "name": "Ruth E.", "n": 14, "keys": ["A-1"]}
        for role in ("Legal", "ML lead", "Security")
    ]
    found = concentrations.rows(a_balance(approvers=held))
    shown, further = concentrations.told(found)
    assert [row["text"] for row in shown] == [
        "Ruth E. is the only legal approver",
        "Ruth E. is the only ML lead approver",
    ]
    assert [row["text"] for row in further] == ["Ruth E. is the only security approver"]
    assert (found[0]["share"], found[0]["tone"], found[0]["more"]) == ("70%", "hi", 8)


def test_the_largest_of_each_kind_is_told_with_its_work():
    concentration = {
        "owner": {"groups": [group("Maya R.", 0.23), group("Tom", 0.1)]},
        "source": {"groups": [group("Customer events", 0.45)]},
        "pitfall": {"groups": [group("Data", 0.62, count=4.5)]},
        "vendor": None,
        "unit": None,
    }
    found = concentrations.rows(a_balance(concentration=concentration, approvers=[]))
    assert [(row["text"], row["share"], row["tone"]) for row in found] == [
        ("Maya R. owns 11.5 of 50 people’s work", "23%", "acc"),
        ("Customer events feeds 3 projects", "45%", "mid"),
        ("Data is the weakest point of 4.5 of 8 risky projects", "62%", "hi"),
    ]


def test_readings_are_not_known_until_they_are():
    cards = readings.readings(a_balance(), None)
    assert not any(one.is_known for rows in cards.values() for one in rows)
    found = a_balance(
        flow={"wip": 19, "throughput": 0.5, "lead_months": 38, "observed_days": 365, "launched": 6}
    )
    before = a_balance(flow={"wip": 12, "throughput": None})
    flow = readings.readings(found, before)["flow"]
    assert [(one.value, one.was) for one in flow[:3]] == [
        ("19 projects", "12 projects"),
        ("0.5", ""),
        ("38 months", ""),
    ]
    assert flow[1].note == "6 launches in 365 days"


def test_what_is_missing_names_how_many():
    cost = {"what": "remaining cost", "n": 9, "keys": [f"A-{n}" for n in range(9)], "remedy": "", "url": ""}
    history = {"what": "history", "n": 1, "keys": [], "remedy": "", "url": ""}
    assert [(row["title"], row["more"]) for row in shortages.rows([cost, history])] == [
        ("Remaining cost: 9 projects", 3),
        ("History", 0),
    ]


def test_a_what_if_tells_load_launches_and_the_quadrant_that_moves_most():
    after_shares = {"quick_win": 0.5, "big_bet": 0.32, "fill_in": 0.16, "reconsider": 0.02}
    before = a_balance(launches={"within_year": 9.6})
    after = a_balance(
        launches={"within_year": 9.4},
        load={"effort": 0.45},
        shares={"effort": after_shares},
    )
    rows = whatifs.rows(before, after, NAMES)
    assert [(row["label"], row["was"], row["now"]) for row in rows] == [
        ("Risk load", "54%", "45%"),
        ("Live within a year", "9.6", "9.4"),
        ("Quick wins", "40%", "50%"),
    ]
    assert [row["label"] for row in whatifs.rows(before, before, NAMES)] == [
        "Risk load",
        "Live within a year",
    ]


def test_the_effect_of_a_recommendation_in_short_lines():
    effect = {
        "load": [0.54, 0.51],
        "launches": [9.1, 8.9],
        "shares": [],
        "frees_people": 7.5,
        "frees_cost": None,
    }
    assert whatifs.effects(effect) == ["Risk load 54% → 51%", "Launches −0.2", "Frees 7.5 people"]
    assert whatifs.effects(None) == []
    unknown = {**effect, "load": [None, None], "frees_people": None}
    assert whatifs.effects(unknown) == ["Launches −0.2"]


def test_a_ranking_tells_losses_and_projects_that_cost_nothing():
    ranked = [
        {"rank": 1, "key": "A-1", "name": "One", "ecv": 50_000, "index": None},
        {"rank": 2, "key": "A-2", "name": "Two", "ecv": -20_000, "index": -0.456},
    ]
    rows = launched.worth(ranked, "EUR")
    assert [(row["worth"], row["per"], row["is_loss"]) for row in rows] == [
        ("50 k EUR", "nothing to spend", False),
        ("−20 k EUR", "−0.46", True),
    ]


@pytest.mark.parametrize(("low", "high", "said"), [(None, None, "–"), (0.5, 0.9, "50% to 90%")])
def test_an_interval_that_is_not_known_is_a_dash(low, high, said):
    assert launched.interval(low, high) == said
