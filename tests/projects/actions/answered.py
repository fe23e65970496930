"""What is looked at again and again when answers are tested."""

from datetime import UTC, datetime, timedelta

from projects.actions import answers
from projects.actions.answers import Given
from projects.models import Answer, Assessment, Event, Score

LINK = "https://wiki.example.org/metric-sheet"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def stored(project):
    """What is kept of a project's answers and scores, to compare with."""
    rows = Answer.objects.filter(project=project).order_by("pk").values()
    known = Assessment.objects.filter(project=project).values()
    events = Event.objects.filter(project=project).count()
    return list(rows), list(known), list(Score.objects.filter(project=project).values()), events


def short(project):
    """The answers as the scores read them."""
    return Assessment.objects.get(project=project).answers


def told(project, kind):
    """What the events of a kind say, the oldest first."""
    return [event.payload for event in Event.objects.filter(project=project, kind=kind).order_by("pk")]


def grown_old(project, anna, ben, clock):
    """Six answers, 60 days ago."""
    given = [
        Given("WP1", "Y", LINK),
        Given("WP2", "C"),
        Given("WP3", "N"),
        Given("WP4", "T"),
        Given("DQ1", "P"),
        Given("DQ2", "X", reason="No labels."),
    ]
    answers.give_many(project.pk, given=given, actor=anna)
    answers.agree(project.pk, question="DQ2", actor=ben)
    clock.shift(timedelta(days=60))
    return project
