"""Servers that are away, slow, huge or no MLflow at all: an error in words, and patience."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import seals
from portfolio.integrations.models import Registry, RegistryLink
from portfolio.integrations.registries import mlflow as client
from portfolio.integrations.registries.actions import links, news, readings, registries
from portfolio.integrations.registries.rules.mlflow_answers import Metric, Run, Version
from projects.errors import Refused
from projects.models import Event, Observation, Project
from tests import factories
from tests.portfolio.integrations.registries.servers import answering
from tests.services.programs import free_port

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM


@pytest.fixture(autouse=True)
def _in_a_private_network(settings):
    settings.ALLOW_PRIVATE_HOOKS = True


@pytest.fixture
def project():
    return factories.a_project()


def bound(project, url, **fields):
    """A registry at this address with one link."""
    registry = registries.add(project.portfolio_id, name="MLflow", url=url, actor=SYSTEM, **fields)
    links.add(project.pk, registry_id=registry.pk, name="churn", actor=SYSTEM)
    return registry


def test_a_server_that_is_away_is_asked_less_and_less_often_and_said_so(project):
    registry = bound(project, f"http://127.0.0.1:{free_port()}", credential="a token")
    pauses = []
    for _ in range(3):
        RegistryLink.objects.update(due_at=timezone.now())
        assert readings.read(registry.pk) == 0
        pauses.append((RegistryLink.objects.get().due_at - timezone.now()) / timedelta(minutes=1))
    registry.refresh_from_db()
    assert [round(each) for each in pauses] == [15, 30, 60]
    assert registry.failures == 3
    assert "cannot be reached" in registry.error
    assert not Event.objects.filter(kind="model_alias.changed").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 401}, "refuses the access data (401)"),
        ({"body": b"<html>A portal</html>"}, "not answer with JSON"),
        ({"body": b"[" * 200_000}, "not answer with JSON"),
        ({"body": b"[]"}, "not answer as MLflow does"),
        ({"body": b" " * (client.MOST_BYTES + 1)}, "longer than 4 MB"),
        ({"status": 302, "headers": [("Location", "http://127.0.0.1/")]}, "a redirect"),
        ({"status": 500, "body": b'{"error_code": "INTERNAL_ERROR", "message": "No disk."}'}, "No disk."),
    ],
)
def test_what_a_server_answers_instead_is_said_in_words(project, answer, words):
    with answering(**answer) as url:
        registry = bound(project, url, credential="a-secret-token")
        readings.read(registry.pk)
    registry.refresh_from_db()
    assert words in registry.error
    assert "a-secret-token" not in registry.error


def test_a_slow_server_costs_one_try_and_all_its_links_wait(project, monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 0.2)
    with answering(holds=threading.Event()) as url:
        registry = bound(project, url)
        links.add(project.pk, registry_id=registry.pk, name="second", actor=SYSTEM)
        readings.read(registry.pk)
    registry.refresh_from_db()
    assert "within 0.2 seconds" in registry.error or "not answer" in registry.error
    assert registry.failures == 1
    assert not RegistryLink.objects.filter(due_at__lte=timezone.now()).exists()


def test_a_private_network_is_refused_unless_it_is_allowed(project, settings):
    settings.ALLOW_PRIVATE_HOOKS = False
    with pytest.raises(Refused):
        registries.add(project.portfolio_id, name="MLflow", url="http://127.0.0.1:5000", actor=SYSTEM)


def test_nonsense_within_the_right_shape_is_left_out():
    body = (
        b'{"registered_model": {"aliases": [{"alias": "a\\u0000b", "version": 7}, 3, {"alias": []},'
        b' {"alias": "x", "version": null}]}}'
    )
    with answering(body=body) as url:
        assert client.Server(url).aliases("churn") == {"ab": "7"}
    run = b'{"run": {"info": {"run_id": "r"}, "data": {"metrics": [{"key": "a", "value": "NaN"},'
    run += b' {"key": "b", "value": 1e999}, {"key": "c", "value": true},'
    run += b' {"key": "d", "value": 2, "timestamp": -1}]}}}'
    with answering(body=run) as url:
        found = client.Server(url).run("r")
    assert found is not None and found.metrics == {"d": Metric(2.0, None)}


def test_the_credential_is_sealed_and_goes_to_no_other_host(project):
    registry = bound(project, "https://mlflow.example.org", credential="a-secret-token")
    registry.refresh_from_db()
    assert "a-secret-token" not in registry.credential
    assert seals.opened(registry.credential) == "a-secret-token"
    with pytest.raises(Refused, match="belongs to another server"):
        registries.change(registry.pk, url="https://elsewhere.example.org", actor=SYSTEM)
    with pytest.raises(Refused, match="belongs to another server"):
        registries.try_out(
            project.portfolio, url="https://elsewhere.example.org", known=registry, actor=SYSTEM
        )
    told = str(list(Event.objects.filter(kind__startswith="registry").values_list("payload", flat=True)))
    assert "a-secret-token" not in told and registry.credential not in told


def test_a_token_sealed_with_a_lost_key_is_said_in_words(project):
    registry = bound(project, "https://mlflow.example.org", credential="a token")
    Registry.objects.update(credential="not sealed by us")
    readings.read(registry.pk)
    registry.refresh_from_db()
    assert "Enter it once more" in registry.error


def said(asked_at, **aliases):
    run = Run("r", metrics={"auc": Metric(0.5, timezone.now() + timedelta(days=1))})
    return readings.Read(asked_at, [Version("1", run="r")], True, aliases, {"r": run})


def test_what_was_asked_earlier_does_not_undo_what_was_read_since(project):
    link = RegistryLink.objects.get(registry=bound(project, "https://mlflow.example.org"))
    now = timezone.now()
    RegistryLink.objects.update(read_at=now)
    assert news.keep(link.pk, said(now + timedelta(seconds=1), champion="1"), now=now)
    assert not news.keep(link.pk, said(now - timedelta(seconds=1)), now=now)
    assert link.versions.get().aliases == ["champion"]
    assert Observation.objects.get(project=project).at <= timezone.now()


def test_nothing_is_kept_of_a_project_that_was_put_away(project):
    link = RegistryLink.objects.get(registry=bound(project, "https://mlflow.example.org"))
    Project.objects.filter(pk=project.pk).update(deleted_at=timezone.now())
    assert not news.keep(link.pk, said(timezone.now(), champion="1"), now=timezone.now())
    assert readings.wake_due() == 0
