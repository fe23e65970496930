"""What is looked at again and again when scores are tested: that rows, record and rules say the same."""

from django.utils import timezone

from projects.actions import _scored
from projects.models import Assessment, Project, Score
from projects.queries import comparisons, scoring
from projects.rules import scores
from tests.projects.rules.score_cases import near

NUMBERS = ("risk", "impact", "p_production", "confidence")
MARKS = ("quadrant", "has_critical_gap", "is_borderline", "is_unproven")


def row(project):
    """The project as the database has it, with its portfolio."""
    return Project.objects.select_related("portfolio").get(pk=project.pk)


def columns(project):
    """What the project's row says of its score."""
    return Project.objects.values(*_scored.COLUMNS).get(pk=project.pk)


def result(project):
    """The whole stored score."""
    return Assessment.objects.get(project=project).result


def assert_kept(project, score):
    """Row, assessment and score agree to six decimals, and so does the row of the day if there is one."""
    found, kept = row(project), Assessment.objects.get(project=project)
    for name in NUMBERS:
        assert getattr(found, name) == near(getattr(score, name)), name
        assert kept.result[name] == near(getattr(score, name)), name
    for name in MARKS:
        assert getattr(found, name) == getattr(score, name), name
    assert (found.high_risk, found.high_impact) == score.sides == tuple(kept.result["sides"])
    assert kept.result["pitfalls"] == {code: near(value) for code, value in score.pitfalls.items()}
    assert kept.model_version == kept.record["model_version"] == score.model_version
    assert found.scored_at == kept.scored_at
    day = Score.objects.filter(project=project, at=kept.scored_at).first()
    if day is not None:
        assert (day.risk, day.impact, day.quadrant) == (near(score.risk), near(score.impact), score.quadrant)
        assert day.record == kept.record


def assert_made_of_its_record(project):
    """The stored score comes out again from what was stored beside it."""
    kept = Assessment.objects.get(project=project)
    assert_kept(project, scores.score(*comparisons.made_of(kept.scorecard_id, kept.record)))


def assert_of_now(project):
    """The stored score is the one that the present rows give."""
    found = row(project)
    (inputs,) = scoring.inputs([found], now=timezone.now())
    assert_kept(project, scores.score(scoring.card(found), inputs))
    assert_made_of_its_record(project)
