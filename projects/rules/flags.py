"""The flag rules together: facts about one project in, the flags that it should carry out.

Limits are read as written: more than a limit raises, a date is passed when today is later than it.
The sweep calls `findings` for every project that it looks at, so a healthy project costs a few comparisons.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from projects.rules.flag_facts import FlagFacts, Limits
from projects.rules.flag_kinds import blockers, judgement, live, metrics, pace, people, plans, signoffs, work
from projects.rules.looks import CRITICAL, Finding, Look, Numbers, Rule, on

# Only a name that somebody made up can be so long.
LONGEST_LABEL = 80
# In the order in which they are shown and found.
KINDS = (pace, signoffs, blockers, judgement, people, plans, live, metrics)
OF_PROJECTS: dict[str, Rule] = {rule.code: rule for kind in KINDS for rule in kind.RULES}
OF_STAGES: dict[str, Rule] = {rule.code: rule for rule in work.RULES}
RULES = {**OF_PROJECTS, **OF_STAGES}


class Found(NamedTuple):
    """What the rules found, and the next day on which time alone can change it; None: never."""

    findings: list[Finding]
    next_on: date | None


def findings(facts: FlagFacts, limits: Limits, today: date) -> Found:
    """The flags that a project should carry today; an ended project carries none."""
    if facts.has_ended:
        return Found([], None)
    look = Look(facts, limits, today)
    for rule in OF_PROJECTS.values():
        rule.look(look)
    return Found(look.found, look.next_on)


def level(found: Sequence[Any]) -> int:
    """The worst of some flags as a number to sort by: 0 none, 1 a warning, 2 a critical one."""
    if not found:
        return 0
    return 2 if any(finding.severity == CRITICAL for finding in found) else 1


def label(rule: str, facts: Numbers, today: date) -> str:
    """A few words for a row of a list, as on a day; a title where the numbers are of another version."""
    if rule not in RULES:
        return rule
    try:
        return RULES[rule].label(on(facts, today))[:LONGEST_LABEL]
    except KeyError:
        return RULES[rule].title


def sentence(rule: str, facts: Numbers, today: date) -> str:
    """What was found, with its limit, as on a day."""
    if rule not in RULES:
        return rule
    try:
        return RULES[rule].sentence(on(facts, today))
    except KeyError:
        return RULES[rule].title
