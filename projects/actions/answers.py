"""Answers: given by one keypress or in a batch, confirmed as still true, agreed by a second person."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags, scores
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Answer, Assessment, Event, Project
from projects.queries import facts, scoring
from projects.rules import answers as rules
from projects.rules import given_answers
from projects.rules.given_answers import Given

__all__ = ["Given", "agree", "confirm", "give", "give_many"]

SAID = ("letter", "evidence", "evidence_until", "reason")


def give(project_id: int, *, given: Given, actor: Actor) -> Answer:
    """Answer one question; the same answer again confirms it."""
    return give_many(project_id, given=[given], actor=actor)[0]


@transaction.atomic
def give_many(
    project_id: int, *, given: Sequence[Given], actor: Actor, dry_run: bool = False
) -> list[Answer]:
    """Answer several questions, all or none; refused with every obstacle, each naming its question.

    The rows come with the project as it is scored now. A dry run gives the same and changes nothing.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    today = facts.today(project, actor.now())
    given = [each.tidy for each in given]
    if found := given_answers.obstacles(scoring.card(project), bool(project.llm), given, today):
        raise Refused("Nothing was stored.", code="answers_refused", obstacles=found)
    before = _current(project, [each.question for each in given])
    rows = [_answered(project, each, before.get(each.question), actor, today) for each in given]
    _store(project, rows, before, actor)
    scores.refresh(project, actor=actor)
    flags.refresh(project, actor=actor, says=True)
    transaction.set_rollback(dry_run)
    return rows


@transaction.atomic
def confirm(project_id: int, *, actor: Actor, pitfall: str = "", questions: Sequence[str] = ()) -> int:
    """Say that answers are still true: of a pitfall, of some questions, or all; how many hold as of today.

    Only yes, claimed and partly can grow old and are renewed.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    named = scoring.card(project), bool(project.llm), pitfall, questions
    if found := given_answers.scope_obstacles(*named):
        raise Refused("Nothing was confirmed.", code="answers_refused", obstacles=found)
    before = _current(project, [question.id for question in given_answers.scope(*named)])
    rows = [row for row in before.values() if row.letter in rules.RENEWABLE]
    if renewed := _renew(rows, actor, facts.today(project, actor.now())):
        _keep_in_step(project, renewed, actor)
        _confirmed(project, renewed, pitfall, actor).save(force_insert=True)
        scores.refresh(project, actor=actor)
        flags.refresh(project, actor=actor, says=True)
    return len(rows)


@transaction.atomic
def agree(project_id: int, *, question: str, actor: Actor) -> Answer:
    """Agree, as the second person, that a question does not apply; from now on it counts as such."""
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    asked = given_answers.scope(scoring.card(project), bool(project.llm), "", [question])
    row = _current(project, [each.id for each in asked]).get(question)
    if row is None:
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
    _keep_in_step(project, [row], actor)
    events.record(project, "answer.agreed", actor, question=question, answer=row.pk)
    scores.refresh(project, actor=actor)
    flags.refresh(project, actor=actor, says=True)
    return row


def _current(project: Project, questions: Sequence[str]) -> dict[str, Answer]:
    """The answers to these questions that stand, in their order; one query."""
    rows = Answer.objects.filter(project=project, question__in=questions, replaced_at=None)
    found = {row.question: row for row in rows.select_related("given_by", "confirmed_by", "agreed_by")}
    for row in found.values():
        row.project = project  # The row that is locked, and carries the new scores.
    return {question: found[question] for question in questions if question in found}


def _answered(project: Project, given: Given, before: Answer | None, actor: Actor, today: date) -> Answer:
    """The row that stands from now on: the present one where nothing new is said."""
    # A file or the sample tells of what two people have agreed.
    is_agreed = given.letter == "X" and (given.is_agreed or actor.is_system)
    is_news = is_agreed and before is not None and before.agreed_at is None
    if before and not is_news and all(getattr(before, name) == getattr(given, name) for name in SAID):
        return before
    return Answer(
        project=project,
        question=given.question,
        **{name: getattr(given, name) for name in SAID},
        given_by=actor.user,
        given_at=actor.now(),
        confirmed_on=min(given.confirmed_on or today, today),
        confirmed_by=actor.user,
        agreed_at=actor.now() if is_agreed else None,
    )


def _store(project: Project, rows: Sequence[Answer], before: dict[str, Answer], actor: Actor) -> None:
    """Keep new answers, those that they replace as history, and renew the others; five statements at most."""
    new, same = [row for row in rows if row.pk is None], [row for row in rows if row.pk is not None]
    if old := [before[row.question].pk for row in new if row.question in before]:
        Answer.objects.filter(pk__in=old).update(replaced_at=actor.now())
    Answer.objects.bulk_create(new)
    news = _given(project, new, before, actor)
    if renewed := _renew(same, actor, facts.today(project, actor.now())):
        news.append(_confirmed(project, renewed, "", actor))
    _keep_in_step(project, [*new, *renewed], actor)
    Event.objects.bulk_create(news)


def _renew(rows: Sequence[Answer], actor: Actor, today: date) -> list[Answer]:
    """Those of the answers that were older than today, as of today; one statement."""
    old = [row for row in rows if row.confirmed_on < today]
    for row in old:
        row.confirmed_on, row.confirmed_by = today, actor.user
    if old:
        kept = Answer.objects.filter(pk__in=[row.pk for row in old])
        kept.update(confirmed_on=today, confirmed_by=actor.user)
    return old


def _keep_in_step(project: Project, rows: Sequence[Answer], actor: Actor) -> None:
    """Write what was changed into the short form, which scores are made of; one statement."""
    if not rows:
        return
    known = scoring.assessment(project)
    known.answers = {**known.answers, **{row.question: short_form(row) for row in rows}}
    known.answered_at = max(known.answered_at or actor.now(), actor.now())
    Assessment.objects.bulk_create(
        [known],
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=["answers", "answered_at"],
    )
    project.assessment = known


def short_form(row: Answer) -> list[str | None]:
    """An answer as the scores read it: letter as it counts, day of confirmation, last day of its evidence."""
    is_confirmed = row.agreed_at is not None
    letter = rules.read(row.letter, has_evidence=bool(row.evidence), is_confirmed=is_confirmed)
    until = row.evidence_until.isoformat() if row.evidence_until else None
    return [letter, row.confirmed_on.isoformat(), until]


def _given(project: Project, new: Sequence[Answer], before: dict[str, Answer], actor: Actor) -> list[Event]:
    letters = {row.question: before[row.question].letter if row.question in before else "U" for row in new}
    return [
        events.build(
            project,
            "answer.given",
            actor,
            question=row.question,
            answer=row.pk,
            letter=[letters[row.question], row.letter],
        )
        for row in new
    ]


def _confirmed(project: Project, rows: Sequence[Answer], pitfall: str, actor: Actor) -> Event:
    asked = [row.question for row in rows]
    said = {"pitfall": pitfall, "questions": asked, "count": len(asked)}
    return events.build(project, "answers.confirmed", actor, **said)
