"""Imports: a file comes in, is checked, and is applied or discarded; the worker does the long parts."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portfolio.register.imports import profile_files
from portfolio.register.models import ImportRun, RunState
from portfolio.register.queries import imports as import_queries
from portfolio.wake import wake
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

TASK = "portfolio.register.tasks.take_up_import"


def upload(portfolio_id: int, *, profile: str, file: Path, file_name: str, actor: Actor) -> ImportRun:
    """Keep a copy of a file and have it checked by a profile; nothing else changes yet."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "import.run", portfolio)
    text = import_queries.profiles(portfolio).get(profile)
    if text is None:
        raise Refused(f"There is no import profile “{profile}”.", code="profile_unknown")
    profile_files.parse(text)
    kept = folder() / f"{uuid.uuid4().hex}.upload"
    shutil.copyfile(file, kept)
    try:
        return _add(portfolio, (profile, text), kept, file_name, actor)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


def folder() -> Path:
    """Where uploaded files wait until they are applied or discarded."""
    place = Path(settings.MEDIA_ROOT) / "imports"
    place.mkdir(parents=True, exist_ok=True)
    return place


@transaction.atomic
def _add(
    portfolio: Portfolio, profile: tuple[str, str], kept: Path, file_name: str, actor: Actor
) -> ImportRun:
    run = ImportRun.objects.create(
        portfolio=portfolio,
        profile_name=profile[0],
        profile_text=profile[1],
        file_name="".join(each for each in Path(file_name).name if each.isprintable())[-255:],
        path=kept.name,
        size=kept.stat().st_size,
        requested_by_id=actor.user_id,
        created_at=actor.now(),
    )
    events.record(portfolio, "import.uploaded", actor, run=run.pk, file=run.file_name, profile=profile[0])
    wake(TASK, run.pk)
    return run


@transaction.atomic
def apply(run_id: int, *, actor: Actor) -> ImportRun:
    """Have a checked import applied; asked again, it is no change and no error."""
    run = _locked(run_id)
    for ability in ("import.run", "project.create", "project.edit", "stage.report"):
        permissions.require(actor, ability, run.portfolio)
    if run.state in (RunState.APPLYING, RunState.APPLIED):
        return run
    # One that failed after its check, because of a lost role for example, may be tried again.
    if run.state != RunState.CHECKED and not (run.state == RunState.FAILED and run.checked_at):
        raise Refused("This import is not ready to be applied.", code="not_checked")
    run.state, run.done, run.lease_until, run.attempts = RunState.APPLYING, 0, None, 0
    run.error = run.remedy = ""
    run.requested_by_id = actor.user_id
    run.save(update_fields=["state", "done", "lease_until", "attempts", "error", "remedy", "requested_by"])
    events.record(run.portfolio, "import.started", actor, run=run.pk)
    wake(TASK, run.pk)
    return run


@transaction.atomic
def discard(run_id: int, *, actor: Actor) -> ImportRun:
    """Drop an import that has not been applied, with its file; its report stays."""
    run = _locked(run_id)
    permissions.require(actor, "import.run", run.portfolio)
    if run.state == RunState.DISCARDED:
        return run
    if run.state in (RunState.APPLYING, RunState.APPLIED):
        raise Refused("This import has been applied or is being applied.", code="already_applied")
    run.state = RunState.DISCARDED
    run.save(update_fields=["state"])
    events.record(run.portfolio, "import.discarded", actor, run=run.pk)
    transaction.on_commit(lambda: forget_file(run))
    return run


def forget_file(run: ImportRun) -> None:
    """Remove the uploaded copy; what was imported is kept with the projects."""
    if run.path:
        (folder() / run.path).unlink(missing_ok=True)


def _locked(run_id: int) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=run_id)
