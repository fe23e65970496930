"""Gates and signatures told once more, naively, from the words of the specification alone.

Everything is looked for the long way round: packets are compared member by member, people are tried for
roles in every combination, and nothing is remembered that can be asked of the rows again.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

STAGES = ["framing", "mvp", "pilot", "production"]
ALWAYS, TOLD = "always", "feedback"
# Code -> kind, stages, whether it blocks, roles, and the kind of evidence that it asks for.
GATES = {
    "G1": ("advance", "framing", "mvp", "warn", {"PO": ALWAYS, "ML": ALWAYS, "SP": TOLD}, ""),
    "G4": (
        "advance", "mvp", "pilot", "block",
        {"PO": ALWAYS, "EN": ALWAYS, "SE": ["tier_medium"], "PR": ["personal_data"]}, "validation_report",
    ),
    "G6": (
        "advance", "pilot", "production", "block",
        {"SP": ALWAYS, "ML": ALWAYS, "EN": ALWAYS, "RV": ["tier_high"], "LE": ["tier_high", "vendor"]}, "",
    ),
    "G7": ("recertify", "", "", "block", {"PO": ALWAYS, "RV": ["tier_high"]}, ""),
    "GX": ("stop", "", "", "block", {"SP": ALWAYS}, ""),
    "G8": ("retire", "", "", "block", {"PO": ALWAYS}, ""),
}  # fmt: skip
FRESH_DAYS = 60
APPROVALS = ("approved", "approved_with_conditions")


@dataclass
class Demand:
    """A condition of a signature."""

    kind: str
    due: date | None
    closed: bool = False


@dataclass
class Row:
    """One request, and what became of it."""

    pk: int
    gate: str
    attempt: int
    role: str
    binding: bool
    packet: dict
    asked_by: int
    decision: str = ""
    signer: int | None = None
    acts_for: int | None = None
    day: date | None = None
    demands: list = field(default_factory=list)
    withdrawn: bool = False
    superseded: bool = False
    used: bool = False

    @property
    def waits(self):
        return not (self.decision or self.withdrawn or self.superseded)


@dataclass
class World:
    """One project and the people around it."""

    today: date
    facts: dict  # tier, personal_data, vendor, problem and the material columns
    stage: str = "framing"
    held: bool = False
    outcome: str = "open"
    ever_live: bool = False
    attempt: int = 1
    rows: list = field(default_factory=list)
    evidence: dict = field(default_factory=dict)  # id -> kind, gate, content, author, day, present
    blockers: list = field(default_factory=list)  # severities of the open ones
    team: set = field(default_factory=set)  # (role, person)
    standing: set = field(default_factory=set)
    inactive: set = field(default_factory=set)
    deputies: dict = field(default_factory=dict)  # id -> role, person, deputy, first and last day

    # Who may sign

    def holders(self, role):
        active = [who for code, who in sorted(self.team) if code == role and who not in self.inactive]
        return active or [
            who for code, who in sorted(self.standing) if code == role and who not in self.inactive
        ]

    def signatories(self, role):
        """Person -> for whom they sign, None in their own right; of several the first by name."""
        found = dict.fromkeys(self.holders(role))
        for code, person, deputy, first, last in sorted(self.deputies.values()):
            fits = code == role and person in self.holders(role) and first <= self.today <= last
            if fits and deputy not in self.inactive:
                found.setdefault(deputy, person)
        return found

    # What is signed

    def belonging(self, gate):
        wanted = GATES[gate][5]
        return {
            key: item
            for key, item in self.evidence.items()
            if item["present"] and (item["kind"] == wanted or item["gate"] == gate)
        }

    def packet(self, gate):
        kind, start, *_ = GATES[gate]
        names = ["tier", "personal_data", "vendor", "metric_target", "objective"]
        if kind == "recertify" or start == "pilot":
            names.append("model_version")
        told = {name: self.facts.get(name) for name in names}
        return {**told, "evidence": {key: item["content"] for key, item in self.belonging(gate).items()}}

    # How a signature stands

    def overdue(self, row):
        return any(not each.closed and each.due and self.today > each.due for each in row.demands)

    def faded(self, row):
        """Whether an approval has fallen away by change, time or an overdue condition."""
        if row.decision not in APPROVALS or row.withdrawn or row.superseded or row.used:
            return False
        return (
            row.packet != self.packet(row.gate) or self.today > row.day + timedelta(90) or self.overdue(row)
        )

    def breaks_duty(self, row, signer, acts_for):
        if row.role in ("RV", "SE", "PR", "LE") and row.asked_by in (signer, acts_for):
            return True
        if row.role != "RV":
            return False
        makers = {item["author"] for item in self.belonging(row.gate).values()}
        others = {who for code, who in self.team if code != "RV"} - self.inactive
        return signer in makers or signer in others

    def counts(self, row):
        return (
            row.attempt == self.attempt
            and row.binding
            and row.decision in APPROVALS
            and not (row.withdrawn or row.superseded or row.used)
            and not self.faded(row)
            and row.signer not in self.inactive
            and not any(each.kind == "before_gate" and not each.closed for each in row.demands)
            and not self.breaks_duty(row, row.signer, row.acts_for)
        )

    def counting(self, gate):
        return [row for row in self.rows if row.gate == gate and self.counts(row)]

    def rejected(self, gate, role):
        """The newest rejection that still stands."""
        mine = [row for row in self.rows if (row.gate, row.role, row.attempt) == (gate, role, self.attempt)]
        for place, row in reversed(list(enumerate(mine))):
            later = [each for each in mine[place + 1 :] if each.decision in APPROVALS and not each.withdrawn]
            answered = any(each.packet != row.packet for each in later)
            if row.decision == "rejected" and row.binding and not row.withdrawn and not answered:
                return row
        return None

    # The gate

    def holds(self, name):
        if name in ("tier_medium", "tier_high"):
            return self.facts["tier"] == "high" or (name == "tier_medium" and self.facts["tier"] != "low")
        return self.facts[name]

    def needs(self, gate):
        """Role -> True, False, or None where it is not known."""
        found = {}
        for role, when in GATES[gate][4].items():
            if isinstance(when, str):
                found[role] = when == ALWAYS
            else:
                told = [self.holds(each) for each in when]
                found[role] = True if True in told else None if None in told else False
        return found

    def required(self, gate):
        return [role for role, needed in self.needs(gate).items() if needed]

    def passes(self, gate):
        valid, required = self.counting(gate), self.required(gate)
        have = {row.role for row in valid}
        unknown = [role for role, needed in self.needs(gate).items() if needed is None and role not in have]
        if unknown or any(self.rejected(gate, role) for role in required) or self.put_off(gate):
            return False
        choices = [sorted({row.signer for row in valid if row.role == role}) for role in required]
        fits = any(self.different_enough(gate, required, people) for people in product(*choices))
        return fits and self.criteria_hold(gate)

    def put_off(self, gate):
        """Conditions of passed gates that had to be closed by now; before the launch it is every one."""
        return any(
            not each.closed
            and (gate == "G6" or each.kind == "before_next_gate" or (each.due and self.today > each.due))
            for row in self.rows
            if row.used and row.attempt == self.attempt
            for each in row.demands
        )

    def different_enough(self, gate, required, people):
        fills = {}
        for role, person in zip(required, people, strict=True):
            fills.setdefault(person, set()).add(role)
        if any(not self.may_fill(roles) for roles in fills.values()):
            return False
        builders = {
            person for role, person in zip(required, people, strict=True) if role in ("ML", "EN", "RV")
        }
        return gate != "G6" or self.facts["tier"] != "high" or len(builders) > 1

    def may_fill(self, roles):
        return len(roles) < 2 or (self.facts["tier"] == "low" and len(roles) == 2 and roles != {"SP", "RV"})

    def criteria_hold(self, gate):
        if gate == "G1":
            return bool(self.facts["problem"])
        if gate == "G6":
            return not {"high", "critical"} & set(self.blockers)
        days = [
            item["day"]
            for item in self.evidence.values()
            if item["present"] and item["kind"] == GATES[gate][5]
        ]
        return gate != "G4" or any(self.today <= day + timedelta(FRESH_DAYS) for day in days)

    def is_ahead(self, gate):
        kind, start, *_ = GATES[gate]
        if self.outcome in ("stopped", "retired"):
            return False
        if kind == "advance":
            return STAGES.index(start) >= STAGES.index(self.stage)
        if kind == "recertify":
            return self.stage == "production"
        return self.ever_live == (kind == "retire")
