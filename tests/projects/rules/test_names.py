"""Texts of people are found in any letter case and any script."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.names import fold, normalise

pytestmark = pytest.mark.once

# Beyond these planes there are only more ideographs and private characters.
EVERY_CHARACTER = [chr(n) for n in range(0x20000) if not 0xD800 <= n < 0xE000]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fraud", "FRAUD"),
        ("Straße", "STRASSE"),
        ("ΜΟΝΤΕΛΟ", "μοντελο"),
        ("ПРОЕКТ", "проект"),
        ("Zoe\u0308", "ZOË"),
        ("ＡＢＣ", "abc"),
        ("ﬁle", "FILE"),
        ("a\u00a0 b\n\tc", "A B C"),
        ("नमस्ते", "नमस्ते"),
    ],
)
def test_folding_makes_equal_what_people_read_as_equal(one, other):
    assert fold(one) == fold(other)


def test_folding_keeps_different_words_apart():
    assert fold("Año") != fold("Ano")
    assert fold("مشروع") == "مشروع"


@pytest.mark.parametrize("form", [fold, normalise])
def test_every_character_is_stable_after_one_round(form):
    assert [char for char in EVERY_CHARACTER if form(form(char)) != form(char)] == []


@pytest.mark.parametrize("text", ["ΐ", "İ", "ŉ", "ǰ"])
def test_what_folding_takes_apart_is_put_together_again(text):
    """Else a search for a letter would find it inside the accented one."""
    assert unicodedata.is_normalized("NFKC", fold(text))


@given(st.text())
def test_folding_is_stable_and_trims(text):
    folded = fold(text)
    assert fold(folded) == folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  Claims -- Triage\n(v2.0)!", "claims triage v2 0"),
        ("Foo™ Bar®", "foo bar"),
        ("R&D/ML", "r d ml"),
        ("Año_Nuevo", "año nuevo"),
        ("हिन्दी – पाठ", "हिन्दी पाठ"),
        ("🚀", ""),
        ("保险，模型", "保险 模型"),
    ],
)
def test_a_normal_name_is_letters_and_digits_with_one_space(name, expected):
    assert normalise(name) == expected


def test_the_names_of_the_2024_inventory_give_the_known_number_of_keys():
    path = Path(__file__).resolve().parents[4] / "shared" / "data" / "us_federal_ai_inventory_2024_v2.csv"
    if not path.is_file():
        pytest.skip("the inventory of 2024 is not in ../shared/data")
    with path.open(encoding="cp1252", newline="") as file:
        rows = [(row["Agency"], normalise(row["Use Case Name"])) for row in csv.DictReader(file)]
    assert len(rows) == 2133
    assert sum(count == 1 for count in Counter(rows).values()) == 2017
