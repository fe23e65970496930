"""Fixtures of the worker tests: a separate Celery process on the test's own database and a real broker."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kombu import pools

from tests.services.programs import stop_with

START_SECONDS = 60.0


class WorkerProcess:
    """A `celery worker` of its own session, which a test can kill like the machine would."""

    def __init__(self, environment, log, words):
        self.log = Path(log)
        parent = os.getpid()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app=portfolio", "worker", "--loglevel=INFO", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: stop_with(parent, signal.SIGTERM),  # noqa: PLW1509
            )

    def wait_until_ready(self):
        """Return when the worker takes tasks."""
        return self.wait_until_it_says(" ready.")

    def wait_until_it_says(self, words, seconds=START_SECONDS):
        """Return when the log holds these words; fail with the log when they do not come."""
        deadline = time.monotonic() + seconds
        while words not in (said := self.log.read_text(errors="replace")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The worker did not say {words!r}. It said:\n{said[-3000:]}")
            time.sleep(0.05)
        return self

    def kill(self):
        """kill -9, for the worker and everything that it started."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ask it to stop as a rolling restart does, and end what is left."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.kill()

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@pytest.fixture
def worker_environment(transactional_db, settings):
    """The environment of a separate process on this test's database, with an empty message folder."""
    from django.db import connection

    for folder in settings.CELERY_BROKER_FOLDER.glob("*"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portfolio.settings"}
    if connection.vendor == "postgresql":
        server = os.environ["PLIMSOLL_DATABASE_URL"].rpartition("/")[0]
        environment["PLIMSOLL_DATABASE_URL"] = f"{server}/{connection.settings_dict['NAME']}"
    return environment


@pytest.fixture
def celery_worker_process(worker_environment, request, tmp_path):
    """Start workers: start(broker="filesystem" or "redis", *words); all are ended after the test.

    With broker="redis" the tasks that the test itself sends go there, too.
    """
    started: list[WorkerProcess] = []

    def start(broker="filesystem", *words, **variables):
        environment = {**worker_environment, **variables}
        if broker == "redis":
            environment["PLIMSOLL_REDIS_URL"] = request.getfixturevalue("tasks_go_to_redis")
        worker = WorkerProcess(
            environment, tmp_path / f"worker-{len(started)}.log", words or ("--concurrency=2",)
        )
        started.append(worker)
        return worker.wait_until_ready()

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def tasks_go_to_redis(redis_url):
    """Send this process's tasks to the real Redis; gives its address."""
    from portfolio.celery import app

    before = app.conf.broker_url, app.conf.broker_transport_options
    send_through(app, redis_url, {"socket_timeout": 10})
    yield redis_url
    send_through(app, *before)


def send_through(app, url, options):
    """Change the broker of a running application: what it has opened to the other one is forgotten."""
    app.conf.broker_url, app.conf.broker_transport_options = url, options
    app.close()
    vars(app).pop("amqp", None)
    pools.reset()
