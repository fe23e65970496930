"""Requests that wait for somebody go by their indexes: what the database plans, not how long it takes."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from projects.models import Delegation, Membership, Packet, SignOff, StandingRole, TeamRole
from projects.queries import signatories
from tests.factories import a_crowd, a_member, a_person, a_portfolio, acting

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TODAY = date(2026, 11, 23)
# Enough that reading all of them is dearer than looking a few up.
CROWD = 6_000
SPONSORS = 20
# Both hold nothing but what waits.
OF_WHAT_WAITS = ("signoffs_that_wait", "a_role_is_asked_once_at_a_time")


@pytest.fixture(scope="module")
def people(for_the_module):
    return for_the_module(_people)


def _people():
    """Two portfolios whose projects have a sponsor each; some wait for one, most have been signed."""
    ours, theirs = a_portfolio(), a_portfolio()
    sponsors = [a_person(f"Sponsor {number}") for number in range(SPONSORS)]
    made = a_crowd(ours, CROWD // 2) + a_crowd(theirs, CROWD // 2)
    TeamRole.objects.bulk_create(
        TeamRole(project=one, user=sponsors[n % SPONSORS], role="SP") for n, one in enumerate(made)
    )
    packets = Packet.objects.bulk_create(
        Packet(project=one, gate="G1", sha256="0" * 64, content="{}") for one in made
    )
    now = timezone.now()
    signed = {"decision": "approved", "signer": sponsors[0], "decided_at": now}
    SignOff.objects.bulk_create(
        SignOff(project=one, gate="G1", role=role, packet=packet, **({} if n % 10 == 0 else signed))
        for n, (one, packet) in enumerate(zip(made, packets, strict=True))
        for role in ("SP", "SE", "PM")
    )
    security, deputy = a_member(ours, "viewer"), a_member(ours, "viewer")
    StandingRole.objects.create(portfolio=ours, user=security, role="SE")
    Delegation.objects.create(
        portfolio=ours, person=sponsors[0], deputy=deputy, role="SP", from_on=TODAY, to_on=TODAY
    )
    for model in (Membership, Delegation, StandingRole, SignOff, TeamRole, made[0].__class__):
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return {
        "sponsor": sponsors[0],
        "security": security,
        "manager": a_member(ours, "manager"),
        "deputy": deputy,
    }


@pytest.mark.parametrize(
    ("who", "number"),
    [
        ("sponsor", CROWD // SPONSORS),
        ("security", CROWD // 2 // 10),
        ("manager", CROWD // 2 // 10),
        ("deputy", CROWD // 2 // SPONSORS),
    ],
)
def test_what_waits_for_somebody_is_found_by_indexes(people, who, number):
    found = signatories.waiting_for(acting(people[who]), TODAY)
    assert found.count() == number
    plan = found.explain()
    assert any(f"on {index}" in plan or f"using {index} on" in plan for index in OF_WHAT_WAITS)
    assert "Seq Scan on projects_signoff" not in plan
