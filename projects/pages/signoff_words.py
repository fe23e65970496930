"""How a sign-off stands, in words: on gates, on its own page, in records and in My work."""

from datetime import date, datetime

from django.utils import timezone

from projects.models import Condition, SignOff
from projects.queries.gate_sheets import RoleRow
from projects.templatetags.times import exact

# State -> the icon of a state row.
ICONS = {
    "not_asked": "unknown",
    "requested": "waiting",
    "approved": "met",
    "approved_with_conditions": "conditions",
    "rejected": "missing",
    "feedback_given": "met",
    "recused": "waiting",
    "withdrawn": "unknown",
    "called_off": "unknown",
    "superseded": "unknown",
    "invalidated": "missing",
    "expired": "missing",
    "lapsed": "missing",
}
# State -> what a list or a file calls it.
NAMES = {
    "requested": "Waiting",
    "approved": "Approved",
    "approved_with_conditions": "Approved with conditions",
    "rejected": "Rejected",
    "feedback_given": "Feedback given",
    "recused": "Stood aside",
    "withdrawn": "Withdrawn",
    "called_off": "Called off",
    "superseded": "Over: replaced, or no longer needed",
    "invalidated": "Fell away: what was signed has changed",
    "expired": "Expired",
    "lapsed": "Lapsed: a condition is overdue",
}
# The same with its day and what was said.
SAYS = {
    "requested": "Asked {asked}{reminded}",
    "approved_with_conditions": "Approved with {conditions}, {decided}",
    "rejected": "Rejected {decided}: {reason}",
    "feedback_given": "Feedback {decided}: {reason}",
    "recused": "Stood aside {decided}: {reason}",
    "called_off": "Called off {withdrawn}",
    "withdrawn": "Withdrawn {withdrawn}: {withdrawn_reason}",
    "superseded": "Decided {decided}, and not needed any more",
    "invalidated": "Signed {decided}, then it changed",
    "expired": "Signed {decided}, too long ago",
    "lapsed": "Signed {decided} with a condition that is overdue",
}
UNTIL = {
    "before_gate": "before this gate",
    "before_next_gate": "before the next gate",
    "by_date": "by its date",
}


def of_role(row: RoleRow, today: date) -> tuple[str, str]:
    """The icon and the words of a role at a gate."""
    if row.signoff is None or row.state in ("not_asked", "superseded"):
        return _unasked(row)
    if row.state == "withdrawn" and not row.signoff.decision:
        return ICONS["called_off"], says(row.signoff, "called_off", today)
    words = says(row.signoff, row.state, today)
    if row.state in ("approved", "approved_with_conditions") and not row.counts:
        return "conditions" if row.state != "approved" else "missing", f"{words}. {_why_not(row)}"
    return ICONS[row.state], words


def says(signoff: SignOff, state: str, today: date) -> str:
    """What has happened to a request, with its day."""
    if state == "superseded" and not signoff.decision:
        return NAMES[state]
    words = SAYS.get(state, f"{NAMES.get(state, state)} {{decided}}")
    reminded = _on(signoff.reminded_at, today)
    return words.format(
        asked=_on(signoff.requested_at, today),
        reminded=f", reminded {reminded}" if reminded else "",
        decided=_on(signoff.decided_at, today),
        withdrawn=_on(signoff.withdrawn_at, today),
        reason=signoff.reason,
        withdrawn_reason=signoff.withdrawn_reason,
        conditions=counted(len(signoff.conditions.all())) if state == "approved_with_conditions" else "",
    )


def signer(signoff: SignOff) -> str:
    """Who decided, and for whom: both names stand in the record."""
    if signoff.signer is None:
        return ""
    return f"{signoff.signer} for {signoff.acts_for}" if signoff.acts_for else str(signoff.signer)


def until(condition: Condition) -> str:
    """Until when a condition has to be met."""
    if condition.kind == "by_date" and condition.due_on:
        return f"by {exact(condition.due_on)}"
    due = f", due {exact(condition.due_on)}" if condition.due_on else ""
    return UNTIL[condition.kind] + due


def counted(number: int) -> str:
    """1 condition, 2 conditions."""
    return "1 condition" if number == 1 else f"{number} conditions"


def _unasked(row: RoleRow) -> tuple[str, str]:
    if row.need == "feedback":
        return "unknown", "Feedback is welcome, not asked yet" if row.people else "Nobody has the role"
    if not row.people:
        return "missing", f"Nobody has the role {row.label}, so nobody can sign for it."
    return "unknown", "Perhaps required, not asked yet" if row.need == "open" else "Not asked yet"


def _why_not(row: RoleRow) -> str:
    """Why an approval does not count."""
    return " ".join(dict.fromkeys(found.message for found in row.obstacles)) or "It does not count."


def _on(at: datetime | None, today: date) -> str:
    """A day, as short as it can be said."""
    if at is None:
        return ""
    on = timezone.localtime(at).date()
    if on == today:
        return "today"
    return exact(on) if on.year != today.year else exact(on).rpartition(" ")[0]
