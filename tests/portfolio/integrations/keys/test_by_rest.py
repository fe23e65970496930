"""Keys by REST: people make, read, rotate and revoke them; a key does none of it; secrets are told once."""

import pytest

from portfolio.integrations.models import ApiKey
from projects.models import Event, KeptRequest
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

pytestmark = pytest.mark.django_db
SAID = {"name": "CI robot", "scopes": ["projects:read", "moves:write"], "days": 90}
DOORS = [
    ("GET", "keys", None),
    ("POST", "keys", SAID),
    ("GET", "keys/{id}", None),
    ("DELETE", "keys/{id}", None),
    ("POST", "keys/{id}/rotate", {}),
    ("DELETE", "keys/{id}/former-secret", None),
]


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def administrator(portfolio):
    return SignedIn(factories.a_member(portfolio, "administrator", "Ada"))


def test_a_key_is_made_read_rotated_and_revoked(administrator):
    made = administrator.post("portfolios/commerce/keys", SAID)
    assert made.status_code == 201
    first = made.json().pop("secret")
    path = made["Location"]
    read = administrator.get(path).json()
    assert read == {name: value for name, value in made.json().items() if name != "secret"}
    assert (read["created_by"]["name"], read["role"], read["former"]) == ("Ada", "contributor", None)
    rotated = administrator.post(f"{path}/rotate", {"overlap_hours": 24}).json()
    assert rotated["former"]["prefix"] == first[:9]
    assert [Caller(each).get("projects").status_code for each in (first, rotated["secret"])] == [200, 200]
    assert administrator.get("portfolios/commerce/keys").json()["items"][0]["former"]["used_at"]
    assert administrator.delete(f"{path}/former-secret").status_code == 204
    assert [Caller(each).get("projects").status_code for each in (first, rotated["secret"])] == [401, 200]
    for _ in range(2):
        assert administrator.delete(path).status_code == 204
    assert administrator.get(path).json()["revoked_at"]
    assert problem(administrator.post(f"{path}/rotate", {}), 409)["code"] == "key_revoked"


def test_a_secret_is_not_kept_for_a_request_that_comes_again(administrator):
    headers = {"Idempotency-Key": "once"}
    first = administrator.post("portfolios/commerce/keys", SAID, **headers)
    again = administrator.post("portfolios/commerce/keys", SAID, **headers)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), "secret": None}
    assert first.json()["secret"] not in str(list(KeptRequest.objects.values()))
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_every_door_is_for_people_who_administer_the_portfolio(portfolio, method, path, body):
    key, _ = factories.a_key(portfolio)
    place = f"portfolios/commerce/{path.format(id=key.pk)}"
    before = list(ApiKey.objects.values()), Event.objects.count()
    problem(Caller()(method, place, body), 401)
    problem(SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))(method, place, body), 404)
    problem(SignedIn(factories.a_member(portfolio, "manager"))(method, place, body), 403)
    said = problem(with_key(portfolio)(method, place, body), 403)
    assert "A key cannot" in said["detail"]
    assert ApiKey.objects.filter(pk=key.pk).values().get() == before[0][0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["keys:write"]}, "scopes.0"),
        ({"role": "administrator"}, "role"),
        ({"days": 731}, "days"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_makes_no_sense_is_named(administrator, wrong, field):
    answer = administrator.post("portfolios/commerce/keys", {**SAID, **wrong})
    assert fields_of(problem(answer, 400)) == [field]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("hours", [-1, 721])
def test_an_overlap_is_thirty_days_at_most(administrator, portfolio, hours):
    key, _ = factories.a_key(portfolio)
    answer = administrator.post(f"portfolios/commerce/keys/{key.pk}/rotate", {"overlap_hours": hours})
    assert fields_of(problem(answer, 400)) == ["overlap_hours"]
