"""The one way to write history."""

from typing import Any

from django.db import transaction

from projects.actors import Actor
from projects.models import Event, Portfolio, Project

# The kinds of event there are, with the sentence a timeline shows; the feed promises these names.
KINDS = {
    "portfolio.created": "created the portfolio",
    "portfolio.edited": "changed the portfolio's settings",
    "member.added": "added a member",
    "member.changed": "changed a member's role",
    "member.removed": "removed a member",
    "unit.added": "added a business unit",
    "workflow.published": "published a workflow version",
    "workflow.drafted": "wrote a draft of the workflow",
    "workflow.reviewed": "reviewed the draft of the workflow",
    "workflow.draft_discarded": "discarded the draft of the workflow",
    "standing_role.added": "named somebody for a role on all projects",
    "standing_role.removed": "took somebody's role on all projects away",
    "scorecard.published": "published a scorecard version",
    "person.invited": "invited a person",
    "person.joined": "joined",
    "person.renamed": "changed their name",
    "person.reactivated": "let a person in again",
    "person.promoted": "made a person an administrator",
    "person.demoted": "took an administrator's rights away",
    "person.deactivated": "deactivated a person",
    "person.reassigned": "handed over what a person owned",
    "project.created": "added the project",
    "project.edited": "edited",
    "project.archived": "archived the project",
    "project.unarchived": "took the project out of the archive",
    "project.deleted": "deleted the project",
    "project.restored": "restored the project",
    "project.workflow_changed": "moved the project to another workflow version",
    "team.changed": "changed the team",
    "stage.advanced": "advanced",
    "stage.moved_back": "moved back",
    "stage.reported": "reported a stage",
    "stage.rolled_back": "rolled back",
    "project.held": "put on hold",
    "project.resumed": "resumed",
    "project.stopped": "stopped the project",
    "project.restarted": "restarted the project",
    "project.retired": "retired the project",
    "project.recertified": "certified the project again",
    "rollback.reviewed": "reviewed a rollback",
    "waiver.asked": "asked for a waiver",
    "waiver.signed": "signed a waiver",
    "update.posted": "posted an update",
    "update.corrected": "corrected an update",
    "update.taken_back": "took back that nothing has changed",
    "comment.posted": "commented",
    "comment.deleted": "deleted a comment",
    "answer.given": "answered",
    "answer.agreed": "agreed that a question does not apply",
    "answers.confirmed": "confirmed answers as still true",
    "score.quadrant_changed": "changed the quadrant",
    "blocker.raised": "raised a blocker",
    "blocker.edited": "changed a blocker",
    "blocker.noted": "wrote into a blocker's log",
    "blocker.responded": "responded to a blocker",
    "blocker.escalated": "escalated a blocker",
    "blocker.set_back": "gave a blocker back",
    "blocker.extended": "moved a blocker's deadline",
    "blocker.shared": "made a blocker one of the portfolio",
    "blocker.unshared": "gave a portfolio blocker back to its project",
    "blocker.agreed": "agreed to accept a blocker",
    "blocker.resolved": "resolved a blocker",
    "blocker.reopened": "opened a blocker again",
    "todo.added": "added a to-do",
    "todo.edited": "changed a to-do",
    "todo.done": "did a to-do",
    "todo.reopened": "opened a to-do again",
    "todo.removed": "removed a to-do",
    "evidence.added": "added evidence",
    "evidence.replaced": "brought a new version of evidence",
    "evidence.removed": "removed evidence",
    "evidence.restored": "brought evidence back",
    "evidence.attached": "attached evidence",
    "evidence.detached": "detached evidence",
    "statement.made": "made a statement",
    "measurement.posted": "posted a measurement",
    "checklist.filled": "filled in a checklist",
    "signoff.asked": "asked for a sign-off",
    "signoff.decided": "decided on a sign-off",
    "signoff.recused": "stood aside from a sign-off",
    "signoff.withdrawn": "withdrew a sign-off",
    "signoff.called_off": "called a request for a sign-off off",
    "signoff.reminded": "reminded of a sign-off",
    "signoff.invalidated": "changed what had been signed",
    "condition.closed": "closed a condition",
    "delegation.given": "named a deputy",
    "delegation.ended": "ended a delegation",
    "demand.stated": "said whom the project needs",
    "link.added": "linked two projects",
    "link.removed": "took a link between projects away",
    "retrospective.written": "wrote a retrospective",
    "capacity.changed": "changed who is there to do the work",
    "rate.set": "set an exchange rate",
    "scenario.kept": "kept a scenario",
    "scenario.changed": "changed a scenario",
    "scenario.removed": "removed a scenario",
    "scenario.adopted": "adopted a scenario",
    "recommendation.dismissed": "put a recommendation aside",
    "recommendation.restored": "took a recommendation up again",
    "report.scheduled": "had reports sent",
    "report.unscheduled": "stopped reports",
    "history.generated": "generated a history",
    "history.removed": "removed the generated history",
    "flag.opened": "raised a flag",
    "flag.changed": "changed a flag's severity",
    "flag.cleared": "cleared a flag",
    "flag.snoozed": "let a flag sleep",
    "flag.woken": "woke a flag",
    "flag.escalated": "told those above of a flag that nobody answers",
    "project.pivoted": "changed what the project is for",
    "signal.declared": "declared a signal",
    "signal.removed": "removed a signal",
    "signal.returned": "saw a signal again after a silence",
    "metric_pair.declared": "declared a metric pair",
    "metric_pair.removed": "removed a metric pair",
    "stay_limits.made": "learnt the limits of time in stage",
    "blocker.asked_outside": "asked somebody outside about a blocker",
    "blocker.answered_outside": "answered a blocker from outside",
    "blocker.called_off_outside": "called a question to somebody outside off",
    "chat_hook.added": "added a chat",
    "chat_hook.changed": "changed a chat",
    "chat_hook.removed": "removed a chat",
    "chat_hook.disabled": "stopped posting to a chat that does not answer",
    "api_key.created": "created an API key",
    "api_key.revoked": "revoked an API key",
    "calendar_feed.made": "made an address for a calendar",
    "calendar_feed.renewed": "renewed the address for a calendar",
    "calendar_feed.ended": "ended the address for a calendar",
    "import.uploaded": "uploaded a file to import",
    "import.checked": "checked a file to import",
    "import.started": "started to apply an import",
    "import.applied": "applied an import",
    "import.discarded": "discarded an import",
    "import_profile.saved": "saved an import profile",
}

# An update counts only if it says something about how the project stands: these do, edits do not.
SAYS = frozenset(
    {
        *("update.posted", "update.corrected"),
        *("stage.advanced", "stage.moved_back", "stage.rolled_back", "project.held", "project.resumed"),
        *("project.stopped", "project.restarted", "project.retired", "project.recertified"),
        *("rollback.reviewed", "retrospective.written", "checklist.filled", "measurement.posted"),
        *("answer.given", "answer.agreed", "answers.confirmed"),
        *("evidence.added", "evidence.replaced", "statement.made"),
        *("blocker.raised", "blocker.noted", "blocker.responded", "blocker.escalated", "blocker.set_back"),
        *("blocker.extended", "blocker.agreed", "blocker.resolved", "blocker.reopened"),
        *("signoff.decided", "signoff.recused", "signoff.withdrawn", "condition.closed"),
    }
)


def build(subject: Project | Portfolio | None, kind: str, actor: Actor, **payload: Any) -> Event:
    """An event row not yet saved, for actions that write many at once."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is not in the list of event kinds.")
    project = subject if isinstance(subject, Project) else None
    portfolio_id = project.portfolio_id if project else getattr(subject, "pk", None)
    return Event(
        kind=kind,
        portfolio_id=portfolio_id,
        project=project,
        actor_id=actor.user_id,
        door=actor.door,
        by_machine=actor.is_machine,
        request_id=actor.request_id,
        payload=payload,
        at=actor.now(),
    )


def record(subject: Project | Portfolio | None, kind: str, actor: Actor, **payload: Any) -> Event:
    """Write what happened, in the transaction of the change itself."""
    event = build(subject, kind, actor, **payload)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is written in the transaction of its change.")
    event.save(force_insert=True)
    return event
