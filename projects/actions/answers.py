"""Answers: given by one keypress or in a batch, confirmed as still true, agreed by a second person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, scores
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Answer, Assessment, Event, Project
from projects.queries import facts, scoring
from projects.rules import answers as rules
from projects.rules import evidence
from projects.rules.facts import Obstacle
from projects.rules.scorecards import Scorecard
from projects.rules.scorecards_reading import MOST_QUESTIONS


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answers to a question."""

    question: str
    letter: str
    evidence: str = ""
    evidence_until: date | None = None
    reason: str = ""


def give(project_id: int, *, given: Given, actor: Actor) -> Answer:
    """Answer one question; the same answer again confirms it."""
    return give_many(project_id, given=[given], actor=actor)[0]


@transaction.atomic
def give_many(
    project_id: int, *, given: Sequence[Given], actor: Actor, dry_run: bool = False
) -> list[Answer]:
    """Answer several questions, all or none; refused with every obstacle, each naming its question.

    A dry run says what would come of it and changes nothing; its project carries the scores to be.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    today = facts.today(project, actor.now())
    given = [_tidy(each) for each in given]
    if found := list(_obstacles(project, given, today)):
        raise Refused("Nothing was stored: not every answer can be.", code="answers_refused", obstacles=found)
    current = _current(project, [each.question for each in given])
    rows = [_answered(project, each, current.get(each.question), actor, today) for each in given]
    _store(project, rows, current, actor)
    scores.refresh(project, actor=actor)
    transaction.set_rollback(dry_run)
    return rows


@transaction.atomic
def confirm(project_id: int, *, actor: Actor, pitfall: str = "", questions: Sequence[str] = ()) -> int:
    """Say that answers are still true: of a pitfall, of some questions, or all; how many hold as of today.

    Only yes, claimed and partly can grow old and are renewed.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    meant = _meant(project, pitfall, questions)
    rows = [row for row in _current(project, meant).values() if row.letter in rules.RENEWABLE]
    today = facts.today(project, actor.now())
    if old := [row for row in rows if row.confirmed_on < today]:
        _renew(old, actor, today)
        _summarise(project, old, actor)
        asked = [row.question for row in old]
        events.record(project, "answers.confirmed", actor, pitfall=pitfall, questions=asked, count=len(asked))
        scores.refresh(project, actor=actor)
    return len(rows)


@transaction.atomic
def agree(project_id: int, *, question: str, actor: Actor) -> Answer:
    """Agree, as the second person, that a question does not apply; from now on it counts as such."""
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    row = _current(project, [question]).get(question)
    if row is None or not _is_asked(project, question):
        raise Refused("There is no answer to agree to.", code="not_answered")
    if row.letter == "X" and row.agreed_at is not None:
        return row
    found = rules.confirmation_obstacles(
        row.letter, given_by=row.given_by_id, confirmed_by=actor.user_id, by_machine=actor.is_machine
    )
    if found:
        raise Refused(found[0].message, code=found[0].code, obstacles=found)
    row.agreed_by, row.agreed_at = actor.user, actor.now()
    row.save(update_fields=["agreed_by", "agreed_at"])
    _summarise(project, [row], actor)
    events.record(project, "answer.agreed", actor, question=question, answer=row.pk)
    scores.refresh(project, actor=actor)
    return row


def _tidy(given: Given) -> Given:
    return replace(given, evidence=given.evidence.strip(), reason=given.reason.strip())


def _obstacles(project: Project, given: Sequence[Given], today: date) -> Iterator[Obstacle]:
    """Everything that is wrong, with the question in front of the field."""
    if len(given) > MOST_QUESTIONS:
        remedy = f"Send at most {MOST_QUESTIONS} answers at once."
        yield Obstacle("too_many", f"These are {len(given)} answers.", remedy, "answers")
        return
    card, seen = scoring.card(project), set[str]()
    for each in given:
        found = [*_question_obstacles(card, project, each.question, seen), *_answer_obstacles(each, today)]
        seen.add(each.question)
        for one in found:
            yield replace(one, field=f"{each.question[:40]}.{one.field}")


def _question_obstacles(
    card: Scorecard, project: Project, question: str, seen: set[str]
) -> Iterator[Obstacle]:
    if not card.has(question):
        known = ", ".join(each.id for each in card.asked(bool(project.llm)))
        message = f"There is no question “{question[:40]}”."
        yield Obstacle("question_unknown", message, f"Questions are {known}.", "question")
    elif not _is_asked(project, question):
        message = f"{question} is asked of projects built on a language model only."
        remedy = "Say in the project's details that it is one, or leave the answer out."
        yield Obstacle("question_not_asked", message, remedy, "question")
    if question in seen:
        yield Obstacle("answered_twice", f"{question[:40]} comes twice.", "Answer it once.", "question")


def _answer_obstacles(given: Given, today: date) -> Iterator[Obstacle]:
    yield from rules.obstacles(given.letter, has_evidence=bool(given.evidence), reason=given.reason)
    yield from evidence.obstacles(given.letter, given.evidence, given.evidence_until, today)
    yield from evidence.text_obstacles(given.reason, "reason")


def _is_asked(project: Project, question: str) -> bool:
    return any(each.id == question for each in scoring.card(project).asked(bool(project.llm)))


def _meant(project: Project, pitfall: str, questions: Sequence[str]) -> list[str]:
    """The questions that a confirmation speaks of, among those asked of this project."""
    asked = scoring.card(project).asked(bool(project.llm))
    ids = {each.id for each in asked}
    wrong = [
        Obstacle("question_unknown", f"“{each[:40]}” is not asked of it.", "Leave it out.", "questions")
        for each in questions[:MOST_QUESTIONS]
        if each not in ids
    ]
    if pitfall and not any(pitfall in (each.pitfall, each.panel) for each in asked):
        remedy = f"Choose one of {', '.join(sorted({each.pitfall for each in asked}))}."
        wrong.append(Obstacle("pitfall_unknown", f"There is no pitfall “{pitfall[:40]}”.", remedy, "pitfall"))
    if wrong:
        raise Refused("Nothing was confirmed.", code="answers_refused", obstacles=wrong)
    return [
        each.id
        for each in asked
        if (not pitfall or pitfall in (each.pitfall, each.panel)) and (not questions or each.id in questions)
    ]


def _current(project: Project, questions: Sequence[str]) -> dict[str, Answer]:
    """The answers to these questions that stand, in their order; one query."""
    rows = Answer.objects.filter(project=project, question__in=questions, replaced_at=None)
    found = {row.question: row for row in rows.select_related("given_by", "confirmed_by", "agreed_by")}
    for row in found.values():
        row.project = project  # The row that is locked, and carries the new scores.
    return {question: found[question] for question in questions if question in found}


def _answered(project: Project, given: Given, before: Answer | None, actor: Actor, today: date) -> Answer:
    """The row that stands from now on: the present one where nothing new is said."""
    said = ("letter", "evidence", "evidence_until", "reason")
    if before and all(getattr(before, name) == getattr(given, name) for name in said):
        return before
    row = Answer(
        project=project,
        question=given.question,
        given_by=actor.user,
        given_at=actor.now(),
        confirmed_on=today,
        confirmed_by=actor.user,
        **{name: getattr(given, name) for name in said},
    )
    if given.letter == "X" and actor.is_system:
        row.agreed_at = actor.now()  # A file or the sample tells of what two people have agreed.
    return row


def _store(project: Project, rows: Sequence[Answer], current: dict[str, Answer], actor: Actor) -> None:
    """Keep new answers beside those that they replace, and renew the others: a fixed number of statements."""
    new = [row for row in rows if row.pk is None]
    today = facts.today(project, actor.now())
    old = [row for row in rows if row.pk is not None and row.confirmed_on < today]
    if replaced := [current[row.question].pk for row in new if row.question in current]:
        Answer.objects.filter(pk__in=replaced).update(replaced_at=actor.now())
    Answer.objects.bulk_create(new)
    if old:
        _renew(old, actor, today)
    _summarise(project, [*new, *old], actor)
    Event.objects.bulk_create(_news(project, new, old, current, actor))


def _renew(rows: Sequence[Answer], actor: Actor, today: date) -> None:
    Answer.objects.filter(pk__in=[row.pk for row in rows]).update(confirmed_on=today, confirmed_by=actor.user)
    for row in rows:
        row.confirmed_on, row.confirmed_by = today, actor.user


def _summarise(project: Project, rows: Sequence[Answer], actor: Actor) -> None:
    """Keep the short form, which scores are made of, in step with the rows."""
    if not rows:
        return
    short = {**scoring.held(project), **{row.question: short_form(row) for row in rows}}
    values: dict[str, Any] = {"answers": short, "answered_at": actor.now()}
    try:
        assessment = project.assessment
    except Assessment.DoesNotExist:
        Assessment.objects.create(project=project, **values)
        return
    assessment.answers, assessment.answered_at = values["answers"], values["answered_at"]
    assessment.save(update_fields=["answers", "answered_at"])


def short_form(row: Answer) -> list[str | None]:
    """An answer as the scores read it: letter as it counts, day of confirmation, last day of its evidence."""
    letter = rules.read(row.letter, has_evidence=bool(row.evidence), is_confirmed=row.agreed_at is not None)
    until = row.evidence_until.isoformat() if row.evidence_until else None
    return [letter, row.confirmed_on.isoformat(), until]


def _news(
    project: Project, new: Sequence[Answer], old: Sequence[Answer], current: dict[str, Answer], actor: Actor
) -> list[Event]:
    found = []
    for row in new:
        before = current[row.question].letter if row.question in current else "U"
        found.append(
            events.build(
                project,
                "answer.given",
                actor,
                question=row.question,
                answer=row.pk,
                letter=[before, row.letter],
            )
        )
    if old:
        asked = [row.question for row in old]
        found.append(
            events.build(project, "answers.confirmed", actor, pitfall="", questions=asked, count=len(asked))
        )
    return found
