"""Looks back: what was learned when a project was stopped, paused, rolled back, retired or launched."""

from decimal import Decimal

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Retrospective
from projects.queries import retrospectives
from projects.rules.facts import Obstacle

LONGEST = 4_000  # letters of each answer: more is a document, and belongs to the evidence
INVALID = "retrospective_refused"


@transaction.atomic
def write(
    project_id: int,
    *,
    happened: str,
    lesson: str,
    actor: Actor,
    move_id: int | None = None,
    pitfall: str = "",
    team_effect: str = "",
    sunk_cost: Decimal | None = None,
) -> Retrospective:
    """Write down what was learned; never edited, a second look is a second retrospective.

    `move_id`: the decision that it looks back at. `sunk_cost` in the portfolio's currency.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "retrospective.write", project)
    texts = {"happened": happened.strip(), "lesson": lesson.strip(), "team_effect": team_effect.strip()}
    if found := _obstacles(project, texts, move_id, pitfall, sunk_cost):
        first = found[0]
        raise Refused(f"{first.message} {first.remedy}", code=INVALID, obstacles=found)
    written = Retrospective.objects.create(
        project=project,
        move_id=move_id,
        pitfall=pitfall,
        sunk_cost=sunk_cost,
        written_by_id=actor.user_id,
        at=actor.now(),
        **texts,
    )
    events.record(
        project,
        "retrospective.written",
        actor,
        retrospective=written.pk,
        move=move_id,
        pitfall=pitfall,
    )
    flags.refresh(project, actor=actor, says=True)
    return written


def _obstacles(
    project: Project, texts: dict[str, str], move_id: int | None, pitfall: str, sunk_cost: Decimal | None
) -> list[Obstacle]:
    found = []
    for name, missing in (("happened", "what happened"), ("lesson", "what was learned")):
        if not texts[name]:
            found.append(Obstacle("text_needed", f"It is not said {missing}.", "Write it down.", name))
    for name, text in texts.items():
        if len(text) > LONGEST:
            remedy = f"Keep it to {LONGEST} characters."
            found.append(Obstacle("too_long", "The text is too long.", remedy, name))
    codes = [each.code for each in retrospectives.pitfalls(project)]
    if pitfall and pitfall not in codes:
        remedy = f"Use one of {', '.join(codes)}."
        found.append(Obstacle("unknown_pitfall", "There is no such pitfall.", remedy, "pitfall"))
    if sunk_cost is not None and sunk_cost < 0:
        found.append(Obstacle("negative", "A cost is not negative.", "Use 0 or more.", "sunk_cost"))
    if move_id is not None and not retrospectives.decisions(project).filter(pk=move_id).exists():
        remedy = "Name a stop, hold, rollback or retirement of this project, or none."
        found.append(Obstacle("unknown_move", "This is no decision to look back at.", remedy, "move"))
    return found
