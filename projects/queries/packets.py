"""What people sign at a gate of a project: its material facts and the evidence that the gate rests on."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from projects.models import Project
from projects.queries import facts
from projects.rules import packets
from projects.rules.stages import STANDARD_STAGES, Gate

# The names by which people know what is in a packet, for what has changed since it was signed.
LABELS = {
    "business_metric.name": "Business metric",
    "business_metric.unit": "Unit of the business metric",
    "business_metric.baseline": "Baseline of the business metric",
    "business_metric.target": "Target of the business metric",
    "business_metric": "Business metric",
    "ml_metric.name": "ML metric",
    "ml_metric": "ML metric",
    "objective": "ML objective",
    "risk_tier": "Governance tier",
    "ai_act_class": "AI Act class",
    "personal_data": "Personal data",
    "vendor": "Vendor or third-party model",
    "data_sources": "Data sources",
    "users_affected": "People affected",
    "model_version": "Model version",
    "evidence": "Evidence",
    "gate": "Gate",
    "project": "Project",
}
# Columns of a project that are in packets: a change of one of them makes signatures fall away.
MATERIAL = (
    "metric_name",
    "metric_unit",
    "metric_baseline",
    "metric_target",
    "ml_metric",
    "objective",
    "tier",
    "ai_act_class",
    "personal_data",
    "vendor",
    "data_sources",
    "users_affected",
    "model_version",
)
FIRST_WITH_MODEL = STANDARD_STAGES.index("validation")


class Item(NamedTuple):
    """The present version of an item of evidence."""

    id: int
    project_id: int
    kind: str
    gate: str
    sha256: str
    holds: bool | None
    dated_on: date
    added_by: int | None


def content(project: Project, gate: Gate, evidence: Iterable[Item]) -> dict[str, Any]:
    """The packet of a gate as it is now (domain 2.5, points 1 and 2); what nobody has entered is left out."""
    metric = {
        "name": project.metric_name or None,
        "unit": project.metric_unit or None,
        "baseline": _text(project.metric_baseline),
        "target": _text(project.metric_target),
    }
    sources = [line.strip() for line in project.data_sources.splitlines() if line.strip()]
    return {
        "project": project.key,
        "gate": gate.code,
        "business_metric": metric,
        "ml_metric": {"name": project.ml_metric or None},
        "objective": project.objective.strip() or None,
        "risk_tier": project.tier or None,
        "ai_act_class": project.ai_act_class or None,
        "personal_data": project.personal_data,
        "vendor": project.vendor,
        "data_sources": sources or None,
        "users_affected": _text(project.users_affected),
        "model_version": (project.model_version or None) if names_model(project, gate) else None,
        "evidence": [{"id": each.id, "sha256": each.sha256} for each in belonging(gate, evidence)],
    }


def digest(project: Project, gate: Gate, evidence: Iterable[Item]) -> str:
    """The hash of a gate's packet as it is now."""
    return packets.digest(content(project, gate, evidence))


def belonging(gate: Gate, evidence: Iterable[Item]) -> list[Item]:
    """The evidence that a gate rests on: of the kinds that it asks for, and what was brought for it."""
    asked = {each.name for each in gate.criteria if each.kind in ("evidence", "statement")}
    return [each for each in evidence if each.kind in asked or each.gate == gate.code]


def names_model(project: Project, gate: Gate) -> bool:
    """From readiness on people sign for a version of a model, not only for a project."""
    if gate.kind == "recertify":
        return True
    if gate.kind != "advance":
        return False
    return facts.workflow(project).stage(gate.from_stage).order >= FIRST_WITH_MODEL


def words(members: Iterable[str]) -> list[str]:
    """What has changed in a packet, as people know it; each name once."""
    return list(dict.fromkeys(LABELS.get(member, member) for member in members))


def _text(value: Decimal | int | None) -> str | None:
    """A number as it reads without superfluous zeros, and nought without a sign, however it was typed."""
    return None if value is None else format(Decimal(value).normalize() + 0, "f")
