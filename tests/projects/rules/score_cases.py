"""What the tests of scores share: short ways to describe a project, and published results."""

import json
from pathlib import Path

import pytest
from hypothesis import settings

from projects.rules import blockers, clocks, letters, scorecards, scores
from projects.rules.risks import OpenBlocker
from tests.projects.rules.cases import TODAY

CARD = scorecards.shipped()
POLICY = blockers.shipped()
VECTORS = Path(__file__).resolve().parents[4] / "shared" / "domain" / "vectors.json"
# Six decimals are published, so the last one may have been rounded either way.
NEAR = {"abs": 1e-6, "rel": 0}
UNTIMED = settings(deadline=None)  # how long an example takes is the machine's affair
PERFECT = dict.fromkeys(("P1", "P2", "P3", "P4", "P5"), "YYYYYY")


def near(value):
    """Equal to six decimals."""
    return pytest.approx(value, **NEAR)


def vectors(group):
    """The cases of one group of the published results."""
    if not VECTORS.exists():
        pytest.skip("The file with the published results is not here.")
    return json.loads(VECTORS.read_text(encoding="utf-8"))[group]


def blocker(severity="high", category="budget", age_days=0, *, is_accepted=False, ref=""):
    """A blocker as the scores see it, late by its SLA."""
    return OpenBlocker(
        severity,
        POLICY.category(category).pitfall,
        age_days,
        is_past_sla=age_days > POLICY.severity(severity).sla_days,
        is_accepted=is_accepted,
        ref=ref,
    )


def inputs(stage="pilot", answers=None, *, age=0, **others):
    """A project; answers are columns of letters, and what is not said is a good middling project."""
    usual = {
        "furthest_stage": stage,
        "active_days": 10,
        "kind": "new",
        "annual_value": 800000,
        "strategic": 2,
        "reach": 2,
        "metric_quality": 0.75,
    }
    written = letters.read(CARD, PERFECT if answers is None else answers, age)
    return scores.Inputs(stage=stage, answers=written, **{**usual, **others})


def scored(*said, **more):
    """The scores of such a project."""
    return scores.score(CARD, inputs(*said, **more))


def inputs_of_vector(case):
    """The project that a published case describes."""
    found = [
        blocker(b["severity"], b["category"], b["age_days"], is_accepted=b["accepted"], ref=f"blocker:{n}")
        for n, b in enumerate(case["blockers"])
    ]
    return inputs(
        case["stage"],
        case["answers"],
        age=case["age_days"],
        furthest_stage=case["furthest_stage"],
        active_days=case["active_days_in_furthest_stage"],
        kind=case["kind"],
        is_on_hold=case["on_hold"],
        is_llm=case["llm"],
        blockers=tuple(found),
        annual_value=case["annual_value"],
        strategic=case["strategic"],
        reach=case["reach"],
        metric_quality=case["metric_quality"],
    )


def clock(severity="high", raised_on=TODAY):
    """The clock of a blocker raised on a day."""
    return clocks.start(POLICY, severity, raised_on)
