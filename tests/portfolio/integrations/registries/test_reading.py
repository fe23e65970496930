"""A real MLflow server is read: versions, aliases, metrics; aliases move projects or propose to."""

import pytest
from django.utils import timezone

from portfolio.integrations.models import ModelVersion, RegistryLink
from portfolio.integrations.registries.actions import links, readings, registries
from portfolio.integrations.registries.queries import registries as queries
from projects.models import Event, Move, Observation, Proposal
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
    return links.add(project.pk, registry_id=registry.pk, name=name, actor=SYSTEM, **fields)


def read(registry):
    """Read everything of it now, as a worker would."""
    RegistryLink.objects.filter(registry=registry).update(due_at=timezone.now())
    return readings.read(registry.pk)


def next_stage(project):
    return project.portfolio.workflow.definition["stages"][1]["code"]


def kinds(project):
    wanted = ("model_version.appeared", "model_alias.changed", "observations.posted")
    found = Event.objects.filter(project=project, kind__in=wanted).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_reading_takes_versions_aliases_and_metrics_and_again_finds_nothing_new(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model, auc=0.81)
    link = linked(project, registry, model)
    assert read(registry) == 1
    mlflow.a_version(model, **{"auc": 0.84, "val/F1": 0.6})
    mlflow.set_alias(model, "champion", "2")
    mlflow.call("POST", "model-versions/set-tag", name=model, version="2", key="checked", value="yes")
    read(registry)
    row = ModelVersion.objects.get(link=link, version="2")
    assert (row.aliases, row.tags, row.status) == (["champion"], {"checked": "yes"}, "READY")
    assert row.metrics["auc"]["value"] == 0.84
    told = ["observations.posted", "model_version.appeared", "model_alias.changed", "observations.posted"]
    assert kinds(project) == told
    observed = Observation.objects.filter(project=project).values_list("metric", "version", "value")
    assert sorted(observed) == [("auc", "1", 0.81), ("auc", "2", 0.84), ("val_f1", "2", 0.6)]
    read(registry)
    assert kinds(project) == told


def test_metrics_are_taken_under_the_names_that_the_link_says(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model, auc=0.81, loss=2.5)
    chosen = [{"theirs": "auc", "ours": "auc_live", "environment": "online", "segment": "new"}]
    linked(project, registry, model, metrics=chosen)
    read(registry)
    (observed,) = Observation.objects.filter(project=project)
    assert (observed.metric, observed.environment, observed.segment) == ("auc_live", "online", "new")


def test_which_version_was_champion_when(mlflow, project, registry):
    model = mlflow.a_model()
    link = linked(project, registry, model)
    for _ in range(2):
        mlflow.a_version(model)
    for version in ("1", "2"):
        mlflow.set_alias(model, "champion", version)
        read(registry)
    mlflow.call("DELETE", "registered-models/alias", name=model, alias="champion")
    read(registry)
    ((alias, stretches),) = queries.times(link)
    assert (alias, [each.version for each in stretches]) == ("champion", ["2", "1"])
    assert stretches[0].until is not None
    assert stretches[1].until == stretches[0].since


def test_an_alias_proposes_a_move_once(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model)
    linked(project, registry, model, aliases={"champion": {"to": next_stage(project), "does": "propose"}})
    read(registry)
    mlflow.set_alias(model, "champion", "1")
    read(registry)
    read(registry)
    (proposal,) = Proposal.objects.filter(project=project)
    assert (proposal.kind, proposal.body["to"], proposal.state) == ("move", next_stage(project), "open")
    assert f"the alias champion of {model} stands on version 1" in proposal.reason
    mlflow.a_version(model)
    mlflow.set_alias(model, "champion", "2")
    read(registry)
    proposal.refresh_from_db()
    assert proposal.state == "lapsed"
    (newer,) = Proposal.objects.filter(project=project, state="open")
    assert "stands on version 2, before it was version 1" in newer.reason
    assert not Move.objects.filter(project=project).exists()


def test_an_alias_moves_where_the_gate_is_open_and_only_once(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model)
    stage = next_stage(project)
    link = linked(project, registry, model, aliases={"champion": {"to": stage, "does": "move"}})
    read(registry)
    mlflow.set_alias(model, "champion", "1")
    read(registry)
    read(registry)
    link.refresh_from_db()
    (move,) = Move.objects.filter(project=project)
    assert (move.to_stage, move.source, move.actor_id, link.refusals) == (stage, "mlflow", None, [])
    assert move.external_id.startswith(f"mlflow:{registry.pk}:{link.pk}:champion:1:")
    assert not Proposal.objects.filter(project=project).exists()


def test_a_refused_move_is_shown_with_its_obstacles_and_proposed(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model)
    link = linked(
        project,
        registry,
        model,
        aliases={"champion": {"to": "production", "does": "move"}},
        version_from="champion",
    )
    read(registry)
    mlflow.set_alias(model, "champion", "1")
    read(registry)
    link.refresh_from_db()
    project.refresh_from_db()
    (refusal,) = link.refusals
    assert (refusal["alias"], refusal["version"], refusal["code"]) == ("champion", "1", "gate_closed")
    assert refusal["obstacles"] and refusal["obstacles"][0]["remedy"]
    assert Proposal.objects.get(project=project).body["to"] == "production"
    assert (project.stage, project.model_version) == ("idea", "1")
    mlflow.call("DELETE", "registered-models/alias", name=model, alias="champion")
    read(registry)
    link.refresh_from_db()
    assert link.refusals == []


def test_what_was_set_before_the_link_was_made_is_proposed_and_not_done(mlflow, project, registry):
    model = mlflow.a_model()
    mlflow.a_version(model)
    mlflow.set_alias(model, "champion", "1")
    linked(project, registry, model, aliases={"champion": {"to": next_stage(project), "does": "move"}})
    read(registry)
    assert Proposal.objects.filter(project=project).count() == 1
    assert not Move.objects.filter(project=project).exists()


def test_the_stage_is_written_back_as_a_tag(mlflow, project, registry):
    model = mlflow.a_model()
    linked(project, registry, model, tells_stage=True)
    read(registry)
    found = mlflow.call("GET", f"registered-models/get?name={model}")["registered_model"]["tags"]
    assert {each["key"]: each["value"] for each in found} == {
        "plimsoll.stage": "idea",
        "plimsoll.project": project.key,
    }


def test_runs_of_an_experiment_are_read(mlflow, project, registry):
    name, number = mlflow.an_experiment()
    run = mlflow.a_run(number, loss=0.3)
    link = linked(project, registry, name, kind="experiment")
    read(registry)
    row = ModelVersion.objects.get(link=link)
    assert (row.version, row.status, row.metrics["loss"]["value"]) == (run, "FINISHED", 0.3)
    assert kinds(project) == ["observations.posted"]


@pytest.mark.parametrize("how", ["renamed", "deleted"])
def test_a_model_that_is_gone_is_said_in_words_and_the_others_are_read(mlflow, project, registry, how):
    model, other = mlflow.a_model(), mlflow.a_model("other")
    mlflow.a_version(model)
    link, second = linked(project, registry, model), linked(project, registry, other)
    read(registry)
    if how == "renamed":
        mlflow.call("POST", "registered-models/rename", name=model, new_name=f"{model}-2")
    else:
        mlflow.call("DELETE", "registered-models/delete", name=model)
    before = timezone.now()
    read(registry)
    link.refresh_from_db()
    second.refresh_from_db()
    registry.refresh_from_db()
    assert "renamed or deleted" in link.error
    assert ModelVersion.objects.filter(link=link).count() == 1
    assert second.read_at > before
    assert registry.error == ""


def test_names_are_found_to_choose_from(mlflow, registry):
    model = mlflow.a_model("Fraud's")
    server = registries.server(registry)
    assert model in server.names("model", "fraud")
    assert server.versions(model) == ([], True)
    name, _ = mlflow.an_experiment("Sweep")
    assert name in server.names("experiment", "sweep")
    greeting = server.greeting()
    assert greeting.version.startswith("3.") and greeting.models >= 1
