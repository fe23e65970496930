"""What the sample knows of risk and impact: answers, blockers, the value, and the marks of a metric."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from projects.actions import answers, blockers, scores
from projects.actors import Actor
from projects.models import Blocker, Portfolio, Project
from projects.models.scorecards import card_of
from projects.rules import letters, shipped_files

FOLDER = resources.files("portfolio.register") / "sample"
# How far the low and the high value lie from the likely one: the newer it is, the less is known.
SPREAD = {"existing": Decimal("0.2"), "new": Decimal("0.4"), "revolutionary": Decimal("0.6")}
# The file says how many marks of a measurable metric hold; the first to go is the one most often missing.
MARKS = ("metric_owned", "target_dated", "baseline_measured", "method_agreed")


@dataclass(frozen=True, slots=True)
class Standing:
    """A blocker as the file writes it: severity:category:age_days:overdue:owner."""

    severity: str
    category: str
    age_days: int
    is_overdue: bool
    has_owner: bool


def standings(row: dict[str, str]) -> list[Standing]:
    """The open blockers of a row."""
    cells = [each.split(":") for each in row[BLOCKERS].split(";") if each]
    return [
        Standing(one, two, int(age), overdue == "1", owner == "1") for one, two, age, overdue, owner in cells
    ]


def impact(row: dict[str, str]) -> dict[str, Any]:
    """The fields that impact is made of; the estimate is spread evenly around the value of the file."""
    value, spread = Decimal(row["annual_value_eur"]), SPREAD[row["initiative_kind"]]
    return {
        "value_low": value * (1 - spread),
        "value_likely": value,
        "value_high": value * (1 + spread),
        "strategic": int(row["strategic_0_4"]),
        "reach": int(row["reach_0_4"]),
    }


def marked(row: dict[str, str], *, owner: str, target_on: date) -> dict[str, Any]:
    """The fields by which as many marks of a measurable metric hold as the file says."""
    held = MARKS[: round(float(row["metric_quality_0_1"]) * len(MARKS))]
    return {
        "metric_owner": owner if "metric_owned" in held else "",
        "metric_target_on": target_on if "target_dated" in held else None,
        "metric_is_measured": "baseline_measured" in held,
        "metric_method_agreed": "method_agreed" in held,
    }


def answer(project: Project, row: dict[str, str], now: datetime) -> None:
    """Give the answers of a row on the day of its assessment; what nobody knows is not answered."""
    if not row["assessment_age_days"]:
        return
    card = card_of(project.portfolio)
    written = {column: row[f"answers_{column}"] for column in letters.columns(card)}
    given = [
        answers.Given(question, letter, evidence=EVIDENCE[question] if letter == "Y" else "")
        for question, (letter, _) in letters.read(card, written).items()
        if letter != "U"
    ]
    when = now - timedelta(days=int(row["assessment_age_days"]))
    answers.give_many(project.pk, given=given, actor=Actor(project.owner, "sample", at=when))


def block(project: Project, row: dict[str, str], now: datetime) -> list[Blocker]:
    """Raise the blockers of a row on their days; without an owner in the file, theirs has left."""
    found = []
    for standing, said in zip(standings(row), BLOCKERS_SAID.get(row["code"], []), strict=True):
        raised_at = now - timedelta(days=standing.age_days)
        actor = Actor(project.owner, "sample", at=raised_at)
        blocker = blockers.raise_(
            project.pk,
            title=said["title"],
            category=standing.category,
            severity=standing.severity,
            decision_from=said["from"],
            waiting_for=said.get("waiting", ""),
            actor=actor,
        )
        if not standing.has_owner:
            blocker = blockers.edit(blocker.pk, version=None, owner=None, actor=actor)
        if "answered" in said:
            responded_at = min(raised_at + timedelta(days=said["answered"]), now)
            blocker = blockers.respond(blocker.pk, actor=Actor(project.owner, "sample", at=responded_at))
        found.append(blocker)
    return found


def catch_up(portfolio: Portfolio, now: datetime) -> None:
    """Let time pass over what was loaded: blockers rise step by step, then every project is scored."""
    open_ones = Blocker.objects.filter(portfolio=portfolio).values_list("step_1_on", "step_2_on", "step_3_on")
    today = now.date()
    for day in sorted({day for steps in open_ones for day in steps if day and day <= today}):
        moment = now - (today - day)
        blockers.rise(actor=_at(moment), now=moment)
    after: int | None = 0
    while after is not None:
        after = scores.age(portfolio.pk, actor=_at(now), now=now, after=after).after


def _at(when: datetime) -> Actor:
    return Actor(None, "sample", at=when)


def _said(name: str) -> Any:
    return shipped_files.read(FOLDER / name)


BLOCKERS = "blockers(severity:category:age_days:overdue:owner)"
EVIDENCE: dict[str, str] = _said("evidence.yaml")
BLOCKERS_SAID: dict[str, list[dict[str, Any]]] = _said("blockers.yaml")
