"""Who asks a page, and what about: a stranger finds nothing (404), whoever may not do it is told (403)."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.queries import projects as project_queries


def portfolio(request: HttpRequest, slug: str, ability: str) -> tuple[Actor, Portfolio]:
    """The portfolio of this short name, for whoever has the ability there."""
    actor = Actor.of(request)
    found = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    permissions.require(actor, ability, found)
    return actor, found


def project(request: HttpRequest, key: str, ability: str) -> tuple[Actor, Project]:
    """The project of this key, for whoever has the ability there."""
    actor = Actor.of(request)
    found = project_queries.one(actor, key)
    permissions.require(actor, ability, found)
    return actor, found
