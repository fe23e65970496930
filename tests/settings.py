"""The site's own settings in an environment made for the tests; no installation is touched."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.services import postgresql

for name in list(os.environ):
    if name.startswith("PLIMSOLL_") and not name.startswith("PLIMSOLL_TEST_"):
        del os.environ[name]

if "PLIMSOLL_TEST_DATA" not in os.environ:
    # Made by the first process; those of a parallel run find it in their environment.
    os.environ["PLIMSOLL_TEST_DATA"] = tempfile.mkdtemp(prefix="plimsoll-tests-")
    atexit.register(shutil.rmtree, os.environ["PLIMSOLL_TEST_DATA"], ignore_errors=True)
_process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_data = Path(os.environ["PLIMSOLL_TEST_DATA"]) / _process
(_data / "static").mkdir(parents=True, exist_ok=True)
os.environ |= {
    "PLIMSOLL_DATA": str(_data),
    "PLIMSOLL_STATIC_ROOT": str(_data / "static"),
    "PLIMSOLL_SECRET_KEY": "only-for-tests-" * 4,
    "PLIMSOLL_BASE_URL": "http://testserver",
    "PLIMSOLL_ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    # Playwright keeps an event loop in the thread of its tests; nothing asynchronous touches the database.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
DATABASE = os.environ.setdefault("PLIMSOLL_TEST_DATABASE", "sqlite")
if DATABASE == "postgresql":
    os.environ["PLIMSOLL_DATABASE_URL"] = postgresql.url()
elif DATABASE != "sqlite":
    raise ValueError(f"PLIMSOLL_TEST_DATABASE is {DATABASE!r}. Use sqlite or postgresql.")

from portfolio.settings import *  # noqa: E402, F403

# SQLite in a file and not in memory, so that a separate worker process finds it where the site would have it.
DATABASES["default"]["TEST"] = {  # noqa: F405
    "NAME": str(_data / "plimsoll.sqlite3") if DATABASE == "sqlite" else f"test_plimsoll_{_process}"
}
# Files are served from where they are written: there is no collected copy to be out of date.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
