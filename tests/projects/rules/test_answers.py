"""Answers: how they read, in which order they are offered, and when they are refused."""

import pytest

from projects.rules import answers

pytestmark = pytest.mark.once


def test_there_are_seven_answers():
    assert answers.CODES == ("Y", "C", "P", "T", "N", "U", "X")
    assert all(letter.label and letter.meaning.endswith(".") for letter in answers.LETTERS)


def test_before_a_question_is_due_planned_is_offered_first():
    assert answers.offered(is_due=False) == ("T", "Y", "C", "P", "N", "U", "X")
    assert answers.offered(is_due=True) == answers.CODES


@pytest.mark.parametrize(
    ("letter", "has_evidence", "is_confirmed", "reads"),
    [
        ("Y", True, False, "Y"),
        ("Y", False, False, "C"),
        ("X", False, True, "X"),
        ("X", True, False, "U"),
        ("N", False, False, "N"),
        ("T", False, False, "T"),
    ],
)
def test_an_answer_reads_as_what_backs_it(letter, has_evidence, is_confirmed, reads):
    assert answers.read(letter, has_evidence=has_evidence, is_confirmed=is_confirmed) == reads


@pytest.mark.parametrize(
    ("letter", "has_evidence", "reason", "code", "field"),
    [
        ("Z", True, "Why not.", "answer_unknown", "answer"),
        ("", True, "", "answer_unknown", "answer"),
        ("Y", False, "It is so.", "evidence_needed", "evidence"),
        ("X", True, "  ", "reason_needed", "reason"),
    ],
)
def test_an_answer_without_what_it_needs_is_refused(letter, has_evidence, reason, code, field):
    (obstacle,) = answers.obstacles(letter, has_evidence=has_evidence, reason=reason)
    assert (obstacle.code, obstacle.field) == (code, field)
    assert obstacle.message.endswith(".") and obstacle.remedy.endswith(".")


@pytest.mark.parametrize("letter", answers.CODES)
def test_every_answer_can_be_given_with_evidence_and_reason(letter):
    assert answers.obstacles(letter, has_evidence=True, reason="There is no label.") == []


def test_claims_and_unknowns_need_nothing():
    for letter in ("C", "P", "T", "N", "U"):
        assert answers.obstacles(letter, has_evidence=False, reason="") == []


def test_not_applicable_is_confirmed_by_a_second_person():
    (same,) = answers.confirmation_obstacles("X", given_by="ann", confirmed_by="ann")
    assert same.code == "second_person_needed"
    (other,) = answers.confirmation_obstacles("N", given_by="ann", confirmed_by="bob")
    assert other.code == "no_confirmation"
    assert answers.confirmation_obstacles("X", given_by="ann", confirmed_by="bob") == []
