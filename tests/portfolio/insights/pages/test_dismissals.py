"""Putting a recommendation aside on the page: with a reason, with a way back, by those who may."""

import re
from html import unescape

import pytest

from portfolio.insights.models import Dismissal
from projects.models import Project
from tests.factories import a_member, a_person, a_portfolio, a_project
from tests.portfolio.insights.pages.test_balances import placed

pytestmark = pytest.mark.django_db
REASON = "The sponsor has paid for two more months."


@pytest.fixture
def portfolio():
    portfolio = a_portfolio("Insurance")
    for number in range(8):
        placed(a_project(portfolio, f"Project {number}"), "reconsider" if number < 2 else "quick_win")
    return portfolio


@pytest.fixture
def manager(client, portfolio):
    person = a_member(portfolio, "manager", "Mira Moss")
    client.force_login(person)
    return person


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/balance/"


def page_of(client, address):
    return unescape(client.get(address).content.decode())


def way(page):
    """Where the recommendation to stop or reshape is put aside."""
    return re.search(r'href="([^"]*put-aside/reconsider_review/[^"]*)"', page)[1]


def test_it_is_put_aside_with_a_reason_and_brought_back(client, address, manager):
    page = page_of(client, address)
    assert "Stop or reshape 2 projects" in page
    answer = client.post(way(page), {"reason": REASON})
    assert answer.status_code == 302
    assert answer["Location"] == address
    page = page_of(client, address)
    assert "Put aside: 1" in page
    assert f"“{REASON}”, Mira Moss" in page
    assert 'id="reco-reconsider_review"' not in page
    kept = Dismissal.objects.get()
    client.post(f"{address}bring-back/{kept.pk}/")
    assert 'id="reco-reconsider_review"' in page_of(client, address)
    assert not Dismissal.objects.exists()


def test_without_a_reason_nothing_is_put_aside(client, address, manager):
    answer = client.post(way(page_of(client, address)), {"reason": " "})
    assert answer.status_code == 422
    assert "Say why, in a sentence." in answer.content.decode()
    assert not Dismissal.objects.exists()


def test_what_is_no_longer_said_is_not_put_aside(client, address, manager):
    there = way(page_of(client, address))
    gone = Project.objects.filter(quadrant="reconsider").order_by("pk").last()
    Project.objects.filter(pk=gone.pk).update(quadrant="fill_in", risk=30)
    answer = client.post(there, {"reason": REASON})
    assert answer.status_code == 409
    assert "It is no longer said." in answer.content.decode()
    assert not Dismissal.objects.exists()


def test_its_dialog_leads_back_to_the_what_if_it_was_opened_on(client, address, manager):
    there = way(page_of(client, address))
    asked = f"{address}?wi=hold:ABC-1"
    dialog = client.get(
        there,
        headers={"HX-Request": "true", "HX-Target": "overlay", "HX-Current-URL": f"http://testserver{asked}"},
    )
    assert f'name="back" value="{asked}"' in unescape(dialog.content.decode())
    answer = client.post(there, {"reason": REASON, "back": asked}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == asked
    elsewhere = client.post(there, {"reason": REASON, "back": "https://example.org/"})
    assert elsewhere["Location"] == address


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("contributor", 403), ("", 404)])
def test_those_who_may_not_do_it_cannot(client, portfolio, address, manager, role, status):
    there = way(page_of(client, address))
    client.post(there, {"reason": REASON})
    kept = Dismissal.objects.get()
    client.force_login(a_member(portfolio, role) if role else a_person())
    assert client.get(there).status_code == status
    assert client.post(there, {"reason": REASON}).status_code == status
    assert client.post(f"{address}bring-back/{kept.pk}/").status_code == status
    assert Dismissal.objects.get() == kept
    if status == 403:
        page = page_of(client, address)
        assert "put-aside/" not in page
        assert "bring-back/" not in page
        assert REASON in page, "why it was put aside is for everybody to read"


def test_a_dismissal_of_another_portfolio_is_not_found(client, address, manager):
    other = a_portfolio("Elsewhere")
    kept = Dismissal.objects.create(portfolio=other, rule="owners_few", projects="0" * 64, reason="x")
    assert client.post(f"{address}bring-back/{kept.pk}/").status_code == 404
    assert Dismissal.objects.exists()
