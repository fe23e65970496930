"""Proposals as people see them: what would change, what the gate still lacks, and which wait for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from projects.actors import Actor
from projects.models import Flag, Project, Proposal
from projects.queries import dues, facts, gate_facts, proposals, reach
from projects.rules import moves
from projects.rules.facts import Facts, Obstacle

RELATED = ("project__portfolio", "project__assessment", "proposed_by", "decided_by")
# Of what a gate lacks, as much as fits into a row.
NAMED = 3
# Moves that a gate has a say in; a hold also needs the roles of who agreed, which its action asks for.
AT_GATES = ("advance", "recertify", "stop", "retire")


class Said(NamedTuple):
    """One field of what is proposed, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with its change in words; `lacks` refuses the move now, `notes` are kept with it."""

    proposal: Proposal
    words: str
    lacks: tuple[Obstacle, ...] = ()
    notes: tuple[Obstacle, ...] = ()

    @property
    def project(self) -> Project:
        return self.proposal.project

    @property
    def who(self) -> str:
        """Who proposes."""
        return str(self.proposal.proposed_by or "Plimsoll")

    @property
    def gate_words(self) -> str:
        """What the gate still lacks, in a line."""
        found = [*self.lacks, *self.notes]
        named = " ".join(each.message for each in found[:NAMED])
        return f"{named} And {len(found) - NAMED} more." if len(found) > NAMED else named

    @property
    def is_open(self) -> bool:
        """Whether somebody can still decide."""
        return self.proposal.state == Proposal.State.OPEN and self.proposal.expires_at > timezone.now()

    @property
    def details(self) -> list[Said]:
        """The fields of the change that its words do not hold already."""
        told = {"kind", "to", "letter", "question", "health", "title", "category", "severity", "flag"}
        body = self.proposal.body
        return [
            Said(name.replace("_", " ").capitalize(), _text(body[name])) for name in body if name not in told
        ]


def visible_to(actor: Actor) -> QuerySet[Proposal]:
    """Proposals of the projects that this actor may know of."""
    return Proposal.objects.filter(project__in=Project.objects.visible_to(actor))


def one(actor: Actor, proposal_id: int) -> Row:
    """A proposal whole; 404 for whoever may not know of it."""
    found = visible_to(actor).select_related(*RELATED).filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return rows([found])[0]


def of_project(project: Project) -> list[Row]:
    """Those that wait on a project, the newest first, without what a gate says; two queries at most.

    `has_proposals` comes with the row of a project's page, so that most pages ask nothing.
    """
    if not getattr(project, "has_proposals", True):
        return []
    found = list(_waiting().filter(project=project).select_related("proposed_by"))
    for proposal in found:
        proposal.project = project
    return [Row(proposal, words) for proposal, words in _worded(found)]


def waiting(actor: Actor, most: int) -> tuple[list[Row], int]:
    """The newest that wait for whoever looks after the projects, and how many more; nine queries at most."""
    if actor.is_machine:
        return [], 0
    chosen = _mine(actor)
    found = list(chosen.select_related(*RELATED)[: most + 1])
    more = chosen.count() - most if len(found) > most else 0
    return rows(found[:most]), more


def count(actor: Actor) -> int:
    """How many wait; one query beside those that My work has asked already."""
    return 0 if actor.is_machine else _mine(actor).count()


def rows(found: Sequence[Proposal]) -> list[Row]:
    """Each with its words and what the gates on its way say now; at most eight queries for all of them."""
    at_gates = [each for each in found if _asks_a_gate(each)]
    known = (
        gate_facts.many(
            [each.project for each in at_gates],
            lambda project: [
                gate for each in at_gates if each.project_id == project.pk for gate in _gates(each)
            ],
        )
        if at_gates
        else {}
    )
    plans = {each.pk: _plan(each, known[each.project_id]) for each in at_gates}
    return [
        Row(proposal, words, plans[proposal.pk].obstacles, plans[proposal.pk].warnings)
        if proposal.pk in plans
        else Row(proposal, words)
        for proposal, words in _worded(found)
    ]


def _waiting() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=Proposal.State.OPEN, expires_at__gt=timezone.now())


def _mine(actor: Actor) -> QuerySet[Proposal]:
    mine = reach.of(actor).running().filter(dues.looked_after(actor))
    return _waiting().filter(project__in=mine.values("pk"))


def _worded(found: Iterable[Proposal]) -> list[tuple[Proposal, str]]:
    """Each with its words; one query where flags are named."""
    ids = [each.body["flag"] for each in found if each.kind == "snooze"]
    flags = Flag.objects.only("rule").in_bulk(ids) if ids else {}
    return [(each, proposals.words(each, flags)) for each in found]


def _asks_a_gate(proposal: Proposal) -> bool:
    is_move = proposal.kind == "move" and (proposal.body.get("kind") or "advance") in AT_GATES
    return is_move and proposal.state == Proposal.State.OPEN


def _request(proposal: Proposal) -> moves.MoveRequest:
    said = {name: proposal.body[name] for name in ("to", "reason_code", "note") if name in proposal.body}
    return moves.MoveRequest(proposal.body.get("kind"), **said)


def _gates(proposal: Proposal) -> list[Any]:
    project = proposal.project
    return list(moves.gates_on_the_way(facts.workflow(project), facts.position(project), _request(proposal)))


def _plan(proposal: Proposal, known: Facts) -> moves.Plan:
    """What the rules say to the move now; waivers are looked for when it is carried out."""
    project = proposal.project
    return moves.plan(
        facts.workflow(project),
        facts.position(project),
        _request(proposal),
        known,
        today=facts.today(project),
        calendar=facts.calendar(project.portfolio),
    )


def _text(value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{day.day} {day:%B %Y}"
