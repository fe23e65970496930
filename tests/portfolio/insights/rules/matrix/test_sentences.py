"""The sentence of the presentation: the largest gap, else the load, else that all is as planned."""

from portfolio.insights.rules.matrix.sentences import headline

PLAN = {"quick_win": 0.45, "big_bet": 0.35, "fill_in": 0.15, "reconsider": 0.05}


def fields(**shares):
    return {code: (3, shares.get(code), PLAN[code]) for code in PLAN}


def test_the_largest_gap_makes_the_title():
    found = fields(quick_win=0.37, big_bet=0.5, fill_in=0.09, reconsider=0.04)
    assert headline(found, (0.54, 0.45), "effort") == "Half our effort is on big bets; we planned a third"
    odd = {code: (count, share, 0.41) for code, (count, share, _) in found.items()}
    expected = "4% of our projects are projects to reconsider; we planned 41%"
    assert headline(odd, (0.54, 0.45), "projects") == expected


def test_a_load_over_its_limit_comes_next():
    found = fields(quick_win=0.42, big_bet=0.38, fill_in=0.15, reconsider=0.05)
    assert headline(found, (0.5, 0.45), "effort") == "Half our effort is at high risk; our limit is 45%"


def test_a_mix_as_planned_says_so():
    found = fields(**PLAN)
    assert (
        headline(found, (0.3, 0.45), "projects") == "Our projects are spread as we planned, over 12 projects"
    )


def test_without_a_plan_or_an_amount_the_largest_is_named():
    found = {code: (number, None, None) for number, code in enumerate(PLAN)}
    assert headline(found, (None, 0.45), "effort") == "3 of 6 projects are projects to reconsider"
    assert headline(dict.fromkeys(PLAN, (0, None, None)), (None, 0.45), "effort").startswith("No project")
