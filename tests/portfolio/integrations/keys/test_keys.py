"""API keys: made once shown, acting as a service account, ended at their time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portfolio.integrations.keys.actions import keys
from portfolio.integrations.keys.throttles import PerKey
from portfolio.integrations.models import ApiKey
from projects.errors import NotAllowed, Refused
from projects.models import Event, Membership
from tests import factories
from tests.projects.api.callers import Caller, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def administrator(portfolio):
    return factories.a_member(portfolio, "administrator")


def make(portfolio, person, **fields):
    given = {"name": "CI robot", "scopes": ["moves:write"], **fields}
    return keys.create(portfolio.pk, actor=factories.acting(person), **given)


def test_a_key_is_kept_only_as_a_hash_and_acts_as_a_service_account(portfolio, administrator):
    key, secret = make(portfolio, administrator)
    assert secret.startswith("plm_")
    assert len(secret) == len("plm_") + 43  # 32 bytes in base64
    assert secret.startswith(key.prefix)
    row = ApiKey.objects.values().get()
    assert secret not in str(row)
    assert key.user.is_service
    assert not key.user.has_usable_password()
    assert Membership.objects.get(user=key.user).role == "contributor"
    event = Event.objects.get(kind="api_key.created")
    assert secret not in str(event.payload)


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", "manager"])
def test_only_an_administrator_of_the_portfolio_makes_and_ends_keys(portfolio, administrator, role):
    key, _ = make(portfolio, administrator)
    person = factories.a_member(portfolio, role)
    with pytest.raises(NotAllowed):
        make(portfolio, person)
    with pytest.raises(NotAllowed):
        keys.revoke(key.pk, actor=factories.acting(person))
    with pytest.raises(NotAllowed):
        make(portfolio, factories.a_member(factories.a_portfolio(), "administrator"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scopes": ["moves:write", "keys:write"]}, "unknown_scope"),
        ({"scopes": []}, "scope_missing"),
        ({"role": "administrator"}, "unknown_role"),
        ({"name": "  "}, "name_invalid"),
        ({"name": "x" * 81}, "name_invalid"),
        ({"days": 0}, "days_out_of_range"),
        ({"days": 731}, "days_out_of_range"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_and_leaves_nothing(portfolio, administrator, fields, code):
    with pytest.raises(Refused) as refusal:
        make(portfolio, administrator, **fields)
    assert refusal.value.code == code
    assert not ApiKey.objects.exists()
    assert Membership.objects.count() == 1


def test_every_wrong_key_is_401_and_says_which_way_it_is_wrong(portfolio, administrator):
    key, secret = make(portfolio, administrator, scopes=["projects:read"])
    caller = Caller(secret)
    assert caller.get("projects").status_code == 200
    for wrong in ("plm_nothing", secret[:-1], secret + "x", "plm_\u00e9", ""):
        answer = Caller(wrong or " ").get("projects")
        assert problem(answer, 401)["code"] == "key_unknown"
        assert answer["WWW-Authenticate"] == 'Bearer realm="Plimsoll", error="invalid_token"'
    ApiKey.objects.update(expires_at=timezone.now())
    assert problem(caller.get("projects"), 401)["code"] == "key_expired"
    keys.revoke(key.pk, actor=factories.acting(administrator))
    assert problem(caller.get("projects"), 401)["code"] == "key_revoked"


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_ignores_letter_case(portfolio, scheme):
    _, secret = factories.a_key(portfolio)
    assert Caller().get("projects", Authorization=f"{scheme} {secret}").status_code == 200


@pytest.mark.parametrize("said", ["Token {}", "Basic {}", "{}"])
def test_another_scheme_is_nobody(portfolio, said):
    _, secret = factories.a_key(portfolio)
    answer = Caller().get("projects", Authorization=said.format(secret))
    assert problem(answer, 401)["code"] == "not_authenticated"


def test_revoking_ends_the_account_too_and_is_repeatable(portfolio, administrator):
    key, _ = make(portfolio, administrator)
    for _ in range(2):
        keys.revoke(key.pk, actor=factories.acting(administrator))
    key.refresh_from_db()
    assert not key.user.is_active
    assert not Membership.objects.filter(user=key.user).exists()
    assert Event.objects.filter(kind="api_key.revoked").count() == 1


def test_the_use_of_a_key_is_noted_once_a_minute(portfolio, django_assert_num_queries):
    key, secret = factories.a_key(portfolio)
    caller = Caller(secret)
    with django_assert_num_queries(3):  # the key, its use, the projects
        caller.get("projects")
    with django_assert_num_queries(2):
        caller.get("projects")
    key.refresh_from_db()
    noted = key.last_used_at
    assert noted is not None
    ApiKey.objects.update(last_used_at=noted - timedelta(minutes=1))
    with django_assert_num_queries(3):
        caller.get("projects")


def test_a_caller_that_asks_too_often_waits(portfolio, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    PerKey._counts.clear()  # what earlier tests asked for
    caller = Caller(factories.a_key(portfolio)[1])
    assert [caller.get("projects").status_code for _ in range(3)] == [200, 200, 200]
    answer = caller.get("projects")
    assert problem(answer, 429)["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert Caller(factories.a_key(portfolio)[1]).get("projects").status_code == 200


def run(*words):
    out, err = StringIO(), StringIO()
    call_command("apikey", *words, stdout=out, stderr=err)
    return out.getvalue()


def test_the_command_prints_the_key_once_lists_and_revokes(portfolio):
    said = run("create", "--portfolio", "commerce", "--scopes", "projects:read, moves:write", "--name", "CI")
    secret = said.strip()
    assert Caller(secret).get("projects").status_code == 200
    listed = run("list", "--portfolio", "commerce")
    assert secret[:9] in listed
    assert secret not in listed
    new = run("rotate", secret[:9], "--overlap", "1", "--expires", "30").strip()
    assert [Caller(each).get("projects").status_code for each in (secret, new)] == [200, 200]
    run("revoke", new[:9])
    problem(Caller(new).get("projects"), 401)
    assert "revoked" in run("list", "--portfolio", "commerce")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["create", "--portfolio", "nowhere", "--scopes", "projects:read"], "There are: commerce."),
        (["create", "--portfolio", "commerce", "--scopes", "all"], "Use assessments:write"),
        (["revoke", "99"], "0 keys"),
    ],
)
def test_the_command_says_what_is_wrong(portfolio, words, says):
    with pytest.raises(CommandError, match=says):
        run(*words)
