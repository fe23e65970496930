"""The register page: its address is its state, and its queries do not grow with its rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.register.queries import projects as register
from projects.actions import projects
from projects.models import Portfolio
from tests.factories import (
    SYSTEM,
    a_flag,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "list"}
MOST_QUERIES = 8  # with session, person, permissions, shell, counts, rows and flags


def keys(response):
    return re.findall(r'id="row-([A-Z0-9-]+)"', response.content.decode())


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


def fill(portfolio, number):
    for _ in range(number):
        a_flag(a_project(portfolio, "Filler"), facts={"days": 20, "limit": 7})


@pytest.mark.parametrize("who", ["administrator", "member", "viewer", "team"])
@pytest.mark.parametrize(
    "address", ["/projects/", "/projects/?portfolio=ours&owner=1&unit=1&q=fill&sort=name"]
)
def test_the_number_of_queries_does_not_depend_on_the_rows(client, who, address):
    portfolio = a_portfolio(slug="ours")
    fill(portfolio, 1)
    person = {
        "administrator": an_administrator,
        "member": lambda: a_member(portfolio, "contributor"),
        "viewer": lambda: a_member(portfolio, "viewer"),
        "team": lambda: on_team(portfolio.projects.get(), "DS"),
    }[who]()
    client.force_login(person)
    client.get(address)  # a process reads each workflow version once
    few = queries(client, address)
    fill(portfolio, 59)
    assert queries(client, address) == few
    if address == "/projects/":
        assert few <= MOST_QUERIES


def test_a_part_of_the_page_asks_less(client):
    portfolio = a_portfolio()
    fill(portfolio, 3)
    client.force_login(an_administrator())
    response = client.get("/projects/?q=fill", headers=PART)
    text = response.content.decode()
    assert len(keys(response)) == 3
    assert "<html" not in text
    assert 'id="chips" hx-swap-oob="true"' in text
    assert "no-store" in response["Cache-Control"]
    assert {"HX-Request", "HX-Target"} <= set(re.split(r",\s*", response["Vary"]))


def test_typing_replaces_the_address_by_a_short_one(client):
    client.force_login(an_administrator())
    a_project()
    headers = {**PART, "HX-Trigger-Name": "q"}
    assert client.get("/projects/?q=fill&unit=", headers=headers)["HX-Replace-Url"] == "/projects/?q=fill"
    assert client.get("/projects/?q=", headers=headers)["HX-Replace-Url"] == "/projects/"
    assert "HX-Replace-Url" not in client.get("/projects/?sort=name", headers=PART)


def test_the_filter_form_leads_to_an_address_without_empty_parts(client):
    client.force_login(an_administrator())
    response = client.get(
        "/projects/?q=&portfolio=&stage=poc&stage=mvp&outcome=open&outcome=in_production&sort=-flagged"
    )
    assert response.status_code == 302
    assert response["Location"] == "/projects/?stage=poc&stage=mvp"


def test_a_stranger_sees_nothing_and_no_name_of_anything(client):
    portfolio = a_portfolio("Secret portfolio", slug="secret")
    owner = a_member(portfolio, name="Olga Owner")
    a_project(portfolio, "Secret project", owner=owner)
    client.force_login(a_person())
    for address in [
        "/projects/",
        f"/projects/?owner={owner.pk}",
        "/projects/?q=secret",
        "/projects/filters/",
    ]:
        response = client.get(address)
        assert response.status_code == 200
        assert "Secret" not in response.content.decode()
        assert "Olga" not in response.content.decode()
    assert client.get("/projects/?portfolio=secret").status_code == 404
    assert client.get("/projects/?portfolio=secret", headers=PART).status_code == 404
    assert client.get("/projects/filters/?portfolio=secret").status_code == 404
    assert client.get("/projects/?export=csv&portfolio=secret").status_code == 404


def test_somebody_on_one_team_sees_that_project_only(client):
    portfolio = a_portfolio()
    mine, other = a_project(portfolio, "Mine"), a_project(portfolio, "Other")
    client.force_login(on_team(mine, "EN"))
    response = client.get("/projects/")
    assert keys(response) == [mine.key]
    assert f"/projects/{mine.key}/cells/owner/" in response.content.decode()
    assert other.key not in response.content.decode()


def test_a_viewer_is_offered_no_edit(client):
    portfolio = a_portfolio()
    project = a_project(portfolio)
    client.force_login(a_member(portfolio, "viewer"))
    text = client.get("/projects/").content.decode()
    assert project.name in text
    assert "/cells/" not in text
    assert "New project" not in text


def test_saved_views_count_what_they_hold(client):
    portfolio = a_portfolio()
    me = a_member(portfolio)
    a_project(portfolio, "Mine", owner=me)
    fill(portfolio, 1)
    projects.archive(a_project(portfolio, "Archived").pk, actor=SYSTEM)
    client.force_login(me)
    views = client.get("/projects/?owner=me&q=mi").context["views"]
    assert {view.label: view.count for view in views} == {
        "All": 2,
        "My projects": 1,
        "Needs update": 1,
        "At a gate": 0,
        "Big bets": 0,
        "Ship soon": 0,
        "Critical gap": 0,
    }
    assert [view.label for view in views if view.is_current] == ["My projects"]


def test_pages_lead_to_each_other_and_hold_every_project_once(client):
    portfolio = a_portfolio()
    fill(portfolio, 7)
    client.force_login(an_administrator())
    address, found = "/projects/?size=3", []
    while address:
        response = client.get(address)
        found += keys(response)
        assert response.context["listing"].total == 7
        address = response.context["after"]
    assert sorted(found) == sorted(portfolio.projects.values_list("key", flat=True))
    assert "4 to 6 of 7 projects" in client.get("/projects/?size=3&page=2").content.decode()
    assert "Nothing on this page" in client.get("/projects/?size=3&page=99").content.decode()


def test_beyond_the_limit_the_total_is_not_exact(client, monkeypatch):
    portfolio = a_portfolio()
    fill(portfolio, 5)
    monkeypatch.setattr(register.registers, "COUNT_LIMIT", 3)
    client.force_login(an_administrator())
    assert "1 to 5 of more than 3 projects" in client.get("/projects/").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("health=fine", "There is no health fine."),
        ("stage=%3Cscript%3E", "&lt;script&gt; is not the code of a stage."),
        ("page=-1", "page is a number from 1 to"),
        ("sort=password", "There is no sort password."),
    ],
)
def test_a_hostile_address_is_answered_with_a_list_and_a_word(client, query, words):
    a_project()
    client.force_login(an_administrator())
    response = client.get(f"/projects/?{query}")
    assert response.status_code == 200
    assert len(keys(response)) == 1
    assert words in response.content.decode()


def test_names_are_shown_as_text(client):
    a_project(name='<img src=x onerror=alert(1)> "q" مشروع 🚢')
    client.force_login(an_administrator())
    text = client.get("/projects/").content.decode()
    assert "<img src=x" not in text
    assert "مشروع 🚢" in text


def test_an_empty_register_says_what_comes_here(client):
    client.force_login(a_person())
    assert "You belong to no portfolio yet" in client.get("/projects/").content.decode()
    portfolio = a_portfolio()
    client.force_login(a_member(portfolio, "viewer"))
    assert "A contributor can add them" in client.get("/projects/").content.decode()
    client.force_login(a_member(portfolio, "contributor"))
    assert "Add the first project" in client.get("/projects/").content.decode()
    a_project(portfolio)
    assert "No project matches" in client.get("/projects/?q=zzz").content.decode()


def test_a_filter_has_a_chip_whose_cross_takes_it_away(client):
    a_project()
    client.force_login(an_administrator())
    chips = client.get("/projects/?stage=poc,mvp&owner=none&q=a").context["chips"]
    assert [(chip.label, chip.value, chip.query) for chip in chips] == [
        ("Stage", "Proof of concept, MVP, end-to-end", "q=a&owner=none"),
        ("Owner", "Nobody", "q=a&stage=poc&stage=mvp"),
        ("Outcome", "Open, In production", "q=a&stage=poc&stage=mvp&owner=none&outcome=any"),
    ]


def test_the_filter_form_offers_what_there_is(client):
    portfolio = a_portfolio(slug="lean", preset="lean")
    owner = a_member(portfolio, name="Olga Owner")
    a_project(portfolio, owner=owner)
    client.force_login(owner)
    text = client.get("/projects/filters/?portfolio=lean&stage=build").content.decode()
    assert re.search(r'value="build"[^>]*checked', text)
    assert "Proof of concept" not in text
    assert "Olga Owner" in text
    assert Portfolio.objects.get().name in text
