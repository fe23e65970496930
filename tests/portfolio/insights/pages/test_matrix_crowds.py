"""Crowds on the matrix: cells that count, names of what stands out, and the way down to single projects."""

import re
from collections import Counter

import pytest
from django.utils import timezone

from portfolio.insights.queries import crowds, matrices, points, sights
from projects.models import Portfolio, Project
from tests.factories import a_crowd, a_member, a_portfolio

pytestmark = pytest.mark.django_db
NUMBER = 340
# What the page may weigh, whatever it shows.
HEAVIEST = 300_000


@pytest.fixture
def portfolio(client):
    portfolio = a_portfolio()
    a_crowd(portfolio, NUMBER)
    for at, project in enumerate(Project.objects.filter(portfolio=portfolio).order_by("pk")):
        risk, impact = (at * 37 % 100) + 0.5, (at * 61 % 100) + 0.25
        quadrant = {(0, 1): "quick_win", (1, 1): "big_bet", (0, 0): "fill_in", (1, 0): "reconsider"}
        Project.objects.filter(pk=project.pk).update(
            risk=risk,
            impact=impact,
            quadrant=quadrant[risk >= 50, impact >= 50],
            standard_stage="data",
            stage="data",
            capacity_fte=at % 7 + 1,
            has_critical_gap=at == 100,
        )
    client.force_login(a_member(portfolio, "viewer"))
    return portfolio


def rows(portfolio):
    return Project.objects.running().filter(portfolio=portfolio)


def test_every_project_lies_in_one_cell_the_nearest(portfolio):
    found = rows(portfolio)
    reading = [crowds.reading(code, is_past=False) for code in ("risk", "impact")]
    amount = crowds.amounts(None)["effort"]
    cells = crowds.cells(found, *reading, ((0, 100), (0, 100)), amount)
    assert sum(cell.count for cell in cells) == NUMBER
    middles = {(round(cell.across, 6), round(cell.up, 6)) for cell in cells}
    counted = Counter()
    for risk, impact in found.values_list("risk", "impact"):

        def far(middle, risk=risk, impact=impact):
            across, up = (risk / 100 - middle[0]) / crowds.COLUMN, (impact / 100 - middle[1]) / crowds.ROW
            return across**2 + 3 * up**2

        counted[min(middles, key=far)] += 1
    assert counted == {(round(cell.across, 6), round(cell.up, 6)): cell.count for cell in cells}


def test_a_cell_knows_the_median_of_its_projects(portfolio):
    reading = [crowds.reading(code, is_past=False) for code in ("risk", "impact")]
    narrow = rows(portfolio).filter(risk__lt=1)
    cells = crowds.cells(narrow, *reading, ((0, 100), (0, 100)), crowds.amounts(None)["effort"])
    efforts = sorted(float(each) for each in narrow.values_list("capacity_fte", flat=True))
    one = [cell for cell in cells if cell.count == 1]
    assert all(cell.median in efforts for cell in one)


def test_the_page_counts_cells_and_names_what_stands_out(client, portfolio):
    text = client.get(f"/portfolios/{portfolio.slug}/matrix/").content
    assert len(text) < HEAVIEST
    text = text.decode()
    full = re.search(r'<svg class="matrix matrix--full".*?</svg>\n', text, re.DOTALL)[0]
    counts = [int(each) for each in re.findall(r'aria-label="(\d+) projects? around', full)]
    assert sum(counts) == NUMBER
    assert len(re.findall('class="bubble', full)) == 1
    assert f"{NUMBER} projects are too many to draw one by one" in text


def test_cells_of_other_axes_count_those_who_have_both(client, portfolio):
    rows(portfolio).filter(pk__lte=_nth(portfolio, 299)).update(annual_value=250_000)
    rows(portfolio).filter(pk=_nth(portfolio, 0)).update(annual_value=5_000_000)
    text = client.get(f"/portfolios/{portfolio.slug}/matrix/?across=p&up=value&size=equal").content.decode()
    full = re.search(r'<svg class="matrix matrix--full".*?</svg>\n', text, re.DOTALL)[0]
    assert "qname" not in full
    sight = sights.parse({"up": "value"}, ())
    found = points.plain(portfolio, sight, timezone.now(), as_cells=True)
    assert sum(cell.count for cell in found.cells) == 300
    # Middles of cells that hold them, by powers of ten.
    assert max(cell.up for cell in found.cells) > 1_000_000


def test_a_cell_leads_to_the_projects_around_it(client, portfolio):
    address = f"/portfolios/{portfolio.slug}/matrix/"
    text = client.get(address).content.decode()
    query = re.search(r'class="hex" href="\?(x=[^"]*)"', text)[1].replace("&amp;", "&")
    inside = client.get(f"{address}?{query}").content.decode()
    assert 'class="hex"' not in inside
    assert 'class="bubble' in inside


def test_whole_and_cells_by_rest_agree(portfolio):
    found = points.plain(portfolio, sights.parse({}, ()), timezone.now(), as_cells=True)
    assert sum(cell.count for cell in found.cells) == NUMBER == found.totals.n


def test_between_forty_and_a_crowd_bubbles_that_lie_together_are_one(client, portfolio):
    Project.objects.filter(portfolio=portfolio, pk__gt=_nth(portfolio, 120)).update(risk=None, quadrant="")
    text = client.get(f"/portfolios/{portfolio.slug}/matrix/").content
    assert len(text) < HEAVIEST
    full = re.search(r'<svg class="matrix matrix--full".*?</svg>\n', text.decode(), re.DOTALL)[0]
    clustered = [int(each) for each in re.findall(r'aria-label="(\d+) projects close together', full)]
    assert clustered
    assert sum(clustered) + len(re.findall('class="bubble', full)) == 121


def test_the_heaviest_page_before_a_crowd_stays_light(client, portfolio):
    Project.objects.filter(portfolio=portfolio, pk__gt=_nth(portfolio, matrices.CROWD - 1)).update(
        quadrant=""
    )
    text = client.get(f"/portfolios/{portfolio.slug}/matrix/").content
    assert b'class="hex"' not in text
    assert len(text) < HEAVIEST


def _nth(portfolio: Portfolio, at: int) -> int:
    return Project.objects.filter(portfolio=portfolio).order_by("pk")[at].pk
