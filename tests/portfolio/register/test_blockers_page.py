"""The register of blockers: its address is its state, its figures lead to lists, its queries do not grow."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import blockers, projects
from projects.models import Blocker
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, an_administrator, on_team

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "list"}
OVERLAY = {"HX-Request": "true", "HX-Target": "overlay"}
BULK = "/blockers/bulk/"
PAGES = ["/blockers/", "/blockers/report/", "/blockers/filters/", "/blockers/?export=csv"]


@pytest.fixture
def portfolio():
    return a_portfolio(slug="ours")


def a_blocker(project, title="No date for the review", days=0, **said):
    said = {"category": "security_review", "severity": "high", "actor": SYSTEM, **said}
    day = timezone.now().date() - timedelta(days)
    return blockers.raise_(project.pk, title=title, raised_on=day, **said)


def titles(response):
    return re.findall(r'<a class="cut"[^>]*>([^<]*)</a>', response.content.decode())


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", PAGES)
def test_the_number_of_queries_does_not_depend_on_the_rows(client, portfolio, address):
    for number in range(2):
        a_blocker(a_project(portfolio), days=number)
    client.force_login(a_member(portfolio, "viewer"))
    queries(client, address)
    few = queries(client, address)
    for number in range(20):
        owner = a_member(portfolio)
        other = a_project(portfolio)
        a_blocker(a_project(portfolio), days=number, owner=owner, affected=[other.pk])
    assert queries(client, address) == few


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_sees_nothing_of_it(client, portfolio, address):
    a_blocker(a_project(portfolio, "Secret engine"), "The secret licence")
    client.force_login(a_person())
    answer = client.get(address)
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"ecret" not in text
    assert client.get(f"{address}{'&' if '?' in address else '?'}portfolio=ours").status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_the_list_is_what_the_address_asks_for(client, portfolio):
    one, other = a_project(portfolio), a_project(portfolio)
    a_blocker(one, "Old and late", days=40)
    a_blocker(one, "New and grave", severity="critical", category="budget")
    a_blocker(other, "Data behind a wall", category="data_access", days=3)
    done = a_blocker(other, "Long gone", days=9)
    blockers.resolve(done.pk, resolution="solved", actor=SYSTEM)
    client.force_login(a_member(portfolio))
    assert titles(client.get("/blockers/")) == ["Old and late", "New and grave", "Data behind a wall"]
    assert titles(client.get("/blockers/?sort=-severity"))[0] == "New and grave"
    assert titles(client.get("/blockers/?late=yes")) == ["Old and late"]
    assert titles(client.get("/blockers/?age=31")) == ["Old and late"]
    assert titles(client.get("/blockers/?category=data_access")) == ["Data behind a wall"]
    assert titles(client.get("/blockers/?state=resolved")) == ["Long gone"]
    assert titles(client.get("/blockers/?q=wall")) == ["Data behind a wall"]
    part = client.get("/blockers/?q=wall", headers=PART)
    assert titles(part) == ["Data behind a wall"]
    assert b"<html" not in part.content


def test_what_waits_for_me_is_mine_or_has_risen_to_me(client, portfolio):
    me, project = a_member(portfolio), a_project(portfolio)
    on_team(project, "SP", me)
    a_blocker(project, "Mine", owner=me)
    a_blocker(project, "Not yet mine", owner=a_member(portfolio))
    a_blocker(project, "Risen to the sponsor", days=14, owner=a_member(portfolio))
    client.force_login(me)
    answer = client.get("/blockers/?waits=me")
    assert titles(answer) == ["Risen to the sponsor", "Mine"]
    assert re.search(r'aria-current="page">Waiting for me<span class="count">2<', answer.content.decode())


def test_an_unknown_filter_is_left_out_and_named(client, portfolio):
    a_blocker(a_project(portfolio))
    client.force_login(a_member(portfolio))
    answer = client.get("/blockers/?severity=awful")
    assert len(titles(answer)) == 1
    assert "Some filters were left out" in answer.content.decode()


def test_empty_filters_leave_the_address(client, portfolio):
    client.force_login(a_member(portfolio))
    answer = client.get("/blockers/?q=&severity=high&owner=")
    assert answer.status_code == 302
    assert answer["Location"] == "/blockers/?severity=high"


def test_what_people_write_is_shown_as_text(client, portfolio):
    a_blocker(a_project(portfolio), "<script>alert(1)</script>", waiting_for='"><b>them')
    client.force_login(a_member(portfolio))
    text = client.get("/blockers/").content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "<b>them" not in text


def test_every_number_of_the_report_leads_to_its_list(client, portfolio):
    project = a_project(portfolio)
    for days in (1, 20, 20, 70):
        a_blocker(project, f"{days} days", days=days)
    client.force_login(a_member(portfolio))
    text = client.get("/blockers/report/").content.decode()
    links = re.findall(r'<td class="num"><a href="([^"]*)">(\d+)</a>', text)
    assert [number for _, number in links] == ["1", "2", "1"] * 2  # its category, and all
    for address, number in links:
        assert len(titles(client.get(address.replace("&amp;", "&")))) == int(number)
    assert "0 of 3" in text  # three are past their day, none was resolved in time
    assert "Not known yet" in text  # a median, while none is resolved


def test_the_report_knows_the_value_once_it_is_stated(client, portfolio):
    project = a_project(portfolio)
    a_blocker(project)
    client.force_login(a_member(portfolio))
    assert "no project that is stopped states its value" in client.get("/blockers/report/").content.decode()
    projects.edit(project.pk, version=None, value_likely=1_000_000, actor=SYSTEM)
    project.refresh_from_db()
    said = f"{round(project.p_production * 1000)} k EUR"
    assert said in client.get("/blockers/report/").content.decode()


def test_a_blocker_of_three_projects_heads_the_portfolio_blockers(client, portfolio):
    one, two, three = (a_project(portfolio) for _ in range(3))
    a_blocker(one, "The platform is late", affected=[two.pk, three.pk])
    client.force_login(a_member(portfolio))
    assert titles(client.get("/blockers/?shared=yes")) == ["The platform is late"]
    assert "3 projects" in client.get("/blockers/report/").content.decode()


def test_the_file_holds_the_list_and_starts_no_formula(client, portfolio):
    a_blocker(a_project(portfolio), "=HYPERLINK(1)", days=2)
    client.force_login(a_member(portfolio))
    data = b"".join(client.get("/blockers/?export=csv").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(data, newline=""))
    assert row["title"] == "'=HYPERLINK(1)"
    assert row["age days"] == "2"
    assert row["severity"] == "High"


def test_many_are_changed_each_by_its_own_action(client, portfolio):
    project = a_project(portfolio)
    found = [a_blocker(project, f"Number {number}") for number in range(3)]
    client.force_login(a_member(portfolio))
    asked = {"do": "category", "blocker": [one.pk for one in found]}
    dialog = client.post(BULK, asked, headers=OVERLAY)
    assert "Change the category: 3 blockers" in dialog.content.decode()
    assert Blocker.objects.filter(category="security_review").count() == 3
    answer = client.post(BULK, {**asked, "sure": "yes", "category": "budget"})
    assert told(answer) == ["3 blockers changed."]
    assert Blocker.objects.filter(category="budget").count() == 3


def test_a_refusal_is_told_and_does_not_stop_the_others(client, portfolio):
    project = a_project(portfolio)
    plain, critical = a_blocker(project, "Plain"), a_blocker(project, "Grave", severity="critical")
    client.force_login(a_member(portfolio))
    asked = {"do": "resolve", "sure": "yes", "resolution": "accepted", "note": "We live with it."}
    answer = client.post(BULK, {**asked, "blocker": [plain.pk, critical.pk]}, headers=OVERLAY)
    text = answer.content.decode()
    assert "1 resolved, 1 refused" in text
    assert "Grave" in text
    assert "Plain" not in text.split("dialog-foot")[0].split("1 refused")[1]
    plain.refresh_from_db()
    critical.refresh_from_db()
    assert plain.resolution == "accepted"
    assert critical.is_open


def test_a_viewer_changes_nothing_and_a_stranger_finds_nothing(client, portfolio):
    one = a_blocker(a_project(portfolio))
    asked = {"do": "severity", "sure": "yes", "severity": "low", "blocker": [one.pk, "x", "9" * 30]}
    client.force_login(a_member(portfolio, "viewer"))
    assert "0 changed, 1 refused" in client.post(BULK, asked, headers=OVERLAY).content.decode()
    client.force_login(a_person())
    assert told(client.post(BULK, asked)) == ["Tick at least one blocker first."]
    one.refresh_from_db()
    assert one.severity == "high"


def test_only_members_of_every_portfolio_are_offered_as_owners(client, portfolio):
    elsewhere = a_portfolio()
    both = [a_blocker(a_project(portfolio)), a_blocker(a_project(elsewhere))]
    a_member(portfolio, name="Only Here")
    client.force_login(an_administrator())
    asked = {"do": "owner", "blocker": [one.pk for one in both]}
    assert "Only Here" not in client.post(BULK, asked, headers=OVERLAY).content.decode()
    asked["blocker"] = [both[0].pk]
    assert "Only Here" in client.post(BULK, asked, headers=OVERLAY).content.decode()


def test_without_a_choice_the_dialog_asks_again(client, portfolio):
    one = a_blocker(a_project(portfolio))
    client.force_login(a_member(portfolio))
    asked = {"do": "owner", "sure": "yes", "owner": "", "blocker": [one.pk]}
    answer = client.post(BULK, asked, headers=OVERLAY)
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_nothing_at_all_says_what_a_blocker_is(client, portfolio):
    client.force_login(a_member(portfolio))
    assert "No blockers yet" in client.get("/blockers/").content.decode()
    one = a_blocker(a_project(portfolio))
    blockers.resolve(one.pk, resolution="solved", actor=SYSTEM)
    assert "Nothing stops a project" in client.get("/blockers/").content.decode()
