"""Every request that the client can send exists in the schema, with every parameter and field."""

import contextlib
import inspect
import json
import re
from urllib.parse import parse_qs

import plimsoll
import pytest
from drf_spectacular.generators import SchemaGenerator
from plimsoll import observations

from projects.models import Evidence

pytestmark = pytest.mark.django_db
DAY = "2027-03-01"
# What a call says that says everything.
CALLS = {
    "projects": ((), dict.fromkeys(("portfolio", "stage", "health", "flag", "q"), "x")),
    "project": (("FRD-1",), {}),
    "gate": (("FRD-1",), {"to": "data"}),
    "advance": (
        ("FRD-1", "framing"),
        {"note": "x", "source": "x", "external_id": "x", "dry_run": True},
    ),
    "move": (
        ("FRD-1",),
        {**dict.fromkeys(("kind", "note", "approver", "reason_code", "to"), "x"), "until": DAY},
    ),
    "metric": (
        ("FRD-1", "recall", 0.8),
        dict.fromkeys(("environment", "segment", "version", "low", "high", "samples", "source", "at"), "x"),
    ),
    "observe": (("FRD-1", [dict.fromkeys(observations.FIELDS, "x")]), {"source": "x"}),
    "evidence": (
        ("FRD-1",),
        {**dict.fromkeys(("kind", "title", "url", "gate", "text"), "x"), "attach": ["x"], "dated_on": DAY},
    ),
    "update": (("FRD-1",), dict.fromkeys(("health", "text", "next_step", "at_risk"), "x")),
    "signal": (("FRD-1", "nightly"), {}),
    "blocker": (
        ("FRD-1",),
        {
            **dict.fromkeys(("title", "category", "severity", "owner", "gate", "decision_from"), "x"),
            "expected_on": DAY,
            "affected": ["FRD-2"],
        },
    ),
    "propose": (("FRD-1", "todo", {"text": "Look"}), {"reason": "R", "cause": "C"}),
    "proposals": (("FRD-1",), {"state": "all"}),
    "events": ((), {"after": 3, "portfolio": "fraud", "project": "FRD-1"}),
}
NO_REQUEST = {"close", "page"}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operation(schema, request):
    """The operation of a request."""
    path = request.url.path
    for template, operations in schema["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            return operations[request.method.lower()]
    raise AssertionError(f"The schema has no {path}.")


def fields(schema, node):
    """The names of an object's fields, and what they hold."""
    node = schema["components"]["schemas"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return node["properties"]


def test_every_method_is_called_here():
    methods = {name for name, _ in inspect.getmembers(plimsoll.Client, inspect.isfunction)}
    assert {name for name in methods if not name.startswith("_")} == CALLS.keys() | NO_REQUEST


@pytest.mark.parametrize("name", CALLS)
def test_a_request_is_in_the_schema(schema, client, recorder, project, name):
    args, said = CALLS[name]
    with contextlib.suppress(plimsoll.PlimsollError):  # whether this project can do it is not the question
        found = getattr(client, name)(*args, **said)
        list(found) if inspect.isgenerator(found) else None
    (request,) = recorder.requests
    known = operation(schema, request)
    parameters = {each["name"] for each in known.get("parameters", []) if each["in"] == "query"}
    assert parse_qs(request.url.query.decode()).keys() <= parameters
    if request.content:
        body = json.loads(request.content)
        content = known["requestBody"]["content"]["application/json"]["schema"]
        properties = fields(schema, content)
        assert body.keys() <= properties.keys()
        for row in body.get("observations", []):
            assert row.keys() <= fields(schema, properties["observations"]["items"]).keys()


def test_a_file_goes_as_the_form_of_the_schema(schema, client, recorder, project, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("A")
    said = {"kind": "validation_report", "title": "T", "gate": "G5", "attach": ["answer:MP1"], "text": "So."}
    client.evidence(project.key, file=path, **said)
    (request,) = recorder.requests
    content = operation(schema, request)["requestBody"]["content"]["multipart/form-data"]["schema"]
    sent = set(re.findall(rb'form-data; name="(\w+)"', request.content))
    assert sent == {name.encode() for name in {*said, "file"}}
    assert {name.decode() for name in sent} <= fields(schema, content).keys()
    assert Evidence.objects.get().title == "T"
