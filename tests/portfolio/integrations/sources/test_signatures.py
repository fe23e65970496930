"""Who posted a message: each sender's own signature, what was tampered with or is old, what it is called."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from standardwebhooks.webhooks import Webhook

from portfolio.integrations.sources.rules import signatures as rules

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = b'{"type": "deployment.done", "entity": "model_version", "action": "created"}'


def by_mlflow(now, body=BODY, secret=SECRET):
    time = str(int(now.timestamp()))
    signed = hmac.new(secret.encode(), f"d-1.{time}.{body.decode()}".encode(), hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return {"X-MLflow-Delivery-Id": "d-1", "X-MLflow-Timestamp": time, "X-MLflow-Signature": signature}


def by_github(now, body=BODY, secret=SECRET):
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={signed}", "X-GitHub-Delivery": "g-1", "X-GitHub-Event": "ping"}


def by_standard(now, body=BODY, secret=SECRET):
    # The library reads a moment without its zone as UTC.
    signature = Webhook(secret).sign("m-1", now, body.decode())
    time = str(int(now.timestamp()))
    return {"webhook-id": "m-1", "webhook-timestamp": time, "webhook-signature": signature}


def by_gitlab_token(now, body=BODY, secret=SECRET):
    # Its id and time come with every message, signed or not.
    return {"X-Gitlab-Token": secret, "webhook-id": "m-2", "webhook-timestamp": "1"}


def by_bearer(now, body=BODY, secret=SECRET):
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": "b-1"}


WAYS = [
    ("mlflow", by_mlflow),
    ("github", by_github),
    ("gitlab", by_standard),
    ("gitlab", by_gitlab_token),
    ("generic", by_standard),
    ("generic", by_bearer),
]
SIGN_THE_BODY = [(style, way) for style, way in WAYS if way not in (by_gitlab_token, by_bearer)]
SIGN_THE_TIME = [(style, way) for style, way in SIGN_THE_BODY if way is not by_github]


def genuine(style, headers, body=BODY, secrets=(SECRET,), now=None):
    return rules.is_genuine(style, secrets, headers, body, now or datetime.now(UTC))


@pytest.mark.parametrize(("style", "way"), WAYS)
def test_a_genuine_message_is_known_by_any_secret_in_force(style, way):
    headers = way(datetime.now(UTC))
    assert genuine(style, headers)
    assert genuine(style, headers, secrets=[OTHER, SECRET])
    assert not genuine(style, headers, secrets=[OTHER])
    assert not genuine(style, headers, secrets=[])
    assert not genuine(style, headers, secrets=[""])
    assert not genuine(style, {})


@pytest.mark.parametrize(("style", "way"), SIGN_THE_BODY)
def test_a_body_that_was_tampered_with_is_not_genuine(style, way):
    assert not genuine(style, way(datetime.now(UTC)), body=BODY.replace(b"created", b"removed"))


@pytest.mark.parametrize(("style", "way"), SIGN_THE_TIME)
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_of_another_time_is_not_genuine(style, way, minutes):
    then = datetime.now(UTC) + timedelta(minutes=minutes)
    assert not genuine(style, way(then))


@pytest.mark.parametrize(("style", "way"), SIGN_THE_TIME)
def test_neither_id_nor_time_can_be_changed(style, way):
    headers = way(datetime.now(UTC))
    for field in headers:
        if "ignature" in field:
            continue
        changed = headers[field][:-1] + ("0" if headers[field][-1] != "0" else "1")
        assert not genuine(style, headers | {field: changed})


def test_a_signature_of_gitlab_that_is_wrong_is_not_saved_by_its_token():
    now = datetime.now(UTC)
    headers = by_standard(now, secret=OTHER) | by_gitlab_token(now)
    assert not genuine("gitlab", headers)


def test_a_secret_without_the_prefix_signs_as_it_is_written():
    now, secret = datetime.now(UTC), "a plain secret!"
    signature = Webhook(secret.encode()).sign("m-1", now, BODY.decode())
    headers = by_standard(now) | {"webhook-signature": signature}
    assert genuine("generic", headers, secrets=[secret])


@given(
    style=some.sampled_from(rules.STYLES),
    headers=some.dictionaries(
        some.sampled_from(
            [
                *rules.STANDARD,
                *("X-MLflow-Delivery-Id", "X-MLflow-Timestamp", "X-MLflow-Signature"),
                *("X-Hub-Signature-256", "X-Gitlab-Token", "Authorization", "Idempotency-Key"),
            ]
        ),
        some.text(max_size=40) | some.sampled_from(["v1,", "v1,=", "v1", "Bearer", "nan", "1e400", "٣"]),
    ),
    body=some.binary(max_size=50),
    secret=some.sampled_from([SECRET, "whsec_", "whsec_%", "x"]),
)
def test_whatever_a_stranger_sends_is_not_genuine_and_breaks_nothing(style, headers, body, secret):
    now = datetime.now(UTC)
    assert not rules.is_genuine(style, [secret], headers, body, now) or secret in str(headers)
    named = rules.name(style, headers, None, body, now)
    assert 0 < len(named.external_id) <= rules.LONGEST_ID


def named(style, headers, body=BODY, now=None):
    return rules.name(style, headers, json.loads(body), body, now or datetime.now(UTC))


def test_what_a_message_is_called():
    now = datetime.now(UTC)
    digest = hashlib.sha256(BODY).hexdigest()
    assert named("mlflow", by_mlflow(now)) == ("d-1", "model_version.created")
    # Its delivery is not signed: under another one the same body is the same message.
    assert named("github", by_github(now)) == (digest, "ping")
    assert named("generic", by_standard(now)) == ("m-1", "deployment.done")
    assert named("generic", by_bearer(now)).external_id == "b-1"
    assert named("gitlab", by_gitlab_token(now), b'{"object_kind": "pipeline"}') == ("m-2", "pipeline")
    assert named("gitlab", {"X-Gitlab-Token": SECRET}).external_id == digest


def test_without_a_name_the_same_body_counts_once_an_hour():
    at = datetime(2026, 11, 22, 9, 59, tzinfo=UTC)
    first = named("generic", {}, now=at)
    assert named("generic", {}, now=at - timedelta(minutes=30)) == first
    assert named("generic", {}, now=at + timedelta(minutes=2)) != first


@pytest.mark.parametrize("body", [b"[]", b'{"type": 3}', b'{"type": "a\\u0007"}', b'"text"'])
def test_a_kind_that_is_no_text_is_none(body):
    assert named("generic", {}, body).kind == ""
    assert len(named("generic", {}, json.dumps({"type": "x" * 300}).encode()).kind) == rules.LONGEST_KIND
