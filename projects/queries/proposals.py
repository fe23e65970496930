"""What a proposal rests on: its words, the codes it may name, the people in it, and when it lapses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from projects.models import SPOKEN_HEALTH, Flag, Project, Proposal
from projects.models.blockers import CATEGORIES, SEVERITIES
from projects.queries import facts, people, scoring
from projects.rules import moves, proposal_words
from projects.rules import proposals as rules
from projects.rules.answers import CODES
from projects.rules.facts import Obstacle
from projects.rules.flags import RULES

# A report comes from an import, and is nothing to decide on.
MOVES = [kind for kind in moves.KINDS if kind != "report"]


def words(proposal: Proposal, flags: Mapping[int, Flag] | None = None) -> str:
    """What would change, in a line; without `flags` that are read already, two queries at most."""
    project, body = proposal.project, proposal.body
    # Of one that is decided the present state says nothing.
    is_open = proposal.state == Proposal.State.OPEN
    letter = flag = ""
    if proposal.kind == "answer" and is_open:
        known = scoring.assessment(project).answers.get(body["question"])
        letter = known[0] if known else "U"
    if proposal.kind == "snooze":
        found = Flag.objects.only("rule").in_bulk([body["flag"]]) if flags is None else flags
        flag = _title(found.get(body["flag"]))
    stage = project.stage if is_open else ""
    return proposal_words.line(proposal.kind, body, facts.workflow(project), stage, letter=letter, flag=flag)


def _title(flag: Flag | None) -> str:
    return f"“{RULES[flag.rule].title}”" if flag and flag.rule in RULES else ""


def obstacles(project: Project, kind: str, body: Mapping[str, Any]) -> list[Obstacle]:
    """Everything that is wrong with what is proposed for this project; three queries at most."""
    found = rules.obstacles(kind, body, _choices(project, kind))
    if found:
        return found
    if kind == "snooze":
        is_here = Flag.objects.filter(pk=body["flag"], project=project, cleared_at=None).exists()
        remedy = "Name an open flag of this project."
        message = f"{project.key} has no open flag {body['flag']}."
        return [] if is_here else [Obstacle("no_flag", message, remedy, "body.flag")]
    return with_people(project, dict(body))[1]


def with_people(project: Project, said: dict[str, Any]) -> tuple[dict[str, Any], list[Obstacle]]:
    """The same with people in place of their addresses, and who cannot be named; a query for each."""
    found = []
    for name in {"owner", "approver"} & set(said):
        person = people.who_may_see(project).filter(email__iexact=said[name]).first()
        if person is None:
            message = f"Nobody with the address {said[name]} can be named here."
            found.append(Obstacle("no_person", message, "Name somebody who may see it.", f"body.{name}"))
        said[name] = person
    return said, found


def due_to_lapse(now: datetime) -> list[int]:
    """Ids of open proposals whose time is over, or which mean nothing any more; one query."""
    rows = Proposal.objects.filter(state=Proposal.State.OPEN).select_related("project").order_by("pk")
    return [
        row.pk
        for row in rows.iterator(chunk_size=500)
        if row.expires_at <= now
        or row.project.deleted_at is not None
        or rules.is_moot(row.kind, row.body, stage=row.project.stage, has_ended=row.project.has_ended)
    ]


def _choices(project: Project, kind: str) -> dict[str, list[str]]:
    """The codes that the fields of a proposal can have for this project."""
    workflow = facts.workflow(project)
    if kind == "move":
        return {"kind": MOVES, "to": [stage.code for stage in workflow.stages]}
    if kind == "update":
        return {"health": [code for code, _ in SPOKEN_HEALTH]}
    if kind == "answer":
        asked = scoring.card(project).asked(bool(project.llm))
        return {"letter": list(CODES), "question": [each.id for each in asked]}
    if kind == "blocker":
        return {
            "category": [code for code, _ in CATEGORIES],
            "severity": [code for code, _ in SEVERITIES],
            "gate": [gate.code for gate in workflow.gates],
        }
    return {}
