"""The sample portfolio: 24 invented projects whose ages are counted back from the moment of loading."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any
from unicodedata import normalize

from django.db import transaction
from django.utils import timezone

from portfolio.accounts.models import User
from portfolio.register.actions import sample_balance as balance
from portfolio.register.actions import sample_evidence as evidence
from portfolio.register.actions import sample_judgements as judgements
from portfolio.register.actions import sample_metrics as metrics
from portfolio.register.actions import sample_signoffs as signoffs
from portfolio.register.actions import sample_watch as watch
from projects.actions import members, moves, portfolios, projects, stages, teams, units, updates
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Project
from projects.models.workflows import parsed
from projects.queries import facts
from projects.rules import shipped_files
from projects.rules.workflow import Workflow

FOLDER = resources.files("portfolio.register") / "sample"
SLUG, PREFIX = "sample", "PRJ"
METRIC = re.compile(r"(?P<name>.+?) (?P<baseline>[\d.]+) -> (?P<target>[\d.]+) ?(?P<unit>.*)")
# Days that a project is taken to have spent in each stage before the present one.
STEP = timedelta(days=40)
TARGET_IN = timedelta(days=240)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all projects of the sample share while they are loaded."""

    portfolio: Portfolio
    workflow: Workflow
    people: dict[str, list[User]]
    owners: dict[str, User]  # by business unit, or by the code of one project
    now: datetime


def is_loaded() -> bool:
    """Whether the sample has been loaded before, whatever became of it since."""
    return Portfolio.objects.filter(slug=SLUG).exists()


@transaction.atomic
def load(*, now: datetime | None = None) -> Portfolio:
    """Load the sample as a portfolio of its own; once loaded, it is left alone."""
    if is_loaded():
        return Portfolio.objects.get(slug=SLUG)
    actor = Actor.system("sample")
    portfolio = portfolios.create(
        name="Sample portfolio", slug=SLUG, key_prefix=PREFIX, preset="standard", actor=actor
    )
    people, owners = _people(portfolio, actor)
    setting = Setting(portfolio, parsed(portfolio.workflow_id), people, owners, now or timezone.now())
    balance.offer(portfolio, _at(setting.now), setting.now.date())
    loaded = {row["code"]: _load(row, setting) for row in rows()}
    balance.link(loaded, _at(setting.now))
    metrics.observe(loaded, _at(setting.now))
    watch.look_in(loaded, rows(), setting.now)
    judgements.catch_up(portfolio, setting.now)
    return portfolio


def rows() -> Iterator[dict[str, str]]:
    """The sample's file, a row for each project."""
    text = FOLDER.joinpath("projects.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text))


def _people(portfolio: Portfolio, actor: Actor) -> tuple[dict[str, list[User]], dict[str, User]]:
    people: dict[str, list[User]] = {}
    owners: dict[str, User] = {}
    for entry in shipped_files.read(FOLDER / "people.yaml"):
        address = (
            ".".join(normalize("NFKD", entry["name"].lower()).encode("ascii", "ignore").decode().split())
            + "@sample.example"
        )
        person = User.objects.create_user_with(email=address, name=entry["name"])
        members.set_role(
            portfolio.pk, user_id=person.pk, role=entry.get("member", "contributor"), actor=actor
        )
        for role in entry["roles"]:
            people.setdefault(role, []).append(person)
        owners |= dict.fromkeys([*entry.get("units", []), *entry.get("owns", [])], person)
    return people, owners


def _load(row: dict[str, str], setting: Setting) -> Project:
    """One project: its past in the order in which it happened."""
    stage_place = setting.workflow.index(row["stage"])
    said = setting.now - timedelta(days=int(row["days_since_update"]))
    entered = said if row["status"] == "on_hold" else setting.now
    entered -= timedelta(days=int(row["days_in_stage"]))
    created = entered - stage_place * STEP
    project = projects.create(
        setting.portfolio.pk, name=row["name"], actor=_at(created), **_facts(row, setting, entered)
    )
    _team(project, row, setting, created)
    for place in range(1, stage_place + 1):
        _enter(project, setting.workflow.stages[place].code, entered - (stage_place - place) * STEP)
    watch.pivot(project, row, setting.now)
    if row["code"] in UPDATES:
        _update(project, UPDATES[row["code"]], said)
    if row["status"] == "on_hold":
        _hold(project, row, setting, said)
    judgements.answer(project, row, setting.now)
    judgements.block(project, row, setting.now)
    _add_latest(project, row, setting, max(said, entered))
    project.refresh_from_db()
    evidence.bring(project)
    signoffs.sign(project, row, setting.now)
    watch.foresee(project, row, setting.now)
    watch.fall_silent(project, row, setting.now)
    return project


def _add_latest(project: Project, row: dict[str, str], setting: Setting, when: datetime) -> None:
    """What the file says of these days: the next gate, people at work, results, a look at the monitoring."""
    latest, measured_at = balance.realised(project, row, setting.now)
    watched, audited_at = watch.latest(project, row, setting.now)
    latest |= watched
    when = max(when, measured_at or when, audited_at or when)
    if row["gate_due_in_days"]:
        latest["gate_planned_on"] = _in_days(row["gate_due_in_days"], setting.now)
    if row["monitoring_days"]:
        seen_at = setting.now - timedelta(days=int(row["monitoring_days"]))
        latest["monitoring_seen_on"] = facts.today(project, seen_at)
        when = max(when, seen_at)
    projects.edit(project.pk, version=None, actor=_at(when), **latest)
    balance.demand(project, row, _at(when))


def _facts(row: dict[str, str], setting: Setting, entered: datetime) -> dict[str, Any]:
    metric = METRIC.fullmatch(row["business_metric"])
    owner = setting.owners.get(row["code"]) or setting.owners[row["business_unit"]]
    target_on = (entered if row["stage"] == "production" else setting.now + TARGET_IN).date()
    facts: dict[str, Any] = {
        "problem": row["problem"],
        "unit": units.find_or_create(setting.portfolio.pk, name=row["business_unit"], actor=_at(entered)),
        "owner": owner,
        "kind": row["initiative_kind"],
        "tier": row["governance_tier"],
        "ai_act_class": row["eu_ai_act_class"],
        "personal_data": row["personal_data"] == "1",
        "llm": row["llm"] == "1",
        "vendor": row["vendor"] == "1",
        "ml_metric": row["ml_metric"],
        "objective": watch.objective(row),
        "committed_on": _in_days(row["committed_in_days"], setting.now),
        **judgements.impact(row),
        **balance.stated(row),
        **judgements.marked(row, owner=owner.name, target_on=target_on),
    }
    if metric:
        baseline, target = Decimal(metric["baseline"]), Decimal(metric["target"])
        facts |= {
            "metric_name": metric["name"],
            "metric_unit": metric["unit"],
            "metric_baseline": baseline,
            "metric_target": target,
            "metric_direction": "up" if target > baseline else "down",
        }
    return facts


def _team(project: Project, row: dict[str, str], setting: Setting, when: datetime) -> None:
    """Everybody in their role; where the file names no steward, nobody runs it after launch."""
    for role, people in setting.people.items():
        if role == "OW" and row["steward"] != "1":
            continue
        holders = [setting.owners[row["business_unit"]]] if role == "PO" else people
        for person in holders:
            teams.assign(project.pk, user_id=person.pk, role=role, actor=_at(when))


def _enter(project: Project, stage: str, when: datetime) -> None:
    """Through the gate, with its date planned; where it would be closed, the file's word counts."""
    projects.edit(project.pk, version=None, gate_planned_on=when.date(), actor=_at(when - timedelta(days=14)))
    try:
        moves.make(project.pk, to=stage, actor=_at(when))
    except Refused:
        stages.report(project.pk, to=stage, actor=_at(when))


def _update(project: Project, entry: dict[str, str], when: datetime) -> None:
    updates.post(
        project.pk,
        health=entry["health"],
        text=entry["text"],
        next_step=entry.get("next", ""),
        at_risk=entry.get("at_risk", ""),
        actor=Actor(project.owner, "sample", at=when),
    )


def _hold(project: Project, row: dict[str, str], setting: Setting, when: datetime) -> None:
    moves.make(
        project.pk,
        kind="hold",
        note="The works council and the insurer of the yard have to agree first.",
        until=_in_days(row["resume_in_days"], setting.now),
        approver=setting.people["SP"][0],
        actor=Actor(project.owner, "sample", at=when),
    )


def _in_days(text: str, now: datetime) -> date | None:
    return (now + timedelta(days=int(text))).date() if text else None


def _at(when: datetime) -> Actor:
    return Actor(None, "sample", at=when)


UPDATES: dict[str, dict[str, str]] = shipped_files.read(FOLDER / "updates.yaml")
