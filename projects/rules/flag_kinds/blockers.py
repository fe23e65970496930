"""Flags of blockers: past their deadline, or nobody's."""

from projects.rules.looks import CRITICAL, Look, Rule, days

UNOWNED_DAYS = 2


def _late(look: Look) -> None:
    """One flag for all of them: a grave one that is late outweighs the others."""
    facts = look.facts
    for due_on, limits in ((facts.grave_blocker_due_on, (None, 0)), (facts.blocker_due_on, (0, None))):
        if due_on is not None and not look.has("BLOCKER_SLA"):
            look.older("BLOCKER_SLA", due_on, *limits)


def _unowned(look: Look) -> None:
    facts = look.facts
    if facts.unowned_blocker_on is None:
        return
    if facts.has_unowned_critical:
        look.ages("BLOCKER_UNOWNED", CRITICAL, facts.unowned_blocker_on)
    else:
        look.older("BLOCKER_UNOWNED", facts.unowned_blocker_on, UNOWNED_DAYS)


RULES = (
    Rule(
        "BLOCKER_SLA",
        "Blocker late",
        "An open blocker is past the day by which it should have been resolved.",
        "a low or medium blocker is past its deadline",
        "a high or critical one is",
        "Resolving it clears it, and so does a deadline that somebody has moved with a reason.",
        lambda f: f"Blocker late by {days(f['days'])}",
        lambda f: f"A blocker is {days(f['days'])} past its deadline.",
        _late,
    ),
    Rule(
        "BLOCKER_UNOWNED",
        "Blocker without an owner",
        "Nobody owns a blocker, so nobody clears it.",
        f"a blocker has had no owner for more than {UNOWNED_DAYS} days",
        "a critical blocker has none",
        "An owner clears it.",
        lambda f: f"Blocker without an owner for {days(f['days'])}",
        lambda f: f"The oldest blocker that nobody owns was raised {days(f['days'])} ago.",
        _unowned,
    ),
)
