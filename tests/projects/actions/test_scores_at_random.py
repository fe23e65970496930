"""Scores through the database: forty projects at random, and what the rules give for them directly."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from projects.actions import scores
from projects.models import Assessment, Blocker, Event, Project
from projects.models.blockers import POLICY
from projects.models.scorecards import card_of
from projects.rules import clocks, impact, quadrants
from projects.rules import scores as rules
from projects.rules.answers import Answer
from projects.rules.risks import OpenBlocker
from projects.rules.stages import STANDARD_STAGES
from tests.factories import SYSTEM, a_crowd, a_portfolio
from tests.projects.actions.answered import MONDAY
from tests.projects.actions.kept_scores import assert_kept, assert_made_of_its_record
from tests.projects.rules.score_cases import CARD

pytestmark = pytest.mark.django_db
AUCKLAND = "Pacific/Auckland"  # there Monday is over when it is noon in UTC


@pytest.mark.parametrize("seed", range(4))
def test_random_projects_get_through_the_database_what_the_rules_give_directly(seed):
    rng, zone = random.Random(seed), ZoneInfo(AUCKLAND)
    portfolio = a_portfolio(
        time_zone=AUCKLAND,
    )
    today = MONDAY.astimezone(zone).date()
    told = [_random(rng) for _ in range(40)]
    crowd = a_crowd(portfolio, len(told))
    for project, facts in zip(crowd, told, strict=True):
        _store(project, facts, today)
    assert scores.age(portfolio.pk, actor=SYSTEM, now=MONDAY).written == len(told)
    card = card_of(portfolio)
    states = set()
    for project, facts in zip(crowd, told, strict=True):
        score = rules.score(card, rules.Inputs(**facts["inputs"]))
        assert_kept(project, score)
        assert_made_of_its_record(project)
        states.add(score.state)
    assert states == {"intake", "unassessed", "placed"}
    # Nothing of it is news, and a second look finds nothing.
    assert not Event.objects.filter(kind="score.quadrant_changed").exists()
    assert scores.age(portfolio.pk, actor=SYSTEM, now=MONDAY).written == 0


def _random(rng):
    """The facts of a project: as the rules read them, and what has to be stored so that they come out."""
    stage, llm = rng.choice(STANDARD_STAGES), rng.random() < 0.4
    answered = rng.choice([0.2, 0.9, 1])
    given = {
        question.id: Answer(rng.choices("YCPTNX", (6, 2, 2, 1, 1, 1))[0], rng.choice([0, 29, 31, 100, 400]))
        for question in CARD.asked(llm)
        if rng.random() < answered
    }
    values = rng.choice([(None, None, None), (None, 250_000, None), (1_000, 90_000, 7_000_000), (0, 0, 0)])
    marks = [rng.random() < 0.5 for _ in range(4)]
    blocked = [
        (
            rng.choice(POLICY.severities).code,
            rng.choice(POLICY.categories),
            rng.randint(0, 80),
            rng.random() < 0.2,
        )
        for _ in range(rng.choice([0, 0, 1, 3]))
    ]
    inputs = {
        "stage": stage,
        "furthest_stage": stage,
        "active_days": rng.choice([0, 1, 20, 300]),
        "kind": rng.choice(["", "existing", "new", "revolutionary"]),
        "is_on_hold": rng.random() < 0.2,
        "is_llm": llm,
        "answers": {question: _as_it_counts(question, said, stage) for question, said in given.items()},
        "annual_value": impact.expected_value(*values),
        "strategic": rng.choice([None, 0, 3, 4]),
        "reach": rng.choice([None, 0, 2, 4]),
        "metric_quality": impact.metric_quality(marks),
        "last": quadrants.Sides(rng.choice([None, True, False]), rng.choice([None, True, False])),
        "blockers": tuple(
            OpenBlocker(
                severity, category.pitfall, age, age > POLICY.severity(severity).sla_days, is_accepted, ""
            )
            for severity, category, age, is_accepted in blocked
        ),
    }
    return {"inputs": inputs, "given": given, "values": values, "marks": marks, "blocked": blocked}


def _as_it_counts(question, said, stage):
    """What is watched live has to be shown again every 30 days, or its yes is a claim."""
    is_old = stage == "production" and question in ("GA7", "GA8", "GA9") and said.age_days > 30
    return Answer("C", said.age_days) if is_old and said.letter == "Y" else said


def _store(project, facts, today):
    """The rows behind the facts, written directly: the actions are not what is looked at here."""
    inputs, noon = facts["inputs"], MONDAY
    held = timedelta(days=11) if inputs["is_on_hold"] else timedelta()
    baseline, target, method, owner = facts["marks"]
    low, likely, high = facts["values"]
    Project.objects.filter(pk=project.pk).update(
        stage=inputs["stage"], standard_stage=inputs["stage"], furthest_stage=inputs["stage"],
        stage_since=noon - held - timedelta(days=inputs["active_days"]),
        status="on_hold" if held else "active", hold_since=noon - held if held else None,
        resume_on=today if held else None,
        kind=inputs["kind"], llm=inputs["is_llm"], strategic=inputs["strategic"], reach=inputs["reach"],
        value_low=low, value_likely=likely, value_high=high,
        metric_baseline=1 if baseline else None, metric_is_measured=baseline,
        metric_target=2, metric_target_on=today if target else None,
        metric_method_agreed=method, metric_owner="Ines" if owner else "",
        high_risk=inputs["last"].high_risk, high_impact=inputs["last"].high_impact,
    )  # fmt: skip
    days = {age: (today - timedelta(days=age)).isoformat() for _, age in facts["given"].values()}
    short = {question: [letter, days[age], None] for question, (letter, age) in facts["given"].items()}
    Assessment.objects.create(project=project, answers=short)
    for severity, category, age, is_accepted in facts["blocked"]:
        raised = today - timedelta(days=age)
        clock = clocks.start(POLICY, severity, raised)
        accepted = {"resolution": "accepted", "resolved_on": today} if is_accepted else {}
        Blocker.objects.create(
            portfolio_id=project.portfolio_id, project=project, title="No contract.", severity=severity,
            category=category.code, raised_on=raised, respond_by=clock.respond_by, due_on=clock.due_on,
            **accepted,
        )  # fmt: skip
