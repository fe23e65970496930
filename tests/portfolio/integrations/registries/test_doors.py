"""Pages and REST of registries and links: what they do, for whom, and that no token comes out."""

import pytest
from django.test import Client

from portfolio.integrations.models import Registry, RegistryLink
from portfolio.integrations.registries.actions import links, registries
from tests import factories
from tests.portfolio.integrations.registries.servers import answering
from tests.projects.api.callers import with_key

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM
URL = "https://mlflow.example.org"
SECRET = "a-secret-token"


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def registry(portfolio):
    return registries.add(portfolio.pk, name="MLflow", url=URL, credential=SECRET, actor=SYSTEM)


@pytest.fixture
def link(project, registry):
    return links.add(project.pk, registry_id=registry.pk, name="churn", actor=SYSTEM)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def pages(project, registry, link):
    home = "/portfolios/commerce/settings/registries/"
    models = f"/projects/{project.key}/models/"
    return [
        *(
            (method, home + path)
            for method, path in (("get", ""), ("get", "new/"), ("get", f"{registry.pk}/"))
        ),
        *(("post", f"{home}{registry.pk}/{verb}/") for verb in ("read", "remove")),
        *(("get", models + path) for path in ("add/", "choices/", f"{link.pk}/")),
        *(("post", f"{models}{link.pk}/{verb}/") for verb in ("read", "remove")),
    ]


def test_strangers_find_nothing_and_viewers_may_not(portfolio, project, registry, link):
    stranger, viewer = signed_in(factories.a_person()), signed_in(factories.a_member(portfolio, "viewer"))
    for method, path in pages(project, registry, link):
        assert getattr(stranger, method)(path).status_code == 404, path
        assert getattr(viewer, method)(path).status_code == 403, path
    assert viewer.get(f"/projects/{project.key}/models/").status_code == 200
    assert stranger.get(f"/projects/{project.key}/models/").status_code == 404


def test_a_registry_is_tried_before_it_is_kept_or_saved_untested(portfolio, settings):
    settings.ALLOW_PRIVATE_HOOKS = True
    manager = signed_in(factories.a_member(portfolio, "manager"))
    new = "/portfolios/commerce/settings/registries/new/"
    with answering(status=401) as url:
        typed = {"name": "MLflow", "url": url, "credential": SECRET}
        refused = manager.post(new, typed)
    assert refused.status_code == 409
    assert "Save it untested" in refused.content.decode()
    assert not Registry.objects.exists()
    assert manager.post(new, {**typed, "untested": "1"}).status_code == 302
    registry = Registry.objects.get()
    shown = manager.get("/portfolios/commerce/settings/registries/").content.decode()
    shown += manager.get(f"/portfolios/commerce/settings/registries/{registry.pk}/").content.decode()
    assert "MLflow" in shown and SECRET not in shown and registry.credential not in shown


def test_a_model_is_linked_on_the_project_page_and_changed(portfolio, project, registry):
    person = signed_in(factories.a_member(portfolio, "contributor"))
    models = f"/projects/{project.key}/models/"
    said = {"registry": registry.pk, "kind": "model", "name": "churn", "metrics": "val/auc = auc online"}
    rule = {"alias_0": "champion", "to_0": "production", "does_0": "propose"}
    assert person.post(f"{models}add/", {**said, **rule}).status_code == 302
    link = RegistryLink.objects.get()
    assert link.aliases == {"champion": {"to": "production", "does": "propose"}}
    auc = {"theirs": "val/auc", "ours": "auc", "environment": "online", "segment": ""}
    assert link.metrics == [auc]
    wrong = person.post(f"{models}{link.pk}/", {**rule, "metrics": "auc"})
    assert wrong.status_code == 422 and "is not like val_auc" in wrong.content.decode()
    assert person.post(f"{models}{link.pk}/", {**rule, "tells_stage": "on"}).status_code == 302
    link.refresh_from_db()
    assert (link.tells_stage, link.metrics) == (True, [])
    shown = person.get(models).content.decode()
    assert "proposes to move" in shown and "Not read yet" in shown
    part = person.get(models, headers={"HX-Request": "true"}).content.decode()
    assert 'id="models"' in part and "<html" not in part


def test_the_api_keeps_the_token_and_links_models(portfolio, project):
    caller = with_key(portfolio, scopes=["registries:write", "projects:read"], role="manager")
    made = caller.post("portfolios/commerce/registries", {"name": "MLflow", "url": URL, "credential": SECRET})
    assert made.status_code == 201, made.content
    assert made.json()["has_credential"] and SECRET not in made.content.decode()
    path = f"projects/{project.key}/registry-links"
    rule = {"champion": {"to": "production", "does": "propose"}}
    linked = caller.post(path, {"registry": made.json()["id"], "name": "churn", "aliases": rule})
    assert linked.status_code == 201, linked.content
    again = caller.post(path, {"registry": made.json()["id"], "name": "churn", "aliases": rule})
    assert again.json()["id"] == linked.json()["id"]
    one = f"{path}/{linked.json()['id']}"
    tag = caller.get(one).headers["ETag"]
    changed = caller.patch(one, {"version_from": "champion"}, If_Match=tag)
    assert (changed.status_code, changed.json()["version_from"]) == (200, "champion")
    for more in ("versions", "times"):
        assert caller.get(f"{one}/{more}").json()["items"] == []
    unknown = caller.post(
        path, {"registry": made.json()["id"], "name": "x", "aliases": {"a": {"to": "moon", "does": "move"}}}
    )
    assert unknown.status_code == 400


def test_keys_need_the_scope_and_a_rule_that_moves_the_right_to_move(portfolio, project, registry):
    reader = with_key(portfolio, scopes=["projects:read"], role="manager")
    path = f"projects/{project.key}/registry-links"
    said = {"registry": registry.pk, "name": "churn"}
    assert reader.post(path, said).status_code == 403
    assert reader.get("portfolios/commerce/registries").status_code == 403
    binder = with_key(portfolio, scopes=["registries:write", "projects:read"], role="contributor")
    assert binder.get("portfolios/commerce/registries").status_code == 403
    moves = {"champion": {"to": "production", "does": "move"}}
    assert binder.post(path, {**said, "aliases": moves}).status_code == 403
    assert binder.post(path, said).status_code == 201
