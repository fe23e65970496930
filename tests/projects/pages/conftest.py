"""A portfolio with people in every role that matters to a project page."""

from types import SimpleNamespace

import pytest

from projects.models import Event, Project
from tests import factories


@pytest.fixture
def world(db):
    """A project at its first stage, and people around it."""
    portfolio = factories.a_portfolio("Claims")
    project = factories.a_project(portfolio, "Claims triage router", problem="Sorted by hand")
    found = SimpleNamespace(
        portfolio=portfolio,
        project=project,
        url=f"/projects/{project.key}/",
        viewer=factories.a_member(portfolio, "viewer", "Vera Viewer"),
        editor=factories.a_member(portfolio, "contributor", "Edgar Editor"),
        manager=factories.a_member(portfolio, "manager", "Mara Manager"),
        sponsor=factories.on_team(project, "SP", factories.a_person("Sina Sponsor")),
        stranger=factories.a_person("Stefan Stranger"),
    )
    project.refresh_from_db()
    return found


@pytest.fixture
def as_(client):
    """Sign somebody in: as_(world.editor).get(…)."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def untouched(world):
    """Call it with what is tried: nothing of the project may change and no event may appear."""

    def check(attempt, *args, **options):
        before = Project.objects.values().get(pk=world.project.pk)
        events = Event.objects.count()
        response = attempt(*args, **options)
        assert Project.objects.values().get(pk=world.project.pk) == before
        assert Event.objects.count() == events
        return response

    return check


def part(target="overlay"):
    """Headers of a request that htmx sends."""
    return {"HX-Request": "true", "HX-Target": target}
