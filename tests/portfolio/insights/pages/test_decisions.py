"""Decisions to stop and to hold are outcomes: what they freed, what was learned, which pitfall how often."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.insights.actions import generated_history
from portfolio.insights.queries import decisions
from portfolio.insights.rules.history import decisions as rules
from projects.actions import days, moves, projects, retrospectives, stages
from projects.models import Event, Project
from tests.factories import SYSTEM, a_key, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LESSON = "Access that is not signed is no access: Größe zählt."


@pytest.fixture
def portfolio(time_machine):
    """A stop with its lesson, a hold that lasts, one that is over, and a project that goes on."""
    time_machine.move_to(NOW - timedelta(days=100), tick=False)
    portfolio = a_portfolio(slug="claims", time_zone="UTC")
    for name in ("Stopped one", "Held one", "Back again", "Running one"):
        a_project(portfolio, name, capacity_fte=Decimal("2.5"), remaining_cost=Decimal(90_000))
    time_machine.move_to(NOW - timedelta(days=40), tick=False)
    _stop(portfolio)
    _hold(portfolio, "Held one")
    _hold(portfolio, "Back again")
    moves.make(one("Back again").pk, kind="resume", actor=SYSTEM)
    time_machine.move_to(NOW, tick=False)
    return portfolio


def one(name):
    return Project.objects.get(name=name)


def _stop(portfolio):
    project, mina = one("Stopped one"), a_member(portfolio, "manager", "Mina Berg")
    stop = moves.make(
        project.pk, kind="stop", reason_code="budget", note="No data, no model.", actor=acting(mina)
    )
    retrospectives.write(
        project.pk,
        move_id=stop.move.pk,
        happened="The data came for one region.",
        lesson=LESSON,
        pitfall="P2",
        sunk_cost=Decimal(84_000),
        actor=acting(mina),
    )


def _hold(portfolio, name):
    approver, actor = a_member(portfolio, "manager"), acting(a_member(portfolio))
    until = datetime(2027, 3, 1, tzinfo=UTC).date()
    moves.make(one(name).pk, kind="hold", note="Waits.", until=until, approver=approver, actor=actor)


@pytest.fixture
def page(client, portfolio):
    client.force_login(a_member(portfolio, "viewer"))

    def get(query=""):
        return client.get(f"/portfolios/claims/decisions/{query}")

    return get


def names(found):
    return [each.name for each in found]


def test_each_decision_says_who_why_and_what_it_freed(portfolio):
    found = {each.name: each for each in decisions.of(portfolio)}
    stop = found["Stopped one"]
    assert (stop.label, stop.by, stop.reason, stop.pitfall, stop.days) == (
        *("Stopped", "Mina Berg", "Budget", "P2", 60),
    )
    assert (stop.people, stop.cost, stop.sunk_cost) == (Decimal("2.5"), 90_000, 84_000)
    assert [each.lesson for each in stop.lessons] == [LESSON]
    assert not found["Held one"].is_over
    assert found["Back again"].is_over


def test_what_was_freed_is_what_was_bound_on_the_day(portfolio):
    """As it was stored, not as the project says today."""
    days.take(portfolio.pk, actor=SYSTEM, now=NOW)
    _hold(portfolio, "Running one")
    Project.objects.filter(name="Running one").update(capacity_fte=9, remaining_cost=1)
    found = {each.name: each for each in decisions.of(portfolio)}
    assert (found["Running one"].people, found["Running one"].cost) == (Decimal("2.5"), 90_000)


def test_totals_count_what_a_decision_freed_while_it_holds(portfolio):
    totals = rules.totals(decisions.of(portfolio))
    assert (totals.n, totals.stopped, totals.held, totals.days) == (3, 1, 2, 60)
    assert (totals.people, totals.people_known, totals.cost) == (5, 2, 180_000)
    assert (totals.sunk, totals.sunk_known, totals.with_lesson) == (84_000, 1, 1)
    moves.make(one("Stopped one").pk, kind="restart", note="Again.", actor=SYSTEM)
    assert rules.totals(decisions.of(portfolio)).people == Decimal("2.5")


def test_base_rates_are_drawn_towards_an_equal_part(portfolio):
    labels = decisions.pitfalls(portfolio)
    shares = dict(rules.base_rates(decisions.of(portfolio), labels))
    assert [*shares] == ["P1", "P2", "P3", "P4", "P5", "other"]
    # (10 / 6 + 1) / (10 + 1), and (10 / 6) / 11 for each of the others.
    assert shares["P2"].mean == pytest.approx((10 / 6 + 1) / 11)
    assert shares["P1"].mean == pytest.approx(10 / 6 / 11)
    assert shares["P2"].low < shares["P2"].mean < shares["P2"].high
    assert sum(share.mean for share in shares.values()) == pytest.approx(1)


def test_the_reason_tells_the_pitfall_where_nobody_said_another(portfolio):
    moves.make(one("Running one").pk, kind="stop", reason_code="offline_online", actor=SYSTEM)
    assert {each.name: each.pitfall for each in decisions.of(portfolio)}["Running one"] == "P4"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=region", ["Stopped one"]),
        ("?q=GRÖSSE", ["Stopped one"]),
        ("?q=region+waits", []),
        ("?pitfall=P2", ["Stopped one"]),
        ("?pitfall=other", ["Back again", "Held one"]),
        ("?kind=hold", ["Back again", "Held one"]),
        ("?kind=nonsense&pitfall=P77", ["Back again", "Held one", "Stopped one"]),
    ],
)
def test_lessons_are_found_by_their_words_pitfall_and_kind(portfolio, page, query, expected):
    rows = page(query).context["page"]
    assert sorted(row["one"].name for row in rows) == expected


def test_the_page_speaks_of_decisions_and_links_to_what_is_missing(portfolio, page):
    text = page().text
    assert "Decisions made" in text
    assert "fail" not in text.lower().split("<main", 1)[1]
    assert LESSON in text
    assert f"/projects/{one('Held one').key}/retrospectives/add/?about=" in text
    assert "Generated" not in text


def test_an_empty_portfolio_says_what_will_stand_here(client):
    portfolio = a_portfolio()
    client.force_login(a_member(portfolio, "viewer"))
    assert "No decision yet" in client.get(f"/portfolios/{portfolio.slug}/decisions/").text


def test_the_file_holds_what_was_chosen(portfolio, page):
    body = b"".join(page("?export=csv&kind=stop").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["key"], row["decided by"], row["lesson"]) == (one("Stopped one").key, "Mina Berg", LESSON)
    assert (row["people freed"], row["spent"], row["generated"]) == ("2.5", "84000", "no")


def test_the_number_of_queries_does_not_depend_on_how_many_were_decided(portfolio):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            decisions.of(portfolio)
        return len(asked)

    few = statements()
    for number in range(12):
        project = a_project(portfolio, f"More {number}")
        moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    assert statements() == few


def test_strangers_and_people_of_one_team_do_not_see_them(client, portfolio):
    client.force_login(a_person())
    assert client.get("/portfolios/claims/decisions/").status_code == 404
    client.force_login(on_team(one("Running one"), "EN"))
    assert client.get("/portfolios/claims/decisions/").status_code == 403
    assert client.get("/portfolios/claims/decisions/?export=csv").status_code == 403


def test_deleted_projects_are_not_among_them(portfolio):
    projects.delete(one("Stopped one").pk, actor=SYSTEM)
    assert "Stopped one" not in names(decisions.of(portfolio))


def ask(client, secret, query=""):
    headers = {"Authorization": f"Bearer {secret}"}
    return client.get(f"/api/v1/portfolios/claims/decisions{query}", headers=headers)


def test_the_api_gives_the_same_figures_in_parts(client, portfolio):
    _, secret = a_key(portfolio)
    whole = ask(client, secret).json()
    assert (whole["totals"]["n"], whole["totals"]["days"], len(whole["items"])) == (3, 60.0, 3)
    assert {each["pitfall"]: each["stops"] for each in whole["base_rates"]}["P2"] == 1
    first = ask(client, secret, "?limit=2").json()
    rest = ask(client, secret, f"?limit=2&before={first['next_before']}").json()
    assert first["items"] + rest["items"] == whole["items"]
    assert rest["next_before"] is None
    found = ask(client, secret, "?q=region&kind=stop").json()
    assert [each["lessons"][0]["lesson"] for each in found["items"]] == [LESSON]
    assert ask(client, secret, "?pitfal=P2").status_code == 400


def test_a_key_of_another_portfolio_finds_nothing_and_one_without_the_scope_may_not(client, portfolio):
    _, elsewhere = a_key(a_portfolio())
    assert ask(client, elsewhere).status_code == 404
    _, narrow = a_key(portfolio, scopes=["projects:read"])
    assert ask(client, narrow).status_code in (403, 404)


@pytest.fixture
def sample(time_machine):
    time_machine.move_to(NOW, tick=False)
    portfolio = a_portfolio(slug="sample")
    stages.report(a_project(portfolio).pk, to="framing", actor=SYSTEM)
    generated_history.generate(portfolio.pk, actor=SYSTEM, now=NOW)
    return portfolio


def test_generated_ones_are_labelled_and_can_be_left_out(client, sample):
    client.force_login(a_member(sample, "viewer"))
    text = client.get("/portfolios/sample/decisions/").text
    assert "of these decisions never happened" in text
    assert ">Generated</span>" in text
    assert "/projects/PRJ-9" not in text
    assert "Remove the generated history" not in text
    without = client.get("/portfolios/sample/decisions/?generated=no")
    assert without.context["totals"].n == 0
    assert client.get("/portfolios/sample/decisions/").context["totals"].generated > 40


def test_an_administrator_removes_them_in_one_click_and_brings_them_back(client, sample):
    client.force_login(a_member(sample, "administrator"))
    dialog = client.get("/portfolios/sample/decisions/generated/remove/")
    assert "60 closed projects that never were" in dialog.text
    assert client.post("/portfolios/sample/decisions/generated/remove/").status_code == 302
    assert not Project.objects.filter(is_generated=True).exists()
    assert "Generate a history" in client.get("/portfolios/sample/decisions/").text
    client.post("/portfolios/sample/decisions/generated/")
    assert Project.objects.filter(is_generated=True).count() == 60
    kinds = ["history.generated", "history.removed", "history.generated"]
    assert [
        *Event.objects.filter(kind__startswith="history.").order_by("pk").values_list("kind", flat=True)
    ] == (kinds)


@pytest.mark.parametrize("role", ["viewer", "contributor", "manager"])
def test_nobody_else_may(client, sample, role):
    client.force_login(a_member(sample, role))
    for path in ("generated/remove/", "generated/"):
        assert client.post(f"/portfolios/sample/decisions/{path}").status_code == 403
    assert Project.objects.filter(is_generated=True).count() == 60
