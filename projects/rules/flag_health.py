"""Whether flags are worth their noise: how many led to something, by rule, and which rules to look at."""

from dataclasses import dataclass
from datetime import timedelta

# Flags of the last quarter; each has two weeks to lead to something, and is judged after them.
WINDOW = timedelta(days=90)
GRACE = timedelta(days=14)
# Below this share a rule mostly makes noise; of fewer flags than these nothing can be said (our choice).
LOWEST_SHARE = 0.2
FEWEST = 10
# Where the limits of a rule can be changed; those of the others are part of the product.
IN_THE_WORKFLOW = {
    "NO_UPDATE": "the days between updates of each stage",
    "STAGE_OVERRUN": "the typical days of each stage",
    "GATE_UNPLANNED": "which stages have a gate",
    "GATE_OVERDUE": "the days after which a passed gate date is critical",
    "HOLD_EXPIRED": "the days after which an ended hold is critical",
    "ASSESSMENT_STALE": "the days for which answers keep in each stage",
    "SIGNOFF_PENDING": "the roles that a gate asks for",
    "METRIC_MISSING": "the criteria of the gates, which ask for the metric first",
    "WIP_OVER_LIMIT": "the limit of each stage",
}


@dataclass(frozen=True, slots=True)
class Health:
    """What became of the flags of one rule; the last three months, but `open` is now."""

    rule: str
    open: int
    opened: int
    judged: int  # opened, and long enough ago
    led: int  # of these: answered or cleared within two weeks
    flaps: int
    snoozed: int
    median_days: int | None  # None: too many are still open to tell, or there was none

    @property
    def share(self) -> float | None:
        """The share that led to something; None where none can be judged yet."""
        return self.led / self.judged if self.judged else None

    @property
    def is_candidate(self) -> bool:
        """Whether somebody should think about tuning the rule."""
        return self.judged >= FEWEST and self.led < LOWEST_SHARE * self.judged


def advice(rule: str) -> str:
    """What tuning a rule could mean, in a sentence."""
    if place := IN_THE_WORKFLOW.get(rule):
        return f"Look at {place} in the workflow: a limit that everybody breaks is none."
    return (
        "Its limits are the same everywhere: ask whether it reaches somebody who can act, "
        "and whether what it asks for matters here."
    )
