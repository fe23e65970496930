"""What requests may cost in statements; the numbers are the project's promises."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.projects.api.callers import with_key

# BEGIN and SAVEPOINT are not counted: they are not work. Django asks SQLite once whether it knows JSON.
FREE = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT", "SELECT JSON(")
# PostgreSQL is sent what a move writes as one statement.
MOST_OF_A_MOVE = {"postgresql": 12, "sqlite": 16}
BY_BOTH = 1  # Both the key and the id are looked up and kept.
# Three to know who asks for what, one to look at a gate whatever it asks for, one for a waiver; a rollback.
MOST_OF_A_REFUSAL = 6
KEY = {"Idempotency-Key": "build-1"}
BY_ID = {"source": "ci", "external_id": "build-1"}


def statements(caller, path, body, **headers):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = caller.post(path, body, **headers)
    assert answer.status_code in (200, 201, 409), answer.content
    return [query["sql"] for query in captured if not query["sql"].startswith(FREE)]


@pytest.mark.parametrize(
    ("named", "headers"),
    [({}, {}), (BY_ID, {}), ({}, KEY), (BY_ID, KEY)],
    ids=["plain", "external id", "idempotency key", "both"],
)
@pytest.mark.parametrize("role", ["contributor", "manager"])
def test_one_move_costs_a_fixed_number_of_statements(project, portfolio, role, named, headers):
    caller = with_key(portfolio, role=role)
    caller.get("projects")  # The first request of a minute also notes the use of the key.
    found = statements(caller, f"projects/{project.key}/moves", {"to": "framing", **named}, **headers)
    for number, sql in enumerate(found, 1):
        print(f"{connection.vendor} {number:2} {' '.join(sql.split())[:110]}")
    # It opened a flag as well, as the first move of a project does.
    assert any("projects_flag" in sql for sql in found if sql.startswith("INSERT"))
    assert len(found) <= MOST_OF_A_MOVE[connection.vendor] + (BY_BOTH if named and headers else 0)


def test_a_refused_move_costs_less(project, portfolio, ci):
    for stage in ("framing", "data"):
        ci.post(f"projects/{project.key}/moves", {"to": stage})
    refused = statements(ci, f"projects/{project.key}/moves", {"to": "poc"})
    assert len(refused) <= MOST_OF_A_REFUSAL
