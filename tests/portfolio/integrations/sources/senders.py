"""Other systems as they post: each signs as its own code does."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from portfolio.integrations.sources.actions import sources
from tests import factories


def a_source(portfolio, style="github", **fields):
    """A source and its secret, added by an administrator of the portfolio."""
    person = factories.a_member(portfolio, "administrator", "Ada")
    return sources.add(
        portfolio.pk, name="Deployments", style=style, actor=factories.acting(person), **fields
    )


def post(client, source, body, headers):
    """Post bytes with the headers that a sender made."""
    path = f"/hooks/{source.token}/"
    return client.post(path, data=body, content_type="application/json", headers=headers)


def github(client, source, secret, body, event="deployment_status", delivery="", **headers):
    """As GitHub does: the body alone is signed."""
    raw = json.dumps(body).encode()
    signed = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    named = {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery or str(uuid.uuid4())}
    return post(client, source, raw, {"X-Hub-Signature-256": f"sha256={signed}", **named, **headers})


def standard(client, source, secret, body, message_id="", at=None):
    """As Standard Webhooks asks, and GitLab since its signing tokens."""
    raw, at, message_id = json.dumps(body), at or datetime.now(UTC), message_id or f"msg_{uuid.uuid4().hex}"
    signature = Webhook(secret).sign(message_id, at, raw)
    named = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp()))}
    return post(client, source, raw.encode(), {**named, "webhook-signature": signature})


def mlflow(client, source, secret, body, delivery=""):
    """As mlflow/webhooks/delivery.py does."""
    raw, time, delivery = json.dumps(body), str(int(datetime.now(UTC).timestamp())), delivery or "d-1"
    signed = hmac.new(secret.encode(), f"{delivery}.{time}.{raw}".encode(), hashlib.sha256).digest()
    named = {"X-MLflow-Delivery-Id": delivery, "X-MLflow-Timestamp": time}
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return post(client, source, raw.encode(), {**named, "X-MLflow-Signature": signature})


def deployed(project, environment="production", **fields):
    """What GitHub says of a deployment."""
    return {
        "action": "created",
        "deployment_status": {"state": "success", "environment": environment},
        "deployment": {"ref": "v2", "payload": {"project": project.key}},
        "repository": {"full_name": "acme/churn"},
        **fields,
    }
