"""What a measurement runs in: a fresh database, a data folder, the settings of production."""

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg

from tests.services import postgresql

# As PostgreSQL is delivered: a commit that was answered has reached the disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
PATIENCE_SECONDS = 30.0


@contextmanager
def prepared(*, sqlite: bool = False, **variables: str) -> Iterator[None]:
    """Point this process and its children at an empty, migrated installation; gone at the end."""
    for name in [name for name in os.environ if name.startswith("PLIMSOLL_")]:
        if not name.startswith("PLIMSOLL_TEST_"):
            del os.environ[name]
    postgresql.OPTIONS.update(DURABLE)
    database = nullcontext("") if sqlite else _database()
    with tempfile.TemporaryDirectory(prefix="plimsoll-measured-") as folder, database as url:
        os.environ |= {
            "PLIMSOLL_DATA": folder,
            "PLIMSOLL_STATIC_ROOT": str(Path(folder) / "static"),
            "PLIMSOLL_SECRET_KEY": secrets.token_urlsafe(48),
            **({"PLIMSOLL_DATABASE_URL": url} if url else {}),
            # One machine asks as often as a hundred; the throttle would answer instead of the product.
            "PLIMSOLL_API_REQUESTS_PER_MINUTE": "0",
            "DJANGO_SETTINGS_MODULE": "portfolio.settings",
            **variables,
        }
        _set_up()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def _database() -> Iterator[str]:
    """A database of this run only."""
    server = postgresql.url().rpartition("/")[0]
    name = f"plimsoll_{secrets.token_hex(4)}"
    _say(server, f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        _say(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _say(server: str, sql: str) -> None:
    with _connect(f"{server}/postgres") as connection:
        connection.execute(sql)


def _connect(url: str) -> psycopg.Connection:
    """A server that listens may still be starting up, and says so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
