"""A project on which no rule finds anything, to be made worse one fact at a time."""

from datetime import date, timedelta

from projects.rules import flags, presets
from projects.rules.flag_facts import FlagFacts, limits

TODAY = date(2026, 11, 20)
STANDARD = presets.workflow("standard")
LIMITS = limits(STANDARD)
CODES = [stage.code for stage in STANDARD.stages]


def ago(days):
    return TODAY - timedelta(days=days)


def ahead(days):
    return TODAY + timedelta(days=days)


def facts(stage="mvp", **changes):
    """Created long ago, updated and answered today, its next gate planned, everything in its place."""
    healthy = {
        "created_on": ago(900),
        "last_update_on": TODAY,
        "stage_since_on": ago(10),
        "gate_planned_on": ahead(30),
        "owner_acted_on": TODAY,
        "assessed_on": TODAY,
        "letters": {"DQ2": "Y", "NT1": "Y", "NT3": "Y"},
        "monitoring_seen_on": TODAY,
        "audited_on": TODAY,
    }
    return FlagFacts(stage, **{**healthy, **changes})


def look(project, today=TODAY, stages=None):
    return flags.findings(project, (stages or LIMITS)[project.stage], today)


def found(project, today=TODAY, stages=None):
    """Each flag with "!" where it is critical."""
    return [
        each.rule + ("!" if each.severity == "critical" else "")
        for each in look(project, today, stages).findings
    ]
