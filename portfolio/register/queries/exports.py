"""The register as rows of a file."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portfolio.register.imports import watch_cells
from portfolio.register.queries import judgements, people_needed, scores
from projects.actors import Actor
from projects.exports.tables import Table, in_chunks
from projects.models import Flag
from projects.models.scorecards import parsed
from projects.queries import registers
from projects.queries.filters import ENDED_OUTCOMES, Filters
from projects.rules import letters, quadrants, scorecards
from projects.rules.scorecards_reading import PITFALLS


def _day(moment: datetime | None) -> Any:
    return timezone.localtime(moment).date() if moment else None


def _unit(row: dict[str, Any]) -> str:
    return row["unit__parent__name"] or row["unit__name"] or ""


def _sub_unit(row: dict[str, Any]) -> str:
    return row["unit__name"] if row["unit__parent__name"] else ""


def _stage(row: dict[str, Any]) -> str:
    """What the import takes as a stage: a standard code, or the word for how the project ended."""
    return row["outcome"] if row["outcome"] in ENDED_OUTCOMES else row["standard_stage"]


def _letters(code: str) -> Callable[[dict[str, Any]], str]:
    """The answers of one column of letters."""
    return lambda row: row["letters"].get(code, "")


def _pitfall(code: str) -> Callable[[dict[str, Any]], Any]:
    """The score of one pitfall; empty when it is left out or not known yet."""
    return lambda row: _rounded((row["assessment__result"] or {}).get("pitfalls", {}).get(code), 2)


def _rounded(score: float | None, digits: int) -> Decimal | None:
    return None if score is None else Decimal(str(round(score, digits)))


def _quadrant(row: dict[str, Any]) -> str:
    """The quadrant in words, with the gap that speaks against a promise."""
    code = row["quadrant"]
    return quadrants.label(code, has_critical_gap=row["has_critical_gap"]) if code else ""


# Header, then the column or what is made of a row. The headers up to blockers are those of the import profile
# `plimsoll`; the others say what only this installation knows, and the profile leaves them out.
COLUMNS: dict[str, str | Callable[[dict[str, Any]], Any]] = {
    "key": "key",
    "name": "name",
    "problem": "problem",
    "description": "description",
    "business unit": _unit,
    "sub-unit": _sub_unit,
    "owner": "owner__email",
    "kind": "kind",
    "tier": "tier",
    "ai act class": "ai_act_class",
    "personal data": "personal_data",
    "llm": "llm",
    "vendor": "vendor",
    "metric": "metric_name",
    "metric unit": "metric_unit",
    "metric direction": "metric_direction",
    "metric baseline": "metric_baseline",
    "metric target": "metric_target",
    "metric target on": "metric_target_on",
    "metric owner": "metric_owner",
    "metric is measured": "metric_is_measured",
    "metric method agreed": "metric_method_agreed",
    "metric link": "metric_link",
    "guardrails": "guardrails",
    "ml metric": "ml_metric",
    "objective": "objective",
    "value low": "value_low",
    "value likely": "value_likely",
    "value high": "value_high",
    "strategic fit": "strategic",
    "reach": "reach",
    "committed on": "committed_on",
    "gate planned on": "gate_planned_on",
    "decides about people": "decides_about_people",
    "human review": "human_review",
    "acts automatically": "acts_automatically",
    "safety relevant": "safety_relevant",
    "customer facing": "customer_facing",
    "people affected": "users_affected",
    "expectation": "expectation",
    "data sources": "data_sources",
    "model version": "model_version",
    "first exposure on": "first_exposure_on",
    "metric measured on": "metric_measured_on",
    "monitoring seen on": "monitoring_seen_on",
    "people at work": "capacity_fte",
    "people needed(kind:fte:from:until)": "people",
    "remaining cost": "remaining_cost",
    "launch cost": "launch_cost",
    "cost currency": "cost_currency",
    "chance of use": "chance_of_use",
    "mandatory": "mandatory",
    "vendor name": "vendor_name",
    "metric realised": "metric_realised",
    "stated on": "stated_on",
    "stated value": "stated_value",
    "leakage reviewed on": "leakage_reviewed_on",
    "audited on": "audited_on",
    "signals(name:days)": lambda row: watch_cells.write_signals(row["signals"]),
    "metric pairs(name:offline:online:better:gap:baseline:ceiling)": lambda row: watch_cells.write_pairs(
        row["metric_pairs"]
    ),
    "stage": _stage,
    **{f"answers_{code}": _letters(code) for code in letters.columns(scorecards.shipped())},
    "assessed on": lambda row: judgements.assessed_on(row["assessment__answers"] or {}),
    "blockers(severity:category:age_days:overdue:owner)": "blockers",
    "portfolio": "portfolio__name",
    "owner name": "owner__name",
    "workflow stage": "stage",
    "in stage since": lambda row: _day(row["stage_since"]),
    "status": "status",
    "resume on": "resume_on",
    "outcome": "outcome",
    "ended on": lambda row: _day(row["ended_at"]),
    "health": "health",
    "last update": lambda row: _day(row["last_update_at"]),
    "flags": "flag_labels",
    "risk": lambda row: _rounded(row["risk"], 2),
    **{f"risk {code}": _pitfall(code) for code in PITFALLS},
    "impact": lambda row: _rounded(row["impact"], 2) if scores.knows_impact(row) else None,
    "quadrant": _quadrant,
    "chance of production": lambda row: _rounded(row["p_production"], 4),
    "confidence": lambda row: _rounded(row["confidence"], 3),
    "critical gap": lambda row: row["has_critical_gap"] if row["scored_at"] else None,
    "recertify on": "recertify_on",
    "pivoted on": "pivoted_on",
    "pivot stage": "pivot_stage",
    "created on": lambda row: _day(row["created_at"]),
    "archived on": lambda row: _day(row["archived_at"]),
}
HEADERS = list(COLUMNS)
# Put into a row here, and no columns of a project.
MADE = ("flag_labels", "blockers", "people")
NEEDED = (
    *(column for column in COLUMNS.values() if isinstance(column, str) and column not in MADE),
    *("assessment__answers", "assessment__result", "portfolio__scorecard_id", "scored_at"),
    *(name for name in scores.COLUMNS if name not in ("strategic", "reach")),
    *("unit__name", "unit__parent__name", "standard_stage", "signals", "metric_pairs"),
    *("stage_since", "ended_at", "last_update_at", "created_at", "archived_at"),
)


def table(actor: Actor, filters: Filters) -> Table:
    """Every project of the list, all pages of it, without holding them in memory."""
    found = registers.listed(filters, actor=actor).values("pk", *NEEDED)
    return Table("projects", HEADERS, in_chunks(found, _cells))


def _cells(chunk: list[dict[str, Any]]) -> Iterator[list[Any]]:
    ids = [row["pk"] for row in chunk]
    labels, standing, people = _flag_labels(ids), judgements.standing(ids), people_needed.of_projects(ids)
    for row in chunk:
        row["flag_labels"] = "; ".join(labels[row["pk"]])
        row["blockers"], row["people"] = standing.get(row["pk"], ""), people.get(row["pk"], "")
        card, held = parsed(row["portfolio__scorecard_id"]), row["assessment__answers"] or {}
        row["letters"] = judgements.columns(card, held, is_llm=bool(row["llm"]))
        yield [column(row) if callable(column) else row[column] for column in COLUMNS.values()]


def _flag_labels(project_ids: list[int]) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = defaultdict(list)
    rows = Flag.objects.filter(project_id__in=project_ids, cleared_at=None).order_by(
        "severity", "opened_at", "pk"
    )
    for flag in rows.select_related("portfolio"):
        found[flag.project_id].append(flag.label)
    return found
