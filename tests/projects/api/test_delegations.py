"""Roles on all projects and deputies by REST: the same rules, and what a key may and may not."""

from datetime import timedelta

import pytest

from projects.models import BusinessUnit, Delegation, Event, StandingRole
from projects.queries import delegations as queries
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

DAY = timedelta(days=1)
ROLES, DEPUTIES = "portfolios/commerce/standing-roles", "portfolios/commerce/delegations"


@pytest.fixture
def pat(project):
    """Somebody with the role of security on a project."""
    return factories.on_team(project, "SE", factories.a_person("Pat"))


@pytest.fixture
def dan(portfolio):
    return factories.a_member(portfolio, "viewer", "Dan")


@pytest.fixture
def holiday(portfolio, dan):
    today = queries.today_in(portfolio)
    days = {"from_on": today.isoformat(), "to_on": (today + 7 * DAY).isoformat()}
    return {"role": "SE", "deputy": dan.email, **days, "reason": "Leave"}


def codes(answer):
    return [found["code"] for found in problem(answer, 409)["obstacles"]]


def test_a_key_names_somebody_for_all_projects_once_and_takes_it_back(portfolio, ci, dan):
    body = {"role": "SE", "person": dan.email}
    first = ci.post(ROLES, body)
    assert first.status_code == 201
    assert [(row["role"], row["person"]["name"]) for row in first.json()["items"]] == [("SE", "Dan")]
    assert ci.post(ROLES, body).status_code == 200
    assert ci.get(ROLES).json() == first.json()
    for _ in range(2):
        assert ci.delete(f"{ROLES}/SE/{dan.pk}").status_code == 204
    assert ci.get(ROLES).json() == {"items": []}
    kinds = Event.objects.filter(kind__startswith="standing_role.").order_by("pk")
    assert list(kinds.values_list("kind", "door")) == [
        ("standing_role.added", "api"),
        ("standing_role.removed", "api"),
    ]


def test_a_service_account_has_no_role_on_all_projects(portfolio, ci):
    robot, _ = factories.a_key(portfolio)
    answer = ci.post(ROLES, {"role": "SE", "person": robot.user.email})
    assert fields_of(problem(answer, 400)) == ["person"]
    assert not StandingRole.objects.exists()


def test_a_person_names_a_deputy_and_both_read_why(portfolio, pat, dan, holiday):
    answer = SignedIn(pat).post(DEPUTIES, holiday)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["person"]["name"], shown["deputy"]["name"]) == ("Pat", "Dan")
    assert (shown["role"], shown["unit_id"], shown["ended_at"]) == ("SE", None, None)
    for person in (pat, dan, factories.a_member(portfolio, "manager")):
        assert SignedIn(person).get(DEPUTIES).json() == {"items": [shown], "next_cursor": None}
    other = SignedIn(factories.a_member(portfolio, "approver")).get(DEPUTIES).json()["items"]
    assert other == [{**shown, "reason": ""}]


def test_ending_answers_with_the_row_and_the_list_forgets_it(portfolio, pat, dan, holiday):
    one = SignedIn(pat).post(DEPUTIES, holiday).json()
    for _ in range(2):
        ended = SignedIn(dan).post(f"{DEPUTIES}/{one['id']}/end")
        assert ended.status_code == 200
        assert ended.json()["ended_at"]
    assert SignedIn(pat).get(DEPUTIES).json()["items"] == []
    everything = SignedIn(pat).get(f"{DEPUTIES}?state=all").json()["items"]
    assert [row["id"] for row in everything] == [one["id"]]
    assert Event.objects.filter(kind="delegation.ended").count() == 1


def test_the_same_request_again_names_no_second_deputy(pat, holiday):
    caller = SignedIn(pat)
    first = caller.post(DEPUTIES, holiday, Idempotency_Key="leave-1")
    again = caller.post(DEPUTIES, holiday, Idempotency_Key="leave-1")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert Delegation.objects.count() == 1
    assert codes(caller.post(DEPUTIES, holiday)) == ["given_already"]


def test_a_delegation_can_be_for_a_unit_of_the_portfolio(portfolio, pat, holiday):
    unit = BusinessUnit.objects.create(portfolio=portfolio, name="Claims")
    other = BusinessUnit.objects.create(portfolio=factories.a_portfolio(), name="Elsewhere")
    caller = SignedIn(pat)
    assert fields_of(problem(caller.post(DEPUTIES, {**holiday, "unit": other.pk}), 400)) == ["unit"]
    assert caller.post(DEPUTIES, {**holiday, "unit": unit.pk}).json()["unit_id"] == unit.pk


@pytest.mark.parametrize("role", ["contributor", "approver"])
def test_a_key_below_a_manager_lists_and_delegates_for_nobody(portfolio, pat, holiday, role):
    key = with_key(portfolio, role=role)
    assert key.get(DEPUTIES).status_code == 200
    assert problem(key.post(DEPUTIES, {**holiday, "person": pat.email}), 403)["code"] == "not_allowed"
    assert not Delegation.objects.exists()


def test_a_key_needs_the_scope(portfolio, pat, dan, holiday):
    writer, reader = (
        with_key(portfolio, scopes=["moves:write"]),
        with_key(portfolio, scopes=["portfolios:read"]),
    )
    body = {**holiday, "person": pat.email}
    for path in (ROLES, DEPUTIES):
        assert problem(writer.get(path), 403)["code"] == "scope_missing"
        assert reader.get(path).status_code == 200
    assert problem(reader.post(DEPUTIES, body), 403)["code"] == "scope_missing"
    assert problem(reader.post(ROLES, {"role": "SE", "person": dan.email}), 403)["code"] == "scope_missing"
    assert problem(reader.delete(f"{ROLES}/SE/{dan.pk}"), 403)["code"] == "scope_missing"


def test_a_managers_key_delegates_for_people_but_not_to_whoever_could_have_made_it(
    portfolio, ci, pat, holiday
):
    body = {**holiday, "person": pat.email}
    assert ci.post(DEPUTIES, body).status_code == 201
    maker = factories.a_member(portfolio, "administrator")
    assert codes(ci.post(DEPUTIES, {**body, "deputy": maker.email})) == ["key_serves_maker"]
    assert SignedIn(pat).post(DEPUTIES, {**holiday, "deputy": maker.email}).status_code == 201


def test_a_key_is_nobodys_deputy_and_lends_nothing(portfolio, ci, pat, holiday):
    robot, _ = factories.a_key(portfolio)
    answer = SignedIn(pat).post(DEPUTIES, {**holiday, "deputy": robot.user.email})
    assert fields_of(problem(answer, 400)) == ["deputy"]
    assert codes(ci.post(DEPUTIES, {**holiday, "role": "PM"})) == ["person_is_machine"]


def test_a_manager_makes_nobody_their_own_deputy_by_rest(portfolio, pat, holiday):
    mia = factories.a_member(portfolio, "manager", "Mia")
    body = {**holiday, "person": pat.email, "deputy": mia.email}
    assert codes(SignedIn(mia).post(DEPUTIES, body)) == ["makes_self_deputy"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "XX"}, "role"),
        ({"deputy": "nobody@example.org"}, "deputy"),
        ({"deputy": "no address"}, "deputy"),
        ({"person": "nobody@example.org"}, "person"),
        ({"from_on": "soon"}, "from_on"),
        ({"to_on": "1999-01-01"}, "to_on"),
        ({"unit": 10**17}, "unit"),
        ({"reason": "x" * 301}, "reason"),
        ({"until": "2027-01-01"}, "until"),
    ],
)
def test_bad_input_is_named_by_field(pat, holiday, changes, field):
    assert fields_of(problem(SignedIn(pat).post(DEPUTIES, {**holiday, **changes}), 400)) == [field]
    assert not Delegation.objects.exists()


WRITES = [
    ("POST", ROLES, {"role": "SE", "person": "somebody@example.org"}),
    ("DELETE", f"{ROLES}/SE/1", None),
    ("POST", DEPUTIES, {"role": "SE"}),
    ("POST", f"{DEPUTIES}/1/end", None),
]


@pytest.mark.parametrize("path", [ROLES, DEPUTIES])
def test_nobody_gets_401_and_a_stranger_404(project, stranger, path):
    problem(Caller().get(path), 401)
    problem(stranger.get(path), 404)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_stranger_writes_404(project, stranger, method, path, body):
    problem(stranger(method, path, body), 404)


@pytest.mark.parametrize(("method", "path", "body"), WRITES[:2])
def test_a_viewer_names_nobody_for_all_projects(project, viewer, method, path, body):
    assert problem(viewer(method, path, body), 403)["code"] == "not_allowed"


def test_a_viewer_ends_and_gives_nothing_of_others(portfolio, viewer, pat, holiday):
    one = SignedIn(pat).post(DEPUTIES, holiday).json()
    assert problem(viewer.post(f"{DEPUTIES}/{one['id']}/end"), 403)["code"] == "not_allowed"
    assert problem(viewer.post(DEPUTIES, {**holiday, "person": pat.email}), 403)["code"] == "not_allowed"
    problem(viewer.post(f"{DEPUTIES}/{10**9}/end"), 404)
    elsewhere = factories.a_portfolio(slug="elsewhere")
    manager = SignedIn(factories.a_member(elsewhere, "manager"))
    problem(manager.post(f"portfolios/elsewhere/delegations/{one['id']}/end"), 404)
    assert Delegation.objects.get().ended_at is None


def test_lists_cost_the_same_for_many(portfolio, project, pat, dan, django_assert_max_num_queries):
    manager = SignedIn(factories.a_member(portfolio, "manager"))
    today = queries.today_in(portfolio)
    days = {"from_on": today, "to_on": today}
    made = [Delegation(portfolio=portfolio, person=pat, deputy=dan, role="SE", **days) for _ in range(30)]
    Delegation.objects.bulk_create(made)
    with django_assert_max_num_queries(8):
        assert len(manager.get(DEPUTIES).json()["items"]) == 30
