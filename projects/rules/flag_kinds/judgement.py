"""Flags of what is known about a project: answers, leakage, the metric, changes of course."""

from datetime import timedelta

from projects.rules.flag_facts import reached
from projects.rules.looks import CRITICAL, WARN, Look, Rule, days

NEVER_ASSESSED_DAYS = 14
PIVOT_DAYS = 90
# Letters that leave a question open: no, unknown, to be tried.
OPEN_LETTERS = frozenset("NUT")


def _never_assessed(look: Look) -> None:
    facts, stage = look.facts, look.limits.stage_label
    if facts.assessed_on is not None:
        return
    if look.limits.reached("framing"):
        look.raises("ASSESSMENT_MISSING", CRITICAL, stage=stage)
    else:
        look.older("ASSESSMENT_MISSING", facts.created_on, NEVER_ASSESSED_DAYS, None, stage=stage)


def _assessed_long_ago(look: Look) -> None:
    assessed_on, limit = look.facts.assessed_on, look.limits.assessment_days
    if assessed_on is not None and limit is not None:
        look.older("ASSESSMENT_STALE", assessed_on, limit, 2 * limit, limit=limit)


def _metric(look: Look) -> None:
    if not look.facts.metric_is_complete and look.limits.reached("framing"):
        severity = CRITICAL if look.limits.reached("poc") else WARN
        look.raises("METRIC_MISSING", severity, stage=look.limits.stage_label)


def _pivot(look: Look) -> None:
    """Lately and late: the stage in which it was made decides, not the present one."""
    facts = look.facts
    if facts.pivoted_on is None or not reached(facts.pivot_stage, "poc"):
        return
    if (look.today - facts.pivoted_on).days <= PIVOT_DAYS:
        severity = CRITICAL if reached(facts.pivot_stage, "validation") else WARN
        look.ages("LATE_PIVOT", severity, facts.pivoted_on)
        look.looks_again(facts.pivoted_on + timedelta(days=PIVOT_DAYS + 1))


def _leakage(look: Look) -> None:
    if look.limits.reached("mvp") and look.facts.letters.get("DQ2", "U") in OPEN_LETTERS:
        look.raises("LEAKAGE_UNREVIEWED", CRITICAL, stage=look.limits.stage_label)


RULES = (
    Rule(
        "ASSESSMENT_MISSING",
        "Not assessed",
        "Nobody has answered a question about the project yet.",
        f"no answer for more than {NEVER_ASSESSED_DAYS} days after it was added",
        "none from Framing on",
        "The first answers clear it.",
        lambda f: f"Not assessed, in {f['stage']}",
        lambda f: f"The project is in {f['stage']} and nobody has answered a question about it.",
        _never_assessed,
    ),
    Rule(
        "ASSESSMENT_STALE",
        "Answers have grown old",
        "Nobody has answered or confirmed anything for longer than answers keep in this stage.",
        "the last answer is older than answers keep in its stage",
        "twice as old",
        "Answering, or confirming what is still true, clears it.",
        lambda f: f"Last answer {days(f['days'])} ago",
        lambda f: (
            f"The last answer is {days(f['days'])} old; in this stage answers keep for {days(f['limit'])}."
        ),
        _assessed_long_ago,
    ),
    Rule(
        "METRIC_MISSING",
        "Business metric missing",
        "Name, baseline or target of the business metric is not known, so nobody can tell success.",
        "name, baseline or target is empty, from Framing on",
        "from the proof of concept on",
        "Filling in all three clears it.",
        lambda f: "Business metric incomplete",
        lambda f: f"In {f['stage']} and without a name, baseline and target of its business metric.",
        _metric,
    ),
    Rule(
        "LATE_PIVOT",
        "Late change of course",
        "The objective or the business metric was changed when much had been built already.",
        f"changed in the last {PIVOT_DAYS} days, at the proof of concept or later",
        "at Validation or later",
        f"It clears by itself after {PIVOT_DAYS} days; until then look at whether the plan still holds.",
        lambda f: f"Changed course {days(f['days'])} ago",
        lambda f: f"Its objective or business metric was changed {days(f['days'])} ago.",
        _pivot,
    ),
    Rule(
        "LEAKAGE_UNREVIEWED",
        "Leakage not reviewed",
        "Nobody has shown that the data hold nothing which the model will not have when it is used.",
        "",
        "from the MVP on, and question DQ2 is answered with no, unknown or to be tried",
        "An answer to DQ2 with evidence clears it.",
        lambda f: "Leakage not reviewed",
        lambda f: f"In {f['stage']}, and leakage is not ruled out (question DQ2).",
        _leakage,
        may_sleep=False,
    ),
)
