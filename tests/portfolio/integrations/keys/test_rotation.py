"""A key with a new secret: the one before goes on for a while, is seen in use, and ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.integrations.keys.actions import keys
from portfolio.integrations.keys.rules import lives
from portfolio.integrations.models import ApiKey
from projects.errors import NotAllowed, Refused
from projects.models import Event
from tests import factories
from tests.projects.api.callers import Caller, problem

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def administrator(portfolio):
    return factories.acting(factories.a_member(portfolio, "administrator"))


@pytest.fixture
def made(portfolio):
    return factories.a_key(portfolio, scopes=["projects:read"])


def test_both_secrets_are_good_until_the_former_one_ends(made, administrator):
    key, before = made
    _, after = keys.rotate(key.pk, actor=administrator)
    assert before != after
    assert [Caller(secret).get("projects").status_code for secret in (before, after)] == [200, 200]
    ApiKey.objects.update(former_until=timezone.now())
    assert problem(Caller(before).get("projects"), 401)["code"] == "key_rotated"
    assert Caller(after).get("projects").status_code == 200


def test_use_of_the_former_secret_is_noted_by_itself(made, administrator):
    key, before = made
    _, after = keys.rotate(key.pk, actor=administrator)
    Caller(after).get("projects")
    assert ApiKey.objects.get().former_used_at is None
    Caller(before).get("projects")
    row = ApiKey.objects.get()
    assert row.former_used_at is not None
    assert row.last_used_at == row.former_used_at


def test_without_an_overlap_the_former_secret_ends_at_once(made, administrator):
    key, before = made
    keys.rotate(key.pk, overlap=timedelta(0), actor=administrator)
    assert problem(Caller(before).get("projects"), 401)["code"] == "key_unknown"
    assert ApiKey.objects.get().former_hash is None


def test_a_second_rotation_ends_the_first_secret(made, administrator):
    key, first = made
    _, second = keys.rotate(key.pk, actor=administrator)
    _, third = keys.rotate(key.pk, actor=administrator)
    assert [Caller(each).get("projects").status_code for each in (first, second, third)] == [401, 200, 200]


def test_the_former_secret_can_be_ended_early_and_again(made, administrator):
    key, before = made
    keys.rotate(key.pk, actor=administrator)
    for _ in range(2):
        keys.end_former(key.pk, actor=administrator)
    assert Caller(before).get("projects").status_code == 401
    told = [
        event.payload.get("ended_former", False) for event in Event.objects.filter(kind="api_key.rotated")
    ]
    assert sorted(told) == [False, True]


def test_a_rotation_can_renew_the_key_and_never_renews_the_former_secret(made, administrator):
    key, _ = made
    ends = timezone.now() + 2 * DAY
    ApiKey.objects.update(expires_at=ends)
    keys.rotate(key.pk, days=90, actor=administrator)
    row = ApiKey.objects.get()
    assert row.former_until == ends
    assert row.expires_at > timezone.now() + 89 * DAY
    assert Event.objects.get(kind="api_key.rotated").payload["overlap_hours"] in (47, 48)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"overlap": timedelta(days=31)}, "overlap_out_of_range"),
        ({"overlap": -DAY}, "overlap_out_of_range"),
        ({"days": 0}, "days_out_of_range"),
        ({"days": 731}, "days_out_of_range"),
    ],
)
def test_a_rotation_that_makes_no_sense_changes_nothing(made, administrator, fields, code):
    key, secret = made
    with pytest.raises(Refused) as refusal:
        keys.rotate(key.pk, actor=administrator, **fields)
    assert refusal.value.code == code
    assert ApiKey.objects.get().secret_hash == keys.hash_of(secret)


def test_an_expired_key_goes_on_only_for_a_stated_time_and_a_revoked_one_never(made, administrator):
    key, before = made
    ApiKey.objects.update(expires_at=timezone.now() - DAY)
    with pytest.raises(Refused, match="expired"):
        keys.rotate(key.pk, actor=administrator)
    _, after = keys.rotate(key.pk, days=30, actor=administrator)
    assert [Caller(secret).get("projects").status_code for secret in (before, after)] == [401, 200]
    keys.revoke(key.pk, actor=administrator)
    with pytest.raises(Refused, match="revoked"):
        keys.rotate(key.pk, days=30, actor=administrator)
    assert Caller(after).get("projects").status_code == 401


def test_only_an_administrator_rotates_and_never_a_key(made, portfolio):
    key, _ = made
    manager = factories.acting(factories.a_member(portfolio, "manager"))
    machine = factories.acting(factories.a_key(portfolio)[0].user, "api")
    for actor in (manager, machine):
        for verb in (keys.rotate, keys.end_former, keys.revoke):
            with pytest.raises(NotAllowed):
                verb(key.pk, actor=actor)
    with pytest.raises(NotAllowed, match="A person has to"):
        keys.create(portfolio.pk, name="Child", scopes=["projects:read"], actor=machine)


def test_a_secret_is_in_no_event_and_in_no_line_of_the_log(made, administrator, caplog):
    key, before = made
    caplog.set_level("DEBUG")
    _, after = keys.rotate(key.pk, actor=administrator)
    for secret in (before, after, after[:-1]):
        Caller(secret).get("projects")
        Caller(secret).post("projects", {"portfolio": "nowhere"})
    kept = f"{list(Event.objects.values())}{list(ApiKey.objects.values())}{caplog.text}"
    assert before not in kept
    assert after[:-1] not in kept


@pytest.mark.parametrize(
    ("left", "days"),
    [(15 * DAY, None), (14 * DAY, 14), (2 * DAY, 14), (DAY, 1), (DAY / 24, 1), (timedelta(0), None)],
)
def test_the_end_of_a_key_is_told_two_weeks_and_a_day_before(left, days):
    now = timezone.now()
    assert lives.notice(now, now + left) == days
