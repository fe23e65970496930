"""Flags of pace: silence, long stays, gates without a date or past it, holds that are over."""

from projects.rules.looks import CRITICAL, WARN, Look, Rule, days


def _no_update(look: Look) -> None:
    since = look.facts.last_update_on or look.facts.created_on
    limit, critical = look.limits.update_days, look.limits.update_critical_days
    if look.facts.on_hold:
        limit, critical = look.limits.held_update_days, look.limits.held_update_critical_days
    if limit is not None:
        look.older("NO_UPDATE", since, limit, critical, limit=limit)


def _overrun(look: Look) -> None:
    """Active days, counted back from today; while the project is on hold they do not grow."""
    usual, active = look.limits.stay_days, look.facts.active_days_in_stage
    if usual is None:
        return
    critical = look.limits.stay_critical_days
    numbers: dict[str, int | str] = {"limit": usual, "stage": look.limits.stage_label}
    if not look.facts.on_hold:
        look.older("STAGE_OVERRUN", look.days_ago(active), usual, critical, **numbers)
    elif active > usual:
        is_grave = critical is not None and active > critical
        look.raises("STAGE_OVERRUN", CRITICAL if is_grave else WARN, days=active, **numbers)


def _gate_unplanned(look: Look) -> None:
    facts, limits = look.facts, look.limits
    if limits.needs_gate_date and facts.gate_planned_on is None and not facts.on_hold:
        look.raises("GATE_UNPLANNED", WARN, stage=limits.stage_label)


def _gate_overdue(look: Look) -> None:
    facts, limits = look.facts, look.limits
    if limits.has_gate and facts.gate_planned_on is not None and not facts.on_hold:
        look.older("GATE_OVERDUE", facts.gate_planned_on, 0, limits.gate_critical_days)


def _hold(look: Look) -> None:
    if look.facts.on_hold and look.facts.resume_on is not None:
        look.older("HOLD_EXPIRED", look.facts.resume_on, 0, look.limits.hold_critical_days)


RULES = (
    Rule(
        "NO_UPDATE",
        "No update",
        "Nobody has said anything about the project for longer than the cadence of its stage.",
        "nobody said anything for longer than the stage's cadence",
        "for twice as long",
        "An update, a move, or anything else that says something clears it.",
        lambda f: f"No update for {days(f['days'])}",
        lambda f: f"Nobody has said anything for {days(f['days'])}; the limit is {days(f['limit'])}.",
        _no_update,
    ),
    Rule(
        "STAGE_OVERRUN",
        "Long in stage",
        "The project has been active in its stage for longer than 85 of 100 projects usually are.",
        "active longer than 85 of 100 projects stay",
        "longer than 95 of 100 stay",
        "Leaving the stage clears it.",
        lambda f: f"{days(f['days'])} in {f['stage']}",
        lambda f: f"{days(f['days'])} in {f['stage']}; 85 of 100 projects leave within {days(f['limit'])}.",
        _overrun,
    ),
    Rule(
        "GATE_UNPLANNED",
        "No gate date",
        "From Framing to Pilot a date should be planned for the next gate.",
        "no date is planned for the next gate",
        "",
        "Setting the planned date clears it.",
        lambda f: "No date for the next gate",
        lambda f: f"No date is planned for the gate after {f['stage']}.",
        _gate_unplanned,
    ),
    Rule(
        "GATE_OVERDUE",
        "Gate date passed",
        "The planned date of the next gate has passed.",
        "the planned date of the next gate has passed",
        "more than 14 days ago",
        "Passing the gate or planning a new date clears it.",
        lambda f: f"Gate date passed {days(f['days'])} ago",
        lambda f: f"The planned date of the next gate passed {days(f['days'])} ago.",
        _gate_overdue,
    ),
    Rule(
        "HOLD_EXPIRED",
        "Hold ended",
        "The resume date of a project on hold has passed.",
        "the resume date has passed",
        "more than 30 days ago",
        "Resuming, ending, or a hold with a new date clears it.",
        lambda f: f"Hold ended {days(f['days'])} ago",
        lambda f: f"The resume date of the hold passed {days(f['days'])} ago.",
        _hold,
    ),
)
