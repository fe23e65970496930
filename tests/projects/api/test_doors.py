"""Who gets in where: the same answers at every door of the API."""

import pytest

from tests import factories
from tests.projects.api.callers import Caller, SignedIn, problem, with_key

OF_A_PROJECT = ["", "/moves", "/updates", "/comments", "/team", "/answers", "/scores", "/scores/history"]
WRITES = [
    ("POST", "/moves", {"to": "framing"}),
    ("POST", "/updates", {"health": "on_track", "text": "Fine."}),
    ("POST", "/comments", {"text": "Well."}),
    ("POST", "/team", {"role": "PO", "person": "somebody@example.org"}),
    ("DELETE", "/team/PO/1", None),
    ("PATCH", "", {"name": "Other"}),
    ("POST", "/answers", {"answers": [{"question": "WP1", "letter": "N"}]}),
    ("POST", "/answers/confirm", {}),
    ("POST", "/answers/WP1/agree", None),
]


@pytest.mark.parametrize("tail", OF_A_PROJECT)
def test_nobody_gets_401_with_a_challenge(project, tail):
    answer = Caller().get(f"projects/{project.key}{tail}")
    assert problem(answer, 401)["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="Plimsoll"'


@pytest.mark.parametrize("tail", OF_A_PROJECT)
def test_a_stranger_reads_404(project, stranger, tail):
    assert problem(stranger.get(f"projects/{project.key}{tail}"), 404)["code"] == "not_found"


@pytest.mark.parametrize(("method", "tail", "body"), WRITES)
def test_a_stranger_writes_404(project, stranger, method, tail, body):
    problem(stranger(method, f"projects/{project.key}{tail}", body, **{"If-Match": "*"}), 404)


@pytest.mark.parametrize(("method", "tail", "body"), WRITES)
def test_a_viewer_writes_403(project, viewer, method, tail, body):
    answer = viewer(method, f"projects/{project.key}{tail}", body, **{"If-Match": "*"})
    assert problem(answer, 403)["code"] == "not_allowed"
    project.refresh_from_db()
    assert project.version == 1


@pytest.mark.parametrize(("method", "tail", "body"), WRITES)
def test_a_key_without_the_scope_writes_403(project, portfolio, method, tail, body):
    reader = with_key(portfolio, scopes=["projects:read"])
    answer = reader(method, f"projects/{project.key}{tail}", body, **{"If-Match": "*"})
    assert problem(answer, 403)["code"] == "scope_missing"


@pytest.mark.parametrize("tail", OF_A_PROJECT)
def test_a_key_without_the_scope_reads_403(project, portfolio, tail):
    writer = with_key(portfolio, scopes=["moves:write"])
    assert problem(writer.get(f"projects/{project.key}{tail}"), 403)["code"] == "scope_missing"


@pytest.mark.parametrize("path", ["projects", "portfolios", "portfolios/commerce", "flags", "events"])
def test_lists_ask_for_their_scope(portfolio, path):
    assert problem(with_key(portfolio, scopes=["moves:write"]).get(path), 403)["code"] == "scope_missing"


def test_lists_show_a_stranger_nothing(project, stranger):
    assert stranger.get("projects").json()["items"] == []
    assert "commerce" not in [row["slug"] for row in stranger.get("portfolios").json()["items"]]
    problem(stranger.get("portfolios/commerce"), 404)
    problem(stranger.get("portfolios/commerce/summary"), 404)


def test_a_key_sees_only_its_portfolio(project, portfolio):
    elsewhere = factories.a_project(factories.a_portfolio())
    caller = with_key(portfolio)
    assert [row["key"] for row in caller.get("projects").json()["items"]] == [project.key]
    problem(caller.get(f"projects/{elsewhere.key}"), 404)
    problem(caller.post(f"projects/{elsewhere.key}/moves", {"to": "framing"}), 404)


def test_a_key_stays_in_its_portfolio_when_its_account_joins_another(portfolio):
    from projects.actions import members

    key, secret = factories.a_key(portfolio)
    elsewhere = factories.a_project(factories.a_portfolio())
    joined = {"user_id": key.user_id, "role": "manager"}
    members.set_role(elsewhere.portfolio_id, actor=factories.SYSTEM, **joined)
    caller = Caller(secret)
    assert caller.get("projects").json()["items"] == []
    problem(caller.get(f"projects/{elsewhere.key}"), 404)
    problem(caller.post(f"projects/{elsewhere.key}/moves", {"to": "framing"}), 404)
    body = {"portfolio": elsewhere.portfolio.slug, "name": "New"}
    assert problem(caller.post("projects", body), 400)["errors"][0]["field"] == "portfolio"


def test_somebody_on_the_team_alone_reads_and_may_what_the_role_may(project):
    owner = SignedIn(factories.on_team(project, "PO"))
    assert owner.get(f"projects/{project.key}").status_code == 200
    assert owner.post(f"projects/{project.key}/moves", {"to": "framing"}).status_code == 201


def test_a_session_writes_only_with_the_csrf_token(project):
    manager = factories.a_member(project.portfolio, "manager")
    caller = SignedIn(manager, checks_csrf=True)
    refused = problem(caller.post(f"projects/{project.key}/moves", {"to": "framing"}), 403)
    assert "CSRF" in refused["detail"]
    caller.client.cookies["csrftoken"] = "a" * 32
    answer = caller.post(f"projects/{project.key}/moves", {"to": "framing"}, **{"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201


def test_a_deleted_project_is_not_there(project, ci):
    from projects.actions import projects

    projects.delete(project.pk, actor=factories.SYSTEM)
    problem(ci.get(f"projects/{project.key}"), 404)
    problem(ci.post(f"projects/{project.key}/moves", {"to": "framing"}), 404)
