"""What a project keeps of its observations, brought up to date in the transaction that changes them."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from projects.models import Project
from projects.queries import facts
from projects.queries import observations as queries
from projects.rules import metric_sides as rules
from projects.rules import signals, trends
from projects.rules.metric_sides import Side
from projects.rules.observations import OFFLINE, ONLINE, SHADOW


def keep(project: Project, metrics: Collection[str] | None = None) -> bool:
    """Keep the newest of these metrics, or of all, on a locked row, not yet saved; whether that is news."""
    asked = {
        criterion.name
        for gate in facts.workflow(project).gates
        for criterion in gate.criteria
        if criterion.kind == "metric"
    }
    asked |= {rules.business_metric(project.metric_name)} - {""}
    sides = rules.sides(project.metric_pairs, sorted(asked))
    before = project.measurements
    # A side of a pair that is gone goes, too; a metric under its own name stays.
    changed = {name: said for name, said in before.items() if "@" not in name or name in sides}
    for name, side in sides.items():
        if metrics is not None and side.metric not in metrics:
            continue
        entry = _entry(project, side)
        if entry is None:
            # What was observed was taken back; what somebody measured stays.
            if "observed_at" in changed.get(name, {}):
                del changed[name]
        elif rules.replaces(entry, changed.get(name)):
            changed[name] = entry
    if changed == before:
        return False
    project.measurements = changed
    return True


def see(project: Project, metrics: Collection[str]) -> bool:
    """Note on a locked row, not yet saved, which signals these metrics are, with their newest value."""
    zone, newest = ZoneInfo(project.portfolio.time_zone), {}
    for metric in sorted(project.signals.keys() & set(metrics)):
        found = queries.newest(project.pk, Side(metric, metric, frozenset({SHADOW, ONLINE, OFFLINE})))
        if "" in found:
            newest[metric] = found[""].at.astimezone(zone).date(), rules.kept_value(found[""].value)
    seen = signals.observed(project.signals, newest)
    is_news = seen != project.signals
    project.signals = seen
    return is_news


def _entry(project: Project, side: Side) -> dict[str, Any] | None:
    newest = queries.newest(project.pk, side)
    if "" not in newest:
        return None
    mine, trend, every_days = newest.pop(""), None, None
    if side.is_paired:
        days = queries.course(project.pk, side, mine.at)
        trend, every_days = trends.of_course(days), trends.rhythm(days)
    return rules.entry(mine, newest, trend, every_days, ZoneInfo(project.portfolio.time_zone))
