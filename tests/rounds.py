"""Which tests a round of `./run test` asks, and in which order."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ONCE_IS_DONE = "PLIMSOLL_TEST_ONCE_IS_DONE"
# Rules, pages and files say the same on any database; queries and actions are asked on both.
SAID_ONCE = (
    "tests/projects/rules/",
    "tests/projects/pages/",
    "tests/projects/prints/",
    "tests/portfolio/insights/rules/",
    "tests/portfolio/insights/charts/",
    "tests/portfolio/insights/pages/",
    "tests/portfolio/insights/api/",
    "tests/portfolio/insights/test_",
    "tests/portfolio/integrations/",
    "tests/portfolio/notifications/pages/",
    "tests/portfolio/notifications/rules/",
    *(f"tests/portfolio/notifications/test_{name}.py" for name in ("answers", "mails", "posting", "topics")),
    *(f"tests/portfolio/operations/test_{name}" for name in ("worker_page", "job_pages", "delivery_log")),
    "tests/portfolio/register/imports/",
    "tests/portfolio/register/pages/",
    "tests/portfolio/register/test_",
    "tests/portfolio/reports/",
    "tests/client/",
    "tests/portfolio/test_shell",
    # Doors lead to the same actions and queries.
    "tests/projects/api/",
    "tests/projects/actions/signoffs/test_doors.py",
    # What an action does is a matter of its rules; races, many rows and random lives are asked on both.
    *(f"tests/projects/actions/blockers/test_{name}.py" for name in ("changes", "raising", "resolutions")),
    *(f"tests/projects/actions/signoffs/test_{name}.py" for name in ("deciding", "again", "passing")),
    *(
        f"tests/projects/actions/test_{name}.py"
        for name in (
            *("answers", "todos", "measurements", "checklists", "delegations", "confirmations", "links"),
            *("standing_roles", "retrospectives", "statements", "ready_gates", "no_change", "demands"),
            *("workflow_drafts", "proposals", "signals", "metric_pairs", "evidence"),
        )
    ),
    *(
        f"tests/projects/queries/test_{name}.py"
        for name in ("timelines", "packets", "histories", "integration_sentences", "filters")
    ),
    "tests/portfolio/accounts/",
    *(
        f"tests/portfolio/notifications/test_{name}.py"
        for name in ("delegations", "signoffs", "outside", "chat_hooks")
    ),
    *(f"tests/portfolio/register/actions/test_import_{name}.py" for name in ("inputs", "judgements")),
    "tests/portfolio/test_nouns_by_rest.py",
    "tests/portfolio/test_addresses.py",
    "tests/projects/test_impact_doors.py",
    "tests/projects/test_tier_doors.py",
)
# But what is made up at random, counted, killed or repeated may meet what only one database does.
ASKED_ON_BOTH = (
    *(f"tests/projects/api/test_{name}.py" for name in ("budgets", "idempotency", "kills", "scored_lists")),
    *(
        f"tests/portfolio/register/test_{name}.py"
        for name in ("import_worker", "export", "bulk", "scores_in_lists")
    ),
)
# A file that is as a whole for the round that asks everything.
ONCE_AS_A_WHOLE = re.compile(r"^pytestmark = .*\bmark\.(once|browser)\b", re.MULTILINE)
# Where the marker of PostgreSQL may stand, or come from.
FOR_POSTGRESQL = re.compile(r"\bmark\.postgres\b|\bbrokers\b")
# They start processes, drive a browser or wait for what others do.
WAITING = {"transactional_db", "live_server", "browser"}
# They take many seconds by themselves.
LONG = (
    "tests/portfolio/notifications/test_year.py",
    "tests/portfolio/register/actions/test_imports.py",
    "tests/portfolio/register/test_import_command.py",
    "tests/projects/actions/signoffs/test_sequences.py",
    "tests/projects/actions/test_answer_sequences.py",
    "tests/projects/actions/test_flag_oracle.py",
    "tests/projects/api/test_every_route.py",
    "tests/projects/api/test_examples.py",
    "tests/projects/prints/",
    "tests/projects/test_exports.py",
    "tests/test_containers.py",
    "tests/test_exports_walk.py",
    "tests/test_run.py",
)


def pytest_ignore_collect(collection_path):
    """A file of which the second round asks nothing is not even read by it."""
    if not os.environ.get(ONCE_IS_DONE) or collection_path.suffix != ".py":
        return None
    return True if _is_all_said(collection_path) else None


@cache
def _is_all_said(path):
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if ONCE_AS_A_WHOLE.search(text):
        return True
    return _is_said_in(name) and not FOR_POSTGRESQL.search(text)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what this database cannot show, and what the other round of ./run test has shown already."""
    left_out = {"postgres"} if os.environ["PLIMSOLL_TEST_DATABASE"] == "sqlite" else set()
    second = bool(os.environ.get(ONCE_IS_DONE))
    kept, dropped = [], []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        said = _is_said(item.nodeid, marks)
        if not said and _is_all_said(item.path):
            raise pytest.UsageError(
                f"{item.nodeid} is for PostgreSQL, too, but its round leaves the file out."
            )
        (dropped if marks & left_out or (second and said) else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = _the_longest_first(kept, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _is_said(name, marks):
    """Whether the first round has shown it."""
    if marks & {"once", "browser"}:
        return True
    return "postgres" not in marks and _is_said_in(name)


def _is_said_in(name):
    return name.startswith(SAID_ONCE) and not name.startswith(ASKED_ON_BOTH)


def _the_longest_first(items, workers):
    """Each worker begins with its share of what takes long: nothing long is left when the others are done.

    To begin with, each has an equal part of this list; later they take over from the ends of each other's.
    """
    files: dict[Path, list[pytest.Item]] = {}
    short = []
    for item in items:
        is_long = WAITING & set(item.fixturenames) or item.nodeid.startswith(LONG)
        (files.setdefault(item.path, []) if is_long else short).append(item)
    ordered, share = [], len(items) // workers
    for worker in range(workers):
        ordered += [item for file in list(files.values())[worker::workers] for item in file]
        room = share * (worker + 1) - len(ordered) if worker + 1 < workers else len(short)
        ordered += short[: max(room, 0)]
        del short[: max(room, 0)]
    return ordered
