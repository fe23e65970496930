"""Systems that post and their log by REST: who may, what is shown once, what is said of what is wrong."""

import pytest
from django.core.cache import cache

from portfolio import tasks
from portfolio.integrations.models import Source
from projects.models import StatusUpdate
from tests import factories
from tests.portfolio.integrations.sources import senders
from tests.projects.api.callers import Caller, SignedIn, problem, with_key

pytestmark = pytest.mark.django_db
PATH = "portfolios/commerce/sources"
LOG = "portfolios/commerce/source-messages"


@pytest.fixture(autouse=True)
def nothing_counted_before():
    cache.clear()


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def ada(portfolio):
    return SignedIn(factories.a_member(portfolio, "administrator"))


def added(ada, **fields):
    answer = ada.post(PATH, {"name": "Airflow", "style": "generic", **fields})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_source_is_added_with_its_styles_rules_and_its_secret_this_once(ada, portfolio):
    made = added(ada)
    assert made["secret"].startswith("whsec_")
    assert made["rules"][0]["name"] == "Deployed"
    assert "/hooks/" in made["address"]
    kept = ada.get(f"{PATH}/{made['id']}").json()
    assert "secret" not in kept
    assert kept == {name: value for name, value in made.items() if name != "secret"}
    assert ada.get(PATH).json()["items"] == [kept]
    again = ada.post(f"{PATH}/{made['id']}/rotate", {"at_once": True}).json()["secret"]
    assert again != made["secret"]


def test_what_is_wrong_is_said_with_its_place(ada):
    rules = [{"do": "dance"}, {"do": "signal", "project": {"key": "a..b"}, "with": {"name": "x", "more": 1}}]
    found = problem(ada.post(PATH, {"name": " ", "style": "generic"}), 400)
    assert found["errors"][0]["field"] == "name"
    found = problem(ada.post(PATH, {"name": "A", "style": "generic", "rules": rules}), 400)
    places = {each["field"] for each in found["errors"]}
    assert places == {
        "rules[0].do",
        "rules[0].project",
        "rules[0].with",
        "rules[1].project.key",
        "rules[1].with",
    }
    short = problem(ada.post(PATH, {"name": "A", "style": "generic", "secret": "short"}), 400)
    assert short["errors"][0]["field"] == "secret"
    assert not Source.objects.exists()


def test_a_source_is_changed_paused_and_removed_by_whoever_has_read_it(ada):
    made = added(ada)
    path = f"{PATH}/{made['id']}"
    problem(ada.patch(path, {"paused": True}), 428)
    read = ada.get(path)
    changed = ada.patch(path, {"paused": True, "rules": [], "role": "viewer"}, If_Match=read["ETag"])
    assert changed.status_code == 200, changed.content
    assert (changed.json()["rules"], changed.json()["role"]) == ([], "viewer")
    assert changed.json()["paused_at"]
    problem(ada.patch(path, {"paused": False}, If_Match=read["ETag"]), 412)
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


def test_a_message_is_tried_read_and_done_again(ada, client, portfolio, project):
    made = added(ada)
    body = {"type": "heartbeat", "project": project.key, "signal": "predictions"}
    tried = ada.post(f"{PATH}/{made['id']}/try", {"kind": "heartbeat", "body": body}).json()["outcome"]
    assert [(line["code"], line["refused"]) for line in tried] == [("signal_seen", False)]
    rules = [{"do": "update", "project": {"fixed": project.key}, "with": {"health": "on_track", "text": "x"}}]
    tried = ada.post(f"{PATH}/{made['id']}/try", {"body": {}, "rules": rules}).json()["outcome"]
    assert tried[0]["code"] == "update_posted"
    assert not StatusUpdate.objects.exists()
    source = Source.objects.get()
    answer = senders.standard(client, source, made["secret"], body | {"project": "NO-1"})
    path = f"{LOG}/{answer.json()['message']}"
    assert ada.get(path).json()["state"] == "waiting"
    tasks.take_messages()
    shown = ada.get(path).json()
    assert (shown["state"], shown["outcome"][0]["code"]) == ("refused", "project_missing")
    assert shown["body"]["signal"] == "predictions"
    assert ada.post(f"{path}/again").json()["state"] == "waiting"
    assert [each["id"] for each in ada.get(f"{LOG}?state=waiting&source={source.pk}").json()["items"]]
    assert ada.get(f"{LOG}?project={project.key}").json()["items"] == []


def test_every_door(ada, portfolio):
    made = added(ada)
    stranger = SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    viewer = SignedIn(factories.a_member(portfolio, "viewer"))
    manager = SignedIn(factories.a_member(portfolio, "manager"))
    one = f"{PATH}/{made['id']}"
    for path in (PATH, one, LOG):
        assert Caller().get(path).status_code == 401
        assert stranger.get(path).status_code == 404
        assert viewer.get(path).status_code == 403
        assert with_key(portfolio, scopes=["projects:read"]).get(path).status_code == 403
    assert manager.get(PATH).status_code == 403
    assert manager.get(LOG).status_code == 200
    assert with_key(portfolio, scopes=["webhooks:write"]).get(LOG).status_code == 200
    assert with_key(portfolio).get(one).status_code == 403
    for path in (f"{one}/rotate", f"{one}/try"):
        assert manager.post(path, {"body": {}} if path.endswith("try") else {}).status_code == 403
        assert stranger.post(path, {}).status_code == 404
    assert ada.get(f"{LOG}/999").status_code == 404
