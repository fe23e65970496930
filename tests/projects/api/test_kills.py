"""A server process that is killed between effect and answer, and requests that come at the same time."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection, transaction

from projects.models import Event, KeptRequest, Move
from tests import factories
from tests.projects.api.callers import Caller, problem
from tests.services import programs

START_SECONDS = 30


class Server:
    """granian with one worker process, of its own session."""

    def __init__(self, environment, log):
        self.port = programs.free_port()
        options = ["--interface=wsgi", "--workers=1", f"--port={self.port}", "--log-level=warning"]
        parent = os.getpid()
        module = "tests.projects.api.killing_wsgi:application"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "granian", *options, "--host=127.0.0.1", module],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: programs.stop_with(parent, signal.SIGTERM),  # noqa: PLW1509
            )
        self._wait(log)

    def _wait(self, log):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.send("GET", "/healthz")
                return
            time.sleep(0.1)
        pytest.fail(log.read_text())

    def send(self, method, path, body=None, **headers):
        """The status, headers and body of the answer."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as link:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(
                method,
                path,
                json.dumps(body) if body is not None else None,
                {"Content-Type": "application/json", **named},
            )
            answer = link.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(worker_environment, tmp_path):
    """Start servers on this test's database: server(); all are ended after the test."""
    started = []

    def start():
        started.append(Server(worker_environment, tmp_path / f"server-{len(started)}.log"))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.mark.parametrize(("moment", "effects"), [("before-commit", 0), ("after-commit", 1)])
def test_a_server_killed_between_effect_and_answer_makes_one_effect(server, moment, effects):
    project = factories.a_project()
    _, secret = factories.a_key(project.portfolio)
    path, body = f"/api/v1/projects/{project.key}/moves", {"to": "framing"}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "build-4182"}
    first = server()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        first.send("POST", path, body, **headers, X_Killed=moment)
    first.stop()
    assert Move.objects.count() == effects
    assert KeptRequest.objects.count() == effects

    status, said, answer = server().send("POST", path, body, **headers)
    assert status == 201
    assert json.loads(answer)["result"] == "moved"
    assert ("idempotency-replayed" in said) == bool(effects)
    assert Move.objects.count() == 1
    assert Event.objects.filter(kind="stage.advanced").count() == 1
    project.refresh_from_db()
    assert (project.stage, project.version) == ("framing", 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_twin_in_flight_is_409_with_retry_after_and_does_not_wait():
    project = factories.a_project()
    _, secret = factories.a_key(project.portfolio)
    path, body = f"projects/{project.key}/moves", {"to": "framing"}
    has_lock, may_go_on = threading.Event(), threading.Event()
    answers = []

    def holds_the_project():
        with transaction.atomic():
            type(project).objects.select_for_update().get(pk=project.pk)
            has_lock.set()
            may_go_on.wait(20)
        connection.close()

    def asks():
        answers.append(Caller(secret).post(path, body, **{"Idempotency-Key": "a"}))
        connection.close()

    holder, first = threading.Thread(target=holds_the_project), threading.Thread(target=asks)
    holder.start()
    assert has_lock.wait(20)
    first.start()
    _until_somebody_waits_for_a_row()
    twin = Caller(secret).post(path, body, **{"Idempotency-Key": "a"})
    assert problem(twin, 409)["code"] == "request_in_flight"
    assert twin["Retry-After"] == "1"
    may_go_on.set()
    holder.join()
    first.join()
    assert answers[0].status_code == 201
    again = Caller(secret).post(path, body, **{"Idempotency-Key": "a"})
    assert (again.status_code, again.content) == (201, answers[0].content)
    assert Move.objects.count() == 1


def _until_somebody_waits_for_a_row():
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Only this database: tests that run beside this one wait for rows of theirs.
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    pytest.fail("Nobody waited for the project's row.")


@pytest.mark.django_db(transaction=True)
def test_the_same_request_from_many_at_once_takes_effect_once():
    project = factories.a_project()
    _, secret = factories.a_key(project.portfolio)
    answers = []

    def asks():
        answers.append(
            Caller(secret).post(
                f"projects/{project.key}/comments", {"text": "Well."}, **{"Idempotency-Key": "a"}
            )
        )
        connection.close()

    callers = [threading.Thread(target=asks) for _ in range(6)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    # On SQLite a twin waits for its turn and gets the stored answer; PostgreSQL's may be told to come again.
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Event.objects.filter(kind="comment.posted").count() == 1
