"""What requests may cost in statements; the numbers are the project's promises."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.integrations.models import ApiKey

# BEGIN and SAVEPOINT are not counted: they are not work.
FREE = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT")
MOST_OF_A_MOVE = 18


def statements(caller, path, body, **headers):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = caller.post(path, body, **headers)
    assert answer.status_code in (200, 201, 409), answer.content
    return [query["sql"] for query in captured if not query["sql"].startswith(FREE)]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a"}], ids=["plain", "idempotent"])
@pytest.mark.parametrize("role", ["contributor", "manager"])
def test_one_move_costs_at_most_18_statements(project, portfolio, role, headers):
    from tests.projects.api.callers import with_key

    ApiKey.objects.all().delete()
    caller = with_key(portfolio, role=role)
    caller.get("projects")  # The first request of a minute also notes the use of the key.
    first = statements(caller, f"projects/{project.key}/moves", {"to": "framing"}, **headers)
    for number, sql in enumerate(first, 1):
        print(f"{connection.vendor} {number:2} {sql[:110]}")
    assert len(first) <= MOST_OF_A_MOVE


def test_a_refused_move_costs_less(project, portfolio, ci):
    for stage in ("framing", "data"):
        ci.post(f"projects/{project.key}/moves", {"to": stage})
    refused = statements(ci, f"projects/{project.key}/moves", {"to": "poc"})
    assert len(refused) <= 8
