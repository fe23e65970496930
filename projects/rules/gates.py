"""Facts in, every obstacle out."""

from projects.rules import criteria, roles, signoffs
from projects.rules.facts import CONDITIONS, Facts, Obstacle, Signing, holds
from projects.rules.findings import enumerate_words
from projects.rules.signatures import Signature
from projects.rules.stages import Gate, RoleNeed

__all__ = ["Facts", "Obstacle", "feedback_roles", "may_be_required", "obstacles", "required_roles", "signed"]


def obstacles(gate: Gate, facts: Facts, *, is_launch: bool = False) -> list[Obstacle]:
    """Every reason why this gate is closed; an empty list means it is open (domain 2.5, point 3)."""
    unmet = _unmet_criteria(gate, facts)
    named = {obstacle.field for obstacle in unmet}
    return [
        *unmet,
        *_unsigned(gate, facts, is_launch),
        *_untold_conditions(gate, facts, named),
    ]


def signed(gate: Gate, facts: Facts) -> list[Signature]:
    """The signatures that count for this gate today."""
    signing = facts.signing.get(gate.code, Signing())
    return signoffs.counting(signing.given, packet_hash=signing.packet_hash, today=facts.today)


def required_roles(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """The roles that this gate needs for a project with these facts."""
    return tuple(need.role for need in gate.roles if _applies(need, facts) is True)


def may_be_required(need: RoleNeed, facts: Facts) -> bool:
    """Whether nobody can tell yet if this role has to sign."""
    return _applies(need, facts) is None


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
    """Of the criteria that are certainly asked; `_untold_conditions` tells of the others."""
    found = (
        criteria.finding(gate, criterion, facts).obstacle
        for criterion in gate.criteria
        if criteria.is_asked(criterion, facts)
    )
    return [obstacle for obstacle in found if obstacle]


def _unsigned(gate: Gate, facts: Facts, is_launch: bool) -> list[Obstacle]:
    signing = facts.signing.get(gate.code, Signing())
    found = signoffs.obstacles(
        required_roles(gate, facts),
        signing.given,
        packet_hash=signing.packet_hash,
        today=facts.today,
        tier=facts.tier,
        is_launch=is_launch,
        carried=signing.still_open if is_launch else signing.carried,
    )
    return [_unfilled(each, facts) for each in found]


def _unfilled(obstacle: Obstacle, facts: Facts) -> Obstacle:
    """Nobody can be asked to sign for a role that nobody has: that comes first."""
    role = obstacle.field.removeprefix("signoff.")
    if obstacle.code != "signature_missing" or facts.people.get(role):
        return obstacle
    return Obstacle(
        "role_unfilled",
        f"Nobody has the role {roles.label(role)}, so nobody can sign for it.",
        f"Name somebody for {roles.label(role)} on the team page.",
        f"team.{role}",
    )


def _untold_conditions(gate: Gate, facts: Facts, named: set[str]) -> list[Obstacle]:
    """One obstacle for each unknown field on which a criterion depends, or a role that has not signed."""
    have_signed = {each.role for each in signed(gate, facts)}
    waiting: dict[str, list[str]] = {}
    for criterion in gate.criteria:
        if criteria.is_asked(criterion, facts) is None:
            _note(waiting, f"“{criteria.label(criterion)}” is asked", criterion.when, facts)
    for need in gate.roles:
        if _applies(need, facts) is None and need.role not in have_signed:
            _note(waiting, f"{roles.label(need.role)} must sign", need.when, facts)
    return [_untold(field, wanted) for field, wanted in waiting.items() if field not in named]


def _note(waiting: dict[str, list[str]], wanted: str, when: tuple[str, ...], facts: Facts) -> None:
    for condition in when:
        if holds(condition, facts) is None:
            waiting.setdefault(CONDITIONS[condition], []).append(wanted)


def _untold(field: str, wanted: list[str]) -> Obstacle:
    fact, remedy = criteria.UNTOLD[field]
    message = f"{fact}, so it is open whether {enumerate_words(list(dict.fromkeys(wanted)))}."
    return Obstacle("trait_unknown", message, remedy, field)
