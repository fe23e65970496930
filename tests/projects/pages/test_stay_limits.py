"""The page and the REST door of the limits of time in stage."""

import pytest

from projects.models import StayLimits
from tests.factories import SYSTEM, a_member, a_person
from tests.projects.actions.test_stay_limits import make, stayed
from tests.projects.api import callers
from tests.projects.pages.reading import text

pytestmark = pytest.mark.django_db


def page(world):
    return f"/portfolios/{world.portfolio.slug}/settings/limits/"


def test_the_page_tells_default_history_and_what_is_in_force(world, as_):
    stayed(world.portfolio, *[400] * 20, is_generated=True)
    shown = text(as_(world.viewer).get(page(world)))
    assert "The workflow's own" in shown and "Make now" not in shown
    make(world.portfolio)
    shown = text(as_(world.viewer).get(page(world)))
    assert "Version 1" in shown
    assert (
        "Proof of concept 56 / 112 / 168 held back 45 / 90 / 135 400 / 400 / 400 "
        "67% 20 left, 20 of them generated"
    ) in shown
    assert "MVP, end-to-end 60 / 120 / 180 60 / 120 / 180 nobody left yet 0% 0 left" in shown


def test_a_manager_makes_them_on_the_page_and_nobody_else(world, as_):
    stayed(world.portfolio, *[400] * 20)
    assert as_(world.editor).post(page(world) + "make/").status_code == 403
    assert as_(world.stranger).post(page(world) + "make/").status_code == 404
    assert as_(world.stranger).get(page(world)).status_code == 404
    assert as_(world.manager).get(page(world) + "make/").status_code == 405
    assert not StayLimits.objects.exists()
    assert as_(world.manager).post(page(world) + "make/").status_code == 302
    assert StayLimits.objects.get().version == 1
    assert "Version 1 is in force" in text(as_(world.manager).get(page(world)))


def test_rest_reads_and_makes_them(world):
    path = f"portfolios/{world.portfolio.slug}/stay-limits"
    stayed(world.portfolio, *[400] * 20)
    ci = callers.with_key(world.portfolio)
    before = ci.get(path).json()
    assert (before["version"], before["made_at"]) == (0, None)
    assert before["items"][3] == {
        "stage": "poc",
        "in_force": {"p50": 45, "p85": 90, "p95": 135},
        "default": {"p50": 45, "p85": 90, "p95": 135},
        "observed": {"p50": None, "p85": None, "p95": None},
        "exits": 0,
        "generated": 0,
        "weight": 0.0,
        "held_back": False,
    }
    made = ci.post(path)
    assert made.status_code == 201, made.content
    line = made.json()["items"][3]
    assert (line["in_force"], line["exits"], line["held_back"]) == (
        {"p50": 56, "p85": 112, "p95": 168},
        20,
        True,
    )
    assert ci.get(path).json() == made.json()
    assert ci.post(path).status_code == 200


def test_rest_refuses_whoever_may_not(world):
    path = f"portfolios/{world.portfolio.slug}/stay-limits"
    reader = callers.with_key(world.portfolio, scopes=["portfolios:read"])
    assert reader.get(path).status_code == 200
    assert callers.problem(reader.post(path), 403)["code"] == "scope_missing"
    callers.problem(callers.with_key(world.portfolio, role="contributor").post(path), 403)
    callers.problem(callers.SignedIn(a_person()).get(path), 404)
    callers.problem(callers.SignedIn(a_member(world.portfolio, "viewer")).post(path), 403)
    assert make(world.portfolio, SYSTEM).version == 1
