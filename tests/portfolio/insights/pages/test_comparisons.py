"""Two days side by side as a page, a file and by REST; the stored days of one project by REST."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.insights.actions import summaries
from projects.actions import days, moves, portfolios, stages
from projects.models import Project
from tests.factories import SYSTEM, a_key, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.projects.actions.answered import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FROM = MONDAY.date()


@pytest.fixture
def portfolio(time_machine):
    """Three projects, kept on Monday; on Thursday one is stopped, one moved, one new, and a line is moved."""
    time_machine.move_to(MONDAY, tick=False)
    portfolio = a_portfolio(slug="claims", time_zone="UTC")
    for name in ("Stopped", "Moved", "Same"):
        stages.report(a_project(portfolio, name).pk, to="poc", actor=SYSTEM)
    night(portfolio)
    time_machine.shift(3 * DAY)
    mina = acting(a_member(portfolio, "manager", "Mina Berg"))
    moves.make(one("Stopped").pk, kind="stop", reason_code="budget", actor=mina)
    stages.report(one("Moved").pk, to="pilot", actor=SYSTEM)
    a_project(portfolio, "New")
    portfolios.edit(portfolio.pk, version=None, risk_line=40, actor=SYSTEM)
    return portfolio


def one(name):
    return Project.objects.get(name=name)


def night(portfolio):
    days.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now())


@pytest.fixture
def page(client, portfolio):
    client.force_login(a_member(portfolio, "viewer"))

    def get(query=f"?from={FROM}"):
        return client.get(f"/portfolios/claims/compare/{query}")

    return get


def test_it_says_what_came_what_went_and_why_and_what_changed(page):
    text = page().text
    for said in ("<b>1</b> added", "<b>1</b> no longer worked on", "<b>1</b> changed", "1 as before"):
        assert said in text
    assert "Stopped: Budget" in text
    assert "Mina Berg" in text
    assert '<s class="quiet"><span class="sr">was </span>Proof of concept</s>' in text
    assert "Risk line" in text


def test_it_can_be_grouped_by_field_and_narrowed_to_one(page):
    text = page(f"?from={FROM}&group=field").text
    assert '<h3 id="field-stage">Stage</h3>' in text
    found = page(f"?from={FROM}&field=owner").context
    assert found["changed"] == []
    assert [each.entry.name for each in page(f"?from={FROM}&field=stage").context["changed"]] == ["Moved"]


def test_a_filter_holds_on_either_day(page):
    """What was in Proof of concept and has moved on is a change, not a project that is gone."""
    found = page(f"?from={FROM}&stage=poc").context["found"]
    assert [each.entry.name for each in found.changed] == ["Moved"]
    assert [each.entry.name for each in found.removed] == ["Stopped"]
    assert found.added == ()


def test_a_day_that_was_not_stored_names_the_first_that_was(client, page):
    text = page(f"?from={FROM - DAY}").text
    assert "That day was not stored" in text
    assert f'href="?from={FROM}"' in text
    assert page("compare.csv").status_code == 404
    assert page("?from=2026-13-40").status_code == 404
    other = a_portfolio()
    client.force_login(a_member(other, "viewer"))
    assert "Nothing to compare with yet" in client.get(f"/portfolios/{other.slug}/compare/").text


def test_two_past_days(page, portfolio, time_machine):
    night(portfolio)
    time_machine.shift(4 * DAY)
    text = page(f"?from={FROM}&to={FROM + 4 * DAY}").text
    assert "Stopped: Budget" in text
    assert "26 Nov 2026" in text  # the last stored day until the one asked for


def test_the_file_has_a_row_for_each_change(page):
    body = b"".join(page(f"?export=csv&from={FROM}").streaming_content).decode("utf-8-sig")
    rows = [*csv.DictReader(io.StringIO(body))]
    assert {row["what"] for row in rows} == {"added", "removed", "changed", "settings"}
    (gone,) = [row for row in rows if row["what"] == "removed"]
    assert (gone["name"], gone["by"], gone["reason"]) == ("Stopped", "Mina Berg", "Stopped, Budget")
    assert ("Stage", "Proof of concept", "Pilot (A/B)") in {
        (row["field"], row["before"], row["after"]) for row in rows
    }


def test_strangers_and_people_of_one_team_do_not_see_it(client, portfolio):
    client.force_login(a_person())
    assert client.get("/portfolios/claims/compare/").status_code == 404
    client.force_login(on_team(one("Same"), "EN"))
    for path in ("", "?export=csv"):
        assert client.get(f"/portfolios/claims/compare/{path}").status_code == 403


def ask(client, secret, path):
    return client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"})


def test_the_api_says_the_same(client, portfolio):
    _, secret = a_key(portfolio)
    found = ask(client, secret, f"portfolios/claims/compare?from={FROM}").json()
    assert (found["from_day"], found["unchanged"]) == (FROM.isoformat(), 1)
    assert [(each["name"], each["reason"]) for each in found["added"]] == [("New", "new")]
    assert [(each["name"], each["reason"], each["why"]) for each in found["removed"]] == [
        ("Stopped", "stopped", "Budget")
    ]
    (moved,) = found["changed"]
    stage = next(change for change in moved["changes"] if change["field"] == "stage")
    assert (stage["before"], stage["now"]) == ("Proof of concept", "Pilot (A/B)")
    assert [each["field"] for each in found["settings"]] == ["risk_line"]


def test_the_api_refuses_what_makes_no_sense(client, portfolio):
    _, secret = a_key(portfolio)
    for query, status in (("", 400), ("?from=nonsense", 400), (f"?from={FROM}&until=1", 400)):
        assert ask(client, secret, f"portfolios/claims/compare{query}").status_code == status
    assert ask(client, secret, f"portfolios/claims/compare?from={FROM - DAY}").status_code == 404
    _, elsewhere = a_key(a_portfolio())
    assert ask(client, elsewhere, f"portfolios/claims/compare?from={FROM}").status_code == 404


def test_the_stored_days_of_a_project_by_rest(client, portfolio):
    night(portfolio)
    _, secret = a_key(portfolio)
    key = one("Moved").key
    items = ask(client, secret, f"projects/{key}/days").json()["items"]
    assert [(each["since"], each["until"], each["stage"]) for each in items] == [
        ((FROM + 3 * DAY).isoformat(), None, "pilot"),
        (FROM.isoformat(), (FROM + 2 * DAY).isoformat(), "poc"),
    ]
    first = ask(client, secret, f"projects/{key}/days?limit=1").json()
    rest = ask(client, secret, f"projects/{key}/days?cursor={first['next_cursor']}").json()
    assert first["items"] + rest["items"] == items
    _, elsewhere = a_key(a_portfolio())
    assert ask(client, elsewhere, f"projects/{key}/days").status_code == 404
