"""The test database of each process: the first process of a run migrates one, each has a copy of that."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

POSTGRESQL = "test_plimsoll_migrated"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """This process's own database, with all tables and nothing in them."""
    from django.conf import settings
    from django.db import connection

    outside, own = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    data = Path(os.environ["PLIMSOLL_TEST_DATA"])
    with django_db_blocker.unblock():
        with (data / f"migrated-{connection.vendor}").open("a+") as made:
            # Whoever comes first migrates; the others wait for that, and copy in turn.
            fcntl.flock(made, fcntl.LOCK_EX)
            made.seek(0)
            if not (migrated := made.read()):
                migrated = _migrate(connection, data)
                made.write(migrated)
            _copy(connection, migrated, own)
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = own
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(outside, verbosity=0)


def _migrate(connection, data):
    """Make a database with all tables, to which nobody is connected; its name."""
    name = str(data / "migrated.sqlite3") if connection.vendor == "sqlite" else POSTGRESQL
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, serialize=False)
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    return name


def _copy(connection, migrated, own):
    connection.settings_dict["TEST"] |= {"NAME": own, "TEMPLATE": migrated}
    # Takes away what an earlier run has left; PostgreSQL copies the template at the same time.
    connection.creation._create_test_db(verbosity=0, autoclobber=True)
    if connection.vendor == "sqlite":
        shutil.copyfile(migrated, own)
