"""Stages that a file reports: taken over as said, no gate is examined."""

from datetime import datetime

from django.db import transaction

from projects import permissions
from projects.actions import _locks, moves
from projects.actors import Actor
from projects.models import Move
from projects.rules import moves as rules


@transaction.atomic
def report(
    project_id: int,
    *,
    to: str,
    actor: Actor,
    outcome: str = "",
    note: str = "",
    source: str = "",
    since: datetime | None = None,
    precision: str = "day",
) -> Move | None:
    """Take over the stage that a source states; None when the project is there already.

    The move names the gates on the way, which nobody has examined. `outcome` is retired or
    stopped where the project has ended; `since` and `precision` (day, month, year) say when it got there.
    """
    project = _locks.project(project_id, even_archived=True)
    permissions.require(actor, "stage.report", project)
    request = rules.MoveRequest(kind="report", to=to, note=note, outcome=outcome, requested_by=actor.user_id)
    planned = moves.plan(project, request, None, now=actor.now())
    if planned.no_change:
        return None
    if planned.obstacles:
        raise moves.refusal(project, planned)
    origin = moves.Origin(actor, source=source, since=since, precision=precision)
    return moves.carry_out(project, planned, request, origin)
