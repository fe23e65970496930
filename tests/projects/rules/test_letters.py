"""Answers as files write them."""

import pytest

from projects.rules import letters
from projects.rules.answers import Answer
from tests.projects.rules.score_cases import CARD, PERFECT

pytestmark = pytest.mark.once


def test_a_column_gives_one_answer_for_each_question():
    found = letters.read(CARD, {"P1": " ycptnu ", "GA": "XXXXXXXXX"}, 12)
    assert [found[f"WP{n}"].letter for n in range(1, 7)] == list("YCPTNU")
    assert found["GA9"] == Answer("X", 12)
    assert len(found) == 15


def test_an_empty_column_is_nobodys_answer():
    assert letters.read(CARD, {"P1": "", "P2": " "}) == {}
    assert letters.obstacles(CARD, {}) == letters.obstacles(CARD, {"P1": "", "GA": ""}) == []


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("P1", "YYYYY", "letters_missing"),
        ("P1", "YYYYYYY", "letters_missing"),
        ("GA", "YYYYYY", "letters_missing"),
        ("P3", "YYYYZ1", "answer_unknown"),
    ],
)
def test_a_column_that_cannot_be_read_is_refused_by_its_name(column, text, code):
    (obstacle,) = letters.obstacles(CARD, {**PERFECT, column: text})
    assert (obstacle.code, obstacle.field) == (code, column)


def test_every_wrong_column_is_named_at_once():
    assert [o.field for o in letters.obstacles(CARD, {"P1": "Y", "P5": "?"})] == ["P1", "P5"]


def test_what_is_written_reads_the_same():
    written = {**PERFECT, "P2": "YCPTNU", "GA": "NNNNNNNNY"}
    assert letters.write(CARD, letters.read(CARD, written), is_llm=True) == written
    assert letters.write(CARD, letters.read(CARD, written), is_llm=False) == {**written, "GA": ""}
    assert letters.write(CARD, {}, is_llm=False)["P1"] == "UUUUUU"
