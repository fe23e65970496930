"""The sign-offs of a project as its flags see them: those that bind and that a gate still needs."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Subquery
from django.db.models.functions import JSONArray

from projects.models import Project, SignOff
from projects.models.workflows import parsed
from projects.queries import gates
from projects.queries.json_rows import Rows, day, moment
from projects.rules.signatures import APPROVALS, UNUSED_DAYS


class Given(NamedTuple):
    """One request of the present attempt that binds and that no other has replaced, as JSON holds it."""

    id: int
    gate: str
    role: str
    decision: str
    packet_id: int
    requested_at: str
    decided_at: str | None
    withdrawn_at: str | None
    used_at: str | None
    lives_until: str | None
    told_hash: str

    @property
    def is_approval(self) -> bool:
        return self.decision in APPROVALS

    @property
    def counts(self) -> bool:
        """An approval that nobody has taken back."""
        return self.is_approval and self.withdrawn_at is None


def rows(asked: QuerySet[SignOff]) -> Subquery:
    """These requests as one column of a statement about their project."""
    return Subquery(
        asked.order_by().values("project").annotate(rows=Rows(JSONArray(*Given._fields))).values("rows")
    )


def facts(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What the rules look at; a row with at least one request."""
    every = sorted(Given._make(each) for each in row["signoff_rows"])
    ahead = gates_ahead(row["workflow_id"], row["stage"], row["ever_in_production"])
    open_ones = [each for each in every if each.used_at is None and each.gate in ahead]
    needed = [*_newest(each for each in open_ones if each.counts), *_living(every, row)]
    return {
        "signoff_asked_on": _asked_on(open_ones, zone),
        "signature_ends_on": min((_ends_on(each, zone) for each in needed), default=None),
        "signatures_changed": sum(bool(each.told_hash) for each in needed),
        "signatures_refused": sum(_refuses(each, every) for each in open_ones),
    }


def _asked_on(open_ones: Iterable[Given], zone: ZoneInfo) -> date | None:
    waiting = [each for each in open_ones if not each.decision and each.withdrawn_at is None]
    return min((moment(each.requested_at).astimezone(zone).date() for each in waiting), default=None)


def _newest(approvals: Iterable[Given]) -> list[Given]:
    """The last approval of each role at each gate."""
    return list({(each.gate, each.role): each for each in approvals}.values())


def _living(every: Iterable[Given], row: Mapping[str, Any]) -> list[Given]:
    """What the present certification of a launched project rests on: earlier ones have had their time."""
    if not parsed(row["workflow_id"]).is_production(row["stage"]):
        return []
    used = [each for each in every if each.counts and each.used_at and each.lives_until]
    certified = max((str(each.lives_until) for each in used), default="")
    return [each for each in used if each.lives_until == certified]


def _ends_on(approval: Given, zone: ZoneInfo) -> date:
    """The last day on which it counts."""
    if approval.lives_until:
        return day(approval.lives_until)
    decided_on = moment(str(approval.decided_at)).astimezone(zone).date()
    return decided_on + timedelta(days=UNUSED_DAYS)


def _refuses(given: Given, every: Iterable[Given]) -> bool:
    """A rejection that no later approval, of something else, has answered; or an approval taken back.

    Who has taken theirs back and was asked again says nothing until they answer.
    """
    later = [
        each for each in every if each.id > given.id and each.role == given.role and each.gate == given.gate
    ]
    if given.decision == "rejected" and given.withdrawn_at is None:
        return not any(each.counts and each.packet_id != given.packet_id for each in later)
    if given.is_approval and given.withdrawn_at is not None:
        return not any(each.withdrawn_at is None for each in later)
    return False


@lru_cache(maxsize=1000)
def gates_ahead(workflow_id: int, stage: str, ever_in_production: bool) -> frozenset[str]:
    """The gates that a project in this stage can still come to."""
    there = Project(workflow_id=workflow_id, stage=stage, ever_in_production=ever_in_production)
    return frozenset(gate.code for gate in parsed(workflow_id).gates if gates.lies_ahead(there, gate))
