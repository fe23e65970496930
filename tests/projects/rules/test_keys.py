"""Project keys: their form, and the prefix suggested for a portfolio."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import keys

pytestmark = pytest.mark.once


@pytest.mark.parametrize("text", ["AB", "FRD", "A1", "ABCDEF", "X99999"])
def test_a_prefix_has_two_to_six_capital_letters_and_digits(text):
    assert keys.is_prefix(text)


@pytest.mark.parametrize("text", ["", "A", "ABCDEFG", "1AB", "ab", "A-B", "ÄB", "AB ", "AB\n", "A٣"])
def test_other_prefixes_are_refused(text):
    assert not keys.is_prefix(text)


@pytest.mark.parametrize("text", ["FRD-12", "frd-12", "  FRD-12 "])
def test_a_key_is_read_in_any_letter_case(text):
    assert keys.parse(text) == keys.Key("FRD", 12)
    assert str(keys.parse(text)) == "FRD-12"


@pytest.mark.parametrize(
    "text",
    ["", "FRD", "FRD-", "FRD-0", "FRD-012", "FRD--1", "F-1", "FRD-1234567890", "FRD-١", "ﬁ-1", "FRD 12"],
)
def test_what_is_no_key_is_none(text):
    assert keys.parse(text) is None


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Insurance", "INS"),
        ("Customer Operations", "CO"),
        ("Électricité de l'Ouest", "EDLO"),
        ("The very long name of a big portfolio", "TVLNOA"),
        ("2024 inventory", "PRJ"),
        ("24 hours fast care", "HFC"),
        ("X", "PRJ"),
        ("保险", "PRJ"),
        ("", "PRJ"),
        ("a b", "AB"),
    ],
)
def test_a_prefix_is_suggested_from_the_name(name, prefix):
    assert keys.suggest_prefix(name) == prefix


def test_a_taken_prefix_gets_a_number():
    assert keys.suggest_prefix("Insurance", {"INS"}) == "INS2"
    assert keys.suggest_prefix("Insurance", {"INS", "INS2"}) == "INS3"
    assert keys.suggest_prefix("a b c d e f", {"ABCDEF"}) == "ABCDE2"


@given(st.text(max_size=60), st.sets(st.sampled_from(["PRJ", "PRJ2", "AB", "ABC"])))
def test_a_suggestion_is_always_a_free_prefix(name, taken):
    prefix = keys.suggest_prefix(name, taken)
    assert keys.is_prefix(prefix)
    assert prefix not in taken


@given(st.text(max_size=12))
def test_reading_any_text_gives_a_key_or_none(text):
    key = keys.parse(text)
    assert key is None or keys.parse(str(key)) == key
