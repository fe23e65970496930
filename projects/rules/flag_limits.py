"""The limits of a rule in words, as they are in the stage where a project is."""

from collections.abc import Callable

from projects.rules.flag_facts import Limits
from projects.rules.looks import days

Lines = list[tuple[str, str]]


def in_words(rule: str, limits: Limits, *, on_hold: bool = False) -> Lines:
    """When this rule warns and when it is critical here; empty where its own words say it all."""
    says = SAYS.get(rule)
    return says(limits, on_hold) if says else []


def is_of_stages(rule: str) -> bool:
    """Whether stages or workflows have limits of their own for this rule."""
    return rule in SAYS


def _update(limits: Limits, on_hold: bool) -> Lines:
    if on_hold:
        return _two(limits.held_update_days, limits.held_update_critical_days, " on hold")
    return _two(limits.update_days, limits.update_critical_days, f" in {limits.stage_label}")


def _stay(limits: Limits, _on_hold: bool) -> Lines:
    return _two(limits.stay_days, limits.stay_critical_days, f" in {limits.stage_label}")


def _assessment(limits: Limits, _on_hold: bool) -> Lines:
    allowed = limits.assessment_days
    return _two(allowed, allowed * 2 if allowed else None, f" in {limits.stage_label}")


def _gate(limits: Limits, _on_hold: bool) -> Lines:
    return [("Here it is critical", f"after more than {days(limits.gate_critical_days)}")]


def _hold(limits: Limits, _on_hold: bool) -> Lines:
    return [("Here it is critical", f"after more than {days(limits.hold_critical_days)}")]


def _two(warn: int | None, critical: int | None, where: str) -> Lines:
    found = [("Here it warns", warn), ("Here it is critical", critical)]
    return [(label, f"after more than {days(limit)}{where}") for label, limit in found if limit is not None]


SAYS: dict[str, Callable[[Limits, bool], Lines]] = {
    "NO_UPDATE": _update,
    "STAGE_OVERRUN": _stay,
    "ASSESSMENT_STALE": _assessment,
    "GATE_OVERDUE": _gate,
    "HOLD_EXPIRED": _hold,
}
