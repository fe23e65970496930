"""Cells of answers, ages, blockers, money and metrics, and profiles that name them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.register.imports import judgement_cells as cells
from portfolio.register.imports import profile_files
from portfolio.register.imports.mapping import worst
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.profiles import Field

EMPTY = frozenset({"n/a"})
REPORTED = {"yes": "C", "no": "N", "not applicable": "X", "planned": "T"}
HEAD = "name: A\nsource: a\nfields: {name: name}\n"


def read(kind, cell, **options):
    value, findings = cells.KINDS[kind](cell, Field("any", ("A",), kind, **options), EMPTY)
    return value, [finding.code for finding in findings if finding.severity != "changed"]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("letters", " yycpnu ", "YYCPNU"),
        ("letters", "UUUUUU", ""),
        ("letters", "N/A", ""),
        ("days", "0", 0),
        ("days", "", None),
        ("amount", "1250000", "1250000"),
        ("amount", "0.50", "0.5"),
        ("points", "4", 4),
        ("points", "2.0", 2),
        ("blockers", "High:Data_Access:47:1:0", "high:data_access:47:0"),
        ("blockers", "low:skills:3; medium:budget:40:1", "low:skills:3:1;medium:budget:40:1"),
        ("blockers", "", ""),
    ],
)
def test_what_is_written_well_is_read_without_a_word(kind, cell, value):
    assert read(kind, cell) == (value, [])


@pytest.mark.parametrize(
    ("cell", "said"),
    [("Yes", "C"), (" not applicable", "X"), ("planned", "T"), ("", ""), ("n/a", ""), ("u", ""), ("P", "P")],
)
def test_a_word_is_an_answer_by_the_profile(cell, said):
    assert read("letter", cell, words=REPORTED) == (said, [])


def test_a_word_that_the_profile_does_not_know_is_no_answer():
    assert read("letter", "sort of", words=REPORTED) == ("", ["word_unknown"])


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ("Median claim cycle time 9.4 -> 6.0 days", ("Median claim cycle time", "days", "9.4", "6", "down")),
        ("Contacts per 100 parcels 4.1 → 3.2", ("Contacts per 100 parcels", "", "4.1", "3.2", "down")),
        ("Margin -2 -> 3 M EUR a year", ("Margin", "M EUR a year", "-2", "3", "up")),
    ],
)
def test_a_metric_in_one_cell_becomes_its_fields(cell, fields):
    value, problems = read("metric", cell)
    names = ("metric_name", "metric_unit", "metric_baseline", "metric_target", "metric_direction")
    assert (tuple(value[name] for name in names), problems) == (fields, [])


@pytest.mark.parametrize(
    "cell", ["Fewer complaints", "A 1..2 -> 3", "9 -> 6", "A 99999999999999999999 -> 1", "-> "]
)
def test_a_metric_without_two_values_is_noted(cell):
    assert read("metric", cell) == ({}, ["metric_unclear"])


def test_of_several_columns_for_one_question_the_answer_that_says_less_counts():
    assert (worst(["C", "N", "X"]), worst(["C", "P"]), worst(["X", "C"]), worst([])) == ("N", "P", "C", "")


@settings(deadline=None)
@given(kind=st.sampled_from(sorted(cells.KINDS)), cell=st.text(max_size=300))
def test_no_cell_breaks_a_reader(kind, cell):
    value, findings = cells.KINDS[kind](cell, Field("any", ("A",), kind), EMPTY)
    assert value in ("", None, {}) or isinstance(value, str | int | dict)
    assert all(finding.reason for finding in findings)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("answers: {P1: a, p2: b}", "answers.p2: is not known"),
        ("answers: {age_days: a, assessed_on: b}", "answers: age_days and assessed_on say the same"),
        ("answers: {P1: {words: {}}}", "answers.P1: names no column"),
        ("questions: {mp 5: a}", "questions.mp 5: is not the code of a question"),
        ("questions: {MP5: {column: a, words: {Maybe: Q}}}", "must be one of Y, C, P, T, N, U, X"),
    ],
)
def test_a_profile_that_names_answers_wrongly_says_where(part, problem):
    with pytest.raises(BadProfile) as refused:
        profile_files.parse(HEAD + part)
    assert any(problem in each for each in refused.value.problems), refused.value.problems


def test_the_federal_edition_of_2025_maps_evidence_to_three_questions():
    profile = profile_files.parse(profile_files.shipped()["us_federal_2025"])
    named = {name: field.columns for name, field in profile.fields.items() if name.startswith("question.")}
    assert named == {
        "question.OO5": ("hi_independent_review", "hi_appeal_process"),
        "question.MP3": ("hi_failsafe_presence",),
        "question.MP5": ("hi_ongoing_monitoring",),
    }
    words = profile.fields["question.MP3"].words
    assert (words["yes"], words["in-progress"], words["no"], words["not applicable"]) == ("C", "P", "N", "X")
