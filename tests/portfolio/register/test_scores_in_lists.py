"""Risk, impact and chance where projects are listed: in whole points, and in words when not known."""

import re

import pytest

from portfolio.register.queries import scores
from portfolio.register.queries.projects import TABS, VIEWS
from projects.models import Project
from projects.queries import registers
from projects.queries.filters import Filters
from tests.factories import SYSTEM, a_portfolio, a_project, an_administrator

pytestmark = pytest.mark.django_db
BET = {
    "risk": 64.6,
    "impact": 55.2,
    "p_production": 0.234,
    "confidence": 0.6,
    "quadrant": "big_bet",
    "annual_value": 250_000.0,
    "strategic": 3,
    "reach": 2,
    "has_critical_gap": True,
}
WIN = {**BET, "quadrant": "quick_win", "risk": 12.0, "p_production": 0.9, "has_critical_gap": False}
UNSCORED = {
    **BET,
    "risk": None,
    "impact": None,
    "p_production": None,
    "quadrant": "",
    "has_critical_gap": False,
}


def scored(portfolio, name, **columns):
    project = a_project(portfolio, name)
    Project.objects.filter(pk=project.pk).update(**columns)
    return project


def row_of(client, project):
    """The words of a project's row, as they are read."""
    text = client.get("/projects/").content.decode()
    row = re.search(rf'id="row-{project.key}".*?</tr>', text, re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def test_a_row_says_risk_impact_quadrant_and_chance(client):
    project = scored(a_portfolio(), "Claims triage", **BET)
    client.force_login(an_administrator())
    assert "Risk 65 Critical gap Critical gap Impact 55 Big bet 23%" in row_of(client, project)


def test_what_is_not_known_is_said_and_never_zero(client):
    portfolio = a_portfolio()
    fresh = scored(portfolio, "Fresh", **UNSCORED)
    unasked = scored(portfolio, "Unasked", **{**WIN, "annual_value": None, "strategic": None, "reach": None})
    silent = scored(portfolio, "Silent", **{**BET, "quadrant": "unassessed", "confidence": 0})
    client.force_login(an_administrator())
    assert "Risk Not assessed yet Impact Not known not known" in row_of(client, fresh)
    assert "Risk 12 Impact Not known Quick win 90%" in row_of(client, unasked)
    assert "Risk 65 Critical gap Critical gap Impact 55 Not assessed yet" in row_of(client, silent)


@pytest.mark.parametrize(
    ("risk", "tone"), [(None, ""), (0, ""), (44, ""), (45, "mid"), (64, "mid"), (65, "hi"), (100, "hi")]
)
def test_a_risk_has_the_tone_of_its_band(risk, tone):
    assert scores.tone(risk) == tone


def test_the_band_is_that_of_the_number_shown():
    shown = scores.figures({**BET, "is_unproven": False, "is_borderline": False, "outcome": "open"})
    assert (shown.risk, shown.risk_tone, shown.chance, shown.is_poor) == (65, "hi", 23, True)
    live = scores.figures({**BET, "is_unproven": True, "is_borderline": True, "outcome": "in_production"})
    assert (live.is_poor, live.remarks) == (False, "borderline, unproven")


def test_an_incomplete_impact_names_what_is_missing():
    row = {**BET, "annual_value": 0.0, "reach": None, "is_unproven": False, "is_borderline": False}
    shown = scores.figures({**row, "outcome": "open"})
    assert (shown.impact, shown.lacks) == (55, "annual value, reach")


def names(query):
    return [one.name for one in registers.listed(Filters(**query), actor=SYSTEM)]


def test_what_can_ship_soon_is_a_quick_win_without_a_critical_gap():
    portfolio = a_portfolio()
    scored(portfolio, "Ready", **WIN)
    scored(portfolio, "Holed", **{**WIN, "has_critical_gap": True})
    live = scored(portfolio, "Live", **WIN)
    Project.objects.filter(pk=live.pk).update(outcome="in_production", stage="production")
    scored(portfolio, "Bold", **BET)
    views = dict(VIEWS)
    assert names(views["Ship soon"]) == ["Ready"]
    assert names(views["Quick wins"]) == ["Ready", "Holed", "Live"]
    assert names(views["Big bets"]) == ["Bold"]
    assert names(views["Critical gap"]) == ["Holed", "Bold"]
    assert names(views["Not assessed yet"]) == []
    assert len(TABS) <= 7


def test_the_highest_come_first_when_a_score_is_chosen_as_the_order(client):
    portfolio = a_portfolio()
    for name, risk in [("Calm", 10.0), ("Wild", 90.0), ("Middling", 50.0), ("Fresh", None)]:
        scored(portfolio, name, risk=risk)
    client.force_login(an_administrator())
    text = client.get("/projects/").content.decode()
    assert "sort=-risk" in text and "sort=risk" not in text
    assert names({"sort": "-risk"}) == ["Wild", "Middling", "Calm", "Fresh"]
    assert names({"sort": "risk"}) == ["Fresh", "Calm", "Middling", "Wild"]
    assert "sort=risk" in client.get("/projects/?sort=-risk").content.decode()


def test_filters_of_scores_have_chips_and_a_form(client):
    scored(a_portfolio(), "Claims triage", **BET)
    client.force_login(an_administrator())
    chips = client.get("/projects/?quadrant=big_bet,intake&min_risk=60&gap=yes&unproven=no").context["chips"]
    assert [(chip.label, chip.value) for chip in chips][:4] == [
        ("Quadrant", "Big bet, Intake"),
        ("Risk", "60 and more"),
        ("Critical gap", "Yes"),
        ("Unproven", "No"),
    ]
    form = client.get("/projects/filters/?quadrant=big_bet&min_risk=60&gap=yes").content.decode()
    assert re.search(r'value="big_bet"[^>]*checked', form)
    assert re.search(r'<option value="60" selected>60 and more', form)
    assert [row.name for row in registers.listed(Filters(min_risk=60), actor=SYSTEM)] == ["Claims triage"]


def test_a_card_of_the_board_says_its_risk(client):
    portfolio = a_portfolio(slug="ours")
    scored(portfolio, "Wild", **BET)
    scored(portfolio, "Fresh", **UNSCORED)
    client.force_login(an_administrator())
    text = client.get("/board/?portfolio=ours").content.decode()
    assert "<span>Risk 65</span>" in text
    assert "<span>Not assessed yet</span>" in text
    assert text.count("Critical gap</p>") == 1


def test_an_empty_list_of_archived_projects_only_is_no_empty_register(client):
    project = a_project()
    Project.objects.filter(pk=project.pk).update(archived_at="2026-01-01T00:00:00Z")
    client.force_login(an_administrator())
    assert "No projects yet" not in client.get("/projects/").content.decode()


def test_the_palette_knows_every_view(client):
    client.force_login(an_administrator())
    text = client.get("/projects/").content.decode()
    palette = text[text.index('id="palette"') :]
    for label, _ in VIEWS[1:]:
        assert f"{label}</a>" in palette
