"""Answers and blockers of a file reach their projects: only through the actions of the domain."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from portfolio.register.imports import judgement_changes, judgement_rows
from portfolio.register.imports.judgement_rows import AGE, ASSESSED_ON, BLOCKERS
from portfolio.register.imports.planning import Line
from portfolio.register.imports.profiles import ANSWERS, QUESTION, Profile
from portfolio.register.models import ImportRun
from projects.actions import answers, blockers, scores
from projects.actors import Actor
from projects.models import Assessment, Project
from projects.models.blockers import POLICY
from projects.models.scorecards import card_of
from projects.rules.answers import RENEWABLE

NOON = time(12)


class Judgements:
    """What the lines of one run say of risk; the portfolio's questions are read once."""

    def __init__(self, run: ImportRun, profile: Profile, actor: Actor) -> None:
        self._profile, self._actor = profile, actor
        self._card, self._zone = card_of(run.portfolio), ZoneInfo(run.portfolio.time_zone)

    def of_new(self, arrived: Iterable[tuple[Line, Project]]) -> None:
        """Answers and blockers of projects just added, which are then scored together."""
        answered = []
        for line, project in arrived:
            said = judgement_rows.wanted(line.values, self._card, is_llm=bool(project.llm))
            given = [
                self._given(line, question, letter) for question, letter in said.items() if letter != "U"
            ]
            if given:
                rows = answers.give_many(project.pk, given=given, actor=self._at(self._assessed_at(line)))
                answered.append(rows[0].project)
            self._raise(project.pk, filter(None, (line.values.get(BLOCKERS) or "").split(";")))
        scores.refresh_all(answered, actor=self._actor)

    def of_changed(self, line: Line, project_id: int) -> None:
        """What a file says anew of a project that was here before."""
        if not any(map(judgement_changes.is_judgement, line.changes)):
            return
        held = Assessment.objects.filter(pk=project_id).values_list("answers", "answered_at").first()
        before, answered_at = held or ({}, None)
        is_llm = Project.objects.values_list("llm", flat=True).get(pk=project_id)
        when = self._assessed_at(line)
        # Nobody answers before the answers that are there.
        actor = self._at(max(when, answered_at) if answered_at else when)
        said = judgement_rows.wanted(_changed(line), self._card, is_llm=bool(is_llm))
        new = {question: letter for question, letter in said.items() if letter != _letter(before, question)}
        if new:
            given = [self._given(line, question, letter) for question, letter in new.items()]
            answers.give_many(project_id, given=given, actor=actor)
        if ASSESSED_ON in line.changes:
            self._confirm(line, project_id, before, bool(is_llm))
        if BLOCKERS in line.changes:
            self._raise(project_id, judgement_changes.added(line.changes[BLOCKERS]))
        scores.refresh_all(list(_with_answers(project_id)), actor=self._actor)

    def _confirm(self, line: Line, project_id: int, before: Mapping[str, Any], is_llm: bool) -> None:
        """A later day of the same answers: they are still true."""
        said = judgement_rows.wanted(line.values, self._card, is_llm=is_llm)
        same = [
            question
            for question, letter in said.items()
            if letter == _letter(before, question) and letter in RENEWABLE
        ]
        if same:
            answers.confirm(project_id, questions=same, actor=self._at(self._assessed_at(line)))

    def _given(self, line: Line, question: str, letter: str) -> answers.Given:
        """An answer of the file. A column of letters speaks of what was shown and agreed; a word does not."""
        word = f"{QUESTION}{question}" in line.values
        return answers.Given(
            question,
            letter,
            evidence=f"As reported by {self._profile.name}" if letter == "Y" else "",
            reason=f"Not applicable, as reported by {self._profile.name}" if letter == "X" else "",
            is_agreed=letter == "X" and not word,
        )

    def _assessed_at(self, line: Line) -> datetime:
        """When the answers of a line were known to be true; now, if the file does not say."""
        now = timezone.now()
        if said := line.values.get(ASSESSED_ON):
            return min(datetime.combine(date.fromisoformat(said), NOON, self._zone), now)
        return now - timedelta(days=line.values.get(AGE) or 0)

    def _at(self, moment: datetime) -> Actor:
        """The same person at that moment; what is told of the past is not scored one by one."""
        return replace(self._actor, at=moment)

    def _raise(self, project_id: int, entries: Iterable[str]) -> None:
        """Raise blockers with the day on which they began; nobody owns those that have no owner."""
        for entry in entries:
            severity, category, age_days, has_owner = entry.split(":")
            today = timezone.now().astimezone(self._zone).date()
            blocker = blockers.raise_(
                project_id,
                title=f"{POLICY.category(category).label}, as reported by {self._profile.name}",
                category=category,
                severity=severity,
                raised_on=today - timedelta(days=int(age_days)),
                actor=self._actor,
            )
            if has_owner == "0" and blocker.owner_id:
                blockers.edit(blocker.pk, version=None, owner=None, actor=self._actor)


def _changed(line: Line) -> dict[str, Any]:
    """The columns of answers in which the file says something new."""
    names = (name for name in line.changes if name.startswith((ANSWERS, QUESTION)))
    return {name: line.changes[name][1] for name in names if name != ASSESSED_ON}


def _letter(held: Mapping[str, Any], question: str) -> str:
    return str(held[question][0]) if question in held else "U"


def _with_answers(project_id: int) -> Iterable[Project]:
    """The project, locked, as its answers are now."""
    rows = Project.objects.select_for_update(of=("self",)).select_related("portfolio")
    return rows.filter(pk=project_id)
