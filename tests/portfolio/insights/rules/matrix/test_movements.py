"""Why a project stands elsewhere: pitfalls, answers, blockers, stage and worth, in words."""

from portfolio.insights.rules.matrix.movements import State, change, reasons, signed

NAMES = {"P1": "Wrong problem", "P2": "Data quality"}


def test_the_pitfall_that_changed_most_comes_first():
    before = State(risk=30, pitfalls={"P1": 10.0, "P2": 50.0})
    after = State(risk=50, pitfalls={"P1": 40.0, "P2": 45.0})
    assert reasons(before, after, NAMES) == ["Wrong problem +30", "Data quality −5"]


def test_few_changed_answers_are_named_and_many_are_counted():
    few = reasons(State(answers={"DQ1": "Y"}), State(answers={"DQ1": "N", "DQ2": "C"}), NAMES)
    assert few == ["DQ1 from yes, shown to no", "DQ2 from not answered to yes, claimed"]
    many = State(answers={f"DQ{at}": "Y" for at in range(4)} | {"DQ4": "N"})
    assert reasons(State(answers={"DQ4": "Y"}), many, NAMES) == ["5 answers changed, 4 better and 1 worse"]


def test_blockers_stage_pause_and_worth_are_told():
    before = State(impact=40, stage="Data", blockers=2, value=None)
    after = State(impact=60, stage="Pilot", blockers=1, value=5e5, is_held=True)
    assert reasons(before, after, NAMES) == [
        "1 blocker closed",
        "moved to Pilot",
        "put on hold",
        "its value was entered",
    ]


def test_time_alone_is_named_where_nothing_else_changed():
    assert reasons(State(risk=40), State(risk=44), NAMES) == [
        "answers grew older, and what nobody has answered counts for more"
    ]
    assert reasons(State(risk=40), State(risk=40.2), NAMES) == []


def test_a_change_is_that_of_the_shown_figures():
    assert change(39.6, 40.4) == 0
    assert change(None, 3) is None
    assert [signed(each) for each in (3, -3, 0)] == ["+3", "−3", "0"]
