"""Calendars to subscribe to: which dates, for whom, and who still reads them after a change of rights."""

import re
from datetime import date, timedelta

import icalendar
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.accounts.actions import people
from portfolio.integrations.calendars.actions import feeds as actions
from portfolio.integrations.calendars.pages import feeds as page
from portfolio.integrations.models import CalendarFeed
from projects.actions import members, teams
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Condition, Event, Packet, Project, SignOff, Todo
from tests import factories
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, an_administrator
from tests.projects.pages.reading import text

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def portfolio():
    return a_portfolio("Claims", slug="claims", time_zone="UTC")


@pytest.fixture
def project(portfolio):
    return a_project(portfolio, "Triage, router; and\nmore")


@pytest.fixture
def member(portfolio):
    return a_member(portfolio, "contributor", "Mona Member")


def on(days):
    return TODAY + timedelta(days=days)


def with_dates(project, owner=None, start=0):
    """Every kind of date once; what is theirs to do belongs to the owner."""
    Project.objects.filter(pk=project.pk).update(
        owner=owner,
        gate_planned_on=on(start + 1),
        committed_on=on(start + 2),
        p50_on=on(start + 2),
        p80_on=on(start + 12),
        p_production=0.62,
        recertify_on=on(start + 3),
        review_due_on=on(start + 4),
    )
    Blocker.objects.create(
        portfolio=project.portfolio,
        project=project,
        title="No data",
        category="budget",
        severity="high",
        owner=owner,
        raised_on=TODAY,
        respond_by=on(start + 5),
        due_on=on(start + 5),
    )
    packet = Packet.objects.create(project=project, gate="G1", sha256="x", content="{}")
    signoff = SignOff.objects.create(project=project, gate="G1", role="PO", packet=packet)
    Condition.objects.create(
        signoff=signoff, text="Bring a test", kind="by_date", due_on=on(start + 6), owner=owner
    )
    Todo.objects.create(project=project, text="Ask legal", owner=owner, due_on=on(start + 7))


def made(person, portfolio=None):
    """The address of a new feed, as a path."""
    _, token = actions.make(portfolio and portfolio.pk, actor=acting(person))
    return f"/calendar/{token}.ics"


def read(path, **headers):
    return Client().get(path, headers=headers)


def events(path):
    answer = read(path)
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def kinds(path):
    return [str(event["UID"]).split("-")[0] for event in events(path)]


EVERY_KIND = ["gate", "target", "recertification", "review", "blocker", "condition"]


def test_a_person_has_the_dates_of_their_projects_and_what_is_theirs_to_do(project, portfolio, member):
    with_dates(project, owner=member)
    with_dates(a_project(portfolio, "Somebody else's"))
    found = events(made(member))
    assert [str(event["UID"]).split("-")[0] for event in found] == [*EVERY_KIND, "todo"]
    assert [event["DTSTART"].dt for event in found] == [on(number) for number in range(1, 8)]
    said = {str(event["CATEGORIES"].cats[0]): event for event in found}
    assert said["Target date"]["SUMMARY"] == f"{project.key} Triage, router; and more: target date"
    assert said["Target date"]["DESCRIPTION"] == (
        "Likely to be live by 2 Dec 2026 (P80); half likely by 22 Nov 2026 (P50).\n"
        "That is 10 days after the target date.\nChance of reaching production: 62%."
    )
    assert said["Gate"]["SUMMARY"].endswith(": gate G0 Intake")
    assert said["Blocker"]["URL"].endswith(f"/projects/{project.key}/blockers/")
    assert said["To-do"]["SUMMARY"] == f"{project.key}: Ask legal"


def test_whoever_is_on_the_team_has_the_projects_dates_too(project, member):
    with_dates(project)
    path = made(member)
    assert kinds(path) == []
    teams.assign(project.pk, user_id=member.pk, role="ML", actor=SYSTEM)
    assert kinds(path) == ["gate", "target", "recertification", "review"]


def test_a_portfolio_has_the_dates_of_all_its_projects(project, portfolio, member):
    with_dates(project)
    with_dates(a_project(portfolio, "Another"), start=10)
    with_dates(a_project(a_portfolio(), "Elsewhere"))
    assert kinds(made(member, portfolio)) == [*EVERY_KIND, *EVERY_KIND]


def test_on_hold_the_end_of_the_hold_takes_the_place_of_the_gate(project, member):
    Project.objects.filter(pk=project.pk).update(
        owner=member, gate_planned_on=on(1), status="on_hold", hold_since=timezone.now(), resume_on=on(2)
    )
    assert kinds(made(member)) == ["hold"]


@pytest.mark.parametrize("how", ["done", "ended", "archived", "deleted"])
def test_what_is_over_has_no_date(project, member, how):
    with_dates(project, owner=member)
    Project.objects.update(review_due_on=None)
    path = made(member)
    if how == "done":
        Blocker.objects.update(resolved_on=TODAY, resolution="fixed")
        Condition.objects.update(closed_on=TODAY)
        Todo.objects.update(done_at=timezone.now())
        assert kinds(path) == ["gate", "target", "recertification"]
        return
    now = timezone.now()
    changes = {"ended": {"outcome": "stopped", "ended_at": now}}.get(how, {f"{how}_at": now})
    Project.objects.update(**changes)
    assert kinds(path) == []


def test_a_condition_of_a_signature_taken_back_binds_nobody(project, portfolio, member):
    with_dates(project)
    SignOff.objects.update(withdrawn_at=timezone.now())
    assert "condition" not in kinds(made(member, portfolio))


def test_an_entry_stays_itself_when_its_day_moves(project, member):
    path, target = made(member), on(30)
    with_dates(project, owner=member)
    before = next(each for each in events(path) if each["UID"].startswith("target"))
    Project.objects.filter(pk=project.pk).update(committed_on=target)
    Event.objects.filter(project=project).update(at=timezone.now() + timedelta(minutes=5))
    after = next(each for each in events(path) if each["UID"].startswith("target"))
    assert (after["UID"], after["DTSTART"].dt) == (before["UID"], target)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt


def test_rights_are_those_of_the_moment_it_is_read(project, portfolio, member):
    with_dates(project)
    with_dates(a_project(portfolio, "Another"))
    path = made(member, portfolio)
    assert len(kinds(path)) == 12
    members.remove(portfolio.pk, user_id=member.pk, actor=SYSTEM)
    answer = read(path)
    assert answer.status_code == 200 and b"Claims" not in answer.content and b"VEVENT" not in answer.content
    teams.assign(project.pk, user_id=member.pk, role="ML", actor=SYSTEM)
    assert len(kinds(path)) == 6


def test_whoever_left_reads_nothing_any_more(project, portfolio, member):
    path = made(member)
    assert read(path).status_code == 200
    people.deactivate(member.pk, successor_id=None, actor=acting(an_administrator()))
    assert read(path).status_code == 404


def test_a_renewed_address_ends_the_old_one_and_an_ended_one_is_gone(member):
    path = made(member)
    feed = CalendarFeed.objects.get()
    assert feed.token_hash not in path and len(path) > 50
    _, token = actions.renew(feed.pk, actor=acting(member))
    assert read(path).status_code == 404
    assert read(f"/calendar/{token}.ics").status_code == 200
    actions.end(feed.pk, actor=acting(member))
    assert read(f"/calendar/{token}.ics").status_code == 404
    traces = Event.objects.filter(kind__startswith="calendar_feed.").order_by("pk")
    assert [event.kind.partition(".")[2] for event in traces] == ["made", "renewed", "ended"]
    assert not [event for event in traces if token in str(event.payload)]


def test_nobody_touches_the_address_of_another(member):
    made(member)
    feed = CalendarFeed.objects.get()
    for act in (actions.renew, actions.end):
        with pytest.raises(NotAllowed):
            act(feed.pk, actor=acting(an_administrator()))
    with pytest.raises(Refused):
        actions.make(actor=acting(member))
    with pytest.raises(NotAllowed):
        actions.make(actor=SYSTEM)


def test_strangers_and_keys_make_none_for_a_portfolio(portfolio):
    with pytest.raises(NotAllowed):
        actions.make(portfolio.pk, actor=acting(a_person()))
    robot = factories.a_key(portfolio)[0].user
    with pytest.raises(NotAllowed):
        actions.make(portfolio.pk, actor=Actor(robot, "api"))
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("token", ["nothing", "%00", "a/b", "ü" * 40, "x" * 2000, "%ff"])
def test_any_other_address_is_nowhere(token):
    answer = read(f"/calendar/{token}.ics")
    assert answer.status_code == 404
    assert Client().post("/calendar/nothing.ics").status_code == 405


def test_what_a_reader_has_is_not_sent_again(project, member):
    path = made(member)
    first = read(path)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    again = read(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with_dates(project, owner=member)
    changed = read(path, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


def test_when_it_was_last_read_is_noted_by_the_hour(member, time_machine):
    path, start = made(member), timezone.now()
    for hours, noted in ((0, 0), (0.5, 0), (1, 1)):
        time_machine.move_to(start + timedelta(hours=hours), tick=False)
        read(path)
        assert CalendarFeed.objects.get().last_used_at == start + timedelta(hours=noted)


def test_a_program_run_wild_is_asked_to_wait_and_so_is_whoever_guesses(member, monkeypatch, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    path = made(member)
    monkeypatch.setattr(page, "MOST_READS", 2)
    monkeypatch.setattr(page, "MOST_GUESSES", 2)
    for each, usual in ((path, 200), ("/calendar/guess.ics", 404)):
        assert [read(each).status_code for _ in range(3)] == [usual, usual, 429]
        assert read(each)["Retry-After"] == "60"
    time_machine.shift(60)
    assert (read(path).status_code, read("/calendar/guess.ics").status_code) == (200, 404)


def test_queries_do_not_depend_on_rows(portfolio, member):
    own, whole = made(member), made(member, portfolio)
    with_dates(a_project(portfolio), owner=member)
    few = [_queries(path) for path in (own, whole)]
    for _ in range(8):
        with_dates(a_project(portfolio), owner=member)
    assert [_queries(path) for path in (own, whole)] == few
    assert max(few) <= 12


def _queries(path):
    """How many there are beside those of the cache, which counts tries."""
    read(path)
    with CaptureQueriesContext(connection) as found:
        assert read(path).status_code == 200
    return len(
        [one for one in found.captured_queries if "cache" not in one["sql"] and "SAVEPOINT" not in one["sql"]]
    )


@pytest.mark.parametrize("slug", ["", "claims"])
def test_the_page_makes_shows_renews_and_ends(client, portfolio, member, slug):
    home = f"/portfolios/{slug}/calendar/" if slug else "/profile/calendar/"
    client.force_login(member)
    assert "Make an address" in text(client.get(home))
    answer = client.post(f"{home}make/")
    (address,) = re.findall(r">(http\S+\.ics)<", answer.content.decode())
    path = "/calendar/" + address.rpartition("/")[2]
    assert answer["Cache-Control"].find("no-store") >= 0
    assert f'href="webcal://{address.partition("://")[2]}"' in answer.content.decode()
    assert read(path).status_code == 200
    shown = client.get(home)
    assert address not in shown.content.decode() and "Last read" in text(shown)
    assert client.post(f"{home}make/").status_code == 302
    renewed = client.post(f"{home}renew/")
    assert re.findall(r">(http\S+\.ics)<", renewed.content.decode()) != [address]
    assert read(path).status_code == 404
    assert client.post(f"{home}end/").status_code == 302
    assert client.post(f"{home}end/").status_code == client.post(f"{home}renew/").status_code == 404
    assert not CalendarFeed.objects.exists()


def test_the_pages_of_a_portfolio_are_not_there_for_strangers(client, portfolio):
    assert client.get("/portfolios/claims/calendar/").status_code == 302
    client.force_login(a_person())
    assert client.get("/portfolios/claims/calendar/").status_code == 404
    assert client.post("/portfolios/claims/calendar/make/").status_code == 404
    assert client.get("/profile/calendar/make/").status_code == 405
