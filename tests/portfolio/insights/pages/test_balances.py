"""The page of a balance: whose it is, what it says, and that its numbers are those of the figures."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.models import Snapshot
from portfolio.insights.pages import advice
from portfolio.insights.pages.addresses import Asked
from portfolio.insights.pages.advice import MOST_SWITCHED, STEPS_TOLD
from portfolio.insights.queries import balances, pictures
from portfolio.insights.queries.standings import Standing
from portfolio.insights.rules.balance import formulas
from projects.models import Project
from tests.factories import a_crowd, a_member, a_person, a_portfolio, a_project, on_team

pytestmark = pytest.mark.django_db
QUADRANTS = ("quick_win", "big_bet", "fill_in", "reconsider")
SCORES = {"quick_win": (30, 70), "big_bet": (70, 70), "fill_in": (30, 30), "reconsider": (70, 30)}


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/balance/"


@pytest.fixture
def viewer(client, portfolio):
    person = a_member(portfolio, "viewer")
    client.force_login(person)
    return person


def placed(project, quadrant, **fields):
    """A project past intake, with scores that put it there."""
    risk, impact = SCORES[quadrant]
    values = {
        "stage": "poc",
        "standard_stage": "poc",
        "risk": risk,
        "impact": impact,
        "quadrant": quadrant,
        "p_production": 0.5,
        "capacity_fte": Decimal(2),
        "remaining_cost": Decimal(100000),
        "annual_value": 400_000.0,
    }
    Project.objects.filter(pk=project.pk).update(**values | fields)


def a_mix(portfolio, *quadrants):
    for number, quadrant in enumerate(quadrants):
        placed(a_project(portfolio, f"Project {number}"), quadrant)


def read(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def cells(page, heading):
    """The rows of the table in the card with this heading: the texts of their cells."""
    card = re.search(rf'aria-labelledby="{heading}".*?</section>', page, re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", card, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_a_stranger_finds_nothing_and_a_team_alone_is_refused(client, portfolio, address):
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    assert client.get(f"{address}formulas/risk_load/").status_code == 404
    client.force_login(on_team(a_project(portfolio), "PO"))
    assert client.get(address).status_code == 403
    assert client.get(f"{address}formulas/risk_load/").status_code == 403


def test_an_empty_portfolio_says_what_will_be_here(client, address, viewer):
    page = read(client, address)
    assert "No project to balance yet" in page
    assert "Risk load" not in page


def test_shares_in_the_table_are_those_of_the_figures(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS, "quick_win", "big_bet", "big_bet", "fill_in")
    found = balances.of(portfolio, pictures.live(portfolio, timezone.now()), timezone.now())
    rows = {row[0]: row[1:] for row in cells(read(client, address), "c-mix")[1:]}
    for label, code in zip(("Quick wins", "Big bets", "Fill-ins", "Reconsider"), QUADRANTS, strict=True):
        people, share, target, _ = rows[label]
        assert float(people) == found["amounts"]["effort"][code]
        assert share == f"{100 * found['shares']['effort'][code]:.0f}%"
        assert target == f"{100 * found['target'][code]:.0f}%"
    assert rows["Big bets"] == ["6", "38%", "25%", "+12"]


def test_every_share_follows_the_measure(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win", "big_bet")
    Project.objects.filter(quadrant="big_bet").update(remaining_cost=Decimal(300000))
    by_cost = read(client, address, measure="cost")
    assert [row[:3] for row in cells(by_cost, "c-mix")[1:3]] == [
        ["Quick wins", "100 k EUR", "25%"],
        ["Big bets", "300 k EUR", "75%"],
    ]
    assert 'aria-label="Actual: Quick wins 25 percent, Big bets 75 percent"' in by_cost
    assert 'aria-label="Actual: Quick wins 50 percent, Big bets 50 percent"' in read(
        client, address, measure="count"
    )
    assert "75% of the remaining cost" in by_cost


def test_count_and_cost_stand_side_by_side(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win", "big_bet")
    Project.objects.filter(quadrant="big_bet").update(remaining_cost=Decimal(300000))
    rows = {row[0]: row[1:] for row in cells(read(client, address), "c-sides")[1:]}
    assert rows["Big bets"] == ["50% (+25)", "75% (+50)", "50% (+25)", "25%"]
    found = balances.of(portfolio, pictures.live(portfolio, timezone.now()), timezone.now())
    index = next(row for label, row in rows.items() if label.startswith("Balance index"))
    assert index[:3] == [f"{found['index'][by]:.0f}" for by in ("count", "cost", "effort")]


def test_what_nobody_entered_is_not_known_and_never_zero(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win", "big_bet")
    Project.objects.update(remaining_cost=None, annual_value=None)
    page = read(client, address, measure="cost")
    assert [row[1:3] for row in cells(page, "c-mix")[1:]] == [["not known", "not known"]] * 4
    assert 'aria-label="Actual' not in page
    missing = re.search(r'aria-labelledby="c-missing".*?</section>', page, re.DOTALL)[0]
    assert "Remaining cost: 2 projects" in missing
    assert "Enter the money that has still to be spent." in missing
    assert re.search(r'href="/projects/[A-Z0-9]+-\d+/edit/"[^>]*aria-label="Enter: Remaining cost', missing)


def test_with_fewer_than_eight_nothing_is_said_of_shares(client, portfolio, address, viewer):
    a_mix(portfolio, *["reconsider"] * 7)
    assert "With fewer than 8 projects" in read(client, address)
    a_mix(portfolio, "reconsider")
    page = read(client, address)
    assert "With fewer than 8 projects" not in page
    assert "Stop or reshape 8 projects" in page


def test_before_a_forecast_the_page_says_when_it_comes(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win")
    page = read(client, address)
    assert "No forecast yet" in page
    assert "Expected launches" in page
    assert '<svg class="chart chart--wide"' not in page


def test_every_formula_is_one_click_away_and_has_an_address(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS)
    page = read(client, address)
    linked = set(re.findall(rf'href="{address}formulas/([\w]+)/"', page))
    for code in linked:
        dialog = read(client, f"{address}formulas/{code}/")
        assert formulas.FORMULAS[code].title in dialog
        assert formulas.FORMULAS[code].words in dialog
    shown_with_rows = {"pitfall_concentration", "approvers"}
    assert set(formulas.FORMULAS) - shown_with_rows <= linked
    assert client.get(f"{address}formulas/no_such/").status_code == 404


def test_a_what_if_changes_the_page_and_nothing_else(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS)
    stopped = Project.objects.get(quadrant="reconsider")
    page = read(client, address, wi=f"stop:{stopped.key}")
    assert "What if: 1 change" in page
    assert f"Stop {stopped.name} ({stopped.key})" in page
    assert 'aria-label="What if: Quick wins 33 percent, Big bets 33 percent, Fill-ins 33 percent"' in page
    assert 'Risk load <span class="was"><span class="sr">was </span>50%</span> <b>33%</b>' in page
    stopped.refresh_from_db()
    assert stopped.outcome == "open"


def test_a_what_if_that_cannot_be_meant_says_why(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS)
    page = read(client, address, wi="explode:ABC-1")
    assert "There is no change “explode”." in page
    assert "What if:" not in page
    assert "No running project of this portfolio has the key NO-999." in read(
        client, address, wi="stop:NO-999"
    )


def test_a_stored_day_is_shown_as_it_was_stored(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS)
    now = timezone.now()
    kept = balances.of(portfolio, pictures.live(portfolio, now), now)
    day = (now - timedelta(days=40)).date()
    kept |= {"day": day.isoformat(), "verdict": "This is what was said that day."}
    Snapshot.objects.create(
        portfolio=portfolio, day=day, taken_at=now, body={}, balance=kept, model_version=1
    )
    Project.objects.filter(quadrant="big_bet").update(quadrant="quick_win", risk=20)
    page = read(client, address, day=day.isoformat())
    assert "This is what was said that day." in page
    assert "The figures are those that were stored that day." in page
    assert 'aria-label="Actual: Quick wins 25 percent, Big bets 25 percent' in page
    assert 'role="switch"' not in page
    earlier = day - timedelta(days=1)
    assert "Nothing is known of that day" in read(client, address, day=earlier.isoformat())


def test_figures_say_what_they_were(client, portfolio, address, viewer):
    a_mix(portfolio, *QUADRANTS)
    now = timezone.now()
    kept = balances.of(portfolio, pictures.live(portfolio, now), now)
    kept["load"] = {"count": 0.47, "cost": 0.47, "effort": 0.47}
    kept["index"] = {"count": 88, "cost": 88, "effort": 88}
    day = (now - timedelta(days=95)).date()
    Snapshot.objects.create(
        portfolio=portfolio, day=day, taken_at=now, body={}, balance=kept, model_version=1
    )
    page = read(client, address)
    assert f"was 47% in {day:%B}" in page
    assert "was 88" not in page, "only the tiles compare unless somebody asks"
    compared = read(client, address, compare=day.isoformat())
    assert "was 88" in compared
    assert "Stop comparing" in compared


def test_generated_history_is_labelled(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win")
    assert "history is generated" not in read(client, address)
    now = timezone.now()
    kept = balances.of(portfolio, pictures.live(portfolio, now), now) | {"generated": True}
    day = (now - timedelta(days=5)).date()
    Snapshot.objects.create(
        portfolio=portfolio, day=day, taken_at=now, body={}, balance=kept, model_version=1
    )
    assert "history is generated" in read(client, address, day=day.isoformat())


def test_a_measure_swaps_the_body_alone(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win")
    part = client.get(f"{address}?measure=count", headers={"HX-Request": "true", "HX-Target": "balance"})
    text = part.content.decode()
    assert "<html" not in text
    assert "Mix of projects against target" in text


def test_names_are_escaped_everywhere(client, portfolio, address, viewer):
    project = a_project(portfolio, "<b>Sly</b> & co")
    placed(project, "reconsider", vendor_name="<i>Vendor</i>", data_sources="<u>lake</u>")
    page = client.get(f"{address}?wi=stop:{project.key}").content.decode()
    assert not re.search(r"<b>Sly|<i>Vendor|<u>lake", page)
    assert "&lt;b&gt;Sly" in page


def test_queries_do_not_grow_with_projects(client, portfolio, address, viewer):
    placed(a_project(portfolio), "quick_win")
    asked = f"{address}?wi=hold:{Project.objects.get().key}"
    client.get(asked)
    with CaptureQueriesContext(connection) as few:
        client.get(asked)
    for project in a_crowd(portfolio, 19):
        placed(project, "big_bet")
    with CaptureQueriesContext(connection) as many:
        client.get(asked)
    assert len(many) == len(few)


def test_a_switch_stays_within_an_address(client, portfolio, address, viewer):
    for project in a_crowd(portfolio, 130):
        placed(project, "reconsider")
    page = read(client, address)
    assert "Stop or reshape 130 projects" in page
    reco = re.search(r'id="reco-reconsider_review".*?id="reco-', page, re.DOTALL)
    changes = re.findall(r'name="wi" value="([^"]+)"', reco[0] if reco else page)
    # Servers cut off the first line of a request at 4,094 bytes.
    assert 0 < len(changes) <= MOST_SWITCHED
    assert len(Asked(measure="effort", wi=tuple(changes)).at(address)) < 4_000
    assert f"and {len(changes) - STEPS_TOLD} more" in page


def test_a_switch_that_no_address_could_hold_is_none(portfolio):
    one = {
        "rule": "reconsider_review",
        "title": "Stop or reshape",
        "dismissal": None,
        "effect": None,
        "keys": [f"ABC-{n}" for n in range(150)],
        "projects": [{"key": f"ABC-{n}", "name": "One"} for n in range(150)],
        "changes": [{"do": "hold", "project": f"ABC-{n}"} for n in range(150)],
    }
    standing = Standing(timezone.now().date(), {"recommendations": [one]})
    row = advice.shown(portfolio, Asked(), standing)["recommendations"][0]
    assert not row["can_switch"]
    assert (len(row["steps"]), row["more_steps"], row["more_projects"]) == (8, 142, 130)


def test_every_recommendation_with_changes_has_a_switch_that_is_on_when_they_are(
    client, portfolio, address, viewer
):
    a_mix(portfolio, *["reconsider"] * 2, *["quick_win"] * 7)
    found = balances.of(portfolio, pictures.live(portfolio, timezone.now()), timezone.now())
    review = next(one for one in found["recommendations"] if one["rule"] == "reconsider_review")
    wi = [f"{change['do']}:{change['project']}" for change in review["changes"]]
    off, half, on = (client.get(address, {"wi": wi[:n]}).content.decode() for n in (0, 1, 2))
    state = re.compile(r'id="switch-reconsider_review" role="switch" aria-checked="(\w+)"')
    assert [state.search(page)[1] for page in (off, half, on)] == ["false", "false", "true"]
    load = "Risk load {:.0%} → {:.0%}".format(*review["effect"]["load"])
    assert load in unescape(off)


def test_with_nothing_in_scope_the_page_says_so(client, portfolio, address, viewer):
    a_project(portfolio, "Only an idea")
    page = read(client, address)
    assert "No project in flight has a quadrant." in page
    assert [row[1:3] for row in cells(page, "c-mix")[1:]] == [["not known", "not known"]] * 4
    assert "Only an idea" in page, "how long it has been an idea is known all the same"
    read(client, address, measure="cost", wi=f"start:{Project.objects.get().key}")


def test_only_those_who_may_keep_scenarios_are_offered_to(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win")
    asked = {"wi": f"hold:{Project.objects.get().key}"}
    assert "Keep as a scenario" not in read(client, address, **asked)
    client.force_login(a_member(portfolio, "contributor"))
    page = read(client, address, **asked)
    assert f"/portfolios/{portfolio.slug}/scenarios/new/?wi=hold%3A" in page


def test_a_day_to_come_is_today(client, portfolio, address, viewer):
    a_mix(portfolio, "quick_win")
    page = read(client, address, day=(timezone.now() + timedelta(days=9)).date().isoformat())
    assert "This is the balance of" not in page
    assert client.get(address, {"day": "tomorrow"}).status_code == 404
