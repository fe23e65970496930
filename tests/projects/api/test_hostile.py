"""Hostile requests: each is answered by a problem document of the right status, and leaves nothing behind."""

import gzip
import json
import re

import pytest

from projects.models import Event, Project
from tests.projects.api import routes
from tests.projects.api.callers import problem

UPDATES, PROJECT = "projects/COM-1/updates", "projects/COM-1"
FINE = {"health": "on_track", "text": "All is well."}
WRITTEN = json.dumps(FINE)
# What stands in an address in the place of a name: of what is there, and of what is not.
NAMED = {"key": "COM-1", "slug": "commerce", "role": "PO", "code": "G1", "question": "DQ4"}
HOSTILE_BODIES = [
    ("compressed", {"Content-Encoding": "gzip"}, gzip.compress(WRITTEN.encode()), 415),
    (
        "fifty megabytes in fifty thousand bytes",
        {"Content-Encoding": "gzip"},
        b"\x1f\x8b" + b"0" * 50_000,
        415,
    ),
    ("compressed otherwise", {"Content-Encoding": "br, gzip"}, WRITTEN, 415),
    (
        "two bytes a letter",
        {"Content-Type": "application/json; charset=utf-16"},
        WRITTEN.encode("utf-16"),
        415,
    ),
    ("a charset of its own", {"Content-Type": 'application/json;charset="nonsense"'}, WRITTEN, 415),
    ("no type", {"Content-Type": ""}, WRITTEN, 415),
    ("another type", {"Content-Type": "text/xml"}, "<update/>", 415),
    ("a form where none is taken", {"Content-Type": "multipart/form-data; boundary=x"}, "--x--", 415),
    ("a form without a boundary", {"Content-Type": "multipart/form-data"}, "--x--", 415),
    ("letters of another charset", {}, '{"text": "é"}'.encode("latin-1"), 400),
    ("a mark of byte order", {}, b"\xef\xbb\xbf" + WRITTEN.encode(), 400),
    ("a name twice", {}, '{"health": "on_track", "health": "off_track", "text": "a"}', 400),
    ("a name twice inside", {}, '{"health": "on_track", "text": "a", "x": [{"a": 1, "a": 1}]}', 400),
    ("half of a pair in a name given twice", {}, '{"\\ud800": 1, "\\ud800": 1}', 400),
    ("no number", {}, '{"health": "on_track", "text": "a", "corrects": NaN}', 400),
    ("no end", {}, '{"health": "on_track", "text": "a", "corrects": -Infinity}', 400),
    ("beyond every float", {}, '{"health": "on_track", "text": "a", "corrects": 1e999}', 400),
    ("four thousand digits", {}, f'{{"health": "on_track", "text": "a", "corrects": {"9" * 4000}}}', 400),
    ("more digits than are read", {}, f'{{"text": {"9" * 5000}}}', 400),
    ("deep lists", {}, "[" * 100_000, 400),
    ("deep lists that end", {}, f'{{"text": {"[" * 5000}{"]" * 5000}}}', 400),
    ("deep objects", {}, f"{'{' + chr(34) + 'a' + chr(34) + ':'}" * 5000 + "1" + "}" * 5000, 400),
    ("fifty thousand names", {}, json.dumps(dict.fromkeys(map(str, range(50_000)))), 400),
    ("a list", {}, "[]", 400),
    ("nothing but null", {}, "null", 400),
    ("one byte too many", {}, b"a" * (1024 * 1024 + 1), 413),
    ("less than nothing", {"Content-Length": "-1"}, WRITTEN, 413),
    ("a length that is no number", {"Content-Length": "1e9"}, WRITTEN, 413),
    ("a length in other digits", {"Content-Length": "²"}, WRITTEN, 413),
    ("no length", {"Transfer-Encoding": "chunked"}, "", 411),
]
HOSTILE_HEADERS = [
    ("Authorization", "Bearer", 401),
    ("Authorization", "Bearer \x80\x81", 401),
    ("Authorization", "Bearer " + "plm_" * 5000, 401),
    ("Authorization", "Basic ::::", 401),
    ("Authorization", "Bearer plm_x plm_y", 401),
    ("Host", "a b", 400),
    ("Idempotency-Key", "é", 400),
    ("Idempotency-Key", "x" * 256, 400),
    ("Idempotency-Key", "a\tb", 400),
    # These say nothing that counts here.
    ("Accept", "image/png", 201),
    ("Accept", ";;;,,,q=9\x80", 201),
    ("Accept-Language", "x" * 5000, 201),
    ("Accept-Encoding", "\x80;q=x", 201),
    ("Cookie", 'sessionid="\\\x00;;;==', 201),
    ("Range", "bytes=-1--1,99999999999999999999-", 201),
    ("Expect", "nonsense", 201),
    ("X-HTTP-Method-Override", "DELETE", 201),
    ("X-Request-ID", "\r\nfuzz: 1", 201),
    ("X-Forwarded-Proto", "gopher", 201),
    ("If-Modified-Since", "yesterday", 201),
]
PRECONDITIONS = [
    "",
    " ",
    '"',
    '"""',
    "12",
    'W/"',
    '"1',
    "**",
    "\x80",
    '"' + "9" * 5000 + '"',
    "," * 5000,
]
QUERIES = [
    *("limit=-1", "limit=1e3", "limit=", "limit=9" + "9" * 5000, "fields=", "fields=,", "order=,", "order=-"),
    *("cursor=-1", "cursor=" + "9" * 3000, "cursor=W10", "cursor=bnVsbA", "cursor=%00", "cursor=%ED%A0%80"),
    # A place before the first row and one beyond the last: no cursor that was given out.
    *("cursor=WyItc2luY2UiLC0xXQ", "cursor=WyJpZCIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"),
    *("stage[]=a", "%00=a", "q=%00", "a" * 5000 + "=1", "unit=-1", "unit=1.5"),
]

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.API_REQUESTS_PER_MINUTE = 0


@pytest.mark.parametrize(
    ("headers", "sent", "status"), [row[1:] for row in HOSTILE_BODIES], ids=[row[0] for row in HOSTILE_BODIES]
)
def test_a_hostile_body(ci, headers, sent, status):
    before = Event.objects.count()
    problem(ci.post(UPDATES, sent, **headers), status)
    problem(ci.patch(PROJECT, sent, **{"If-Match": "*", **headers}), status)
    assert (Event.objects.count(), Project.objects.count()) == (before, 1)


def test_a_name_that_came_twice_is_said(ci):
    found = problem(ci.post(UPDATES, '{"text": "a", "health": "x", "text": "b"}'), 400)
    assert found["detail"] == 'The body is not JSON: the name "text" is there twice in one object.'


def test_what_is_plain_says_so_and_is_taken(ci):
    for said in (
        "application/json; charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json;;=;",
    ):
        assert (
            ci.post(UPDATES, FINE, **{"Content-Type": said, "Content-Encoding": "identity"}).status_code
            == 201
        )


@pytest.mark.parametrize(("name", "value", "status"), HOSTILE_HEADERS)
def test_a_hostile_header(ci, name, value, status):
    answer = ci.post(UPDATES, FINE, **{name: value})
    assert "fuzz" not in answer
    if status < 400:
        assert answer.status_code == status
        assert ci.get(UPDATES, **{name: value}).status_code == 200
    else:
        problem(answer, status)


@pytest.mark.parametrize("said", PRECONDITIONS)
def test_a_precondition_that_names_nothing(ci, said):
    """It is none where it is empty, and never fulfilled where it is not."""
    status = 412 if said.strip() else 428
    problem(ci.patch(PROJECT, {"tier": "low"}, **{"If-Match": said}), status)
    assert ci.get(PROJECT, **{"If-None-Match": said}).status_code == 200


@pytest.mark.parametrize("query", QUERIES)
def test_a_hostile_query(ci, query):
    problem(ci.get(f"projects?{query}"), 400)


def test_every_address_answers_every_method(ci):
    wrong = []
    for route in routes.routes():
        path = re.sub(r"<(?:(\w+):)?(\w+)>", _named, route.path)
        allowed = [name.upper() for name in route.view.http_method_names if route.can(name)]
        for method in ("OPTIONS", "TRACE", "PROPFIND"):
            answer = ci(method, path)
            if answer.status_code != 405 or problem(answer, 405) is None or not answer["Allow"]:
                wrong.append(f"{method} {route.path}: {answer.status_code}")
        read = ci.get(path) if "GET" in allowed else None
        asked = ci("HEAD", path)
        if (asked.status_code, asked["Content-Type"]) != (
            (read.status_code, read["Content-Type"]) if read else (405, "application/problem+json")
        ):
            wrong.append(f"HEAD {route.path}: {asked.status_code}")
        if not asked.streaming and asked.content:
            wrong.append(f"HEAD {route.path}: an answer with a body")
    assert not wrong, wrong


def test_every_address_refuses_what_is_no_body(ci):
    """One hostile body for each address and method, in turn."""
    wrong, at = [], 0
    bodies = [row[1:] for row in HOSTILE_BODIES if row[3] in (400, 415) and "{" in str(row[2])[:5]]
    for route in routes.routes():
        path = re.sub(r"<(?:(\w+):)?(\w+)>", _named, route.path)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            if not route.can(method.lower()):
                continue
            at += 1
            headers, sent, _ = bodies[at % len(bodies)]
            answer = ci(method, path, sent, **{"If-Match": "*", **headers})
            if answer.status_code >= 500:
                wrong.append(f"{method} {route.path}: {answer.status_code}")
            elif answer.status_code >= 400:
                problem(answer, answer.status_code)
    assert not wrong, wrong


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1"])
def test_beside_the_addresses(ci, path):
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = ci(method, path)
        assert answer.status_code in (404, 405)
        problem(answer, answer.status_code)


def _named(part):
    return NAMED.get(part[2]) or ("1" if part[1] in ("row_id", "int") else "x")
