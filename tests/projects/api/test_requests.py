"""What every answer tells of its request: its name, and what is left of the caller's limit."""

import re
import uuid

import pytest

from portfolio.integrations.keys.throttles import PerKey
from projects.models import Event
from tests.projects.api.callers import problem


@pytest.mark.parametrize("name", ["build-4182", "7f3c:1/2+3=4.5_6", "a" * 36])
def test_a_caller_names_its_request(ci, project, name):
    answer = ci.post(f"projects/{project.key}/comments", {"text": "Seen"}, **{"X-Request-ID": name})
    assert (answer.status_code, answer["X-Request-ID"]) == (201, name)
    assert Event.objects.latest("pk").request_id == name


@pytest.mark.parametrize("name", ["", "a" * 37, "two words", "line\tbreak", "<b>", "ä", "%0a", '"', "a;b"])
def test_any_other_name_is_replaced(ci, name):
    given = problem(ci.get("projects/XX-1", **{"X-Request-ID": name}), 404)["request_id"]
    assert given != name
    assert str(uuid.UUID(given)) == given


def test_every_answer_tells_what_is_left(ci, project, settings):
    settings.API_REQUESTS_PER_MINUTE = 4
    PerKey._counts.clear()
    path = f"projects/{project.key}"
    first = ci.get(path)
    answers = [first, ci.get(path, **{"If-None-Match": first["ETag"]}), ci.get("projects/XX-1"), ci.get(path)]
    assert [answer.status_code for answer in answers] == [200, 304, 404, 200]
    refused = ci.get(path)
    assert problem(refused, 429)["code"] == "throttled"
    for answer in (*answers, refused):
        assert answer["RateLimit-Policy"] == '"caller";q=4;w=60'
    left = [re.fullmatch(r'"caller";r=(\d+);t=(\d+)', answer["RateLimit"]) for answer in (*answers, refused)]
    assert [int(found[1]) for found in left] == [3, 2, 1, 0, 0]
    assert all(1 <= int(found[2]) <= 60 for found in left)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_without_a_limit_nothing_is_told(ci, settings):
    settings.API_REQUESTS_PER_MINUTE = 0
    assert "RateLimit" not in ci.get("projects")


def test_a_number_is_no_text(ci, project):
    said = {"kind": "stop", "reason_code": "budget", "note": 7, "until": "soon"}
    found = problem(ci.post(f"projects/{project.key}/moves", said), 400)
    assert sorted(error["field"] for error in found["errors"]) == ["note", "until"]


@pytest.mark.parametrize("said", ["fields=", "order=", "fields=name,", "fields=name,%20id", "order=id,name"])
def test_a_choice_that_says_nothing_is_refused(ci, portfolio, said):
    found = problem(ci.get(f"portfolios/{portfolio.slug}/capabilities?{said}"), 400)
    assert [error["field"] for error in found["errors"]] == [said.partition("=")[0]]
