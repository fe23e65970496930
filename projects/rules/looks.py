"""A look at one project: what the flag rules find today, and when time alone can change that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from projects.rules.flag_facts import FlagFacts, Limits

WARN, CRITICAL = "warn", "critical"
Numbers = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as people read it; `version` changes when its meaning does."""

    code: str
    title: str
    explanation: str
    # When it warns and when it is critical, for its page.
    warns: str
    is_critical: str
    clears: str
    label: Callable[[Numbers], str]
    sentence: Callable[[Numbers], str]
    look: Callable[["Look"], None]
    may_sleep: bool = True
    version: int = 1


class Finding(NamedTuple):
    """One flag that a project should carry: `facts` are the numbers behind it.

    Days that go on are told by the day that they are counted from (`since`), which stays as it is while they
    grow: a flag that is only a day older is the same flag, and nobody has to write it.
    """

    rule: str
    severity: str  # warn, critical
    facts: Numbers
    subject: str = ""


@dataclass(slots=True)
class Look:
    """Collects findings; every date that a rule compares goes through here, so `next_on` is never forgotten.

    `next_on` is the first day on which the same facts may give other findings; None: never.
    """

    facts: FlagFacts
    limits: Limits
    today: date
    found: list[Finding] = field(default_factory=list)
    next_on: date | None = None

    def raises(self, rule: str, severity: str, /, **numbers: int | str) -> None:
        """Raise a flag that time alone neither changes nor clears."""
        self.found.append(Finding(rule, severity, numbers))

    def ages(self, rule: str, severity: str, since: date, /, **numbers: int | str) -> None:
        """Raise a flag whose `days` are counted from a day on; time alone does not change more of it."""
        self.found.append(Finding(rule, severity, {"since": since.isoformat(), **numbers}))

    def older(
        self, rule: str, since: date, warn: int | None, critical: int | None = None, /, **numbers: int | str
    ) -> None:
        """The same once more days than a limit have gone since the day."""
        days = (self.today - since).days
        if critical is not None and days > critical:
            self.ages(rule, CRITICAL, since, **numbers)
            return
        if warn is not None and days > warn:
            self.ages(rule, WARN, since, **numbers)
        for limit in (warn, critical):
            if limit is not None:
                self.looks_again(since + timedelta(days=limit + 1))

    def has(self, rule: str) -> bool:
        """Whether this rule has found something already."""
        return any(finding.rule == rule for finding in self.found)

    def days_ago(self, number: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=number)

    def days_ahead(self, number: int) -> date:
        """The day so many days after today."""
        return self.today + timedelta(days=number)

    def looks_again(self, on: date) -> None:
        """Say that the findings may be others from this day on."""
        if on > self.today and (self.next_on is None or on < self.next_on):
            self.next_on = on


def on(facts: Numbers, today: date) -> Numbers:
    """The numbers of a flag as people read them on a day, with the `days` until then."""
    since = facts.get("since")
    if not isinstance(since, str):
        return facts
    return {**facts, "days": (today - date.fromisoformat(since)).days}


def days(number: int | str) -> str:
    """A number of days in words: 1 day, 2 days."""
    return f"{number} day" if number == 1 else f"{number} days"
