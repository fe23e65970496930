"""The page of the API keys: made, shown once, listed, revoked; closed to everybody else."""

import re

import pytest
from django.test import Client

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
