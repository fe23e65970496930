"""Segregation of duties: who may sign for what, and whether enough different people have signed."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from projects.rules import roles
from projects.rules.facts import Obstacle
from projects.rules.signatures import Signature

# Those who check may not sign what they have asked for themselves.
CHECKING_ROLES = ("RV", "SE", "PR", "LE")
INDEPENDENT = "RV"
# In the high tier the launch rests on two of these at least.
BUILDING_ROLES = ("ML", "EN", "RV")
MOST_ROLES_IN_LOW_TIER = 2
NEVER_TOGETHER = frozenset({"SP", "RV"})


def obstacles(signature: Signature) -> list[Obstacle]:
    """Every reason why this person may not sign for this role."""
    role, found = roles.label(signature.role), []
    if signature.role in CHECKING_ROLES and signature.requested_by in (signature.signer, signature.acts_for):
        found.append(
            Obstacle(
                "requester_signs",
                f"Who asks for the signature of {role} cannot give it, nor can their deputy.",
                "Let somebody else ask for it.",
                f"signoff.{signature.role}",
            )
        )
    if signature.role == INDEPENDENT and signature.is_on_team:
        remedy = "Name somebody who is not on the team."
        message = f"{role} has to be independent, and this person is on the team."
        found.append(Obstacle("validator_on_team", message, remedy, f"signoff.{signature.role}"))
    if signature.role == INDEPENDENT and signature.made_evidence:
        message = f"{role} has to be independent, and this person made some of the evidence."
        remedy = "Name somebody who made none of it."
        found.append(Obstacle("validator_made_evidence", message, remedy, f"signoff.{signature.role}"))
    return found


def signers(
    wanted: Sequence[str], valid: Iterable[Signature], *, tier: str, needs_two_builders: bool = False
) -> Mapping[str, int] | None:
    """A person for every role such that nobody fills more roles than they may; None where there is no way.

    Looks for any such way, so that one more signature never spoils what was enough before.
    """
    given = [each for each in valid if not obstacles(each)]
    by_role = {
        role: sorted({each.signer for each in given if each.role == role and each.signer is not None})
        for role in wanted
    }
    return _fill(list(wanted), by_role, {}, tier, needs_two_builders)


def _fill(
    wanted: list[str],
    by_role: Mapping[str, Sequence[int]],
    filled: dict[str, int],
    tier: str,
    needs_two_builders: bool,
) -> dict[str, int] | None:
    if not wanted:
        return filled if _has_two_builders(filled) or not needs_two_builders else None
    # The role with the fewest signers first: eleven roles at most make the search short.
    role = min(wanted, key=lambda each: len(by_role[each]))
    rest = [each for each in wanted if each != role]
    for person in by_role[role]:
        if _may_fill(role, person, filled, tier):
            found = _fill(rest, by_role, {**filled, role: person}, tier, needs_two_builders)
            if found is not None:
                return found
    return None


def _may_fill(role: str, person: int, filled: Mapping[str, int], tier: str) -> bool:
    return may_add(role, {other for other, who in filled.items() if who == person}, tier)


def may_add(role: str, held: AbstractSet[str], tier: str) -> bool:
    """Whether somebody who fills these required roles of a gate may fill one more."""
    if not held:
        return True
    together = held | {role}
    return tier == "low" and len(together) <= MOST_ROLES_IN_LOW_TIER and together != NEVER_TOGETHER


def _has_two_builders(filled: Mapping[str, int]) -> bool:
    return len({person for role, person in filled.items() if role in BUILDING_ROLES}) > 1
