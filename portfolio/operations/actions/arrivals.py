"""The file of a whole portfolio on its way in: looked at as it comes, brought by the worker later."""

import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portfolio.operations.actions import leases, portfolio_files
from portfolio.operations.actions.runs import RUN_TASK
from portfolio.operations.jobs import FILE
from portfolio.operations.models import FileState, JobRun, PortfolioFile, State
from portfolio.operations.slots import ASKED
from portfolio.operations.whole.reading import Contents
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor
from projects.errors import NotAllowed, Refused

ABILITY = "portfolio.create"
# Somebody who has not confirmed a file by then has forgotten it, and it holds everything of a portfolio.
WAITS_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
# People who are not known here are listed by name up to this many; the number is of all.
NAMED = 200


def upload(file: Path, *, file_name: str, actor: Actor) -> PortfolioFile:
    """Keep a copy of a file and say what it would bring; nothing else changes yet. Raises Refused."""
    contents = portfolio_files.preview(file, actor=actor)
    kept = folder() / f"{uuid.uuid4().hex}.zip"
    shutil.copyfile(file, kept)
    try:
        return PortfolioFile.objects.create(
            file_name="".join(each for each in Path(file_name).name if each.isprintable())[-255:],
            path=kept.name,
            size=kept.stat().st_size,
            contents=_said(contents),
            asked_by_id=actor.user_id,
            created_at=actor.now(),
        )
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


def folder() -> Path:
    """Where uploaded files wait until they are brought or discarded."""
    place = Path(settings.MEDIA_ROOT) / "portfolio-files"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _said(contents: Contents) -> dict[str, Any]:
    return {
        "slug": contents.slug,
        "name": contents.name,
        "taken_at": contents.taken_at,
        "rows": {label: rows for label, rows in contents.rows.items() if rows},
        "row_count": contents.row_count,
        "files": len(contents.files),
        "lost": len(contents.lost),
        "known": len(contents.known),
        "new": len(contents.new),
        "new_people": [[each.name, each.email] for each in contents.new[:NAMED]],
    }


@transaction.atomic
def bring(file_id: int, *, actor: Actor) -> PortfolioFile:
    """Have the worker bring a file; asked again, it is no change, and one that failed begins anew."""
    permissions.require(actor, ABILITY)
    file = _locked(file_id)
    if file.state == FileState.BROUGHT or (file.state == FileState.BRINGING and not is_stuck(file)):
        return file
    if file.state == FileState.DISCARDED:
        raise Refused("This file was discarded. Upload it again.", code="discarded")
    portfolio_files.require_empty()
    file.run = JobRun.objects.create(
        name=FILE, slot=f"{ASKED}{uuid.uuid4().hex}", due_at=actor.now(), asked_by_id=actor.user_id
    )
    file.state, file.asked_by_id, file.settled_at = FileState.BRINGING, actor.user_id, None
    file.error = file.remedy = ""
    try:
        with transaction.atomic():
            file.save(update_fields=["run", "state", "asked_by", "settled_at", "error", "remedy"])
    except IntegrityError:
        raise Refused(
            "Another file is being brought. Wait until it is done, or discard it if it does not go on.",
            code="another_is_brought",
        ) from None
    wake(RUN_TASK, file.run.pk)
    return file


def is_stuck(file: PortfolioFile) -> bool:
    """Whether the run that was to bring a file has ended without it."""
    return file.run is None or file.run.state == State.FAILED


@transaction.atomic
def discard(file_id: int, *, actor: Actor) -> PortfolioFile:
    """Drop a file that is not brought; what is being brought goes on, and discarding is refused."""
    permissions.require(actor, ABILITY)
    file = _locked(file_id)
    if file.state == FileState.DISCARDED:
        return file
    if file.state == FileState.BROUGHT or (file.state == FileState.BRINGING and not is_stuck(file)):
        raise Refused("This file has been brought or is being brought.", code="already_brought")
    file.state, file.settled_at = FileState.DISCARDED, actor.now()
    file.save(update_fields=["state", "settled_at"])
    transaction.on_commit(lambda: _forget(file))
    return file


def carry_out(claimed: JobRun) -> int:
    """The worker's part; a run that was killed has left nothing and begins anew. How many rows came."""
    file = PortfolioFile.objects.select_related("asked_by").filter(run=claimed).first()
    if file is None or file.state != FileState.BRINGING:
        return claimed.rows
    try:
        actor = _actor(file)
        with leases.kept(claimed) as tell:
            portfolio_files.bring(
                folder() / file.path,
                actor=actor,
                told=tell,
                settled=lambda _portfolio: _brought(file, claimed),
            )
    except (Refused, NotAllowed) as reason:
        _refuse(file, claimed, reason)
        return 0
    except FileNotFoundError:
        lost = "The uploaded file is no longer where uploads are kept."
        _refuse(
            file, claimed, Refused(lost, code="file_lost"), remedy="Discard this one, then upload it again."
        )
        return 0
    _forget(file)
    return int(file.contents["row_count"])


def _actor(file: PortfolioFile) -> Actor:
    if file.asked_by is None:  # No user at all would be the product itself, which may do everything.
        raise NotAllowed("Whoever brought this file is no longer here.")
    return Actor(file.asked_by, "import")


def _brought(file: PortfolioFile, claimed: JobRun) -> None:
    """The last word, within the transaction of the rows: only of the worker whose claim is in force."""
    leases.go_on(claimed, timezone.now(), rows=file.contents["row_count"])
    _settle(file, claimed, state=FileState.BROUGHT)


def _refuse(file: PortfolioFile, claimed: JobRun, reason: Refused | NotAllowed, *, remedy: str = "") -> None:
    steps = [each.remedy for each in getattr(reason, "obstacles", [])]
    _settle(file, claimed, state=FileState.FAILED, error=reason.message, remedy=remedy or " ".join(steps))


def _settle(file: PortfolioFile, claimed: JobRun, **said: Any) -> None:
    waiting = PortfolioFile.objects.filter(pk=file.pk, run=claimed, state=FileState.BRINGING)
    if not waiting.update(settled_at=timezone.now(), **said):
        raise leases.LeaseLost(f"File {file.pk} is brought by another run.")


def purge(now: datetime) -> int:
    """Drop files that nobody has confirmed, and forget those settled long ago; how many."""
    PortfolioFile.objects.filter(state=FileState.CHECKED, created_at__lt=now - WAITS_FOR).update(
        state=FileState.DISCARDED, settled_at=now
    )
    refused = PortfolioFile.objects.filter(state=FileState.FAILED, settled_at__lt=now - WAITS_FOR)
    for file in [*refused, *PortfolioFile.objects.filter(state__in=[FileState.BROUGHT, FileState.DISCARDED])]:
        _forget(file)
    return PortfolioFile.objects.filter(settled_at__lt=now - KEPT_FOR).delete()[0]


def _forget(file: PortfolioFile) -> None:
    (folder() / file.path).unlink(missing_ok=True)


def _locked(file_id: int) -> PortfolioFile:
    return PortfolioFile.objects.select_for_update(of=("self",)).select_related("run").get(pk=file_id)
