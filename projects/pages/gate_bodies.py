"""What stands between a project and a gate, as the gate's page and the dialogs of moves show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from projects.actors import Actor
from projects.models import Condition, Project
from projects.pages import signoff_words
from projects.pages.remedies import Missing, missing
from projects.queries import gate_sheets, signatories
from projects.queries.gate_sheets import CriterionRow, GateSheet, RoleRow
from projects.rules.stages import Gate

# Whoever was reminded within this time is not reminded again (as the action has it).
REMINDED_LATELY = timedelta(hours=20)
# What has become of a request so that another one makes sense.
ASK_AGAIN = ("withdrawn", "invalidated", "expired", "lapsed", "rejected", "superseded", "recused")
FADED = ("invalidated", "expired", "lapsed")
# More names than these do not fit a row.
NAMES = 3


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion that is not met, and the step that supplies it."""

    label: str
    says: str
    state: str  # of state_icon
    way: Missing


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role: who, how it stands, and what the person who looks can do about it."""

    row: RoleRow
    who: str
    state: str  # of state_icon
    says: str
    changed: str
    ask: str  # words of the button; empty: nothing to ask
    may_remind: bool
    may_call_off: bool
    review: str  # words of the link; empty: not for this person
    name_url: str  # where somebody is named for a role that nobody has


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """An open condition, who closes it, and whether that is the person who looks."""

    condition: Condition
    until: str
    is_overdue: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class GateBody:
    """A gate in full, in words."""

    sheet: GateSheet
    manner: str  # block, warn, record, waived
    criteria: list[CriterionLine]
    met: list[str]
    others: list[Missing]
    required: list[RoleLine]
    feedback: list[RoleLine]
    conditions: list[ConditionLine]
    ask_all: int  # how many one press would ask
    may_ask: bool
    url: str

    @property
    def gate(self) -> Gate:
        return self.sheet.gate

    @property
    def missing(self) -> int:
        return len(self.sheet.state.missing)

    @property
    def criteria_total(self) -> int:
        return len(self.criteria) + len(self.met)


def many(
    project: Project, gates: Sequence[Gate], actor: Actor, may: dict[str, bool], manners: dict[str, str]
) -> list[GateBody]:
    """Several gates in full; `manners` names those that are not treated as the workflow says."""
    sheets = gate_sheets.many(project, gates) if gates else []
    asked = [row.signoff for sheet in sheets for row in sheet.roles if row.signoff]
    prefetch_related_objects(asked, "conditions")
    found = [of(sheet, actor, may, manners.get(sheet.gate.code, "")) for sheet in sheets]
    for body in found[1:]:
        body.conditions.clear()  # They are those of the project, and said once.
    return found


def of(sheet: GateSheet, actor: Actor, may: dict[str, bool], manner: str = "") -> GateBody:
    """A sheet as this person sees it; queries only where somebody else's conditions are open."""
    project, code = sheet.project, sheet.gate.code
    lines = {row.role: _role(row, sheet, actor, may) for row in sheet.roles}
    return GateBody(
        sheet=sheet,
        manner=manner or sheet.gate.enforcement,
        criteria=[_criterion(project, row, may, code) for row in sheet.missing_criteria],
        met=[row.label for row in sheet.met_criteria],
        others=[missing(project, found, may, code) for found in sheet.others],
        required=[lines[row.role] for row in sheet.required],
        feedback=[lines[row.role] for row in sheet.feedback],
        conditions=_conditions(sheet, actor, may),
        ask_all=len(sheet.to_ask) if may["ask"] else 0,
        may_ask=may["ask"],
        url=reverse("project_gate_of", args=[project.key, code]),
    )


def _criterion(project: Project, row: CriterionRow, may: dict[str, bool], code: str) -> CriterionLine:
    found = row.finding
    if found.obstacle is None:
        raise ValueError(f"{row.label} is met.")
    says = found.says[:1].upper() + found.says[1:]
    if found.state == "unknown":
        says = f"{says}. Not known counts as not met"
    state = "unknown" if found.state == "unknown" else "missing"
    return CriterionLine(row.label, says, state, missing(project, found.obstacle, may, code))


def _role(row: RoleRow, sheet: GateSheet, actor: Actor, may: dict[str, bool]) -> RoleLine:
    state, says = signoff_words.of_role(row, sheet.today)
    signoff, may_ask = row.signoff, may["ask"]
    is_waiting = signoff is not None and row.is_waiting
    return RoleLine(
        row=row,
        who=_who(row),
        state=state,
        says=says,
        changed=", ".join(row.changed),
        ask=_ask(row) if may_ask else "",
        may_remind=may_ask and is_waiting and not _was_reminded(row) and not row.may_sign(actor),
        may_call_off=is_waiting
        and (
            may["put_away"] or (may_ask and signoff is not None and signoff.requested_by_id == actor.user_id)
        ),
        review=_review(row, actor, may),
        name_url=_name_url(row, sheet.project) if may["team"] else "",
    )


def _who(row: RoleRow) -> str:
    """Whoever decided, with whom they stood for; before that everybody who may."""
    signoff = row.signoff
    if signoff is not None and signoff.signer and row.state not in ("superseded", "recused"):
        return signoff_words.signer(signoff)
    names = [
        f"{each.name} for {each.acts_for_name}" if each.acts_for_name else each.name for each in row.people
    ]
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def _ask(row: RoleRow) -> str:
    if not row.people or row.counts or row.state not in ("not_asked", *ASK_AGAIN):
        return ""
    if row.state in ASK_AGAIN:
        return "Ask again"
    return f"Ask {row.people[0].name.split()[0]}" if len(row.people) == 1 else "Ask"


def _review(row: RoleRow, actor: Actor, may: dict[str, bool]) -> str:
    if row.signoff is None or not may["sign"] or not row.may_sign(actor):
        return ""
    if row.is_waiting:
        return "Review"
    return "Review again" if row.state in FADED and row.signoff.signer_id == actor.user_id else ""


def _name_url(row: RoleRow, project: Project) -> str:
    return "" if row.people else reverse("project_team", args=[project.key]) + f"#team.{row.role}"


def _was_reminded(row: RoleRow) -> bool:
    at = row.signoff.reminded_at if row.signoff else None
    return at is not None and timezone.now() - at < REMINDED_LATELY


def _conditions(sheet: GateSheet, actor: Actor, may: dict[str, bool]) -> list[ConditionLine]:
    """The signer closes what they set; whoever has the role after them where they have it no more."""
    if not sheet.conditions:
        return []
    roles = {each.signoff.role for each in sheet.conditions if each.signoff.signer_id != actor.user_id}
    people = signatories.of(sheet.project, roles, sheet.today) if roles else {}
    holders = {role: {each.user_id for each in found} for role, found in people.items()}
    return [_condition(each, holders, sheet, actor, may) for each in sheet.conditions]


def _condition(
    condition: Condition,
    holders: dict[str, set[int]],
    sheet: GateSheet,
    actor: Actor,
    may: dict[str, bool],
) -> ConditionLine:
    signer, inside = condition.signoff.signer_id, holders.get(condition.signoff.role, set())
    is_successor = actor.user_id in inside and signer not in inside
    return ConditionLine(
        condition=condition,
        until=signoff_words.until(condition),
        is_overdue=condition.due_on is not None and condition.due_on < sheet.today,
        may_close=may["sign"] and (signer == actor.user_id or is_successor),
    )
