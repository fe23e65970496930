"""The worker's part of an import: take up a run, check its file or apply it, in steps that may be killed.

A run is claimed by one conditional UPDATE that sets a lease and a token; every later write of the run asks
for the same token, so that of two workers only one goes on.
"""

import hashlib
import json
import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portfolio.register.actions import imports
from portfolio.register.actions.import_rows import Applier
from portfolio.register.imports import planning, profile_files
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.planning import Line, Plan
from portfolio.register.imports.profiles import Profile
from portfolio.register.imports.reading import Table, open_table
from portfolio.register.imports.tables import Unreadable
from portfolio.register.models import WORKED_ON, ImportLine, ImportRun, RunState
from portfolio.register.queries import imports as import_queries
from projects import events, permissions
from projects.actions import flags
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models.scorecards import card_of

# A chunk takes about a second, planning 20,000 rows some ten.
LEASE = timedelta(minutes=2)
# One transaction each: short enough for others to write in between.
CHUNK = 100
# A run that ended its worker this often will do so again.
MOST_ATTEMPTS = 5


class LeaseLost(Exception):
    """Another worker has taken the run over."""


def take_up(run_id: int) -> None:
    """Do what a run waits for; safe to call twice, in parallel, or to be killed midway."""
    run = _claim(run_id)
    if run is None:
        return
    actor = Actor(run.requested_by, "import")
    try:
        if run.attempts > MOST_ATTEMPTS:
            raise Refused("The import ended its worker again and again.", code="gave_up")
        permissions.require(actor, "import.run", run.portfolio)
        if run.state == RunState.CHECKING:
            _check(run, actor)
        else:
            _apply(run, actor)
    except LeaseLost:
        return
    except (Unreadable, BadProfile, Refused, NotAllowed) as reason:
        _fail(run, reason)


def _claim(run_id: int) -> ImportRun | None:
    """The run, if it waits for a worker and no living one has it."""
    now, token = timezone.now(), uuid.uuid4().hex
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = ImportRun.objects.filter(free, pk=run_id, state__in=WORKED_ON)
    if not waiting.update(lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return ImportRun.objects.select_related("portfolio", "requested_by").get(pk=run_id)


def _keep(run: ImportRun, **fields: Any) -> None:
    """Write to the run while it is ours, and keep it ours."""
    fields = {"lease_until": timezone.now() + LEASE, **fields}
    if not ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token).update(**fields):
        raise LeaseLost
    for name, value in fields.items():
        setattr(run, name, value)


def _leave(run: ImportRun, state: RunState, **fields: Any) -> None:
    """Write the last word of this step and let go."""
    _keep(run, state=state, lease_until=None, lease_token="", attempts=0, **fields)


def _fail(run: ImportRun, reason: Unreadable | BadProfile | Refused | NotAllowed) -> None:
    problems = [str(found) for found in getattr(reason, "problems", [])]
    message = " ".join(problems) or getattr(reason, "message", str(reason))
    _leave(run, RunState.FAILED, error=message, remedy=getattr(reason, "remedy", ""))


def _plan(run: ImportRun) -> tuple[Profile, Table, Plan]:
    profile = profile_files.parse(run.profile_text)
    table = open_table(imports.folder() / run.path)
    records = import_queries.records(run.portfolio, profile.source)
    owners = import_queries.owners(run.portfolio).keys()
    card, zone = card_of(run.portfolio), ZoneInfo(run.portfolio.time_zone)
    today = timezone.localdate(timezone=zone)
    plan = planning.plan(profile, table.columns, table.rows(), records, owners, card=card, today=today)
    return profile, table, plan


@transaction.atomic
def _check(run: ImportRun, actor: Actor, *, is_again: bool = False) -> None:
    """The dry run: what every row would become, stored line by line."""
    _profile, table, plan = _plan(run)
    run.lines.all().delete()
    ImportLine.objects.bulk_create([_line(run, line) for line in plan.lines], batch_size=500)
    report = {
        "form": table.form,
        "columns": len(table.columns),
        # Pairs: a database may sort the names of a mapping.
        "unmapped": list(plan.unmapped.items()),
        "missing": plan.missing,
        "left_out": plan.left_out,
        "gone": plan.gone,
        "problems": len(plan.problems),
        "changed_since_check": is_again,
    }
    events.record(run.portfolio, "import.checked", actor, run=run.pk, counts=plan.counts)
    _leave(
        run,
        RunState.CHECKED,
        counts=plan.counts,
        total=len(plan.lines),
        done=0,
        report=report,
        plan_hash=_hash(plan),
        checked_at=timezone.now(),
    )


def _line(run: ImportRun, line: Line) -> ImportLine:
    return ImportLine(
        run=run,
        row=line.row,
        outcome=line.outcome,
        name=line.name[:200],
        changes={name: list(pair) for name, pair in line.changes.items()},
        stage=asdict(line.stage) if line.stage else {},
        problems=[asdict(problem) for problem in line.problems],
        problem_count=len(line.problems),
    )


def _hash(plan: Plan) -> str:
    """What a plan would do, in short; the projects that it would do it to are part of it."""
    said = [
        (
            line.row,
            line.outcome,
            line.record and line.record.pk,
            sorted(line.changes.items()),
            str(line.stage),
        )
        for line in plan.lines
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def _apply(run: ImportRun, actor: Actor) -> None:
    """Row by row in chunks; a run that was killed goes on with the rows that are not yet in."""
    profile, table, plan = _plan(run)
    applied = set(run.lines.filter(is_applied=True).values_list("row", flat=True))
    if not applied and _hash(plan) != run.plan_hash:
        # Something else was changed or imported in between: a person should look again.
        _check(run, actor, is_again=True)
        return
    applier = Applier(run, profile, table.columns, actor)
    left = [line for line in plan.lines if line.row not in applied]
    for start in range(0, len(left), CHUNK):
        chunk = left[start : start + CHUNK]
        with transaction.atomic():
            _keep(run, done=len(applied) + start + len(chunk))
            applier.apply(chunk)
    _finish(run, actor)


@transaction.atomic
def _finish(run: ImportRun, actor: Actor) -> None:
    counts = import_queries.counts(run)
    events.record(run.portfolio, "import.applied", actor, run=run.pk, file=run.file_name, counts=counts)
    _leave(run, RunState.APPLIED, counts=counts, applied_at=timezone.now())
    transaction.on_commit(lambda: imports.forget_file(run))
    transaction.on_commit(lambda: _raise_flags(run), robust=True)


def _raise_flags(run: ImportRun) -> None:
    """The flags of what came in, without waiting for the next sweep."""
    after: int | None = 0
    while after is not None:
        now = timezone.now()
        after = flags.sweep(run.portfolio_id, actor=Actor.system("import"), now=now, after=after).after
