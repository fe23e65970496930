"""Several ways to end, of which the first one counts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import incidences, survivals
from projects.rules.survivals import Stay
from tests.projects.rules.score_cases import UNTIMED, near, vectors

pytestmark = pytest.mark.once

some_stays = st.lists(
    st.builds(Stay, st.integers(0, 30), st.sampled_from(["", "advance", "back", "stop"])), max_size=40
)


def test_published_incidences():
    case = vectors("kaplan_meier_aalen_johansen")
    causes = {0: "", 1: "advance", 2: "stop"}
    events = case["event(1=advance,2=stop,0=censored)"]
    stays = [Stay(days, causes[event]) for days, event in zip(case["durations"], events, strict=True)]
    found = incidences.curve(stays)
    assert [(step.days, step.lasting, step.shares["advance"], step.shares["stop"]) for step in found] == [
        (days, near(lasting), near(advance), near(stop))
        for days, _, _, _, lasting, advance, stop in case["rows(t,at_risk,advance,stop,S,F_advance,F_stop)"]
    ]


def test_what_ended_of_a_cause_by_a_day():
    stays = [Stay(10, "advance"), Stay(20, "stop"), Stay(30, "advance"), Stay(15)]
    found = incidences.curve(stays)
    # 1/4 by day 10; then of the 3/4 left, 1 of 2 stops; then the last one advances.
    assert [incidences.share_by(found, "advance", day) for day in (9, 10, 29, 30)] == near(
        [0, 0.25, 0.25, 0.625]
    )
    assert incidences.final_share(found, "stop") == near(0.375)
    assert incidences.share_by(found, "back", 30) == 0


def test_nothing_known_says_nothing():
    assert incidences.curve([]) == ()
    assert incidences.final_share((), "advance") == 0
    assert incidences.curve([Stay(5), Stay(9)]) == ()


@given(some_stays)
@UNTIMED
def test_all_causes_and_what_lasts_are_one(stays):
    for step in incidences.curve(stays):
        assert math.fsum(step.shares.values()) + step.lasting == pytest.approx(1, abs=1e-9)
        assert all(jump >= 0 for jump in step.jumps.values())


@given(some_stays)
@UNTIMED
def test_one_cause_alone_never_has_more_than_a_curve_that_takes_the_others_for_open(stays):
    found = incidences.curve(stays)
    for cause in ("advance", "back", "stop"):
        alone = survivals.curve([Stay(stay.days, cause if stay.cause == cause else "") for stay in stays])
        for step in found:
            naive = 1 - survivals.share_after(alone, step.days)
            assert incidences.share_by(found, cause, step.days) <= naive + 1e-9


@given(some_stays, st.randoms(use_true_random=False))
@UNTIMED
def test_the_order_of_stays_does_not_matter(stays, random):
    shuffled = stays[:]
    random.shuffle(shuffled)
    assert incidences.curve(shuffled) == incidences.curve(stays)
