"""MLflow and Plimsoll as they run: a webhook of MLflow comes in, a worker asks MLflow, the project moves."""

import time

import pytest

from portfolio.integrations.models import RegistryLink, SourceMessage
from portfolio.integrations.registries.actions import links, registries
from projects.models import Event, Move
from tests import factories
from tests.portfolio.integrations.sources import senders

SECONDS = 60.0
EVENTS = ("model_version.created", "model_version_alias.created", "model_version_tag.set")


def eventually(is_so, worker):
    """Wait until this is so; with what the worker said when it does not become so."""
    until = time.monotonic() + SECONDS
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(
                f"It did not happen. The worker said: {worker.log.read_text(errors='replace')[-3000:]}"
            )
        time.sleep(0.1)


@pytest.mark.worker
def test_an_alias_set_in_mlflow_moves_the_project_here(live_server, celery_worker_process, mlflow):
    worker = celery_worker_process(PLIMSOLL_ALLOW_PRIVATE_HOOKS="1")
    project = factories.a_project()
    stage = project.portfolio.workflow.definition["stages"][1]["code"]
    registry = registries.add(project.portfolio_id, name="MLflow", url=mlflow.url, actor=factories.SYSTEM)
    source, secret = senders.a_source(project.portfolio, "mlflow", registry=registry.pk)
    model = mlflow.a_model()
    link = links.add(
        project.pk,
        registry_id=registry.pk,
        name=model,
        actor=factories.SYSTEM,
        aliases={"champion": {"to": stage, "does": "move"}},
        tells_stage=True,
    )
    eventually(lambda: RegistryLink.objects.get(pk=link.pk).read_at, worker)

    webhook = mlflow.a_webhook(f"{live_server.url}/hooks/{source.token}/", secret, *EVENTS)
    try:
        mlflow.a_version(model, auc=0.9)
        mlflow.set_alias(model, "champion", "1")
        eventually(lambda: Move.objects.filter(project=project, source="mlflow").exists(), worker)
        messages = SourceMessage.objects.filter(source=source, kind__contains="alias")
        eventually(lambda: messages.filter(state="done").exists(), worker)
    finally:
        mlflow.call("DELETE", f"webhooks/{webhook}")
    said = messages.get().outcome
    assert said[0]["code"] == "will_be_read"
    assert f"Version 1 of {model} has the alias champion." in said[0]["message"]
    project.refresh_from_db()
    assert project.stage == stage
    assert Event.objects.filter(project=project, kind="model_alias.changed").count() == 1

    # And back: MLflow knows where the project is.
    def told():
        tags = mlflow.call("GET", f"registered-models/get?name={model}")["registered_model"]["tags"]
        return {"key": "plimsoll.stage", "value": stage} in tags

    eventually(told, worker)
