"""Gates that everybody has signed, for tests that are about something else."""

from datetime import date

from projects.rules import roles
from projects.rules.facts import Signing
from projects.rules.signatures import Signature

TODAY = date(2026, 11, 20)
PACKET = "ab" * 32


def by_all(gates, *, but=(), on=TODAY):
    """For each gate an approval of each role by somebody of their own, except those of `but`."""
    people = {role: number for number, role in enumerate(roles.codes(), start=1)}
    given = tuple(
        Signature(
            ref=person,
            role=role,
            packet_hash=PACKET,
            requested_by=99,
            requested_on=on,
            signer=person,
            decision="approved",
            decided_on=on,
        )
        for role, person in people.items()
        if role not in but
    )
    return {gate.code: Signing(given, PACKET) for gate in gates}
