"""Facts in, every obstacle out."""

from projects.rules import criteria, roles
from projects.rules.facts import CONDITIONS, Facts, Obstacle, holds
from projects.rules.stages import Gate, RoleNeed

__all__ = ["Facts", "Obstacle", "feedback_roles", "obstacles", "required_roles"]

# What to say when a condition cannot be told, by the field that would tell it.
UNTOLD = {
    "tier": ("The governance tier is not set", "Set the governance tier."),
    "traits_stated": (
        "The traits are not stated",
        "State personal data, language model and vendor.",
    ),
}


def obstacles(gate: Gate, facts: Facts) -> list[Obstacle]:
    """Every reason why this gate is closed; an empty list means it is open."""
    unmet = _unmet_criteria(gate, facts)
    named = {obstacle.field for obstacle in unmet}
    return [
        *unmet,
        *_missing_roles(gate, facts),
        *_untold_conditions(gate, facts, named),
    ]


def required_roles(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """The roles that this gate needs for a project with these facts."""
    return tuple(need.role for need in gate.roles if _applies(need, facts) is True)


def feedback_roles(gate: Gate) -> tuple[str, ...]:
    """The roles that are asked for their view; they never close the gate."""
    return tuple(need.role for need in gate.roles if need.need == "feedback")


def _applies(need: RoleNeed, facts: Facts) -> bool | None:
    if need.need != "conditional":
        return need.need == "required"
    answers = [holds(condition, facts) for condition in need.when]
    if True in answers:
        return True
    return None if None in answers else False


def _unmet_criteria(gate: Gate, facts: Facts) -> list[Obstacle]:
    return [
        criteria.obstacle(gate, criterion)
        for criterion in gate.criteria
        if criteria.state(gate, criterion, facts) != criteria.MET
    ]


def _missing_roles(gate: Gate, facts: Facts) -> list[Obstacle]:
    return [
        Obstacle(
            "role_unfilled",
            f"Nobody on the team has the role {roles.label(role)}.",
            f"Name somebody for {roles.label(role)} on the team page.",
            f"team.{role}",
        )
        for role in required_roles(gate, facts)
        if not facts.people.get(role)
    ]


def _untold_conditions(gate: Gate, facts: Facts, named: set[str]) -> list[Obstacle]:
    """One obstacle for each unknown field on which a role depends that nobody fills."""
    waiting: dict[str, list[str]] = {}
    for need in gate.roles:
        if _applies(need, facts) is None and not facts.people.get(need.role):
            for condition in need.when:
                if holds(condition, facts) is None:
                    waiting.setdefault(CONDITIONS[condition], []).append(roles.label(need.role))
    return [_untold(field, labels) for field, labels in waiting.items() if field not in named]


def _untold(field: str, labels: list[str]) -> Obstacle:
    fact, remedy = UNTOLD[field]
    wanted = ", ".join(dict.fromkeys(labels))
    return Obstacle(
        "trait_unknown",
        f"{fact}, so it is open whether {wanted} must be named.",
        remedy,
        field,
    )
