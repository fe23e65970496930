"""The pack on its page and as files, and who may see it."""

import io
import json

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from portfolio.insights.queries import balances, pictures
from portfolio.register.actions import samples
from portfolio.reports.models import ReportSchedule
from portfolio.reports.prints.forms import FORMS
from projects.models import Portfolio, Project
from tests.factories import a_crowd, a_key, a_member, a_person, a_portfolio, a_project, on_team
from tests.projects.api.callers import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def sample(for_the_module):
    return for_the_module(samples.load)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_same_figures_stand_in_every_form(sample):
    portfolio = Portfolio.objects.get(pk=sample.pk)
    viewer = signed_in(a_member(portfolio, "viewer"))
    now = timezone.now()
    found = balances.of(portfolio, pictures.live(portfolio, now), now)
    address = f"/portfolios/{portfolio.slug}/report/"
    page = viewer.get(address).content.decode()
    assert found["verdict"] in page
    pdf = viewer.get(f"{address}files/pdf/")
    said = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.content)).pages)
    assert " ".join(found["verdict"].split()) in " ".join(said.split())
    book = openpyxl.load_workbook(io.BytesIO(viewer.get(f"{address}files/xlsx/").content))
    mix = {row[0]: row[3] for row in book["Mix"].iter_rows(min_row=2, values_only=True)}
    assert mix == pytest.approx(
        {"Quick win": 0.260521, "Big bet": 0.482966, "Fill-in": 0.076152, "Reconsider": 0.180361}, abs=2e-6
    )
    assert mix["Big bet"] == found["shares"]["cost"]["big_bet"]


@pytest.mark.parametrize("form", FORMS)
def test_every_file_can_be_had(sample, form):
    viewer = signed_in(a_member(Portfolio.objects.get(pk=sample.pk), "viewer"))
    answer = viewer.get(f"/portfolios/{sample.slug}/report/files/{form}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMS[form].content_type
    assert answer["Content-Disposition"].endswith(f'.{form}"')


def test_an_empty_portfolio_has_a_pack_that_says_so():
    portfolio = a_portfolio()
    viewer = signed_in(a_member(portfolio, "viewer"))
    answer = viewer.get(f"/portfolios/{portfolio.slug}/report/")
    assert answer.status_code == 200
    assert "No project is in flight" in answer.content.decode()
    for form in FORMS:
        assert viewer.get(f"/portfolios/{portfolio.slug}/report/files/{form}/").status_code == 200


def test_a_day_before_the_first_says_that_nothing_was_stored():
    portfolio = a_portfolio()
    viewer = signed_in(a_member(portfolio, "viewer"))
    answer = viewer.get(f"/portfolios/{portfolio.slug}/report/?day=2020-01-01")
    assert answer.status_code == 404
    assert "Nothing was stored on that day" in answer.content.decode()
    assert viewer.get(f"/portfolios/{portfolio.slug}/report/files/pdf/?day=2020-01-01").status_code == 404
    assert viewer.get(f"/portfolios/{portfolio.slug}/report/files/exe/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("team", 403), ("viewer", 200)])
@pytest.mark.parametrize("path", ["", "files/csv/"])
def test_who_may_see_it(who, status, path):
    project = a_project()
    portfolio = project.portfolio
    person = {
        "stranger": a_person,
        "team": lambda: on_team(project, "ML"),
        "viewer": lambda: a_member(portfolio, "viewer"),
    }[who]()
    assert signed_in(person).get(f"/portfolios/{portfolio.slug}/report/{path}").status_code == status


def test_a_manager_has_it_sent_and_stops_it():
    portfolio = a_portfolio()
    manager = a_member(portfolio, "manager")
    client, base = signed_in(manager), f"/portfolios/{portfolio.slug}/report/schedules/"
    said = {"name": "Board", "rhythm": "monthly", "day": "1", "weekday": "0", "formats": ["pdf"]}
    wrong = client.post(f"{base}new/", {**said, "day": "", "recipients": [manager.pk]})
    assert wrong.status_code == 422
    assert "Give a day from 1 to 28." in wrong.content.decode()
    assert client.post(f"{base}new/", {**said, "recipients": [manager.pk]}).status_code == 302
    assert "on day 1 of every month" in client.get(base).content.decode()
    schedule = ReportSchedule.objects.get()
    assert client.post(f"{base}{schedule.pk}/end/").status_code == 302
    assert "No pack goes out by itself" in client.get(base).content.decode()


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_others_find_no_door_to_sending(role):
    portfolio = a_portfolio()
    client = signed_in(a_member(portfolio, role))
    assert "report/schedules" not in client.get(f"/portfolios/{portfolio.slug}/report/").content.decode()
    for path in ("", "new/"):
        assert client.get(f"/portfolios/{portfolio.slug}/report/schedules/{path}").status_code == 403


def test_a_schedule_of_another_portfolio_is_not_found():
    mine, other = a_portfolio(), a_portfolio()
    theirs = ReportSchedule.objects.create(
        portfolio=other, name="Theirs", rhythm="weekly", day=0, next_on=timezone.localdate()
    )
    client = signed_in(a_member(mine, "manager"))
    assert client.post(f"/portfolios/{mine.slug}/report/schedules/{theirs.pk}/end/").status_code == 404


def test_by_rest():
    portfolio = a_portfolio()
    _, secret = a_key(portfolio, scopes=["portfolios:read"])
    answer = Caller(secret).get(f"portfolios/{portfolio.slug}/report?form=csv")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert Caller(secret).get(f"portfolios/{portfolio.slug}/report?form=exe").status_code == 400
    assert Caller(secret).get(f"portfolios/{portfolio.slug}/report?day=2020-01-01").status_code == 404
    _, blind = a_key(portfolio, scopes=["projects:read"])
    refused = Caller(blind).get(f"portfolios/{portfolio.slug}/report")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "scope_missing")


def test_a_crowd_is_drawn_as_cells_in_every_form():
    portfolio = a_portfolio()
    made = a_crowd(portfolio, 300, quadrant="big_bet", capacity_fte=1, stage="poc", standard_stage="poc")
    for number, project in enumerate(made):
        project.risk, project.impact, project.p_production = 50.0 + number % 50, 50.0 + number % 37, 0.3
    Project.objects.bulk_update(made, ["risk", "impact", "p_production"])
    viewer = signed_in(a_member(portfolio, "viewer"))
    page = viewer.get(f"/portfolios/{portfolio.slug}/report/").content.decode()
    assert page.count("<polygon") > 20
    for form in FORMS:
        assert viewer.get(f"/portfolios/{portfolio.slug}/report/files/{form}/").status_code == 200
