"""The page of the API keys: made, shown once, listed, revoked; closed to everybody else."""

import re

import pytest
from django.test import Client

from portfolio.integrations.keys.queries import keys
from portfolio.integrations.keys.rules import scopes
from portfolio.integrations.models import ApiKey
from tests import factories
from tests.projects.api.callers import Caller

pytestmark = pytest.mark.django_db
SAID = {"name": "CI robot", "scopes": ["projects:read", "moves:write"], "role": "contributor", "days": "90"}


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def administrator(portfolio):
    return signed_in(factories.a_member(portfolio, "administrator"))


def test_a_key_is_made_shown_once_listed_and_revoked(administrator, portfolio):
    made = administrator.post("/portfolios/commerce/keys/new/", SAID).content.decode()
    (secret,) = re.findall(r"plm_[\w-]{43}", made)
    assert Caller(secret).get("projects").status_code == 200
    listed = administrator.get("/portfolios/commerce/keys/").content.decode()
    assert "CI robot" in listed
    assert secret[:9] in listed
    assert secret not in listed
    key = ApiKey.objects.get()
    answer = administrator.post(f"/portfolios/commerce/keys/{key.pk}/revoke/")
    assert answer.headers["Location"] == "/portfolios/commerce/keys/"
    assert "Revoked" in administrator.get("/portfolios/commerce/keys/").content.decode()
    assert Caller(secret).get("projects").status_code == 401


def test_a_shown_key_is_not_stored_by_the_browser(administrator):
    assert "no-store" in administrator.post("/portfolios/commerce/keys/new/", SAID)["Cache-Control"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"scopes": []}, {"scopes": ["keys:write"]}, {"role": "administrator"}, {"days": "900"}],
)
def test_a_form_that_makes_no_sense_is_422_and_makes_nothing(administrator, wrong):
    answer = administrator.post("/portfolios/commerce/keys/new/", {**SAID, **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", "manager"])
def test_the_page_is_for_administrators(portfolio, role):
    key, _ = factories.a_key(portfolio)
    client = signed_in(factories.a_member(portfolio, role))
    assert client.get("/portfolios/commerce/keys/").status_code == 403
    assert client.get("/portfolios/commerce/keys/new/").status_code == 403
    assert client.post("/portfolios/commerce/keys/new/", SAID).status_code == 403
    assert client.post(f"/portfolios/commerce/keys/{key.pk}/revoke/").status_code == 403
    key.refresh_from_db()
    assert (ApiKey.objects.count(), key.revoked_at) == (1, None)


def test_a_stranger_finds_nothing(portfolio):
    key, _ = factories.a_key(portfolio)
    elsewhere = factories.a_portfolio()
    client = signed_in(factories.a_member(elsewhere, "administrator"))
    assert client.get("/portfolios/commerce/keys/").status_code == 404
    assert client.post(f"/portfolios/commerce/keys/{key.pk}/revoke/").status_code == 404
    assert client.post(f"/portfolios/{elsewhere.slug}/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_list_costs_the_same_for_one_and_for_twenty(
    administrator, portfolio, django_assert_max_num_queries
):
    for count in (1, 20):
        while ApiKey.objects.count() < count:
            factories.a_key(portfolio)
        with django_assert_max_num_queries(8):
            administrator.get("/portfolios/commerce/keys/")


def test_a_key_is_given_a_new_secret_and_its_page_says_whether_the_old_one_is_used(administrator, portfolio):
    key, old = factories.a_key(portfolio)
    page = f"/portfolios/commerce/keys/{key.pk}/"
    made = administrator.post(f"{page}rotate/", {"hours": "24", "days": ""})
    assert "no-store" in made["Cache-Control"]
    (new,) = re.findall(r"plm_[\w-]{43}", made.content.decode())
    assert "Not used since the rotation." in administrator.get(page).content.decode()
    Caller(old).get("projects")
    shown = administrator.get(page).content.decode()
    assert "Still used" in shown
    assert old not in shown
    assert new not in shown
    administrator.post(f"{page}end-former/")
    assert "End the old secret" not in administrator.get(page).content.decode()
    assert [Caller(each).get("projects").status_code for each in (old, new)] == [401, 200]


def test_a_key_shows_what_it_has_changed_with_request_and_project(administrator, portfolio):
    project = factories.a_project(portfolio)
    key, secret = factories.a_key(portfolio)
    _, other = factories.a_key(portfolio)
    answer = Caller(secret).post(f"projects/{project.key}/comments", {"text": "Build 7 passed."})
    unit = Caller(secret).post(
        "portfolios/commerce/rates", {"currency": "USD", "from_on": "2027-01-01", "rate": "2"}
    )
    foreign = Caller(other).post(f"projects/{project.key}/comments", {"text": "Mine."})
    shown = administrator.get(f"/portfolios/commerce/keys/{key.pk}/").content.decode()
    for said in (answer["X-Request-ID"], unit["X-Request-ID"], "Commented", f"/projects/{project.key}/"):
        assert said in shown
    assert foreign["X-Request-ID"] not in shown


def test_older_uses_come_on_the_next_page(administrator, portfolio, monkeypatch):
    monkeypatch.setattr(keys, "PAGE", 2)
    project = factories.a_project(portfolio)
    key, secret = factories.a_key(portfolio)
    said = [Caller(secret).post(f"projects/{project.key}/comments", {"text": "x"}) for _ in range(3)]
    ids = [answer["X-Request-ID"] for answer in said]
    page = f"/portfolios/commerce/keys/{key.pk}/"
    first = administrator.get(page).content.decode()
    (before,) = re.findall(r'href="\?before=(\d+)"', first)
    second = administrator.get(f"{page}?before={before}", headers={"HX-Request": "true"}).content.decode()
    assert [each in first for each in ids] == [False, True, True]
    assert [each in second for each in ids] == [True, False, False]
    assert "<html" not in second


@pytest.mark.parametrize("preset", scopes.PRESETS.values(), ids=lambda preset: preset.code)
def test_a_preset_fills_the_grid_in_and_keeps_the_name(administrator, preset):
    shown = administrator.get(f"/portfolios/commerce/keys/new/?preset={preset.code}&name=Nightly")
    page = shown.content.decode()
    ticked = re.findall(r'name="scopes" value="([\w:]+)" checked', page)
    assert sorted(ticked) == sorted(preset.scopes)
    assert 'value="Nightly"' in page


def test_every_scope_has_one_place_in_the_grid_and_no_other_is_in_it():
    rows = scopes.NOUNS.values()
    offered = [row.writing for row in rows if row.writing] + [
        row.reading for row in rows if not row.read_with
    ]
    assert sorted(offered) == scopes.ALL
    assert all(set(preset.scopes) <= set(scopes.ALL) for preset in scopes.PRESETS.values())


@pytest.mark.parametrize(
    ("method", "tail"), [("get", ""), ("get", "rotate/"), ("post", "rotate/"), ("post", "end-former/")]
)
def test_the_pages_of_a_key_are_for_administrators_of_its_portfolio(portfolio, method, tail):
    key, _ = factories.a_key(portfolio)
    elsewhere = factories.a_portfolio()
    said = {"hours": "0", "days": "30"}
    manager = signed_in(factories.a_member(portfolio, "manager"))
    stranger = signed_in(factories.a_member(elsewhere, "administrator"))
    assert getattr(manager, method)(f"/portfolios/commerce/keys/{key.pk}/{tail}", said).status_code == 403
    for slug in ("commerce", elsewhere.slug):
        assert getattr(stranger, method)(f"/portfolios/{slug}/keys/{key.pk}/{tail}", said).status_code == 404
    assert ApiKey.objects.get(pk=key.pk).secret_hash == key.secret_hash
