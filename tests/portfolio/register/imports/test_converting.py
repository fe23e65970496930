import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.register.imports.converting import CHANGED, NOTED, REFUSED, convert
from portfolio.register.imports.findings import SHOWN
from portfolio.register.imports.profiles import TARGETS, Field

EMPTY = frozenset({"n/a", "na"})
NAME = Field("name", ("Name",), "line", 200)
ENTERED = Field("entered.framing", ("On",), "date")


def said(cell, field=NAME, **more):
    value, findings = convert(cell, field, EMPTY)
    return value, [(each.code, each.severity) for each in findings]


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("Berth planner", "Berth planner", []),
        (" Berth planner\n", "Berth planner", [("trimmed", CHANGED)]),
        ("Berth\r\nplanner", "Berth planner", [("spaces_joined", CHANGED)]),
        ("Be\x07rth\x7f", "Berth", [("controls_removed", CHANGED)]),
        ("Berth\ufffd", "Berth\ufffd", [("unreadable_character", NOTED)]),
        ("=1+1", "=1+1", []),
        ("-cmd|' /C calc'!A0", "-cmd|' /C calc'!A0", []),
        ("⚓️ 👩‍🔬", "⚓️ 👩‍🔬", []),
        ("مراقبة الميناء", "مراقبة الميناء", []),
        ("x" * 200, "x" * 200, []),
        ("x" * 201, None, [("too_long", REFUSED)]),
        ("x" * 10_000, None, [("too_long", REFUSED)]),
    ],
)
def test_a_name(cell, value, codes):
    assert said(cell) == (value, codes)


def test_a_long_name_is_shortened_where_the_profile_allows_it():
    field = Field("name", ("Name",), "line", 200, shorten_up_to=500)
    value, codes = said("word " * 60, field)
    assert (len(value) <= 200, value.endswith("word…"), codes[-1]) == (True, True, ("shortened", CHANGED))
    assert said("x" * 501, field) == (None, [("too_long", REFUSED)])


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("3/14/2023", "2023-03-14", []),
        (" 2023-03-14 ", "2023-03-14", []),
        ("", None, []),
        (" ", None, []),
        ("7/7/1905", "2015", [("year_as_day", CHANGED)]),
        ("7/15/1905", "2023", [("year_as_day", CHANGED)]),
        ("7/16/1905", "2024", [("year_as_day", CHANGED)]),
        ("1905-07-15", "2023", [("year_as_day", CHANGED)]),
        ("1/5/1905", None, [("implausible_date", NOTED)]),
        ("1/5/2305", None, [("implausible_date", NOTED)]),
        ("N/A", None, [("no_date", NOTED)]),
        ("19-Nov", None, [("not_a_date", NOTED)]),
        ("Q4FY22", None, [("not_a_date", NOTED)]),
        ("10/12023", None, [("not_a_date", NOTED)]),
        ("2/30/2023", None, [("not_a_date", NOTED)]),
    ],
)
def test_a_date(cell, value, codes):
    assert said(cell, ENTERED) == (value, codes)


@pytest.mark.parametrize(
    ("cell", "pattern", "value"),
    [("Nov 2023", "%b %Y", "2023-11"), ("2023", "%Y", "2023"), ("24-Nov", "%y-%b", "2024-11")],
)
def test_a_date_keeps_the_precision_of_its_format(cell, pattern, value):
    assert said(cell, Field("entered.framing", ("On",), "date", formats=(pattern,))) == (value, [])
    assert said(cell, Field("committed_on", ("On",), "date", formats=(pattern,))) == (
        None,
        [("needs_a_day", NOTED)],
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Yes", True),
        ("YES ", True),
        ("no", False),
        ("TRUE", True),
        ("0", False),
        ("", None),
        ("N/A", None),
        ("in part", True),
    ],
)
def test_yes_and_no(cell, value):
    assert said(cell, Field("llm", ("LLM",), "yes_no", words={"in part": True})) == (value, [])


def test_a_word_that_is_neither_yes_nor_no_is_noted():
    assert said("perhaps", Field("llm", ("LLM",), "yes_no")) == (None, [("not_yes_or_no", NOTED)])


def test_words_are_mapped_and_unknown_ones_noted():
    field = Field("tier", ("Class",), "choice", words={"rights-impacting": "high", "too new": ""})
    assert said("Rights-Impacting\n", field) == ("high", [])
    assert said("too new", field) == ("", [])
    assert said("both of them", field) == ("", [("word_unknown", NOTED)])


def test_a_choice_without_words_takes_only_what_the_field_can_hold():
    field = Field("tier", ("tier",), "choice")
    assert said("High", field) == ("high", [])
    assert said("enormous", field) == ("", [("word_unknown", NOTED)])


@pytest.mark.parametrize(
    ("cell", "value"), [("1234.50", "1234.5"), ("-3", "-3"), ("1e3", "1000"), ("0.0000001", "0"), ("", None)]
)
def test_a_number(cell, value):
    assert said(cell, Field("metric_target", ("T",), "number")) == (value, [])


@pytest.mark.parametrize("cell", ["1,5", "NaN", "Infinity", "1e20", "1e999999", "twelve"])
def test_what_is_no_number_is_noted(cell):
    assert said(cell, Field("metric_target", ("T",), "number")) == (None, [("not_a_number", NOTED)])


def test_a_report_shows_the_beginning_of_a_long_cell():
    _value, findings = convert("x" * 10_000, NAME, EMPTY)
    assert len(findings[0].at(2, "Name", "x" * 10_000).value) == SHOWN + 1


@settings(deadline=None)  # how long an example takes is the machine's affair
@given(cell=st.text(max_size=300), target=st.sampled_from(sorted(TARGETS)))
def test_any_cell_becomes_a_value_that_its_field_can_hold(cell, target):
    wanted = TARGETS[target]
    field = Field(target, ("A",), wanted.kind, wanted.longest)
    value, findings = convert(cell, field, EMPTY)
    if isinstance(value, str):
        assert not wanted.longest or len(value) <= wanted.longest
        assert not wanted.choices or value in ("", *wanted.choices)
    assert all(each.reason for each in findings)
    assert convert(cell, field, EMPTY) == (value, findings)
