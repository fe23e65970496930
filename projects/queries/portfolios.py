"""Portfolios, as lists and the shell of every page show them."""

from django.db.models import OuterRef, Subquery

from projects import permissions
from projects.actors import Actor
from projects.models import Membership, Portfolio


def visible(actor: Actor) -> list[Portfolio]:
    """The portfolios that this actor may know of, by name; asked once per request, with the actor's roles."""
    if "visible portfolios" not in actor.memo:
        roles = Membership.objects.filter(portfolio_id=OuterRef("pk"), user_id=actor.user_id)
        found = list(
            Portfolio.objects.visible_to(actor)
            .only("slug", "name", "key_prefix", "workflow_id", "archived_at", "time_zone")
            .annotate(own_role=Subquery(roles.values("role")))
        )
        permissions.know_roles(actor, {one.pk: one.own_role for one in found if one.own_role})
        actor.memo["visible portfolios"] = found
    return actor.memo["visible portfolios"]
