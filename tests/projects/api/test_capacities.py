"""Costs, people needed, capacity, rates and links by REST: every fault named, every repetition harmless."""

from datetime import date
from decimal import Decimal

import pytest

from projects.actions import capacity, links, rates
from projects.models import Event, Project, ProjectLink, Rate
from tests import factories
from tests.factories import SYSTEM
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem

CAPABILITIES, RATES = "portfolios/commerce/capabilities", "portfolios/commerce/rates"
ANY = {"If-Match": "*"}


@pytest.fixture
def kind(portfolio):
    return capacity.add(portfolio.pk, name="Data engineer", actor=SYSTEM)


def test_costs_are_written_and_read_with_what_they_are_worth_at_home(ci, project, portfolio):
    path = f"projects/{project.key}"
    said = {
        "remaining_cost": "250000.5",
        "launch_cost": "40000",
        "cost_currency": "USD",
        "chance_of_use": 80,
        "mandatory": "Motor directive",
        "vendor_name": "Northwind",
        "metric_realised": "6.5",
        "metric_measured_on": "2026-03-01",
    }
    answer = ci.patch(path, said, **{"If-Match": "*"})
    assert answer.status_code == 200, answer.content
    shown = ci.get(path).json()
    assert {name: shown[name] for name in said} == said
    assert shown["vendor"] is True and shown["remaining_cost_at_home"] is None
    rates.set_(portfolio.pk, currency="USD", from_on=date(2020, 1, 1), rate=Decimal("0.5"), actor=SYSTEM)
    assert ci.get(path).json()["remaining_cost_at_home"] == "125000.25"
    emptied = {"remaining_cost": None, "cost_currency": "", "chance_of_use": None, "vendor_name": ""}
    shown = ci.patch(path, emptied, **{"If-Match": "*"}).json()
    assert (shown["remaining_cost"], shown["remaining_cost_at_home"], shown["vendor"]) == (None, None, True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"remaining_cost": "-1"}, "remaining_cost"),
        ({"launch_cost": "much"}, "launch_cost"),
        ({"cost_currency": "usd"}, "cost_currency"),
        ({"chance_of_use": 101}, "chance_of_use"),
        ({"chance_of_use": 0.5}, "chance_of_use"),
        ({"vendor_name": "Northwind", "vendor": False}, "vendor"),
        ({"metric_realised": "5"}, "metric_measured_on"),
        ({"mandatory": "x" * 201}, "mandatory"),
    ],
)
def test_a_wrong_cost_is_named_and_nothing_is_stored(ci, project, said, field):
    before = Event.objects.count()
    assert fields_of(problem(ci.patch(f"projects/{project.key}", said, **{"If-Match": "*"}), 400)) == [field]
    assert Event.objects.count() == before


def test_what_stays_is_looked_at_beside_what_is_sent(ci, project):
    path, any_version = f"projects/{project.key}", {"If-Match": "*"}
    assert ci.patch(path, {"vendor_name": "Northwind"}, **any_version).json()["vendor"] is True
    assert fields_of(problem(ci.patch(path, {"vendor": False}, **any_version), 400)) == ["vendor"]
    dated = {"metric_realised": "5", "metric_measured_on": "2026-03-01"}
    assert ci.patch(path, dated, **any_version).status_code == 200
    undated = problem(ci.patch(path, {"metric_measured_on": None}, **any_version), 400)
    assert fields_of(undated) == ["metric_measured_on"]


def test_people_are_stated_again_and_again(ci, project, kind):
    path = f"projects/{project.key}/demands"
    assert ci.get(path).json() == {"capacity_fte": None, "items": []}
    body = {"capability": "data ENGINEER", "fte": "0.5", "until_on": "2099-12-31"}
    assert [ci.post(path, body).status_code for _ in range(2)] == [201, 200]
    assert ci.get(path).json() == {
        "capacity_fte": "0.50",
        "items": [
            {
                "capability_id": kind.pk,
                "capability": "Data engineer",
                "fte": "0.50",
                "from_on": None,
                "until_on": "2099-12-31",
            }
        ],
    }
    refused = problem(ci.patch(f"projects/{project.key}", {"capacity_fte": "3"}, **{"If-Match": "*"}), 409)
    assert refused["code"] == "people_by_capability"
    assert [ci.delete(f"{path}/{kind.pk}").status_code for _ in range(2)] == [204, 204]
    assert Project.objects.get(pk=project.pk).capacity_fte is None
    problem(ci.delete(f"{path}/{10**9}"), 404)
    assert Event.objects.filter(kind="demand.stated").count() == 2


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"capability": "Data engineer"}, 400, ["fte"]),
        ({"capability": "Data engineer", "fte": -1}, 400, ["fte"]),
        ({"capability": "Data engineer", "fte": "10000"}, 400, ["fte"]),
        ({"capability": "Data engineer", "fte": 1, "from_on": "1905-01-01"}, 400, ["from_on"]),
        ({"capability": "Surveyor", "fte": 1}, 409, "unknown_capability"),
        (
            {"capability": "Data engineer", "fte": 1, "from_on": "2027-02-02", "until_on": "2027-02-01"},
            409,
            "demand_refused",
        ),
    ],
)
def test_wrong_people_are_named(ci, project, kind, body, status, told):
    found = problem(ci.post(f"projects/{project.key}/demands", body), status)
    assert (fields_of(found) if status == 400 else found["code"]) == told


def test_capacity_is_kept_by_month(ci, portfolio, project):
    assert [ci.post(CAPABILITIES, {"name": "Data engineer"}).status_code for _ in range(2)] == [201, 200]
    (row,) = ci.get(CAPABILITIES).json()["items"]
    path = f"{CAPABILITIES}/{row['id']}"
    plan = {"supplies": [{"from_month": "2026-11", "fte": "14"}, {"from_month": "2027-5", "fte": "16.5"}]}
    ci.post(f"{path}/supplies", plan)
    shown = ci.post(f"{path}/supplies", {"supplies": [{"from_month": "2026-11-30", "fte": None}]}).json()
    assert shown["supplies"] == [{"from_month": "2027-05", "fte": "16.50"}]
    assert ci.patch(path, {"name": "Engineering"}, If_Match="*").json()["name"] == "Engineering"
    ci.post(f"projects/{project.key}/demands", {"capability": "Engineering", "fte": 2})
    assert ci.get(CAPABILITIES).json()["items"][0]["needed_today"] == "2.00"
    refused = problem(ci.delete(path), 409)
    assert (refused["code"], refused["obstacles"][0]["message"]) == ("capability_in_use", project.key)
    ci.delete(f"projects/{project.key}/demands/{row['id']}")
    assert ci.delete(path).status_code == 204 and ci.get(CAPABILITIES).json() == {"items": []}
    problem(ci.delete(path), 404)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"supplies": []}, ["supplies"]),
        ({"supplies": [{"from_month": "2026-13", "fte": 1}]}, ["supplies.0.from_month"]),
        ({"supplies": [{"from_month": "2026-11", "fte": -1}]}, ["supplies.0.fte"]),
        ({"supplies": [{"from_month": "2026-11"}]}, ["supplies.0.fte"]),
        ({"supplies": [{"from_month": "2026-11", "fte": 1}] * 61}, ["supplies"]),
    ],
)
def test_a_wrong_plan_is_named(ci, kind, body, fields):
    assert fields_of(problem(ci.post(f"{CAPABILITIES}/{kind.pk}/supplies", body), 400)) == fields


def test_rates_are_set_replaced_and_removed(ci, portfolio):
    body = {"currency": "USD", "from_on": "2026-10-01", "rate": "0.92"}
    assert [ci.post(RATES, body).status_code for _ in range(2)] == [201, 200]
    ci.post(RATES, {**body, "rate": "0.93"})
    shown = ci.get(RATES).json()
    assert (shown["currency"], [row["rate"] for row in shown["items"]]) == ("EUR", ["0.93000000"])
    for wrong, status in (
        ({"currency": "usd"}, 400),
        ({"rate": "x"}, 400),
        ({"currency": "EUR"}, 409),
        ({"rate": "0"}, 409),
    ):
        problem(ci.post(RATES, {**body, **wrong}), status)
    path = f"{RATES}/{shown['items'][0]['id']}"
    assert [ci.delete(path).status_code for _ in range(2)] == [204, 204] and not Rate.objects.exists()


def test_links_are_drawn_read_from_both_ends_and_removed(ci, project, portfolio):
    other = factories.a_project(portfolio, "Parcel volume forecast")
    path, back = f"projects/{project.key}/links", f"projects/{other.key}/links"
    body = {"kind": "needs", "other": other.key, "note": "Its forecast"}
    assert [ci.post(path, body).status_code for _ in range(2)] == [201, 200]
    (there,), (here,) = ci.get(path).json()["items"], ci.get(back).json()["items"]
    assert (there["meaning"], there["other"]) == ("needs", {"key": other.key, "name": other.name})
    assert (here["meaning"], here["other"]["key"], here["id"]) == ("needed_by", project.key, there["id"])
    assert problem(ci.post(back, {"kind": "needs", "other": project.key}), 409)["code"] == "circle"
    assert fields_of(problem(ci.post(path, {"kind": "needs", "other": "ZZZ-1"}), 400)) == ["other"]
    assert fields_of(problem(ci.post(path, {"kind": "likes", "other": other.key}), 400)) == ["kind"]
    assert ci.delete(f"{back}/{here['id']}").status_code == 204 and not ProjectLink.objects.exists()
    problem(ci.delete(f"{back}/{here['id']}"), 404)


@pytest.fixture
def doors(project, portfolio, kind):
    other = factories.a_project(portfolio, "Other")
    link = links.add(project.pk, kind="needs", other_id=other.pk, actor=SYSTEM)
    rate = rates.set_(portfolio.pk, currency="USD", from_on=date(2026, 1, 1), rate=Decimal(1), actor=SYSTEM)
    of_project = [
        ("POST", f"projects/{project.key}/demands", {"capability": "Data engineer", "fte": 1}),
        ("DELETE", f"projects/{project.key}/demands/{kind.pk}", None),
        ("POST", f"projects/{project.key}/links", {"kind": "either_or", "other": other.key}),
        ("DELETE", f"projects/{project.key}/links/{link.pk}", None),
    ]
    of_portfolio = [
        ("POST", CAPABILITIES, {"name": "Surveyor"}),
        ("PATCH", f"{CAPABILITIES}/{kind.pk}", {"name": "Surveyor"}),
        ("POST", f"{CAPABILITIES}/{kind.pk}/supplies", {"supplies": [{"from_month": "2026-11", "fte": 1}]}),
        ("DELETE", f"{CAPABILITIES}/{kind.pk}", None),
        ("POST", RATES, {"currency": "USD", "from_on": "2026-10-01", "rate": "0.92"}),
        ("DELETE", f"{RATES}/{rate.pk}", None),
    ]
    return of_project, of_portfolio


def test_who_gets_in_where(doors, project, portfolio, stranger, viewer):
    of_project, of_portfolio = doors
    contributor = callers.SignedIn(factories.a_member(portfolio, "contributor"))
    guest = callers.SignedIn(factories.on_team(project, "DX"))
    reader = callers.with_key(portfolio, scopes=["projects:read", "portfolios:read"])
    writer = callers.with_key(portfolio, scopes=["moves:write"])
    before = Event.objects.count()
    for method, path, body in (*of_project, *of_portfolio):
        problem(callers.Caller()(method, path, body), 401)
        problem(stranger(method, path, body, **ANY), 404)
        problem(viewer(method, path, body, **ANY), 403)
        assert problem(reader(method, path, body, **ANY), 403)["code"] == "scope_missing"
    for method, path, body in of_portfolio:
        problem(contributor(method, path, body, **ANY), 403)
    for path in (f"projects/{project.key}/demands", f"projects/{project.key}/links", CAPABILITIES, RATES):
        problem(stranger.get(path), 404)
        assert reader.get(path).status_code == viewer.get(path).status_code == 200
        assert problem(writer.get(path), 403)["code"] == "scope_missing"
    # Figures of a whole portfolio are for its members.
    problem(guest.get(CAPABILITIES), 403)
    assert Event.objects.count() == before
