"""Recommendations about what moves: launches that come soon, gates that let little through, what piles up."""

from datetime import date, timedelta
from itertools import pairwise

from portfolio.insights.rules.advice import parts as advice
from portfolio.insights.rules.advice.parts import LEAST_PROJECTS, Basis
from portfolio.insights.rules.entries import Entry

# Two quarters without a launch that is easy to explain.
SOON = timedelta(days=182)
# A gate lets through less than half of what is usual.
LEAST_OF_REFERENCE = 0.5
# For so many months work in progress has grown while no more came out.
MONTHS = 3


def nothing_to_show(basis: Basis) -> advice.Advice | None:
    """No quick win is due to launch within two quarters."""
    wins = basis.inside("quick_win")
    until = basis.picture.frame.day + SOON
    known = [entry for entry in wins if entry.p50_on is not None]
    if not basis.n or any(_on(entry) <= until for entry in known):
        return None
    if wins and not known:  # nobody knows when: that is no warning but a lack
        return None
    told = [(entry, f"likely on {_on(entry):%d %b %Y}") for entry in sorted(known, key=_on)]
    why = f"No quick win is likely to be live by {until:%d %b %Y}; patience ends before results begin."
    return advice.build("Nothing to show for two quarters", why, {"quick_wins": len(wins)}, told)


def _on(entry: Entry) -> date:
    return entry.p50_on or date.max


def gate(basis: Basis) -> advice.Advice | None:
    """A gate lets through less than half of its reference: look at the gate before it."""
    stages = basis.found["conversion"] or []
    for place, row in enumerate(stages):
        if row["share"] is None or row["entered"] < LEAST_PROJECTS or not row["reference"]:
            continue
        if round(row["share"], 9) < LEAST_OF_REFERENCE * row["reference"]:
            before = stages[place - 1]["label"] if place else "intake"
            why = (
                f"{row['advanced']} of {row['entered']} moved on from {row['label']} "
                f"({advice.percent(row['share'])}%), {advice.percent(row['reference'])}% are usual. "
                "What fails here should have been found earlier."
            )
            here = [entry for entry in basis.picture.in_scope if entry.stage == row["stage"]]
            numbers = {name: row[name] for name in ("share", "reference", "entered", "advanced")}
            told = [(entry, f"{entry.days_in_stage} days there") for entry in here]
            return advice.build(f"Look at the gate after {before}", why, numbers, told)
    return None


def stop_starting(basis: Basis) -> advice.Advice | None:
    """Work in progress has risen for three months while no more comes out."""
    months = (basis.found["flow"] or {}).get("months") or []
    if len(months) < 2 * MONTHS + 1 or not basis.found["flow"]["observed_days"]:
        return None
    wip = [month["wip"] for month in months[-MONTHS - 1 :]]
    now = sum(month["launched"] for month in months[-MONTHS:])
    before = sum(month["launched"] for month in months[-2 * MONTHS : -MONTHS])
    if not all(later > earlier for earlier, later in pairwise(wip)) or now > before:
        return None
    ideas = [entry for entry in basis.picture.entries if entry.quadrant == "intake" and entry.is_open]
    why = (
        f"Work in progress rose from {wip[0]} to {wip[-1]} in three months; "
        f"{advice.count(now, 'launch', 'launches')} came out, {before} in the three months before."
    )
    numbers = {"wip_before": wip[0], "wip": wip[-1], "launched_before": before, "launched": now}
    told = [(entry, "in intake") for entry in ideas]
    return advice.build("Stop starting, start finishing", why, numbers, told)
