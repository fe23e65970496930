"""A real MLflow server is read: versions, aliases, metrics; aliases move projects or propose to."""

import pytest
from django.utils import timezone

from portfolio.integrations.actions import registries, registry_links, registry_reading
from portfolio.integrations.models import ModelVersion, RegistryLink
from projects.models import Event, Observation
from tests import factories

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM


@pytest.fixture
def project():
    return factories.a_project()


@pytest.fixture
def registry(mlflow, project):
    return registries.add(project.portfolio_id, name="MLflow", url=mlflow.url, actor=SYSTEM)


def linked(project, registry, name, **fields):
    return registry_links.add(project.pk, registry_id=registry.pk, name=name, actor=SYSTEM, **fields)


def read(registry):
    """Read everything of it now, as a worker would."""
    RegistryLink.objects.filter(registry=registry).update(due_at=timezone.now())
    return registry_reading.read(registry.pk)


def kinds(project):
    wanted = ("model_version.appeared", "model_alias.changed", "observations.posted", "proposal.made")
    found = Event.objects.filter(project=project, kind__in=wanted).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_versions_aliases_and_metrics_are_read_and_reading_again_finds_nothing_new(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model, auc=0.81)
    link = linked(project, registry, model)
    assert read(registry) == 1
    link.refresh_from_db()
    assert (link.error, link.read_at is not None) == ("", True)
    mlflow.a_version(model, **{"auc": 0.84, "val/F1": 0.6})
    mlflow.set_alias(model, "champion", "2")
    read(registry)
    rows = {row.version: row for row in ModelVersion.objects.filter(link=link)}
    assert rows["2"].aliases == ["champion"] and rows["2"].status == "READY"
    assert rows["2"].metrics["auc"]["value"] == 0.84
    told = ["observations.posted", "model_version.appeared", "model_alias.changed", "observations.posted"]
    assert kinds(project) == told
    observed = Observation.objects.filter(project=project).values_list("metric", "version", "value")
    assert sorted(observed) == [("auc", "1", 0.81), ("auc", "2", 0.84), ("val_f1", "2", 0.6)]
    read(registry)
    assert kinds(project) == told
