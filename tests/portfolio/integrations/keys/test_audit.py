"""Whatever a key changes leaves a line: an event with its account and the id of the request."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portfolio.integrations.keys.actions import keys
from portfolio.integrations.keys.queries.keys import uses
from projects.models import Event
from tests import factories
from tests.projects.api.callers import Caller, with_key

pytestmark = pytest.mark.django_db
P, H = "projects/{key}", "portfolios/commerce"
PAIR = {"offline": "recall_test", "online": "recall_live"}
OBSERVED = {"metric": "recall", "environment": "offline", "at": "2026-11-01T00:00:00Z", "value": 0.8}
ANSWERS = {"answers": [{"question": "WP1", "letter": "N"}]}
# By the scope that each needs; `{…}` is the id of what an earlier line has made.
WRITES = [
    ("projects:write", "POST", "projects", {"portfolio": "commerce", "name": "Another"}),
    ("projects:write", "PATCH", P, {"problem": "Slow."}),
    ("projects:write", "POST", "projects/bulk", {"items": [{"portfolio": "commerce", "name": "Two"}]}),
    (
        "projects:write",
        "PATCH",
        "projects/bulk",
        {"items": [{"key": "{key}", "version": None, "name": "Two"}]},
    ),
    ("projects:write", "POST", f"{P}/archive", None),
    ("projects:write", "POST", f"{P}/unarchive", None),
    ("projects:write", "DELETE", P, None),
    ("projects:write", "POST", f"{P}/restore", None),
    ("projects:write", "POST", f"{P}/team", {"role": "PO", "person": "{ada}"}),
    ("projects:write", "DELETE", f"{P}/team/PO/{{ada_id}}", None),
    ("projects:write", "POST", f"{P}/links", {"kind": "needs", "other": "{other}"}),
    (
        "projects:write",
        "POST",
        f"{P}/retrospectives",
        {"happened": "Nobody used it.", "lesson": "Ask the users first."},
    ),
    ("projects:write", "PUT", f"{P}/metric-pairs/recall", PAIR),
    ("projects:write", "DELETE", f"{P}/metric-pairs/recall", None),
    ("projects:write", "POST", f"{H}/units", {"name": "Sales"}),
    ("moves:write", "POST", f"{P}/moves", {"to": "framing"}),
    ("updates:write", "POST", f"{P}/updates", {"health": "on_track", "text": "Fine."}),
    ("updates:write", "POST", f"{P}/comments", {"text": "Build 7."}),
    ("assessments:write", "POST", f"{P}/answers", ANSWERS),
    (
        "blockers:write",
        "POST",
        f"{P}/blockers",
        {"title": "No date", "category": "data_access", "severity": "high"},
    ),
    ("todos:write", "POST", f"{P}/todos", {"text": "Ask the vendor"}),
    (
        "evidence:write",
        "POST",
        f"{P}/evidence",
        {"kind": "validation_report", "title": "V", "url": "https://ci.example.org/1"},
    ),
    ("metrics:write", "POST", f"{P}/observations", {"observations": [OBSERVED]}),
    ("signals:write", "POST", f"{P}/signals/alive/seen", {}),
    ("flags:write", "POST", "flags/{flag}/snooze", {"until": "{soon}", "reason": "Known."}),
    ("signoffs:write", "POST", f"{P}/signoffs", {"gate": "G0"}),
    (
        "proposals:write",
        "POST",
        f"{P}/proposals",
        {"kind": "update", "body": {"health": "at_risk", "text": "Drift."}},
    ),
    ("portfolios:write", "POST", f"{H}/rates", {"currency": "USD", "from_on": "2027-01-01", "rate": "0.9"}),
    ("portfolios:write", "POST", f"{H}/capabilities", {"name": "Data engineers"}),
    ("portfolios:write", "POST", f"{H}/scenarios", {"name": "One less", "changes": ["hold:{key}"]}),
    ("registries:write", "POST", f"{H}/registries", {"name": "Lab", "url": "https://mlflow.example.org"}),
    ("webhooks:write", "POST", f"{H}/webhooks", {"url": "https://flows.example.org/in", "untested": True}),
    ("imports:write", "POST", "imports", None),
]


@pytest.fixture(scope="module")
def made(for_the_module):
    return for_the_module(make)


def make():
    """A project with a flag, another one, and somebody to be named."""
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    project = factories.a_project(portfolio, kind="new", tier="low")
    ada = factories.a_member(portfolio, "contributor", "Ada")
    factories.on_team(project, "PO", ada)
    said = {
        "key": project.key,
        "other": factories.a_project(portfolio).key,
        "ada": ada.email,
        "ada_id": ada.pk,
    }
    said |= {"flag": factories.a_flag(project).pk, "soon": (timezone.now() + timedelta(days=7)).date()}
    return portfolio, {name: str(value) for name, value in said.items()}


@pytest.fixture
def world(made, settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return made


def filled(given, names):
    """The same with what the names stand for."""
    if isinstance(given, dict):
        return {name: filled(value, names) for name, value in given.items()}
    if isinstance(given, list):
        return [filled(value, names) for value in given]
    if not isinstance(given, str):
        return given
    for name, value in names.items():
        given = given.replace(f"{{{name}}}", value)
    return given


def carry_out(caller, method, path, body, names):
    if path == "imports":
        file = SimpleUploadedFile("projects.csv", b"Name,Stage\nTriage,Idea\n")
        form = {"portfolio": "commerce", "profile": "plimsoll", "file": file}
        return caller.client.post("/api/v1/imports", form, headers=caller.headers)
    headers = {"If-Match": "*"} if method == "PATCH" else {}
    return caller(method, filled(path, names), filled(body, names), **headers)


# What has to be there before it can be taken away or confirmed, made by somebody else.
BEFORE = {
    ("POST", f"{P}/unarchive"): ("POST", f"{P}/archive", None),
    ("POST", f"{P}/restore"): ("DELETE", P, None),
    ("DELETE", f"{P}/metric-pairs/recall"): ("PUT", f"{P}/metric-pairs/recall", PAIR),
}


@pytest.mark.parametrize(("scope", "method", "path", "body"), WRITES, ids=lambda value: str(value)[:40])
def test_a_change_by_a_key_leaves_a_line_with_its_account_and_request(world, scope, method, path, body):
    portfolio, names = world
    if (method, path) in BEFORE:
        assert carry_out(with_key(portfolio), *BEFORE[method, path], names).status_code < 300
    if path.endswith("/team"):
        names = {**names, "ada": factories.a_member(portfolio, "contributor", "Grace").email}
    # The scope that the permission table asks for is enough, beside those for reading.
    key, secret = factories.a_key(portfolio, scopes=[scope, "portfolios:read", "projects:read"])
    answer = carry_out(Caller(secret), method, path, body, names)
    assert answer.status_code in (200, 201, 204), answer.content[:1000]
    if path == "projects/bulk":
        assert answer.json()["done"] == 1
    lines = Event.objects.filter(request_id=answer["X-Request-ID"])
    assert lines.exists(), "nothing tells that this was changed"
    assert {(line.by_machine, line.door) for line in lines} == {(True, "api")}
    # What follows by itself, such as a flag, names the request and no account.
    own = {line.pk for line in lines if line.actor_id is not None}
    assert own, "nothing names the account"
    assert {line.actor_id for line in lines} <= {key.user_id, None}
    assert own == {entry.event.pk for entry in uses(key, portfolio).entries}


@pytest.mark.parametrize(("scope", "method", "path", "body"), WRITES, ids=lambda value: str(value)[:40])
def test_without_its_scope_a_key_changes_nothing(world, scope, method, path, body):
    portfolio, names = world
    others = [each for each in keys.SCOPES if each != scope]
    key, secret = factories.a_key(portfolio, scopes=others)
    answer = carry_out(Caller(secret), method, path, body, names)
    if path == "projects/bulk":
        assert [each["status"] for each in answer.json()["results"]] == [403]
    else:
        assert answer.status_code in (403, 404), answer.content[:1000]
    assert not Event.objects.filter(actor=key.user_id).exists()


def test_every_scope_that_writes_is_looked_at():
    assert {scope for scope, *_ in WRITES} == {scope for scope in keys.SCOPES if scope.endswith(":write")}
