"""The matrix as a page: whose it is, its numbers, its filters, its past, and who moved."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Health
from tests.factories import a_member, a_person, a_portfolio, a_project, on_team
from tests.portfolio.insights.placed import MONTH, keep, move, placed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGES = ("", "present/", "filters/", "moved/", "matrix.svg", "?export=csv")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


@pytest.fixture
def four(portfolio):
    """One project in each quadrant; 10 people, six of them right of the load line."""
    return [
        placed(portfolio, "Claims triage", 20, 80, capacity_fte=3),
        placed(portfolio, "Fraud scoring", 70, 90, capacity_fte=5, health=Health.OFF_TRACK),
        placed(portfolio, "Letter sorter", 30, 20, capacity_fte=1),
        placed(portfolio, "Yard vision", 80, 10, capacity_fte=1, has_critical_gap=True),
    ]


@pytest.fixture
def viewer(client, portfolio):
    person = a_member(portfolio, "viewer")
    client.force_login(person)
    return person


@pytest.fixture
def a_month_on(client, clock, viewer):
    """Lets a month pass; nobody stays signed in for so long."""

    def passes():
        clock.shift(MONTH)
        client.force_login(viewer)

    return passes


def page(client, portfolio, query=""):
    answer = client.get(f"/portfolios/{portfolio.slug}/matrix/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def drawn(text, size="full"):
    """The labels of the bubbles of one drawing."""
    picture = re.search(rf'<svg class="matrix matrix--{size}".*?</svg>\n', text, re.DOTALL)[0]
    return re.findall(r'data-project="[^"]*" aria-label="([^"]*)"', picture)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_find_nothing_and_those_on_one_team_may_not(client, portfolio, four, path):
    client.force_login(a_person())
    assert client.get(f"/portfolios/{portfolio.slug}/matrix/{path}").status_code == 404
    client.force_login(on_team(four[0], "ML"))
    assert client.get(f"/portfolios/{portfolio.slug}/matrix/{path}").status_code == 403


def test_the_numbers_of_the_page_are_those_of_the_projects(client, portfolio, four, viewer):
    text = page(client, portfolio)
    assert "4 projects, 10 people, 20 November 2026" in text
    assert "1 project, 30% of effort, target 30%" in text
    assert "1 project, 50% of effort, target 25%" in text
    assert "60% of effort is right of the load line." in text
    assert "The limit is 45%." in text
    assert "Fraud scoring: risk 70, impact 90, off track, big bet, effort 5 people" in drawn(text)
    # Full and compact are two drawings of one scene.
    assert drawn(text) == drawn(text, "compact")
    assert len(drawn(text)) == 4


def test_the_lines_are_those_of_the_portfolio(client, four, viewer, portfolio):
    portfolio.risk_line, portfolio.impact_line = 35, 60
    portfolio.save()
    text = page(client, portfolio)
    assert "Load line, 35" in text
    assert "Load line, 50" not in text


def test_areas_and_shares_follow_what_is_asked_for(client, portfolio, four, viewer):
    assert "1 project, 25% of projects, target 25%" in page(client, portfolio, "?size=equal")
    move(four[0], remaining_cost=300, cost_currency=portfolio.currency)
    text = page(client, portfolio, "?size=cost")
    assert "1 project, 100% of remaining cost, target 30%" in text
    assert "remaining cost not known" in text


def test_effort_gives_way_to_what_every_project_knows(client, portfolio, four, viewer):
    move(four[0], capacity_fte=None)
    assert "1 project, 25% of projects" in page(client, portfolio)
    assert "Mix of projects" in page(client, portfolio)


def test_filters_narrow_the_chart_and_stand_as_chips(client, portfolio, four, viewer):
    text = page(client, portfolio, "?health=off_track")
    assert [label.split(":")[0] for label in drawn(text)] == ["Fraud scoring"]
    assert 'aria-label="Remove the filter Health"' in text
    assert [label.split(":")[0] for label in drawn(page(client, portfolio, "?gap=yes"))] == ["Yard vision"]
    assert "No project matches" in page(client, portfolio, "?tier=high")


def test_other_axes_have_no_quadrants(client, portfolio, four, viewer):
    text = page(client, portfolio, "?across=p&up=value")
    assert "Chance of reaching production" in text
    assert "qname" not in text
    assert "with nothing known of an axis" in text


def test_a_range_shows_what_lies_in_it(client, portfolio, four, viewer):
    text = page(client, portfolio, "?x=10-40&y=0-100")
    assert sorted(label.split(":")[0] for label in drawn(text)) == ["Claims triage", "Letter sorter"]
    assert "Show the whole matrix" in text


def test_those_without_a_place_stand_beside(client, portfolio, four, viewer):
    a_project(portfolio, "New idea")
    placed(portfolio, "Blank", 60, 60, quadrant="unassessed")
    placed(
        portfolio, "Lively", 5, 70, standard_stage="production", stage="production", outcome="in_production"
    )
    text = page(client, portfolio)
    beside = text[text.index('id="mx-beside"') :]
    assert "unassessed: too few" in beside
    assert "Blank" in beside
    assert "New idea" in beside
    assert "live, left out of the balance" in beside
    assert len(drawn(text)) == 4
    assert len(drawn(page(client, portfolio, "?live=1"))) == 5


def test_without_projects_the_page_says_what_makes_one_appear(client, portfolio, viewer):
    assert "No project has a place yet" in page(client, portfolio)
    assert "No project has a place" in page(client, portfolio, "present/")


def test_the_chosen_project_is_told_beside(client, portfolio, four, viewer):
    text = page(client, portfolio, f"?project={four[1].key}")
    assert "Fraud scoring" in text[text.index('id="mx-side"') :]
    assert text.count('class="halo"') == 2
    part = client.get(
        f"/portfolios/{portfolio.slug}/matrix/?project={four[1].key}",
        headers={"HX-Request": "true", "HX-Target": "mx-side"},
    ).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'id="mx-fig" hx-swap-oob="true"' in part


def test_a_past_day_is_what_was_kept_then(client, portfolio, four, viewer, a_month_on):
    keep(portfolio, NOW)
    before = page(client, portfolio)
    a_month_on()
    move(four[0], risk=90, quadrant="big_bet", name="Claims triage renamed", capacity_fte=20)
    portfolio.risk_line = 40
    portfolio.save()
    after = page(client, portfolio, "?day=2026-11-20&trails=0")
    assert drawn(after) == drawn(before)
    assert "1 project, 30% of effort, target 30%" in after
    assert "As it was on 20 November 2026" in after
    assert "Load line, 50" in after
    assert "Claims triage renamed" in page(client, portfolio)


def test_invented_history_is_labelled_where_it_shows(client, portfolio, four, viewer, a_month_on):
    kept = keep(portfolio, NOW)
    kept.is_generated = True
    kept.save()
    a_month_on()
    assert "generated history" not in page(client, portfolio)
    assert "generated history" in page(client, portfolio, "?day=2026-11-20")
    assert "generated history" in page(client, portfolio, "present/?day=2026-11-20")


def test_a_day_before_the_first_does_not_exist(client, portfolio, four, viewer):
    keep(portfolio, NOW)
    address = f"/portfolios/{portfolio.slug}/matrix/"
    assert client.get(f"{address}?day=2020-01-01").status_code == 404
    assert client.get(f"{address}?day=nonsense").status_code == 404


def test_trails_lead_from_where_a_project_was(client, portfolio, four, viewer, a_month_on):
    keep(portfolio, NOW)
    a_month_on()
    assert 'class="trail' not in page(client, portfolio)
    move(four[0], risk=60, quadrant="big_bet")
    assert 'class="trail' in page(client, portfolio)
    assert 'class="trail' not in page(client, portfolio, "?trails=0")


def test_who_moved_and_why(client, portfolio, four, viewer, a_month_on):
    keep(portfolio, NOW)
    a_month_on()
    move(four[0], risk=60, quadrant="big_bet", stage="poc", standard_stage="poc")
    text = client.get(f"/portfolios/{portfolio.slug}/matrix/moved/").content.decode()
    assert "Claims triage" in text
    assert "Quick win → <b>Big bet</b>" in text
    assert "+40" in text
    assert "Moved to Proof of concept" in text
    assert "Fraud scoring" not in text


def test_the_table_has_the_same_projects_in_the_order_asked_for(client, portfolio, four, viewer):
    text = page(client, portfolio, "?sort=-x")
    rows = re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', text)
    assert rows == ["Yard vision", "Fraud scoring", "Letter sorter", "Claims triage"]
    assert 'aria-sort="descending"' in text


def test_presenting_begins_with_a_sentence(client, portfolio, four, viewer):
    text = page(client, portfolio, "present/")
    assert "10% of our effort is on fill-ins; we planned 40%" in text
    assert 'class="side"' not in text


def test_the_picture_carries_its_own_styles(client, portfolio, four, viewer):
    answer = client.get(f"/portfolios/{portfolio.slug}/matrix/matrix.svg")
    text = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert "prefers-color-scheme: dark" in text
    assert "var(--" not in text
    assert "<a " not in text
    assert (
        "prefers-color-scheme"
        not in client.get(f"/portfolios/{portfolio.slug}/matrix/matrix.svg?theme=dark").content.decode()
    )


def test_the_file_of_points_has_the_same_projects_and_day(client, portfolio, four, viewer):
    answer = client.get(f"/portfolios/{portfolio.slug}/matrix/?export=csv&health=off_track")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["name"], row["risk"], row["quadrant"]) for row in rows] == [
        ("Fraud scoring", "70", "big_bet")
    ]
    assert "2026-11-20" in answer["Content-Disposition"]


@pytest.mark.parametrize("query", ["", "?unknowns=1", "?project=chosen"])
def test_the_number_of_queries_does_not_follow_the_projects(
    client, portfolio, four, viewer, a_month_on, query
):
    keep(portfolio, NOW)
    a_month_on()
    query = query.replace("chosen", four[0].key)
    page(client, portfolio, query)
    with CaptureQueriesContext(connection) as few:
        page(client, portfolio, query)
    for number in range(20):
        placed(portfolio, f"Further {number}", 5 * number, 50)
    with CaptureQueriesContext(connection) as many:
        page(client, portfolio, query)
    assert len(many) == len(few)
