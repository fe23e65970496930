"""The public feed of events: in the order of their positions, which never skips one."""

from typing import Any

from django.db.models import Q, QuerySet

from projects.actors import Actor
from projects.models import Event, Portfolio, Project


def after(position: int, *, actor: Actor, portfolio: str = "", project: str = "") -> QuerySet[Event, Any]:
    """The events after a position that this actor may read, in order."""
    events = Event.objects.filter(position__gt=position).order_by("position")
    if not actor.sees_all or actor.portfolios is not None:
        events = events.filter(_visible(actor))
    if portfolio:
        events = events.filter(portfolio__slug=portfolio)
    if project:
        events = events.filter(project__key=project)
    return events


def _visible(actor: Actor) -> Q:
    """All of one's portfolios, deleted projects included; elsewhere the projects that one may see."""
    portfolios = Portfolio.objects.visible_to(actor)
    if not actor.sees_all:
        portfolios = portfolios.filter(members__user=actor.user)
    seen = Q(portfolio__in=portfolios.values("pk"))
    if actor.is_machine:
        return seen
    return seen | Q(project__in=Project.objects.visible_to(actor).values("pk"))
