"""The file of a portfolio comes in by a page or by REST, is looked at, and a run of the worker brings it."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from portfolio import tasks
from portfolio.operations.actions import arrivals, leases, portfolio_files
from portfolio.operations.models import FileState, JobRun, PortfolioFile, State
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event, Portfolio, Project
from projects.templatetags import times
from tests.factories import (
    SYSTEM,
    a_crowd,
    a_key,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    an_administrator,
)
from tests.portfolio.operations.test_portfolio_files import _with_line, changed, empty, written
from tests.races import at_once
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("evidence_folder")]
PAGE, REST = "/operations/portfolio-file/", "/api/v1/portfolio-files"
CROWD = 1_500  # more than a thousand rows: by then whoever waits is told


@pytest.fixture
def file(tmp_path, settings):
    """The file of a portfolio, in an installation that has nothing any more."""
    settings.MEDIA_ROOT = tmp_path / "files"
    portfolio = a_portfolio("Ours", slug="ours")
    owner = a_member(portfolio, "manager", "Somebody From Elsewhere")
    a_project(portfolio, owner=owner)
    return taken_away(tmp_path / "ours.zip", portfolio)


def taken_away(path, portfolio):
    """The file of a portfolio that is only in it from now on."""
    found = written(path, portfolio)
    with transaction.atomic():  # rows that point to each other go together
        empty()
    return found


@pytest.fixture
def chief(client):
    """An administrator who has signed in."""
    chief = an_administrator()
    client.force_login(chief)
    return chief


def uploaded(file, chief):
    return arrivals.upload(file, file_name=file.name, actor=Actor(chief, "page"))


def confirmed(file, chief):
    return arrivals.bring(uploaded(file, chief).pk, actor=Actor(chief, "page"))


def given(file):
    return {"file": SimpleUploadedFile("ours.zip", file.read_bytes())}


def decide(client, address):
    return client.post(address, {}, content_type="application/json")


def test_a_page_says_what_would_come_and_the_worker_brings_it(client, file, chief):
    answer = client.post(PAGE, given(file))
    found = PortfolioFile.objects.get()
    assert answer.url == f"{PAGE}{found.pk}/"
    said = client.get(answer.url).content.decode()
    assert "Nothing has changed yet" in said
    taken_on = datetime.fromisoformat(found.contents["taken_at"]).date()
    assert f"as it was on {times.day(taken_on)}" in said
    assert "Somebody From Elsewhere" in said
    assert not Portfolio.objects.exists()

    client.post(f"{answer.url}bring/")
    assert "Waiting for a worker" in client.get(answer.url).content.decode()
    assert client.get(f"{answer.url}progress/").status_code == 200
    client.post(f"{answer.url}bring/")
    run = JobRun.objects.get(name="file")
    # A message may be delivered twice.
    tasks.run(run.pk)
    tasks.run(run.pk)
    assert Portfolio.objects.get().slug == "ours"
    assert Event.objects.get(kind="portfolio.imported").actor == chief
    run.refresh_from_db()
    assert (run.state, run.rows) == (State.DONE, found.contents["row_count"])
    assert client.get(f"{answer.url}progress/")["HX-Refresh"] == "true"
    assert "The portfolio is here" in client.get(answer.url).content.decode()
    assert not list(arrivals.folder().iterdir())
    # What is here is not brought again, and not dropped.
    for verb in ("bring", "discard"):
        client.post(f"{answer.url}{verb}/")
    found.refresh_from_db()
    assert found.state == FileState.BROUGHT
    assert "portfolios already" in client.post(PAGE, given(file)).content.decode()


def test_by_rest_a_file_is_a_resource_that_is_asked_until_it_is_settled(client, file, chief):
    def upload(**headers):
        return client.post(REST, given(file), headers={"Idempotency-Key": "once", **headers})

    first, again = upload(), upload()
    assert (first.status_code, first["Location"]) == (201, f"{REST}/{first.json()['id']}")
    assert again.json() == first.json()
    said = first.json()
    assert (said["state"], said["contents"]["new"], said["progress"]) == ("checked", 1, None)
    assert said["contents"]["rows"]["projects.project"] == 1
    address = first["Location"]
    started = decide(client, f"{address}/bring")
    assert (started.status_code, started.json()["state"]) == (202, "bringing")
    assert started.json()["progress"]["is_begun"] is False
    assert decide(client, f"{address}/bring").json()["id"] == said["id"]
    assert decide(client, f"{address}/discard").json()["code"] == "already_brought"
    tasks.run(JobRun.objects.get(name="file").pk)
    assert client.get(address).json()["state"] == "brought"
    assert [row["state"] for row in client.get(REST).json()["items"]] == ["brought"]
    assert decide(client, "/api/v1/jobs/file/runs").status_code == 409


def test_it_is_for_administrators_of_the_installation_who_have_signed_in(client, file, chief):
    found = uploaded(file, chief)
    doors = (PAGE, f"{PAGE}{found.pk}/", f"{PAGE}{found.pk}/progress/", REST, f"{REST}/{found.pk}")
    _, secret = a_key(a_portfolio("Theirs"), scopes=["portfolios:read"], role="manager")
    for door in doors[3:]:
        assert client.get(door, headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    assert client.get(f"{REST}/{found.pk + 1}").status_code == 404
    client.force_login(a_person())
    assert {client.get(door).status_code for door in doors} == {403}
    assert {client.post(f"{PAGE}{found.pk}/{verb}/").status_code for verb in ("bring", "discard")} == {403}
    assert {decide(client, f"{REST}/{found.pk}/{verb}").status_code for verb in ("bring", "discard")} == {403}


def test_what_does_not_fit_is_told_with_what_to_do_and_can_be_tried_again(client, file, chief):
    with changed(file) as held:
        _with_line(held, "projects.spell", lambda row: row | {"project_id": 987654321})
    found = confirmed(file, chief)
    tasks.run(found.run_id)
    found.refresh_from_db()
    assert found.state == FileState.FAILED
    said = client.get(f"{PAGE}{found.pk}/").content.decode()
    assert "987654321" in said
    assert "Take the portfolio out once more" in said
    assert not Portfolio.objects.exists()
    again = arrivals.bring(found.pk, actor=Actor(chief, "page"))
    assert (again.state, again.error, again.run_id != found.run_id) == (FileState.BRINGING, "", True)


def test_a_file_that_cannot_be_read_is_refused_at_its_field(client, file, chief):
    file.write_bytes(file.read_bytes()[:-200])
    answer = client.post(PAGE, given(file))
    assert (answer.status_code, PortfolioFile.objects.count()) == (409, 0)
    assert "damaged" in answer.content.decode()
    problem = client.post(REST, given(file))
    assert (problem.status_code, problem.json()["code"]) == (409, "file_refused")


def test_one_is_brought_at_a_time_and_one_that_stays_failed_gives_way(file, chief):
    first, second = uploaded(file, chief), uploaded(file, chief)
    actor = Actor(chief, "page")
    run = arrivals.bring(first.pk, actor=actor).run
    with pytest.raises(Refused, match="Another file"):
        arrivals.bring(second.pk, actor=actor)
    JobRun.objects.filter(pk=run.pk).update(state=State.FAILED, error="The worker died.")
    assert arrivals.bring(first.pk, actor=actor).run_id != run.pk
    JobRun.objects.update(state=State.FAILED)
    arrivals.discard(first.pk, actor=actor)
    assert arrivals.bring(second.pk, actor=actor).state == FileState.BRINGING


def test_a_worker_that_has_lost_its_claim_brings_nothing(file, chief):
    found = confirmed(file, chief)
    claimed = leases.claim(found.run_id, timezone.now())
    JobRun.objects.update(token="another")
    with pytest.raises(leases.LeaseLost):
        arrivals.carry_out(claimed)
    assert not Portfolio.objects.exists()


def test_the_run_acts_in_the_name_of_whoever_confirmed_it(file, chief):
    found = confirmed(file, chief)
    type(chief).objects.update(is_superuser=False)
    tasks.run(found.run_id)
    found.refresh_from_db()
    assert (found.state, Portfolio.objects.exists()) == (FileState.FAILED, False)
    type(chief).objects.all().delete()
    PortfolioFile.objects.update(state=FileState.BRINGING)
    JobRun.objects.update(state=State.WAITING)
    tasks.run(found.run_id)
    found.refresh_from_db()
    assert found.error == "Whoever brought this file is no longer here."


def test_files_that_nobody_confirms_are_dropped(file, chief):
    found = uploaded(file, chief)
    assert arrivals.purge(timezone.now()) == 0
    assert (arrivals.folder() / found.path).exists()
    arrivals.purge(timezone.now() + arrivals.WAITS_FOR + timedelta(minutes=1))
    assert not (arrivals.folder() / found.path).exists()
    found.refresh_from_db()
    assert found.state == FileState.DISCARDED
    assert arrivals.purge(timezone.now() + timedelta(days=60)) == 1


@pytest.mark.postgres
def test_of_two_at_once_one_brings_it(file, chief):
    first, second = uploaded(file, chief), uploaded(file, chief)
    actor = Actor(chief, "page")
    found = at_once(*(lambda pk=each.pk: arrivals.bring(pk, actor=actor) for each in (first, second)))
    assert sorted(type(each).__name__ for each in found) == ["PortfolioFile", "Refused"]
    assert JobRun.objects.filter(name="file").count() == 1
    # A command may bring it at the same moment as the worker.
    found = at_once(*[lambda: portfolio_files.bring(file, actor=SYSTEM)] * 2)
    assert sorted(type(each).__name__ for each in found) == ["Portfolio", "Refused"]
    assert {each.code for each in found if isinstance(each, Refused)} == {"not_empty"}


@pytest.mark.postgres
@pytest.mark.worker
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_brings_it(
    tmp_path, settings, celery_worker_process
):
    portfolio = a_portfolio("Ours", slug="ours")
    a_crowd(portfolio, CROWD)
    file = taken_away(tmp_path / "crowd.zip", portfolio)
    found = confirmed(file, an_administrator())
    first = celery_worker_process("filesystem", "--concurrency=1", PLIMSOLL_JOB_LEASE_SECONDS="2")
    run = JobRun.objects.filter(pk=found.run_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The worker waits here, in the middle of its transaction: projects are written before events.
            cursor.execute("LOCK TABLE projects_event IN EXCLUSIVE MODE")
        _send(found.run_id)
        wait_until(lambda: run.filter(cursor=1, rows__gte=1000).exists(), said=first.log.read_text)
        assert not Project.objects.exists()
        first.kill()
    assert not Portfolio.objects.exists()
    assert run.get().state == State.RUNNING

    second = celery_worker_process("filesystem", "--concurrency=1", PLIMSOLL_JOB_LEASE_SECONDS="2")
    wait_until(lambda: run.filter(state=State.DONE).exists(), nudge=_tick, said=second.log.read_text)
    found.refresh_from_db()
    assert (found.state, Project.objects.count(), run.get().attempts) == (FileState.BROUGHT, CROWD, 2)
    assert Event.objects.filter(kind="portfolio.imported").count() == 1


def _send(run_id):
    from portfolio.celery import app

    app.send_task("portfolio.tasks.run", args=[run_id])


def _tick():
    from portfolio.wake import wake

    wake("portfolio.tasks.tick")
