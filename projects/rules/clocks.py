"""The clock of a blocker: when it is late, who hears of it when, and what a change does to it.

A clock is fixed when a blocker is raised: a later change of the policy moves no deadline of an open one.
Waiting for somebody outside and a project on hold do not stop it, or ages would be made to look good.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from projects.rules.blockers import Policy


@dataclass(frozen=True, slots=True)
class Clock:
    """The days that matter for one blocker; `steps_on` are those of levels 1, 2 and 3."""

    severity: str
    raised_on: date
    respond_by: date
    due_on: date
    steps_on: tuple[date, ...]

    def age_days(self, today: date) -> int:
        """Days since it was raised."""
        return max(0, (today - self.raised_on).days)

    def is_past_sla(self, today: date) -> bool:
        """Whether the day by which it should have been resolved is over."""
        return today > self.due_on

    def is_response_late(self, today: date, responded_on: date | None) -> bool:
        """Whether the first response came late, or is late already; it escalates nothing."""
        return (responded_on or today) > self.respond_by

    def reached(self, today: date) -> int:
        """The level that its steps have come to, 0 to 3."""
        return sum(today >= step for step in self.steps_on)

    def next_step_on(self, today: date) -> date | None:
        """The day of the next step; None after the last."""
        return next((step for step in self.steps_on if step > today), None)


def start(policy: Policy, severity: str, raised_on: date) -> Clock:
    """The clock of a blocker that is raised."""
    kind = policy.severity(severity)
    return Clock(
        severity=severity,
        raised_on=raised_on,
        respond_by=raised_on + timedelta(kind.respond_days),
        due_on=raised_on + timedelta(kind.sla_days),
        steps_on=tuple(raised_on + timedelta(days) for days in kind.step_days),
    )


def change(policy: Policy, clock: Clock, severity: str, today: date) -> Clock:
    """The clock after a change of severity: no deadline moves to a later day by it."""
    if severity == clock.severity:
        return clock
    fresh = start(policy, severity, today)
    return replace(
        _due(policy, replace(clock, severity=severity), min(clock.due_on, fresh.due_on)),
        respond_by=min(clock.respond_by, fresh.respond_by),
    )


def extend(policy: Policy, clock: Clock, due_on: date) -> Clock:
    """The clock with another deadline, which somebody of level 2 has set; steps move with it."""
    return _due(policy, clock, due_on)


def _due(policy: Policy, clock: Clock, due_on: date) -> Clock:
    """Steps keep their distance from the deadline, so that an earlier one brings them forward too."""
    kind = policy.severity(clock.severity)
    steps = tuple(due_on + timedelta(days - kind.sla_days) for days in kind.step_days)
    return replace(clock, due_on=due_on, steps_on=steps)


def keeps_start(policy: Policy, resolved_on: date, today: date) -> bool:
    """Whether a blocker that comes back today goes on from its first start, with its level."""
    return (today - resolved_on).days <= policy.reopen_days


def reopen(policy: Policy, clock: Clock, resolved_on: date, today: date) -> Clock:
    """The clock of a blocker that comes back: soon after it was closed it goes on from its first start."""
    if keeps_start(policy, resolved_on, today):
        return clock
    return start(policy, clock.severity, today)


@dataclass(frozen=True, slots=True)
class Escalation:
    """How far a blocker has risen: its level now, and the last step that has been acted on."""

    level: int = 0
    acted: int = 0


def steps_due(clock: Clock, escalation: Escalation, today: date) -> tuple[int, ...]:
    """The steps to be acted on today, each with one message; none the second time."""
    return tuple(range(escalation.acted + 1, clock.reached(today) + 1))


def after(escalation: Escalation, steps: tuple[int, ...]) -> Escalation:
    """The escalation after these steps."""
    last = max(steps, default=0)
    return Escalation(max(escalation.level, last), max(escalation.acted, last))


def raised_to(escalation: Escalation, level: int) -> Escalation:
    """The escalation after somebody has taken it up by hand; the clock does not repeat those steps."""
    return Escalation(max(escalation.level, level), max(escalation.acted, level))


def set_back(clock: Clock, escalation: Escalation, level: int, today: date) -> Escalation:
    """The escalation after its holder has given it back: it rises again only with the next step.

    Steps that somebody took by hand before their day are still to come.
    """
    return Escalation(min(escalation.level, level), min(escalation.acted, clock.reached(today)))
