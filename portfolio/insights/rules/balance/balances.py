"""What a balance says: each of its figures by name, and what the name stands for."""

from collections.abc import Iterable
from hashlib import sha256

# Shares, loads and chances run from 0 to 1, an index from 0 to 100; None: not known, and then the figure
# stands in `missing` with what would make it known.
KEYS = {
    "day": "the day of the picture, as text",
    "currency": "of every amount of money",
    "measure": "effort, cost or count: what the page measures work by",
    "measure_label": "the same in words",
    "n": "projects in scope: open, past intake, not live, with a quadrant",
    "n_all": "all running projects of the picture",
    "without_cost": "projects in scope whose remaining cost is not known",
    "without_effort": "projects in scope of which nobody said how many people work on them",
    "shares": "count, cost, effort -> quadrant -> share, or None",
    "amounts": "count, cost, effort -> quadrant -> projects, money, people, or None",
    "target": "quadrant -> planned share, or None",
    "gaps": "count, cost, effort -> quadrant -> share less target, or None",
    "index": "count, cost, effort -> balance index, or None",
    "load": "count, cost, effort -> share of work at or above the load line, or None",
    "limit": "the largest risk load that the portfolio allows itself, or None",
    "line": "the load line, in points of risk",
    "high_risk_n": "projects in scope at or above the load line",
    "concentration": "owner, unit, vendor, source, pitfall -> hhi, effective, normalised, groups, warns",
    "approvers": "roles that a gate ahead of projects in flight needs and one person alone holds",
    "heat": "units, pitfalls and the mean score of each pair",
    "launches": "expected number and variance; 5, 50 and 95% of the exact distribution; wide: simulated",
    "value": "ev a year, rav over `years` years, in the portfolio's currency",
    "ecv": "projects by expected commercial value per constraining resource",
    "capacity": "months, and per capability its supply, demand and overload",
    "blocked": "expected value a year behind open high or critical blockers",
    "exposure": "days from the start of framing to the first live traffic",
    "survival": "how long products stay in production; s90: share beyond 90 days",
    "promise": "realised part of the promised change of the business metric",
    "conversion": "per stage, by the projects that entered it: how many moved on",
    "flow": "work in progress, launches a month, lead time by Little's law",
    "ageing": "days in the present stage against those that are usual",
    "held_at_gate": "projects in flight that wait for signatures",
    "stuck": "projects in flight beyond the usual days of their stage",
    "open_questions": "unanswered questions of projects in flight, and the risk that they add",
    "unassessed": "projects past intake that have too few answers for a quadrant",
    "verdict": "what stands out, in one sentence",
    "expectation": "what to expect, in one sentence",
    "recommendations": "what to change, each with its rule, its figures, its projects and its reasons",
    "missing": "what is not known, of which projects, and how to make it known",
    "generated": "whether invented history is in it",
}
DIGITS = 6


def tidy(value: object) -> object:
    """Plain JSON values with figures of six decimals, so that the same balance is stored as the same text."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: tidy(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(each) for each in value]
    return value


def digest(keys: Iterable[str]) -> str:
    """What stands for a set of projects: by it the same recommendation is known again."""
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()
