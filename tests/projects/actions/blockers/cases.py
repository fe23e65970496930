"""Blockers to test with, and what is stored of them."""

from datetime import date

import pytest
from django.utils import timezone

from projects.actions import answers, blockers
from projects.actions.answers import Given
from projects.errors import Refused
from projects.models import Blocker, BlockerNote, Event, Project
from projects.queries import scoring
from projects.rules import scores as score_rules
from tests.factories import SYSTEM

# 00:30 of 2 March in Berlin, while it is still 1 March in UTC.
NIGHT = "2027-03-01T23:30:00+00:00"
TODAY = date(2027, 3, 2)
SAID = {"title": "No pilot, because the review has no date", "category": "security_review"}


def raised(project, actor=SYSTEM, **said):
    return blockers.raise_(project.pk, actor=actor, **{**SAID, "severity": "high", **said})


def kinds(project):
    found = Event.objects.filter(project=project, kind__startswith="blocker.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def steps_told():
    """The steps of which events tell, in the order of the events."""
    found = Event.objects.filter(kind="blocker.escalated").order_by("pk")
    return [event.payload["step"] for event in found]


def newest(project, kind):
    return Event.objects.filter(project=project, kind=kind).latest("pk").payload


def refused(attempt):
    """The obstacles of a refusal by their field, after which nothing is stored."""
    before = everything()
    with pytest.raises(Refused) as caught:
        attempt()
    assert everything() == before
    assert all(found.message and found.remedy for found in caught.value.obstacles)
    return {found.field: found.code for found in caught.value.obstacles} or caught.value.code


def everything():
    return (
        list(Blocker.objects.order_by("pk").values()),
        list(Blocker.affected.through.objects.order_by("pk").values_list("blocker", "project")),
        BlockerNote.objects.count(),
        Event.objects.count(),
        list(Project.objects.order_by("pk").values_list("risk", "scored_at", "version")),
    )


def scored_anew(project):
    """The score that the rules make of what is stored now."""
    row = Project.objects.select_related("portfolio").get(pk=project.pk)
    (inputs,) = scoring.inputs([row], now=timezone.now())
    return score_rules.score(scoring.card(row), inputs)


def risk(project):
    return Project.objects.get(pk=project.pk).risk


def answered(project):
    """Everything that is asked is shown: what is not known would hide what a blocker adds."""
    row = Project.objects.select_related("portfolio").get(pk=project.pk)
    given = [
        Given(question.id, "Y", evidence="In the record of the review")
        for question in scoring.card(row).asked(False)
    ]
    answers.give_many(project.pk, given=given, actor=SYSTEM)
    return project
