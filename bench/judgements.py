"""What is known of invented projects: their answers, blockers, values and marks.

Only what scores read is written: the rows of single answers (some millions) would be read by nothing here.
"""

import random
from datetime import datetime, timedelta
from typing import Any

from projects.models import Assessment, Blocker, Project
from projects.models.blockers import POLICY
from projects.models.scorecards import card_of
from projects.rules import clocks
from projects.rules.stages import STANDARD_STAGES

# Letters of questions that are due, and of those that are not yet, as likely as their weights say.
DUE = ("YCPTNU", (45, 18, 14, 3, 6, 14))
LATER = ("YCPTNU", (8, 6, 8, 20, 3, 55))
ASSESSED = 0.9  # the others were never assessed
OLDEST_DAYS = 200
BLOCKED = (0, 1, 2), (65, 27, 8)
SEVERITIES = ("low", "medium", "high", "critical"), (30, 40, 24, 6)


def fields(rng: random.Random) -> dict[str, Any]:
    """What impact is made of."""
    likely = round(10 ** rng.uniform(4, 7.2), 2)
    return {
        "value_low": round(likely * 0.6, 2),
        "value_likely": likely,
        "value_high": round(likely * 1.7, 2),
        "strategic": rng.randint(0, 4),
        "reach": rng.randint(0, 4),
        "metric_is_measured": rng.random() < 0.7,
        "metric_method_agreed": rng.random() < 0.5,
    }


def write(projects: list[Project], rng: random.Random, now: datetime) -> None:
    """Answers and blockers of saved projects, in bulk."""
    asked = [project for project in projects if rng.random() < ASSESSED]
    rows = [
        Assessment(
            project=project,
            answers=_answers(project, rng, now),
            answered_at=now - timedelta(days=rng.randint(0, OLDEST_DAYS)),
        )
        for project in asked
    ]
    Assessment.objects.bulk_create(rows, batch_size=2_000)
    Blocker.objects.bulk_create(
        [
            _blocker(project, rng, now)
            for project in projects
            for _ in range(rng.choices(*BLOCKED)[0])
            if project.is_running
        ],
        batch_size=2_000,
    )


def _answers(project: Project, rng: random.Random, now: datetime) -> dict[str, list[str | None]]:
    place = STANDARD_STAGES.index(project.standard_stage)
    found: dict[str, list[str | None]] = {}
    for _, questions in card_of(project.portfolio).sections(bool(project.llm)):
        confirmed = (now - timedelta(days=rng.randint(0, OLDEST_DAYS))).date().isoformat()
        for question in questions:
            (letter,) = rng.choices(*(DUE if question.due_order <= place else LATER))
            if letter != "U":
                found[question.id] = [letter, confirmed, None]
    return found


def _blocker(project: Project, rng: random.Random, now: datetime) -> Blocker:
    (severity,) = rng.choices(*SEVERITIES)
    raised_on = (now - timedelta(days=rng.randint(0, 90))).date()
    clock = clocks.start(POLICY, severity, raised_on)
    return Blocker(
        portfolio_id=project.portfolio_id,
        project=project,
        title="The contract with the supplier of the data is not signed.",
        category=rng.choice(POLICY.categories).code,
        severity=severity,
        owner=project.owner,
        raised_on=raised_on,
        respond_by=clock.respond_by,
        due_on=clock.due_on,
    )
