"""A portfolio with people in every role that matters to a project page."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from projects.actions import answers
from projects.actions.answers import Given
from projects.actors import Actor
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
def give(world):
    """Give an answer: give("WP1", "C"), by the editor unless another person is named."""

    def given(question, letter, person=None, days_ago=0, **more):
        at = timezone.now() - timedelta(days=days_ago) if days_ago else None
        person = person or world.editor
        return answers.give(
            world.project.pk, given=Given(question, letter, **more), actor=Actor(person, "page", at=at)
        )

    return given


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


@pytest.fixture
def says(world, as_):
    """What a page says to the viewer, in one line."""

    def read(page="", person=None):
        response = as_(person or world.viewer).get(world.url + page)
        assert response.status_code == 200
        words = re.sub(r"<[^>]+>", " ", response.content.decode())
        return " ".join(html.unescape(words).split())

    return read


def part(target="overlay"):
    """Headers of a request that htmx sends."""
    return {"HX-Request": "true", "HX-Target": target}
