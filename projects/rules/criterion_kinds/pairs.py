"""Criteria about metric pairs: whether online keeps the declared gap to offline."""

from projects.rules.facts import Facts
from projects.rules.findings import MET, UNKNOWN, UNMET, Finding, Kind, days_ago, lacking, not_read, staleness
from projects.rules.stages import Criterion, Gate


def pair_label(criterion: Criterion) -> str:
    """What a pair is called."""
    name = criterion.name.replace("_", " ")
    return criterion.label or f"{name[:1].upper()}{name[1:]}, offline and online"


def _pair(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, field = pair_label(criterion), f"pair.{criterion.name}"
    if facts.pairs is None:
        return not_read(label, field)
    found = facts.pairs.get(criterion.name)
    if found is None:
        remedy = f"Declare the metric pair {criterion.name} with the gap that is all right."
        says = "nobody has declared it"
        return lacking(UNKNOWN, says, label=label, code="pair_missing", remedy=remedy, field=field)
    says = found.says.rstrip(".")
    if found.is_kept is None or found.measured_on is None:
        remedy = "Post observations of both sides, and say which gap is all right."
        return lacking(UNKNOWN, says, label=label, code="pair_unknown", remedy=remedy, field=field)
    if stale := staleness("last measured", found.measured_on, criterion.within_days, facts.today):
        remedy = "Measure both sides again and post what came out."
        return lacking(UNMET, stale, label=label, code="pair_old", remedy=remedy, field=field)
    if not found.is_kept:
        remedy = "Bring online within the gap and measure it again."
        return lacking(UNMET, says, label=label, code="pair_too_far", remedy=remedy, field=field)
    return Finding(MET, f"{says}, measured {days_ago(found.measured_on, facts.today)}")


def _pair_demand(criterion: Criterion) -> str:
    asked = "online keeps the declared gap to offline"
    return f"{asked}, measured within {criterion.within_days} days" if criterion.within_days else asked


KINDS = (Kind("pair", _pair, pair_label, _pair_demand, "metrics"),)
