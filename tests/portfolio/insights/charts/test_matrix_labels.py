"""Names on the matrix: none touches another, a bubble or the name of a quadrant."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.insights.charts import axes, boards, labels, matrix, spots
from portfolio.insights.rules.entries import Frame
from tests.portfolio.insights.sights import SIGHTS, frame, scene

FRAME = frame()
ACROSS, UP = axes.across("risk", FRAME, {}), axes.up("impact", FRAME)


def drawn(found, size=boards.FULL):
    return matrix.draw(found, size, ACROSS, UP)


def overlap(one, other):
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0


def covers(box, bubble):
    near = (
        max(box[0], min(bubble.x, box[0] + box[2])),
        max(box[1], min(bubble.y, box[1] + box[3])),
    )
    return math.hypot(near[0] - bubble.x, near[1] - bubble.y) < bubble.r


def problems(found):
    """Every pair of things that touch and should not."""
    boxes = [(bubble, bubble.label.box) for bubble in found.bubbles if bubble.label]
    walls = [wall for wall in found.board.obstacles if wall.cost >= labels.WALL]
    for place, (bubble, box) in enumerate(boxes):
        for other, box_of_other in boxes[place + 1 :]:
            if overlap(box, box_of_other):
                yield bubble.text, other.text
        yield from ((bubble.text, other.text, "bubble") for other in found.bubbles if covers(box, other))
        for wall in walls:
            if overlap(box, (wall.x, wall.y, wall.width, wall.height)):
                yield bubble.text, "quadrant"


@pytest.mark.parametrize("size", [boards.FULL, boards.BIG], ids=lambda size: size.name)
@pytest.mark.parametrize("selected", ["", "P-2", "P-14"])
def test_of_24_names_all_stand_and_none_touches_anything(size, selected):
    found = drawn(scene(SIGHTS, selected=selected, with_unknowns=True), size)
    assert len(found.bubbles) == 24
    assert found.unnamed == 0
    assert list(problems(found)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 100),
            st.floats(0, 100),
            st.floats(0, 50),
            st.text("abcdefghijklm ABCW", min_size=1, max_size=40),
        ),
        max_size=40,
    )
)
def test_whatever_the_projects_no_two_names_touch(rows):
    sights = [
        spots.Spot(key=f"P-{at}", name=name, x=x, y=y, amount=amount)
        for at, (x, y, amount, name) in enumerate(rows)
    ]
    assert list(problems(drawn(scene(sights)))) == []


def test_where_there_is_no_room_the_chosen_one_keeps_its_name():
    heap = [spots.Spot(f"P-{at}", f"Project number {at}", 50, 50, 1) for at in range(30)]
    heap[7] = spots.Spot("P-7", "The chosen one", 50, 50, 1, is_selected=True)
    found = drawn(scene(heap))
    assert found.unnamed > 0
    assert "The chosen one" in [bubble.text for bubble in found.bubbles if bubble.label]


def test_a_narrow_quadrant_says_less_rather_than_too_much():
    narrow = Frame("p", "P", FRAME.day, risk_line=12)
    found = matrix.draw(scene(SIGHTS), boards.FULL, axes.across("risk", narrow, {}), UP)
    quick = next(quad for quad in found.board.quads if quad.kind == "quick_win")
    for text in found.board.texts:
        if text.kind == "qsub" and text.anchor == "start":
            assert labels.text_width(text.words, 12, bold=True) <= quick.width


def test_the_sign_of_a_critical_gap_is_not_hidden_by_another_bubble():
    below = spots.Spot("P-1", "Below", 50, 50, 2, has_gap=True)
    above = spots.Spot("P-2", "Above", 51.5, 52.5, 1)
    found = drawn(scene([below, above]))
    tagged, other = sorted(found.bubbles, key=lambda each: each.spot.key)
    assert math.hypot(tagged.tag[0] - other.x, tagged.tag[1] - other.y) >= other.r
    alone = drawn(scene([below])).bubbles[0]
    assert alone.tag[0] > alone.x
    assert alone.tag[1] < alone.y
