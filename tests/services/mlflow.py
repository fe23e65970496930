"""The real MLflow server as the tests use it: models, versions, runs and webhooks by its own REST API."""

import itertools
import json
import time
import urllib.error
import urllib.request

import pytest

from tests.services import mlflow_server

_numbers = itertools.count(1)


class Mlflow:
    """Speaks to the server as a pipeline would; every name is used once, for the server is shared."""

    def __init__(self, url):
        self.url = url

    def call(self, method, path, **said):
        """Call the API; the answer as JSON."""
        request = urllib.request.Request(  # noqa: S310 - our own
            f"{self.url}/api/2.0/mlflow/{path}",
            data=json.dumps(said).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"MLflow answered {error.code}: {error.read()[:500]!r}") from error

    def a_model(self, name="churn"):
        """Register a model under a name of its own."""
        name = f"{name}-{time.time_ns()}-{next(_numbers)}"
        self.call("POST", "registered-models/create", name=name)
        return name

    def a_version(self, model, **metrics):
        """Register a version; with metrics it comes from a run that has logged them."""
        run_id = self.a_run("0", **metrics) if metrics else None
        said = {"name": model, "source": "s3://models/nowhere"} | ({"run_id": run_id} if run_id else {})
        return self.call("POST", "model-versions/create", **said)["model_version"]["version"]

    def a_run(self, experiment_id, **metrics):
        """A run that is over, and its metrics."""
        now = time.time_ns() // 1_000_000
        made = self.call("POST", "runs/create", experiment_id=experiment_id, start_time=now)
        run_id = made["run"]["info"]["run_id"]
        for key, value in metrics.items():
            self.call("POST", "runs/log-metric", run_id=run_id, key=key, value=value, timestamp=now)
        self.call("POST", "runs/update", run_id=run_id, status="FINISHED", end_time=now)
        return run_id

    def an_experiment(self, name="tuning"):
        """An experiment under a name of its own, with its id."""
        name = f"{name}-{time.time_ns()}-{next(_numbers)}"
        return name, self.call("POST", "experiments/create", name=name)["experiment_id"]

    def set_alias(self, model, alias, version):
        """Let an alias stand on a version."""
        self.call("POST", "registered-models/alias", name=model, alias=alias, version=version)

    def a_webhook(self, url, secret, *events):
        """Have events posted to an address, signed with the secret; its id."""
        entities = [dict(zip(("entity", "action"), each.upper().split("."), strict=True)) for each in events]
        said = {"name": f"plimsoll-{next(_numbers)}", "url": url, "secret": secret, "events": entities}
        return self.call("POST", "webhooks", **said)["webhook"]["webhook_id"]


@pytest.fixture
def mlflow(real, settings):
    """The real server, in the installation's own network, which may be asked."""
    settings.ALLOW_PRIVATE_HOOKS = True
    return Mlflow(real(mlflow_server.url))
