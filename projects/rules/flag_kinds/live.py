"""Flags of what is live or about to be: certification, monitoring, signals, audits."""

from datetime import date, timedelta

from projects.rules.flag_facts import Signal
from projects.rules.looks import CRITICAL, WARN, Look, Rule, days
from projects.rules.signals import SILENT_PERIODS, USUAL_PERIOD_DAYS

RECERTIFY_AHEAD_DAYS = 30
UNWATCHED_DAYS, UNWATCHED_LONG_DAYS = 30, 60
AUDIT_DAYS, AUDIT_LONG_DAYS = 180, 360


def _recertification(look: Look) -> None:
    due_on = look.facts.recertify_on
    if due_on is None or not look.limits.in_production:
        return
    warns_on = due_on - timedelta(days=RECERTIFY_AHEAD_DAYS)
    if look.today >= warns_on:
        look.ages("RECERT_OVERDUE", CRITICAL if look.today > due_on else WARN, due_on)
    look.looks_again(warns_on)
    look.looks_again(due_on + timedelta(days=1))


def _monitoring(look: Look) -> None:
    facts = look.facts
    if not look.limits.in_production:
        return
    since = facts.monitoring_seen_on or facts.stage_since_on or facts.created_on
    if facts.lost_checks:
        lost = ", ".join(facts.lost_checks)
        look.ages("MONITORING_GAP", CRITICAL, since, lost=lost)
    else:
        look.older("MONITORING_GAP", since, UNWATCHED_DAYS, UNWATCHED_LONG_DAYS)


def _signals(look: Look) -> None:
    facts = look.facts
    if not facts.signals or not look.limits.reached("pilot"):
        return
    silent = []
    for signal in facts.signals:
        limit, since = SILENT_PERIODS * (signal.every_days or USUAL_PERIOD_DAYS), _since(signal)
        if (look.today - since).days > limit:
            silent.append(signal)
        else:
            look.looks_again(since + timedelta(days=limit + 1))
    if silent:
        first = min(silent, key=lambda signal: (_since(signal), signal.name))
        severity = CRITICAL if len(silent) == len(facts.signals) else WARN
        look.ages("SIGNAL_SILENT", severity, _since(first), number=len(silent), name=first.name)


def _since(signal: Signal) -> date:
    return signal.seen_on or signal.declared_on


def _audit(look: Look) -> None:
    facts = look.facts
    if not look.limits.reached("validation"):
        return
    if facts.audited_on is None:
        look.raises("AUDIT_DUE", CRITICAL if look.limits.in_production else WARN)
    else:
        look.older("AUDIT_DUE", facts.audited_on, AUDIT_DAYS, AUDIT_LONG_DAYS)


def _due(past: int | str) -> str:
    number = int(past)
    if number > 0:
        return f"was due {days(number)} ago"
    return "is due today" if number == 0 else f"is due in {days(-number)}"


RULES = (
    Rule(
        "RECERT_OVERDUE",
        "Certify again",
        "What is in production is certified for a time; then somebody has to look at it again.",
        f"due within {RECERTIFY_AHEAD_DAYS} days",
        "the day has passed",
        "Certifying the project again clears it.",
        lambda f: f"Certification {_due(f['days'])}",
        lambda f: f"The next certification {_due(f['days'])}.",
        _recertification,
        may_sleep=False,
    ),
    Rule(
        "MONITORING_GAP",
        "Nobody watches it",
        "Nobody has looked at the monitoring of a live model, or its dashboards or fallback are gone.",
        f"in production, and monitoring not seen for more than {UNWATCHED_DAYS} days",
        f"for more than {UNWATCHED_LONG_DAYS} days, or dashboards or the fallback are withdrawn",
        "Saying when monitoring was last looked at clears it; what was withdrawn has to come back.",
        lambda f: f"{f['lost']} withdrawn" if f.get("lost") else f"Monitoring not seen for {days(f['days'])}",
        lambda f: (
            f"Withdrawn from the production checklist: {f['lost']}."
            if f.get("lost")
            else f"Nobody has looked at its monitoring for {days(f['days'])}."
        ),
        _monitoring,
        may_sleep=False,
    ),
    Rule(
        "SIGNAL_SILENT",
        "Signal silent",
        "A signal that the project should send has not come for a long time.",
        f"from Pilot on: a signal not seen for {SILENT_PERIODS} of its periods ({USUAL_PERIOD_DAYS} days "
        "each where nobody has said)",
        "all its signals",
        "Seeing the signal again clears it, and so does removing a signal that is not sent any more.",
        lambda f: f"Signal silent for {days(f['days'])}",
        lambda f: (
            f"{f['name']} was last seen {days(f['days'])} ago"
            + (f", and {f['number']} signals are silent in all." if int(f["number"]) > 1 else ".")
        ),
        _signals,
    ),
    Rule(
        "AUDIT_DUE",
        "Pipeline audit due",
        "From Validation on the whole pipeline is audited every half year.",
        f"from Validation on: no audit, or one older than {AUDIT_DAYS} days",
        f"none in production, or one older than {AUDIT_LONG_DAYS} days",
        "A pipeline audit clears it.",
        lambda f: f"Last pipeline audit {days(f['days'])} ago" if "days" in f else "No pipeline audit",
        lambda f: (
            f"The last pipeline audit was {days(f['days'])} ago."
            if "days" in f
            else "Its pipeline was never audited."
        ),
        _audit,
    ),
)
