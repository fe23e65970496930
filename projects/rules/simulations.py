"""What a draft of a workflow would do to projects, compared with the workflow that each of them follows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projects.rules import gates
from projects.rules.facts import Facts, Obstacle
from projects.rules.stages import Gate, Stage
from projects.rules.workflow import Workflow

# What can become of a project, the gravest first.
KINDS = {
    "closed": "Newly closed",
    "more": "More missing",
    "placeless": "Needs a new place",
    "opened": "Newly opened",
    "fewer": "Less missing",
    "same": "The same",
}
MOST_NAMED = 3  # reasons for each gate: more would not be read


@dataclass(frozen=True, slots=True)
class Side:
    """How the gate ahead stands for one project under one of the two workflows."""

    gate: Gate
    missing: tuple[Obstacle, ...]
    signed: frozenset[int] = frozenset()  # the requests whose signatures count

    @property
    def is_closed(self) -> bool:
        """Whether a move through it would be refused."""
        return bool(self.missing) and self.gate.enforcement == "block"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one project; a side is None where nothing lies ahead."""

    kind: str
    before: Side | None = None
    after: Side | None = None
    added: tuple[Obstacle, ...] = ()
    removed: tuple[Obstacle, ...] = ()
    fallen: int = 0  # signatures that count today and would not
    place: Stage | None = None  # where it might go, if it needs a new place


@dataclass(frozen=True, slots=True)
class GateTotal:
    """What becomes of the projects before one gate."""

    gate: Gate
    projects: int
    lacking: tuple[int, int]  # to how many something is missing, today and with the draft
    closed: tuple[int, int]  # for how many a move would be refused
    most_often: tuple[tuple[str, int], ...]  # what would be missing in addition, and how often

    @property
    def words(self) -> str:
        """12 of 40 would be refused at G3, 3 today; most often: “…” (9)."""
        if any(self.closed):
            (today, then), says = self.closed, "be refused at"
        else:
            (today, then), says = self.lacking, "lack something at"
        found = f"{then} of {self.projects} would {says} {self.gate.code}, {today} today"
        if self.most_often:
            reasons = "; ".join(f"{message.rstrip('.')} ({number})" for message, number in self.most_often)
            found += f". Most often new: {reasons}"
        return f"{found}."


def ahead(workflow: Workflow, stage: str) -> Gate | None:
    """The gate before which a project stands: out of its stage, or the next certification in production."""
    gate = workflow.gate_after(stage)
    return gate or (workflow.ending_gate("recertify") if workflow.is_production(stage) else None)


def is_changed(stage: str, before: Workflow, after: Workflow) -> bool:
    """Whether the gate ahead of a stage, or what its place means, differs between two workflows."""
    one, other = ahead(before, stage), ahead(after, stage)
    if one is None or other is None or one != other:
        return one is not other
    ends = [code for code in (one.from_stage, one.to_stage) if code]
    return any(before.stage(code).standard != after.stage(code).standard for code in ends)


def place(stage: str, furthest: str, before: Workflow, after: Workflow) -> Stage | None:
    """Where a project might go that the draft has no place for; None where it can stay in its stage."""
    if after.has(stage) and after.has(furthest):
        return None if after.is_production(stage) == before.is_production(stage) else after.stage(stage)
    if after.has(stage):
        return after.stage(stage)
    named = [each for each in after.stages if each.label == before.stage(stage).label]
    return named[0] if named else after.nearest_stage(before.stage(stage).standard)


def side(gate: Gate, facts: Facts, workflow: Workflow) -> Side:
    """How a gate stands for a project of which these facts are known."""
    missing = gates.obstacles(gate, facts, is_launch=workflow.is_launch(gate))
    return Side(gate, tuple(missing), frozenset(each.ref for each in gates.signed(gate, facts)))


def compare(before: Side | None, after: Side | None) -> Outcome:
    """What the draft changes for one project."""
    old, new = before.missing if before else (), after.missing if after else ()
    added, removed = _without(new, old), _without(old, new)
    was_closed, is_closed = bool(before and before.is_closed), bool(after and after.is_closed)
    if was_closed != is_closed:
        kind = "closed" if is_closed else "opened"
    else:
        kind = "more" if added else "fewer" if removed else "same"
    fallen = (before.signed if before else frozenset()) - (after.signed if after else frozenset())
    return Outcome(kind, before, after, added, removed, len(fallen))


def totals(outcomes: Iterable[Outcome]) -> tuple[GateTotal, ...]:
    """The projects before each gate, by its code: that of the draft, or today's where it has none."""
    by_gate: dict[str, list[Outcome]] = defaultdict(list)
    gate_of: dict[str, Gate] = {}
    for each in outcomes:
        if found := each.after or each.before:
            by_gate[found.gate.code].append(each)
            gate_of[found.gate.code] = found.gate
    return tuple(_total(gate_of[code], by_gate[code]) for code in sorted(by_gate))


def _total(gate: Gate, found: Sequence[Outcome]) -> GateTotal:
    sides = [(each.before, each.after) for each in found]
    added: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in found:
        for obstacle in each.added:
            added[_key(obstacle)][obstacle.message] += 1
    counted = sorted(added.values(), key=lambda messages: -messages.total())[:MOST_NAMED]
    return GateTotal(
        gate=gate,
        projects=len(found),
        lacking=_pair([(bool(one and one.missing), bool(two and two.missing)) for one, two in sides]),
        closed=_pair([(bool(one and one.is_closed), bool(two and two.is_closed)) for one, two in sides]),
        most_often=tuple((messages.most_common(1)[0][0], messages.total()) for messages in counted),
    )


def _pair(flags: Sequence[tuple[bool, bool]]) -> tuple[int, int]:
    return sum(one for one, _ in flags), sum(two for _, two in flags)


def _without(some: Sequence[Obstacle], others: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
    """Those that have no counterpart: the same thing in other figures is still the same thing."""
    there = Counter(map(_key, others))
    found = []
    for each in some:
        if there[_key(each)] > 0:
            there[_key(each)] -= 1
        else:
            found.append(each)
    return tuple(found)


def _key(obstacle: Obstacle) -> tuple[str, str]:
    return obstacle.code, obstacle.field
