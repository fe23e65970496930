from portfolio.insights.charts import mixes

SHARES = {"quick_win": 0.37, "big_bet": 0.5, "fill_in": 0.09, "reconsider": 0.04}


def test_parts_follow_each_other_and_fill_the_bar():
    drawn = mixes.bar("Actual", SHARES)
    assert [(part.code, part.x, part.width) for part in drawn.parts] == [
        ("quick_win", 0, 37),
        ("big_bet", 37, 50),
        ("fill_in", 87, 9),
        ("reconsider", 96, 4),
    ]
    assert drawn.parts[1].middle == 62


def test_a_part_that_is_too_narrow_has_no_number_in_it_but_is_spoken():
    drawn = mixes.bar("Actual", SHARES)
    assert [part.number for part in drawn.parts] == ["37%", "50%", "9%", ""]
    assert (
        drawn.words
        == "Actual: Quick wins 37 percent, Big bets 50 percent, Fill-ins 9 percent, Reconsider 4 percent"
    )


def test_an_empty_quadrant_has_no_part():
    drawn = mixes.bar("Target", {"quick_win": 60, "big_bet": 0, "fill_in": 40, "reconsider": 0}, whole=100)
    assert [(part.code, part.x) for part in drawn.parts] == [("quick_win", 0), ("fill_in", 60)]


def test_a_mix_that_is_not_known_says_so():
    drawn = mixes.bar("Actual", None)
    assert drawn.parts == ()
    assert drawn.words == "Actual: not known"
