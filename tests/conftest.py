"""What every test can ask for: real servers, a browser, a separate worker, nothing beyond this machine."""

import gc
import os
import socket

import pytest
from hypothesis import HealthCheck, settings

from tests.services import postgresql, programs, redis_server

pytest_plugins = [
    "tests.rounds",
    "tests.services.browser",
    "tests.services.chat_server",
    "tests.services.databases",
    "tests.services.mail_server",
    "tests.services.mlflow",
    "tests.services.s3_server",
    "tests.services.webhook_receiver",
    "tests.services.worker",
]
# How long an example takes says something about the machine, nothing about the product.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
REQUIRE_REAL = "PLIMSOLL_TEST_REQUIRE_REAL"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_addoption(parser):
    parser.addoption(
        "--require-real",
        action="store_true",
        help="fail, instead of skipping, what lacks its server or browser",
    )


def pytest_configure(config):
    if config.getoption("--require-real"):
        os.environ[REQUIRE_REAL] = "1"
    # Collecting makes millions of objects and hardly any garbage.
    gc.disable()


def pytest_collection_finish():
    """What is loaded by now stays to the end: looking for garbage in it was a sixth of all work."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def real():
    """Call a service's function; where this machine lacks it, skip, or fail with --require-real."""

    def call(service):
        try:
            return service()
        except programs.Unavailable as lack:
            if os.environ.get(REQUIRE_REAL):
                pytest.fail(str(lack))
            pytest.skip(str(lack))

    return call


@pytest.fixture(scope="session")
def postgres_url(real):
    """The address of a real PostgreSQL server, whatever database this run uses."""
    return real(postgresql.url)


@pytest.fixture
def redis_url(real):
    """The address of an empty database of a real Redis server, this process's own."""
    import redis

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    # Both rounds of ./run test may run at the same time.
    first = 1 if os.environ["PLIMSOLL_TEST_DATABASE"] == "sqlite" else redis_server.DATABASES // 2
    url = f"{real(redis_server.url)}/{int(worker) + first}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session", autouse=True)
def nothing_beyond_this_machine():
    """No test may connect to another machine; one that tries fails with the address."""
    real_connect = socket.socket.connect

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        return real_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="module")
def for_the_module(django_db_setup, django_db_blocker):
    """Call a function whose rows all tests of a module find; they are taken back after the last of them.

    Each test still takes back what it changed itself. Not for tests that commit.
    """
    from django.db import transaction

    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()

    def call(make):
        with django_db_blocker.unblock():
            return make()

    yield call
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def evidence_folder(settings, tmp_path):
    """An empty storage of evidence, this test's own, with the options of the site's."""
    place = tmp_path / "evidence"
    told = settings.STORAGES["evidence"]
    options = {**told["OPTIONS"], "location": place}
    settings.STORAGES = {**settings.STORAGES, "evidence": {**told, "OPTIONS": options}}
    return place


@pytest.fixture(autouse=True)
def nothing_published_in_another_test():
    """Ids start over when a test's rows are rolled back; what a process read of them must go too."""
    yield
    from projects.models import scorecards, workflows
    from projects.queries import flag_signoffs, flags

    known = (workflows.parsed, scorecards.parsed, scorecards.drawn, flags.stage_limits)
    for each in (*known, flag_signoffs.gates_ahead):
        each.cache_clear()
