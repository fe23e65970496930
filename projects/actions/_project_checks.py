"""What is checked before facts of a project are written: the same at every door."""

from datetime import date
from typing import Any

from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Project
from projects.queries import capacities, tiers
from projects.rules import economics, gate_inputs, impact, watch
from projects.rules import tiers as tier_rules
from projects.rules.facts import Obstacle


def unit(found: Any, portfolio_id: int) -> None:
    """What neither a form nor a serializer can know: that the unit fits the portfolio."""
    if found is not None and found.portfolio_id != portfolio_id:
        raise Refused("This business unit belongs to another portfolio.", code="unit_elsewhere")


def worth(fields: dict[str, Any]) -> None:
    """Values rise from low to high, none is negative, points are on their scale; with those that stay."""
    _refuse(impact.obstacles(fields), "impact_refused")


def inputs(fields: dict[str, Any], today: date) -> None:
    """Counts are counts, and what was seen was not seen on a day to come."""
    _refuse([*gate_inputs.obstacles(fields, today), *watch.obstacles(fields, today)], "inputs_refused")


def worth_doing(fields: dict[str, Any]) -> None:
    """Costs are amounts, a vendor who is named is one, and what was realised was measured on a day."""
    _refuse(economics.obstacles(fields), "inputs_refused")


def people(project: Project) -> None:
    """The people at work are entered once: by kind of work, or as one number."""
    if stated := capacities.of_project(project):
        kinds = ", ".join(row.capability.name for row in stated)
        raise Refused(
            f"The people at work on {project.key} are the sum of those by kind of work ({kinds}). "
            "Change them there.",
            code="people_by_capability",
        )


def tier(project: Project, before: str, today: date) -> None:
    """A tier below the rule needs those who may agree to it; raising it, or taking it away, needs nobody."""
    if not project.tier:
        return
    by_rule, chosen = tiers.state(project).by_rule, project.tier
    if tier_rules.obstacles(by_rule, chosen, present=before):
        # Asked only now: whoever raises a tier need not wait for it.
        agreed = tiers.agreed(project, by_rule, chosen, today) if project.pk else frozenset()
        _refuse(tier_rules.obstacles(by_rule, chosen, present=before, agreed=agreed), "tier_refused")


def owner(found: Any, place: Project | Portfolio) -> None:
    """A new owner is active and can see what they own; the present one stays, whoever that is."""
    if found is None:
        return
    if not found.is_active:
        raise Refused(
            f"{found.name} is no longer active. Choose another owner.",
            code="owner_inactive",
        )
    if not permissions.granted(Actor(found, "owner"), "project.view", place):
        raise Refused(
            f"{found.name} may not see this project. Make them a member of the portfolio first.",
            code="owner_cannot_see",
        )


def _refuse(found: list[Obstacle], code: str) -> None:
    if found:
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code=code, obstacles=found)
