"""What sign-offs want of one person: requests to answer, conditions, and signatures that have fallen away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from projects.actors import Actor
from projects.models import Condition, Delegation, Outcome, Project, SignOff, StandingRole, TeamRole
from projects.queries import clocks, facts, gate_facts, packet_views, packets, reach, signatories, signings
from projects.rules import packets as rules
from projects.rules import signatures
from projects.rules.stages import Gate

FADED = ("invalidated", "expired", "lapsed")
ENDED = (Outcome.RETIRED, Outcome.STOPPED)
PEOPLE = ("project__portfolio", "project__workflow", "packet", "requested_by")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that somebody may answer."""

    signoff: SignOff
    gate: Gate | None
    days: int
    acts_for: str  # for whom they would sign; empty: in their own right

    @property
    def way(self) -> str:
        """Between which stages: Pilot → Production, or the name of the gate."""
        return _way(self.signoff, self.gate)


@dataclass(frozen=True, slots=True)
class Faded:
    """A signature that counted once, and what has become of it."""

    signoff: SignOff
    gate: Gate | None
    state: str
    changed: tuple[str, ...]

    @property
    def way(self) -> str:
        return _way(self.signoff, self.gate)


@dataclass(frozen=True, slots=True)
class Owed:
    """An open condition that somebody owns or has set."""

    condition: Condition
    is_mine_to_do: bool
    is_mine_to_close: bool
    is_overdue: bool


def count(actor: Actor) -> int:
    """How many requests wait for somebody; two queries."""
    return _waiting(actor).count()


def waiting(actor: Actor, most: int | None = None) -> list[Waiting]:
    """The requests that wait for somebody, the longest first; at most six queries."""
    rows = list(_waiting(actor).select_related(*PEOPLE).order_by("requested_at", "pk")[:most])
    days, acts_for = clocks.Clocks(timezone.now()), _acts_for(actor, rows)
    return [_one_waiting(row, days, acts_for) for row in rows]


def conditions(actor: Actor, most: int | None = None) -> list[Owed]:
    """Open conditions that somebody owns or has set, those due first; one query beside reach."""
    if actor.is_machine:
        return []
    theirs = Q(owner_id=actor.user_id) | Q(signoff__signer_id=actor.user_id)
    still = Condition.objects.filter(theirs, closed_on=None, signoff__in=_counting())
    still = still.filter(
        signoff__project__in=reach.of(actor).filter(archived_at=None).exclude(outcome__in=ENDED)
    )
    related = ("owner", "signoff__signer", "signoff__project__portfolio")
    rows = still.select_related(*related).order_by("due_on", "pk")[:most]
    today = clocks.Clocks(timezone.now())
    return [_owed(row, actor, today.at(row.signoff.project.portfolio.time_zone)[1]) for row in rows]


def faded(actor: Actor, most: int = 200) -> list[Faded]:
    """One's own signatures that no gate has used and that count no more; four queries whatever there is."""
    if actor.is_machine:
        return []
    mine = _counting().filter(signer_id=actor.user_id, used_at=None, decision__in=signatures.APPROVALS)
    running = reach.of(actor).filter(archived_at=None).exclude(outcome__in=ENDED)
    rows = list(mine.filter(project__in=running).select_related(*PEOPLE).order_by("-decided_at")[:most])
    if not rows:
        return []
    states = _states(rows)
    return [_one_faded(row, *states[row.pk]) for row in rows if states[row.pk][0] in FADED]


def answered(actor: Actor) -> QuerySet[SignOff]:
    """What somebody has decided, the newest first."""
    seen = reach.of(actor)
    rows = SignOff.objects.filter(signer_id=actor.user_id, project__in=seen).select_related(
        *PEOPLE, "acts_for"
    )
    return rows.prefetch_related("conditions").order_by("-decided_at", "-pk")


def _waiting(actor: Actor) -> QuerySet[SignOff]:
    """Without those of which this person has stood aside."""
    aside = SignOff.objects.filter(
        project=OuterRef("project"),
        gate=OuterRef("gate"),
        attempt=OuterRef("attempt"),
        role=OuterRef("role"),
        decision="recused",
        signer_id=actor.user_id,
    )
    return signatories.waiting_for(actor, timezone.localdate()).exclude(Exists(aside))


def _counting() -> QuerySet[SignOff]:
    """Decisions that nobody has taken back or replaced, of the attempts under way."""
    return SignOff.objects.filter(withdrawn_at=None, superseded_at=None).exclude(decision="")


def _one_waiting(row: SignOff, days: clocks.Clocks, acts_for: dict[int, str]) -> Waiting:
    zone, today = days.at(row.project.portfolio.time_zone)
    asked_on = row.requested_at.astimezone(zone).date()
    return Waiting(row, _gate(row), max(0, (today - asked_on) // timedelta(days=1)), acts_for.get(row.pk, ""))


def _owed(row: Condition, actor: Actor, today: date) -> Owed:
    return Owed(
        row,
        is_mine_to_do=row.owner_id == actor.user_id,
        is_mine_to_close=row.signoff.signer_id == actor.user_id,
        is_overdue=row.due_on is not None and row.due_on < today,
    )


def _one_faded(row: SignOff, state: str, changed: tuple[str, ...]) -> Faded:
    return Faded(row, _gate(row), state, changed)


def _gate(row: SignOff) -> Gate | None:
    gates = facts.workflow(row.project).gates
    return next((each for each in gates if each.code == row.gate), None)


def _way(row: SignOff, gate: Gate | None) -> str:
    if gate is None or not gate.to_stage:
        return gate.label if gate else row.gate
    workflow = facts.workflow(row.project)
    return f"{workflow.stage(gate.from_stage).label} → {workflow.stage(gate.to_stage).label}"


def _acts_for(actor: Actor, rows: Sequence[SignOff]) -> dict[int, str]:
    """For whom each would be signed, where it is not in one's own right; three queries at most."""
    if not rows:
        return {}
    today = timezone.localdate()
    held = Delegation.objects.in_force(today).filter(deputy_id=actor.user_id).select_related("person")
    by_right = {(each.portfolio_id, each.role): each.person.name for each in held}
    if not by_right:
        return {}
    own = _own(actor, {row.project_id for row in rows})
    return {
        row.pk: name
        for row in rows
        if (name := by_right.get((row.project.portfolio_id, row.role)))
        and (row.project_id, row.role) not in own[0]
        and (row.project.portfolio_id, row.role) not in own[1]
    }


def _own(actor: Actor, projects: Iterable[int]) -> tuple[set[Any], set[Any]]:
    team = TeamRole.objects.filter(user_id=actor.user_id, project__in=projects)
    standing = StandingRole.objects.filter(user_id=actor.user_id)
    return (
        set(team.order_by().values_list("project_id", "role")),
        set(standing.order_by().values_list("portfolio_id", "role")),
    )


def _states(rows: Sequence[SignOff]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """How signatures stand today and what has changed under them; two queries for all their projects."""
    projects: dict[int, Project] = {row.project_id: row.project for row in rows}
    signed = {each.id: each for found in signings.of(list(projects)).values() for each in found}
    evidence = gate_facts.evidence_of_many(list(projects))
    days = clocks.Clocks(timezone.now())
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for row in rows:
        given, gate = signed.get(row.pk), _gate(row)
        if given is None or gate is None:
            found[row.pk] = ("superseded", ())
            continue
        zone, today = days.at(row.project.portfolio.time_zone)
        content = packets.content(projects[row.project_id], gate, evidence.get(row.project_id, ()))
        found[row.pk] = _state(row, given.signature(zone), content, today)
    return found


def _state(
    row: SignOff, given: signatures.Signature, content: dict[str, Any], today: date
) -> tuple[str, tuple[str, ...]]:
    changed = rules.differences(packet_views.frozen(row.packet), content)
    state = signatures.state(given, rules.digest(content), today)
    return state, tuple(packets.words(changed)) if state == "invalidated" else ()
