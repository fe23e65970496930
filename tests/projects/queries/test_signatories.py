"""Who may sign: found by few queries, and the same that plain loops over all rows find."""

from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import (
    BusinessUnit,
    Delegation,
    Membership,
    Packet,
    Project,
    Role,
    SignOff,
    StandingRole,
    TeamRole,
)
from projects.queries import signatories
from tests.factories import (
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
ROLES = ("SP", "SE", "PM")


def standing(portfolio, person, role):
    return StandingRole.objects.create(portfolio=portfolio, user=person, role=role)


def delegated(portfolio, person, deputy, role, **fields):
    fields = {"from_on": TODAY, "to_on": TODAY, **fields}
    return Delegation.objects.create(portfolio=portfolio, person=person, deputy=deputy, role=role, **fields)


def asked(project, role):
    packet = Packet.objects.get_or_create(project=project, gate="G1", sha256="0" * 64, content="{}")[0]
    return SignOff.objects.create(project=project, gate="G1", role=role, packet=packet)


def said(project, role):
    found = signatories.of(project, [role], TODAY)[role]
    return [(each.name, each.acts_for_name, each.via) for each in found]


@pytest.fixture
def project():
    return a_project(a_portfolio())


def test_the_team_signs_and_where_it_names_nobody_the_portfolio(project):
    portfolio = project.portfolio
    standing(portfolio, a_member(portfolio, "viewer", "Sam"), "SE")
    assert said(project, "SE") == [("Sam", "", "portfolio")]
    pat = on_team(project, "SE", a_person("Pat"))
    assert said(project, "SE") == [("Pat", "", "team")]
    pat.is_active = False
    pat.save(update_fields=["is_active"])
    assert said(project, "SE") == [("Sam", "", "portfolio")]
    assert said(project, "PR") == []


def test_a_role_on_all_projects_ends_with_the_membership(project):
    sam = a_member(project.portfolio, "viewer", "Sam")
    standing(project.portfolio, sam, "SE")
    Membership.objects.filter(user=sam).delete()
    assert said(project, "SE") == []


def test_managers_sign_as_portfolio_manager_where_nobody_else_is_named(project):
    portfolio = project.portfolio
    a_member(portfolio, "administrator", "Ada")
    mia, request = a_member(portfolio, "manager", "Mia"), asked(project, "PM")
    dan = a_member(portfolio, "viewer", "Dan")
    delegated(portfolio, mia, dan, "PM")
    assert said(project, "PM") == [("Mia", "", "portfolio"), ("Dan", "Mia", "deputy")]
    assert said(project, "SP") == []
    assert all(request in signatories.waiting_for(acting(each), TODAY) for each in (mia, dan))
    sam = a_member(portfolio, "viewer", "Sam")
    standing(portfolio, sam, "PM")
    assert said(project, "PM") == [("Sam", "", "portfolio")]
    assert not any(signatories.waiting_for(acting(each), TODAY) for each in (mia, dan))
    pat = on_team(project, "PM", a_person("Pat"))
    assert said(project, "PM") == [("Pat", "", "team")]
    assert not any(signatories.waiting_for(acting(each), TODAY) for each in (mia, dan, sam))
    assert request in signatories.waiting_for(acting(pat), TODAY)


@pytest.mark.parametrize("role", Role.values)
def test_administrators_sign_for_nobody(project, role):
    admins = [a_member(project.portfolio, "administrator"), an_administrator()]
    on_team(project, "SP" if role != "SP" else "PO")
    request = asked(project, role)
    assert said(project, role) == []
    for each in admins:
        assert request not in signatories.waiting_for(acting(each), TODAY)


def test_service_accounts_sign_nothing(project):
    portfolio = project.portfolio
    robot, other = a_person("Robot", is_service=True), a_person("Arm", is_service=True)
    pat = on_team(project, "SE", a_person("Pat"))
    for each in (robot, other):
        Membership.objects.create(portfolio=portfolio, user=each, role="manager")
    TeamRole.objects.create(project=project, user=robot, role="SP")
    standing(portfolio, robot, "RV")
    delegated(portfolio, pat, robot, "SE")
    delegated(portfolio, robot, pat, "SP")
    for role in ("SP", "SE", "RV", "PM"):
        asked(project, role)
    found = signatories.of(project, ["SP", "SE", "RV", "PM"], TODAY)
    assert {role: [each.name for each in held] for role, held in found.items()} == {
        "SP": [],
        "SE": ["Pat"],
        "RV": [],
        "PM": [],
    }
    assert not signatories.waiting_for(acting(robot), TODAY)
    assert [each.role for each in signatories.waiting_for(acting(pat), TODAY)] == ["SE"]


def test_a_deputy_signs_for_a_holder_from_the_first_day_to_the_last(project):
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(project.portfolio, "viewer", "Dan")
    row = delegated(project.portfolio, pat, dan, "SE", from_on=TODAY - DAY, to_on=TODAY + DAY)
    request = asked(project, "SE")
    for away, counts in [(-2, False), (-1, True), (0, True), (1, True), (2, False)]:
        day = TODAY + away * DAY
        names = [each.name for each in signatories.of(project, ["SE"], day)["SE"]]
        assert names == (["Pat", "Dan"] if counts else ["Pat"])
        assert signatories.waiting_for(acting(dan), day).filter(pk=request.pk).exists() == counts
    assert said(project, "SE") == [("Pat", "", "team"), ("Dan", "Pat", "deputy")]
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    assert said(project, "SE") == [("Pat", "", "team")]


def test_a_deputy_of_a_deputy_is_nobody(project):
    portfolio = project.portfolio
    pat = on_team(project, "SE", a_person("Pat"))
    dan, eve = a_member(portfolio, "viewer", "Dan"), a_member(portfolio, "viewer", "Eve")
    delegated(portfolio, pat, dan, "SE")
    delegated(portfolio, dan, eve, "SE")
    assert said(project, "SE") == [("Pat", "", "team"), ("Dan", "Pat", "deputy")]
    asked(project, "SE")
    assert not signatories.waiting_for(acting(eve), TODAY)


def test_what_a_person_has_lost_their_deputy_has_lost(project):
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(project.portfolio, "viewer", "Dan")
    delegated(project.portfolio, pat, dan, "SE")
    asked(project, "SE")
    TeamRole.objects.filter(user=pat).delete()
    assert said(project, "SE") == []
    assert not signatories.waiting_for(acting(dan), TODAY)


def test_a_role_lent_by_whoever_has_another_one_here_is_worth_nothing(project):
    portfolio, pat = project.portfolio, on_team(project, "SE", a_person("Pat"))
    on_team(project, "SP", a_person("Sue"))
    on_team(a_project(portfolio), "SP", pat)
    delegated(portfolio, pat, a_member(portfolio, "viewer", "Dan"), "SP")
    found = signatories.of(project, ["SE", "SP"], TODAY)
    assert [each.name for each in found["SP"]] == ["Sue"]


@pytest.mark.parametrize("who", ["person", "deputy"])
def test_neither_side_of_a_delegation_may_have_left(project, who):
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(project.portfolio, "viewer", "Dan")
    delegated(project.portfolio, pat, dan, "SE")
    asked(project, "SE")
    leaver = pat if who == "person" else dan
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    assert ("Dan", "Pat", "deputy") not in said(project, "SE")
    assert not signatories.waiting_for(acting(dan), TODAY)


@pytest.mark.parametrize(
    ("unit", "counts"), [(None, True), ("own", True), ("parent", True), ("child", False), ("other", False)]
)
def test_a_delegation_for_a_unit_holds_in_it_and_below(project, unit, counts):
    portfolio = project.portfolio
    units = {name: BusinessUnit(portfolio=portfolio, name=name) for name in ("parent", "other")}
    units["own"] = BusinessUnit(portfolio=portfolio, name="own", parent=units["parent"])
    units["child"] = BusinessUnit(portfolio=portfolio, name="child", parent=units["own"])
    for each in units.values():
        each.save()
    project.unit = units["own"]
    project.save(update_fields=["unit"])
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(portfolio, "viewer", "Dan")
    delegated(portfolio, pat, dan, "SE", unit=units.get(unit))
    asked(project, "SE")
    assert (("Dan", "Pat", "deputy") in said(project, "SE")) == counts
    assert signatories.waiting_for(acting(dan), TODAY).exists() == counts


def test_a_delegation_for_a_unit_says_nothing_of_a_project_without_one(project):
    unit = BusinessUnit.objects.create(portfolio=project.portfolio, name="Claims")
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(project.portfolio, "viewer", "Dan")
    delegated(project.portfolio, pat, dan, "SE", unit=unit)
    asked(project, "SE")
    assert said(project, "SE") == [("Pat", "", "team")]
    assert not signatories.waiting_for(acting(dan), TODAY)


def test_a_delegation_holds_in_its_portfolio_only(project):
    other = a_project(a_portfolio())
    pat, dan = a_person("Pat"), a_member(project.portfolio, "viewer", "Dan")
    Membership.objects.create(portfolio=other.portfolio, user=dan, role="viewer")
    for each in (project, other):
        on_team(each, "SE", pat)
        asked(each, "SE")
    delegated(other.portfolio, pat, dan, "SE")
    assert said(project, "SE") == [("Pat", "", "team")]
    assert [row.project for row in signatories.waiting_for(acting(dan), TODAY)] == [other]


def test_a_deputy_has_to_see_the_project(project):
    second = a_project(project.portfolio)
    pat, dan = a_person("Pat"), a_person("Dan")
    on_team(second, "DX", dan)
    for each in (project, second):
        on_team(each, "SE", pat)
        asked(each, "SE")
    delegated(project.portfolio, pat, dan, "SE")
    assert said(project, "SE") == [("Pat", "", "team")]
    assert said(second, "SE") == [("Pat", "", "team"), ("Dan", "Pat", "deputy")]
    dan.is_superuser = True  # sees everything, and is for that no more of a deputy
    dan.save(update_fields=["is_superuser"])
    assert [row.project for row in signatories.waiting_for(acting(dan), TODAY)] == [second]


def test_who_holds_the_role_needs_to_be_nobodys_deputy(project):
    pat, dan = (on_team(project, "SE", a_person(name)) for name in ("Pat", "Dan"))
    delegated(project.portfolio, pat, dan, "SE")
    assert said(project, "SE") == [("Dan", "", "team"), ("Pat", "", "team")]


def test_a_deputy_of_two_stands_for_each_of_them_once(project):
    portfolio = project.portfolio
    pat, sue = (on_team(project, "SE", a_person(name)) for name in ("Pat", "Sue"))
    dan = a_member(portfolio, "viewer", "Dan")
    for person in (pat, sue, pat):
        delegated(portfolio, person, dan, "SE")
    assert said(project, "SE")[2:] == [("Dan", "Pat", "deputy"), ("Dan", "Sue", "deputy")]
    asked(project, "SE")
    assert signatories.waiting_for(acting(dan), TODAY).count() == 1


@pytest.mark.parametrize("state", ["decided", "withdrawn", "superseded", "archived", "deleted", "stopped"])
def test_only_waiting_requests_of_projects_under_way_wait_for_somebody(project, state):
    now, pat = timezone.now(), on_team(project, "SE", a_person("Pat"))
    request = asked(project, "SE")
    assert list(signatories.waiting_for(acting(pat), TODAY)) == [request]
    changes = {
        "decided": {"decision": "approved", "signer": pat, "decided_at": now},
        "withdrawn": {"withdrawn_at": now},
        "superseded": {"superseded_at": now},
        "archived": {"archived_at": now},
        "deleted": {"deleted_at": now},
        "stopped": {"outcome": "stopped", "ended_at": now},
    }[state]
    rows = Project.objects if {"archived_at", "deleted_at", "outcome"} & set(changes) else SignOff.objects
    rows.update(**changes)
    assert not signatories.waiting_for(acting(pat), TODAY)


def test_roles_are_those_held_and_those_delegated(project):
    portfolio, other = project.portfolio, a_portfolio()
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(portfolio, "manager", "Dan")
    standing(portfolio, dan, "RV")
    delegated(portfolio, pat, dan, "SE")
    delegated(other, pat, dan, "PR", to_on=TODAY - DAY, from_on=TODAY - DAY)
    assert signatories.own_roles_of(dan.pk, TODAY) == {portfolio.pk: {"RV", "PM"}}
    assert signatories.roles_of(dan.pk, TODAY) == {portfolio.pk: {"RV", "PM", "SE"}}
    assert signatories.roles_of(a_person().pk, TODAY) == {}
    pat.is_active = False
    pat.save(update_fields=["is_active"])
    assert signatories.roles_of(dan.pk, TODAY) == {portfolio.pk: {"RV", "PM"}}
    pat.is_active = True
    pat.save(update_fields=["is_active"])
    Project.objects.filter(pk=project.pk).update(deleted_at=timezone.now())
    assert signatories.own_roles_of(pat.pk, TODAY) == {}


@pytest.mark.parametrize("many", [1, 20])
def test_the_number_of_queries_depends_on_nothing(project, many):
    portfolio, me = project.portfolio, a_member(project.portfolio, "manager")
    for each in range(many):
        pat = on_team(project, "SE")
        delegated(portfolio, pat, me, "SE")
        standing(portfolio, a_member(portfolio, "viewer"), "RV")
        one = a_project(portfolio, f"Project {each}")
        asked(one, "PM")
    fresh = Project.objects.get(pk=project.pk)
    with CaptureQueriesContext(connection) as captured:
        found = signatories.of(fresh, Role.values, TODAY)
    assert len(captured) == 4
    assert len(found["SE"]) == 2 * many
    actor = acting(me)
    with CaptureQueriesContext(connection) as captured:
        waiting = list(signatories.waiting_for(actor, TODAY))
    assert len(waiting) == many
    assert len(captured) == 2


# A small world at random, and what plain loops say of it.
PEOPLE, PROJECTS = range(5), range(3)
TEAM = st.sets(st.sampled_from(list(product(PROJECTS, PEOPLE, ROLES))), max_size=8)
STANDING = st.sets(st.sampled_from(list(product(range(2), PEOPLE, ROLES))), max_size=4)
MEMBERS = st.dictionaries(
    st.sampled_from(list(product(range(2), PEOPLE))),
    st.sampled_from(["viewer", "manager", "administrator"]),
    max_size=8,
)
DAYS = st.sampled_from([(-9, -1), (-1, 0), (0, 0), (0, 5), (1, 5)])
DELEGATION = st.tuples(
    st.sampled_from(range(2)),
    st.sampled_from([pair for pair in product(PEOPLE, PEOPLE) if pair[0] != pair[1]]),
    st.sampled_from(ROLES),
    DAYS,
    st.sampled_from([None, "top", "team", "other"]),
    st.booleans(),
)
# The units in which projects 0 to 2 lie, with those above; the last belongs to the second portfolio.
WITHIN = [{None, "top", "team"}, {None}, {None}]
PORTFOLIO_OF = [0, 0, 1]


@contextmanager
def for_a_while():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world():
    both = [a_portfolio(), a_portfolio()]
    units = {
        "top": BusinessUnit(portfolio=both[0], name="Top"),
        "other": BusinessUnit(portfolio=both[0], name="O"),
    }
    units["team"] = BusinessUnit(portfolio=both[0], name="Team", parent=units["top"])
    for unit in units.values():
        unit.save()
    made = [a_project(both[place], f"Project {n}") for n, place in enumerate(PORTFOLIO_OF)]
    made[0].unit = units["team"]
    made[0].save(update_fields=["unit"])
    requests = {(n, role): asked(one, role) for n, one in enumerate(made) for role in ROLES}
    people = [a_person(f"Person {n}") for n in PEOPLE]
    return {"portfolios": both, "units": units, "projects": made, "people": people, "requests": requests}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    team=TEAM,
    standing_roles=STANDING,
    members=MEMBERS,
    delegations=st.lists(DELEGATION, max_size=6),
    left=st.sets(st.sampled_from(PEOPLE), max_size=1),
    machines=st.sets(st.sampled_from(PEOPLE), max_size=1),
)
def test_any_world_is_read_as_plain_loops_read_it(
    world, team, standing_roles, members, delegations, left, machines
):
    with for_a_while():
        _store(world, team, standing_roles, members, delegations, left, machines)
        active = set(PEOPLE) - left - machines
        ids = {person.pk: n for n, person in enumerate(world["people"])}
        waits = {n: set() for n in PEOPLE}
        for n, project in enumerate(world["projects"]):
            found = signatories.of(project, ROLES, TODAY)
            for role in ROLES:
                expected = _signatories(n, role, team, standing_roles, members, delegations, active)
                told = {(ids[each.user_id], ids.get(each.acts_for), each.via) for each in found[role]}
                assert told == expected
                assert len(told) == len(found[role])
                for who, *_ in expected:
                    waits[who].add(world["requests"][n, role].pk)
        for n, person in enumerate(world["people"]):
            person.refresh_from_db()
            waiting = signatories.waiting_for(acting(person), TODAY)
            assert sorted(waiting.values_list("pk", flat=True)) == sorted(waits[n])


def _store(world, team, standing_roles, members, delegations, left, machines):
    people, both = world["people"], world["portfolios"]
    for n, person in enumerate(people):
        person.is_active, person.is_service = n not in left, n in machines
        person.save(update_fields=["is_active", "is_service"])
    for n, who, role in team:
        TeamRole.objects.create(project=world["projects"][n], user=people[who], role=role)
    for n, who, role in standing_roles:
        standing(both[n], people[who], role)
    for (n, who), role in members.items():
        Membership.objects.create(portfolio=both[n], user=people[who], role=role)
    for n, (person, deputy), role, (first, last), unit, is_ended in delegations:
        delegated(
            both[n],
            people[person],
            people[deputy],
            role,
            from_on=TODAY + first * DAY,
            to_on=TODAY + last * DAY,
            unit=world["units"].get(unit),
            ended_at=timezone.now() if is_ended else None,
        )


def _signatories(n, role, team, standing_roles, members, delegations, active):
    """Triples of person, whom they act for, and how they come to it."""
    place = PORTFOLIO_OF[n]
    holders, via = {who for where, who, what in team if (where, what) == (n, role)} & active, "team"
    if not holders:
        held = {who for where, who, what in standing_roles if (where, what) == (place, role)}
        holders, via = {who for who in held if (place, who) in members} & active, "portfolio"
    if not holders and role == "PM":
        holders = {
            who for (where, who), what in members.items() if (where, what) == (place, "manager")
        } & active
    found = {(who, None, via) for who in holders}
    for where, (person, deputy), what, (first, last), unit, is_ended in delegations:
        sees = (place, deputy) in members or any((n, deputy) == (row[0], row[1]) for row in team)
        holds = (where, what) == (place, role) and person in holders and unit in WITHIN[n]
        if holds and sees and deputy in active - holders and first <= 0 <= last and not is_ended:
            found.add((deputy, person, "deputy"))
    return found
