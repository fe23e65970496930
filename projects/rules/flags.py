"""The staleness rules: facts about one project in, the flags that they raise out.

Limits are read as written: more than a limit raises, a date is passed when today is later than it.
The sweep calls `findings` for every project, so a healthy project costs a few comparisons.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from projects.rules.stages import STANDARD_STAGES, Stage
from projects.rules.workflow import Workflow

# A project needs a date for its next gate from Framing to Pilot.
DATED = STANDARD_STAGES[1:7]


class FlagFacts(NamedTuple):
    """What the rules look at; `stage` is a stage code of the project's workflow."""

    stage: str
    created_on: date
    last_update_on: date | None = None  # the last update that says something; None counts from creation
    active_days_in_stage: int = 0  # without hold, added up over stages that share a standard code
    gate_planned_on: date | None = None
    on_hold: bool = False
    resume_on: date | None = None
    has_ended: bool = False


class Limits(NamedTuple):
    """The limits of one stage in days; None means that there is none."""

    stage_label: str
    update_days: int | None
    update_critical_days: int | None
    held_update_days: int
    held_update_critical_days: int
    stay_days: int | None
    stay_critical_days: int | None
    needs_gate_date: bool
    has_gate: bool
    gate_critical_days: int
    hold_critical_days: int


class Finding(NamedTuple):
    """One flag that a project should carry: `facts` are the numbers behind it."""

    rule: str
    severity: str  # warn, critical
    facts: Mapping[str, int | str]

    @property
    def label(self) -> str:
        """A few words for a row of a list."""
        return RULES[self.rule].label(self.facts)

    @property
    def sentence(self) -> str:
        """What was found, with its limit, and what clears it."""
        rule = RULES[self.rule]
        return f"{rule.sentence(self.facts)} {rule.clears}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as people read it; `version` changes when its meaning does."""

    code: str
    title: str
    explanation: str
    clears: str
    label: Callable[[Mapping[str, int | str]], str]
    sentence: Callable[[Mapping[str, int | str]], str]
    version: int = 1


def limits(workflow: Workflow) -> dict[str, Limits]:
    """The limits of every stage of a workflow; made once per workflow version."""
    return {stage.code: _limits(workflow, stage) for stage in workflow.stages}


def _limits(workflow: Workflow, stage: Stage) -> Limits:
    times = workflow.flag_limits.update_critical_times
    held = workflow.hold_update_every_days
    update = stage.update_every_days
    # Days in stages of one standard code add up, and so do the limits up to this stage.
    shared = workflow.with_standard(stage.standard)
    stays = [s.typical_days for s in shared[: shared.index(stage) + 1] if s.typical_days]
    known = bool(stage.typical_days)
    has_gate = workflow.gate_after(stage.code) is not None
    return Limits(
        stage_label=stage.label,
        update_days=update,
        update_critical_days=update * times if update else None,
        held_update_days=held,
        held_update_critical_days=held * times,
        stay_days=sum(days.p85 for days in stays) if known else None,
        stay_critical_days=sum(days.p95 for days in stays) if known else None,
        needs_gate_date=has_gate and stage.standard in DATED,
        has_gate=has_gate,
        gate_critical_days=workflow.flag_limits.gate_overdue_critical_days,
        hold_critical_days=workflow.flag_limits.hold_expired_critical_days,
    )


def level(found: Sequence[Finding]) -> int:
    """The worst of a project's flags as a number to sort by: 0 none, 1 a warning, 2 a critical one."""
    if not found:
        return 0
    return 2 if any(finding.severity == "critical" for finding in found) else 1


def findings(facts: FlagFacts, limits: Mapping[str, Limits], today: date) -> list[Finding]:
    """The flags that a project should carry today; an ended project carries none."""
    if facts.has_ended:
        return []
    limit = limits[facts.stage]
    found: list[Finding] = []
    if facts.on_hold:
        _no_update(found, facts, limit.held_update_days, limit.held_update_critical_days, today)
    elif limit.update_days is not None and limit.update_critical_days is not None:
        _no_update(found, facts, limit.update_days, limit.update_critical_days, today)
    if limit.stay_days is not None and facts.active_days_in_stage > limit.stay_days:
        _overrun(found, facts, limit)
    if facts.on_hold:
        if facts.resume_on is not None and facts.resume_on < today:
            days = (today - facts.resume_on).days
            _passed(found, "HOLD_EXPIRED", days, limit.hold_critical_days)
    elif facts.gate_planned_on is None:
        if limit.needs_gate_date:
            found.append(Finding("GATE_UNPLANNED", "warn", {"stage": limit.stage_label}))
    elif facts.gate_planned_on < today and limit.has_gate:
        days = (today - facts.gate_planned_on).days
        _passed(found, "GATE_OVERDUE", days, limit.gate_critical_days)
    return found


def _no_update(found: list[Finding], facts: FlagFacts, limit: int, critical: int, today: date) -> None:
    days = (today - (facts.last_update_on or facts.created_on)).days
    if days > limit:
        severity = "critical" if days > critical else "warn"
        found.append(Finding("NO_UPDATE", severity, {"days": days, "limit": limit}))


def _overrun(found: list[Finding], facts: FlagFacts, limit: Limits) -> None:
    days, usual = facts.active_days_in_stage, limit.stay_days or 0
    is_critical = limit.stay_critical_days is not None and days > limit.stay_critical_days
    values: dict[str, int | str] = {"days": days, "limit": usual, "stage": limit.stage_label}
    found.append(Finding("STAGE_OVERRUN", "critical" if is_critical else "warn", values))


def _passed(found: list[Finding], rule: str, days: int, critical: int) -> None:
    found.append(Finding(rule, "critical" if days > critical else "warn", {"days": days}))


def days(number: int | str) -> str:
    """A number of days in words: 1 day, 2 days."""
    return f"{number} day" if number == 1 else f"{number} days"


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "NO_UPDATE",
            "No update",
            "Nobody has posted an update for longer than the stage's cadence.",
            "An update or a move clears it.",
            lambda f: f"No update for {days(f['days'])}",
            lambda f: f"Nobody has said anything for {days(f['days'])}; the limit is {days(f['limit'])}.",
        ),
        Rule(
            "STAGE_OVERRUN",
            "Long in stage",
            "The project has been active in its stage for longer than 85 of 100 projects usually are.",
            "Leaving the stage clears it.",
            lambda f: f"{days(f['days'])} in {f['stage']}",
            lambda f: (
                f"{days(f['days'])} in {f['stage']}; 85 of 100 projects leave within {days(f['limit'])}."
            ),
        ),
        Rule(
            "GATE_UNPLANNED",
            "No gate date",
            "From Framing to Pilot a date should be planned for the next gate.",
            "Setting the planned date clears it.",
            lambda f: "No date for the next gate",
            lambda f: f"No date is planned for the gate after {f['stage']}.",
        ),
        Rule(
            "GATE_OVERDUE",
            "Gate date passed",
            "The planned date of the next gate has passed.",
            "Passing the gate or planning a new date clears it.",
            lambda f: f"Gate date passed {days(f['days'])} ago",
            lambda f: f"The planned date of the next gate passed {days(f['days'])} ago.",
        ),
        Rule(
            "HOLD_EXPIRED",
            "Hold ended",
            "The resume date of a project on hold has passed.",
            "Resuming, ending, or a hold with a new date clears it.",
            lambda f: f"Hold ended {days(f['days'])} ago",
            lambda f: f"The resume date of the hold passed {days(f['days'])} ago.",
        ),
    )
}
