"""What stands around every page: destinations by ability, one query, the theme of the reader."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from portfolio import shell
from projects.actions import members
from projects.permissions import MANAGER, VIEWER
from tests import factories

pytestmark = pytest.mark.django_db
# A first visit of the register may weigh 60 kB with its own 50 rows, which need about 10.
EVERY_PAGE_WEIGHS_AT_MOST = 40_000


def asked_by(person, address="/projects/", **headers):
    request = RequestFactory().get(address, headers=headers)
    request.user = person
    return request


def labels(built):
    return [place["label"] for place in built["places"]]


def further(built):
    return [place["label"] for place in built["further"]]


def test_a_stranger_gets_no_shell():
    assert "shell" not in shell.shell(asked_by(AnonymousUser()))


def test_a_viewer_is_not_led_to_doors_that_stay_shut():
    viewer = factories.a_member(factories.a_portfolio(), VIEWER)
    built = shell.build(asked_by(viewer))
    assert labels(built) == ["My work", "Projects", "Blockers", "Matrix", "Balance", "Roadmap"]
    assert further(built) == ["Flags", "Summary", "Scenarios", "Decisions", "Leadership pack"]


def test_somebody_on_one_team_is_not_led_to_the_figures_of_the_portfolio():
    project = factories.a_project(factories.a_portfolio())
    built = shell.build(asked_by(factories.on_team(project, "DX")))
    assert labels(built) == ["My work", "Projects", "Blockers"]
    assert further(built) == ["Flags", "Summary"]


def test_the_figures_are_those_of_the_portfolio_in_hand_else_of_the_first():
    first, second = factories.a_portfolio("Ants"), factories.a_portfolio("Bees")
    person = factories.a_member(first, VIEWER)
    members.set_role(second.pk, user_id=person.pk, role=VIEWER, actor=factories.SYSTEM)
    assert _matrix(person, "/projects/") == f"/portfolios/{first.slug}/matrix/"
    assert _matrix(person, f"/projects/?portfolio={second.slug}") == f"/portfolios/{second.slug}/matrix/"


def _matrix(person, address):
    built = shell.build(asked_by(person, address))
    return next(place["href"] for place in built["places"] if place["name"] == "matrix")


def test_who_may_import_finds_the_imports():
    manager = factories.a_member(factories.a_portfolio(), MANAGER)
    assert "Imports" in further(shell.build(asked_by(manager)))


def test_the_worker_is_for_administrators_of_the_installation():
    built = shell.build(asked_by(factories.an_administrator()))
    assert "Worker" in further(built)
    assert built["may"]["people"]
    assert len(labels(built)) <= 6  # the design allows six destinations


def test_only_portfolios_that_one_may_see_are_offered():
    mine, other = factories.a_portfolio("Mine"), factories.a_portfolio("Other")
    viewer = factories.a_member(mine, VIEWER)
    built = shell.build(asked_by(viewer, f"/projects/?portfolio={other.slug}"))
    assert [entry["name"] for entry in built["portfolios"]] == ["Mine"]
    assert built["portfolio"] is None


def test_the_portfolio_in_the_address_stays_in_the_links():
    mine = factories.a_portfolio("Mine")
    built = shell.build(asked_by(factories.a_member(mine, VIEWER), f"/projects/?portfolio={mine.slug}"))
    assert built["portfolio"] == mine
    assert all(f"portfolio={mine.slug}" in view["href"] for view in built["views"])
    assert [view["label"] for view in built["views"]] == list(shell.SHOWN_VIEWS)


@pytest.mark.parametrize("number", [1, 20])
def test_the_shell_asks_the_database_once(number, django_assert_num_queries):
    person = factories.a_person()
    for _ in range(number):
        portfolio = factories.a_portfolio()
        members.set_role(portfolio.pk, user_id=person.pk, role=VIEWER, actor=factories.SYSTEM)
    request = asked_by(person)
    person.has_perm("projects.see_all")  # asked on every request before the page is made
    with django_assert_num_queries(1):
        built = shell.build(request)
    assert len(built["portfolios"]) == min(number, shell.LISTED)
    assert built["more_portfolios"] == max(number - shell.LISTED, 0)


def test_a_part_of_a_page_asks_nothing(django_assert_num_queries):
    request = asked_by(factories.a_person())
    with django_assert_num_queries(0):
        assert "shell" in shell.shell(request)


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")]
)
def test_only_known_themes_reach_the_page(cookie, theme):
    request = asked_by(AnonymousUser())
    request.COOKIES["theme"] = cookie
    assert shell.shell(request)["theme"] == theme


def test_a_dialog_is_a_page_when_it_is_opened_by_itself():
    person = AnonymousUser()
    assert shell.shell(asked_by(person))["dialog_layout"] == "parts/dialog_page.html"
    part = asked_by(person, **{"HX-Target": "overlay"})
    assert shell.shell(part)["dialog_layout"] == "parts/_dialog.html"


def test_what_every_page_loads_is_light():
    head = render_to_string("parts/_head.html")
    loaded = [*re.findall(r'(?:href|src)="/static/([^"]+)"', head), "img/sprite.svg"]
    files = [Path(str(finders.find(name))) for name in loaded]
    assert len(files) > 8
    assert sum(len(brotli.compress(path.read_bytes())) for path in files) < EVERY_PAGE_WEIGHS_AT_MOST
