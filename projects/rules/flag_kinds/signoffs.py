"""Flags of sign-offs: requests that wait, signatures that count no more, conditions past their day."""

from projects.rules.looks import CRITICAL, WARN, Look, Rule, days

WAITS_DAYS, WAITS_LONG_DAYS = 14, 28
CONDITION_LONG_DAYS = 14


def _pending(look: Look) -> None:
    if asked_on := look.facts.signoff_asked_on:
        look.older("SIGNOFF_PENDING", asked_on, WAITS_DAYS, WAITS_LONG_DAYS)


def _expired(look: Look) -> None:
    """The last day is a day on which it still counts."""
    if ends_on := look.facts.signature_ends_on:
        look.older("SIGNOFF_EXPIRED", ends_on, None, 0)


def _changed(look: Look) -> None:
    if number := look.facts.signatures_changed:
        look.raises("SIGNOFF_INVALIDATED", CRITICAL if look.limits.in_production else WARN, number=number)


def _refused(look: Look) -> None:
    if number := look.facts.signatures_refused:
        look.raises("SIGNOFF_BLOCKED", CRITICAL, number=number)


def _condition(look: Look) -> None:
    if due_on := look.facts.condition_due_on:
        look.older("CONDITION_OVERDUE", due_on, 0, CONDITION_LONG_DAYS)


def _signatures(number: int | str) -> str:
    return "1 signature" if number == 1 else f"{number} signatures"


RULES = (
    Rule(
        "SIGNOFF_PENDING",
        "Sign-off waits",
        "Somebody was asked for a signature that a gate needs, and has not answered.",
        f"a needed sign-off has waited for more than {WAITS_DAYS} days",
        f"more than {WAITS_LONG_DAYS} days",
        "An answer to the request clears it, and so does calling it off.",
        lambda f: f"Sign-off waits for {days(f['days'])}",
        lambda f: f"A sign-off that a gate needs has waited for {days(f['days'])}.",
        _pending,
    ),
    Rule(
        "SIGNOFF_EXPIRED",
        "Signature expired",
        "A signature that the project needs was given too long ago and counts no more.",
        "",
        "a needed signature has expired",
        "Signing again clears it.",
        lambda f: f"Signature expired {days(f['days'])} ago",
        lambda f: f"A signature that the project needs expired {days(f['days'])} ago.",
        _expired,
    ),
    Rule(
        "SIGNOFF_INVALIDATED",
        "Signed text has changed",
        "What somebody signed has changed since, so the signature does not count.",
        "what was signed has changed since",
        "the same of a project in production",
        "Signing again clears it, and so does changing the text back.",
        lambda f: f"{_signatures(f['number'])} on a text that has changed",
        lambda f: f"What {_signatures(f['number'])} stood for has changed since.",
        _changed,
    ),
    Rule(
        "SIGNOFF_BLOCKED",
        "Sign-off refused",
        "Somebody whose signature is required has rejected, or has taken the signature back.",
        "",
        "a required role has rejected or withdrawn",
        "A new signature of that role clears it.",
        lambda f: f"{_signatures(f['number'])} refused",
        lambda f: f"{_signatures(f['number'])} that the gate needs: rejected or withdrawn.",
        _refused,
        may_sleep=False,
    ),
    Rule(
        "CONDITION_OVERDUE",
        "Condition overdue",
        "A condition under which somebody signed is past its day.",
        "a condition is past its day",
        f"by more than {CONDITION_LONG_DAYS} days",
        "Closing the condition clears it.",
        lambda f: f"Condition overdue by {days(f['days'])}",
        lambda f: f"A condition under which somebody signed is overdue by {days(f['days'])}.",
        _condition,
    ),
)
