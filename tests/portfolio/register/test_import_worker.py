"""Imports by a separate worker process, killed in the middle as a machine would."""

import time

import pytest
from django.utils import timezone

from portfolio.register.actions import imports
from portfolio.register.models import ImportRun, RunState, SourceRecord
from portfolio.wake import wake
from projects.models import Event, Project
from tests.factories import SYSTEM, a_portfolio
from tests.portfolio.register.imports.files import LIVE, use_case, write_csv

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
ROWS = [use_case(f"Project {at}", stage=LIVE, initiated="1/1/2022") for at in range(1_500)]


def wait_for(run, *states, done=0):
    """The run when it is in one of these states or this far; fails when that does not come."""
    deadline = time.monotonic() + 120
    while run.state not in states and not (done and run.done >= done):
        assert time.monotonic() < deadline, (run.state, run.done, run.error)
        time.sleep(0.05)
        run.refresh_from_db()
    return run


def test_an_import_whose_worker_is_killed_in_the_middle_ends_as_if_nothing_had_happened(
    celery_worker_process, tmp_path
):
    portfolio = a_portfolio("Government")
    worker = celery_worker_process()
    file = write_csv(tmp_path / "a.csv", ROWS)
    run = imports.upload(portfolio.pk, profile="us_federal_2024", file=file, file_name="a.csv", actor=SYSTEM)
    wait_for(run, RunState.CHECKED, RunState.FAILED)
    imports.apply(run.pk, actor=SYSTEM)
    run.refresh_from_db()
    wait_for(run, done=100)
    worker.kill()
    run.refresh_from_db()
    assert run.state == RunState.APPLYING
    assert 0 < Project.objects.count() < len(ROWS)
    assert (
        Project.objects.count() == SourceRecord.objects.count() == run.lines.filter(is_applied=True).count()
    )
    # The dead worker's lease runs out; the next tick finds the row.
    ImportRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    celery_worker_process()
    wake(imports.TASK, run.pk)
    wait_for(run, RunState.APPLIED, RunState.FAILED)
    assert (run.state, run.counts["created"]) == (RunState.APPLIED, len(ROWS))
    assert Project.objects.count() == SourceRecord.objects.count() == len(ROWS)
    assert len(set(Project.objects.values_list("key", flat=True))) == len(ROWS)
    assert Event.objects.filter(kind="project.created").count() == len(ROWS)
    assert not (imports.folder() / run.path).exists()
