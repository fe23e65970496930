"""The list of flags and the page of one: filters, sleep, what clears it, who was told."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.notifications.models import ChatHook, Delivery, Message, State, Way
from projects.actions import snoozes
from projects.models import Event, Flag, Portfolio
from projects.pages.clearing import CLEARS
from projects.rules.flags import RULES
from tests.factories import a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "list"}
LIVE = {"HX-Request": "true", "X-Live": "list"}
OVERLAY = {"HX-Request": "true", "HX-Target": "overlay"}
PAGES = ["/flags/", "/flags/filters/", "/flags/?export=csv"]
NUMBERS = {"days": 31, "limit": 30}


@pytest.fixture
def portfolio():
    return a_portfolio(slug="ours", name="Ours")


def a_flag(about, rule="NO_UPDATE", severity="warn", days=3, **said):
    """A flag as the sweep leaves it, on a project or on a stage of a portfolio."""
    is_stage = isinstance(about, Portfolio)
    place = {"portfolio": about} if is_stage else {"portfolio": about.portfolio, "project": about}
    at = timezone.now() - timedelta(days=days)
    said = {"facts": NUMBERS, **said}
    flag = Flag(
        rule=rule, severity=severity, rule_version=1, opened_at=at, severity_since=at, **place, **said
    )
    flag.save()
    return flag


def labels(response):
    return [row.flag.label for row in response.context["listing"].rows]


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
    person = a_member(portfolio, "viewer")
    client.force_login(person)

    def more(number):
        for _ in range(number):
            project = a_project(portfolio, owner=a_member(portfolio))
            a_flag(project, snoozed_until=timezone.localdate(), snoozed_by=project.owner)
            a_flag(on_team_of(a_portfolio(), person))

    more(2)
    queries(client, address)
    few = queries(client, address)
    more(18)
    assert queries(client, address) == few <= 10


def on_team_of(portfolio, person):
    project = a_project(portfolio)
    on_team(project, "DX", person)
    return project


@pytest.mark.parametrize("address", [*PAGES, "/flags/{pk}/", "/flags/{pk}/snooze/"])
def test_a_stranger_sees_nothing_of_it(client, portfolio, address):
    flag = a_flag(a_project(portfolio, "Secret engine"))
    client.force_login(a_person())
    answer = client.get(address.format(pk=flag.pk))
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"ecret" not in text
    assert answer.status_code == (404 if "{pk}" in address else 200)
    client.logout()
    assert client.get(address.format(pk=flag.pk)).status_code == 302


CROWDED = {"stage": "Proof of concept", "active": 5, "limit": 3, "days": 0}


def test_a_flag_of_a_stage_is_for_members_and_not_for_a_projects_team(client, portfolio):
    flag = a_flag(portfolio, "WIP_OVER_LIMIT", subject="poc", facts=CROWDED)
    client.force_login(on_team(a_project(portfolio), "DX"))
    assert labels(client.get("/flags/")) == []
    assert client.get(f"/flags/{flag.pk}/").status_code == 404
    client.force_login(a_member(portfolio, "viewer"))
    assert labels(client.get("/flags/")) == ["5 at once in Proof of concept, limit 3"]
    page = client.get(f"/flags/{flag.pk}/")
    assert page.context["way"].url == "/projects/?portfolio=ours&stage=poc"


def test_a_portfolio_that_one_may_not_know_of_is_not_there(client, portfolio):
    client.force_login(a_person())
    ours = [f"{address}{'&' if '?' in address else '?'}portfolio=ours" for address in PAGES]
    assert [client.get(address).status_code for address in ours] == [404, 404, 404]


def test_the_list_is_what_the_address_asks_for(client, portfolio):
    reader = a_member(portfolio)
    mine, other = a_project(portfolio, owner=reader), a_project(portfolio)
    a_flag(mine, facts={"days": 40, "limit": 30}, days=9)
    a_flag(other, "GATE_OVERDUE", "critical", facts={"days": 3})
    a_flag(other, facts={"days": 50, "limit": 30}, snoozed_until=timezone.localdate())
    a_flag(
        other, "STAGE_OVERRUN", facts={"days": 90, "stage": "Idea", "limit": 60}, cleared_at=timezone.now()
    )
    own, late, quiet = "No update for 40 days", "Gate date passed 3 days ago", "No update for 50 days"
    client.force_login(reader)
    for query, expected in (
        ("", [late, own, quiet]),
        ("?sort=since", [own, late, quiet]),
        ("?mine=yes", [own]),
        ("?severity=critical", [late]),
        ("?rule=NO_UPDATE", [own, quiet]),
        (f"?project={other.key.lower()}", [late, quiet]),
        ("?asleep=yes", [quiet]),
        ("?asleep=no", [late, own]),
    ):
        assert labels(client.get(f"/flags/{query}")) == expected, query


def test_a_sleep_that_is_over_is_none(client, portfolio):
    a_flag(a_project(portfolio), snoozed_until=timezone.localdate() - timedelta(days=1))
    client.force_login(a_member(portfolio))
    assert labels(client.get("/flags/?asleep=yes")) == []
    assert not client.get("/flags/").context["listing"].rows[0].is_asleep


def test_each_rule_is_counted_whatever_the_list_is_narrowed_to(client, portfolio):
    project = a_project(portfolio)
    a_flag(project)
    a_flag(a_project(portfolio))
    a_flag(project, "GATE_OVERDUE")
    client.force_login(a_member(portfolio))
    found = client.get("/flags/?rule=GATE_OVERDUE").context["of_rules"]
    assert [(rule.title, rule.count, rule.is_current) for rule in found] == [
        ("No update", 2, False),
        ("Gate date passed", 1, True),
    ]


def test_an_address_that_makes_no_sense_says_what_was_left_out(client, portfolio):
    client.force_login(a_member(portfolio))
    page = client.get("/flags/?rule=BAD&severity=loud&page=0")
    assert page.status_code == 200
    assert b"Some filters were left out" in page.content


def test_the_file_has_what_the_list_shows(client, portfolio):
    project = a_project(portfolio, "=SUM(A1)")
    a_flag(project, snoozed_until=timezone.localdate(), snooze_reason="=cmd")
    a_flag(project, "GATE_OVERDUE", "critical")
    client.force_login(a_member(portfolio))
    answer = client.get("/flags/?export=csv&severity=warn")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["rule"], row["project name"], row["reason"]) for row in rows] == [
        ("NO_UPDATE", "'=SUM(A1)", "'=cmd")
    ]
    assert "no longer" not in rows[0]["what was found"] and "30 days" in rows[0]["what was found"]


def test_the_page_of_a_flag_tells_its_rule_with_the_limits_of_its_stage(client, portfolio):
    flag = a_flag(a_project(portfolio), flaps=2)
    client.force_login(a_member(portfolio))
    page = client.get(f"/flags/{flag.pk}/").content.decode()
    rule = RULES["NO_UPDATE"]
    for words in (rule.explanation, rule.clears, "31 days; the limit is 30 days", "2 times within a week"):
        assert words.replace("'", "&#x27;") in page or words in page
    assert "more than 30 days in Idea" in page and "more than 60 days in Idea" in page


def test_the_page_tells_who_was_told_and_how(client, portfolio):
    project = a_project(portfolio)
    flag = a_flag(project)
    reader, gone = a_member(portfolio, name="Rita Reader"), a_member(portfolio, name="Gerd Gone")
    mail = Delivery.objects.create(
        recipient=gone, cause="flag:1", subject="Flag", text="…", state=State.PARKED, project=project
    )
    told_of = {"kind": "flag.opened", "topic": "flags", "flag": flag, "subject": "Flag", "text": "…"}
    Message.objects.create(recipient=reader, cause="a", way=Way.DAILY, **told_of)
    Message.objects.create(recipient=gone, cause="b", way=Way.NOW, delivery=mail, **told_of)
    raised = Event.objects.create(
        kind="flag.opened",
        portfolio=portfolio,
        project=project,
        door="task",
        payload={"flag": flag.pk, "rule": flag.rule},
        at=timezone.now(),
    )
    hook = ChatHook.objects.create(portfolio=portfolio, name="Team room", style="slack", url="https://x")
    for cause in (f"event:{raised.pk}", "event:0"):
        post = {"channel": "chat", "hook": hook, "cause": cause, "subject": "Flag", "text": "…"}
        Delivery.objects.create(project=project, **post)
    client.force_login(reader)
    found = {each.who: (each.inbox, each.mail) for each in client.get(f"/flags/{flag.pk}/").context["told"]}
    assert found == {
        "Rita Reader": ("unread in the inbox", "goes with the daily digest"),
        "Gerd Gone": ("unread in the inbox", "mail did not go"),
        "Team room": ("in the chat", "on its way"),
    }


def test_every_rule_has_one_action_that_leads_to_a_page(client, portfolio):
    assert set(CLEARS) == set(RULES) - {"WIP_OVER_LIMIT"}  # which is about a stage: the list of its projects
    project = a_project(portfolio)
    client.force_login(a_member(portfolio, "administrator"))
    for rule, clearing in CLEARS.items():
        flag = a_flag(project, rule, facts={})
        way = client.get(f"/flags/{flag.pk}/").context["way"]
        address, _, place = way.url.partition("#")
        page = client.get(address, follow=True)
        # Moves that do not exist from the first stage say so; every other page is there.
        assert page.status_code == 200 or clearing.page == "project_move", rule
        assert f'id="{place}"' in page.content.decode() or not place, rule


def test_who_may_not_do_it_is_offered_nothing(client, portfolio):
    flag = a_flag(a_project(portfolio))
    client.force_login(a_member(portfolio, "viewer"))
    page = client.get(f"/flags/{flag.pk}/")
    assert page.context["way"] is None
    assert b"Let it sleep" not in page.content
    address = f"/flags/{flag.pk}/snooze/"
    said = {"until": timezone.localdate().isoformat(), "reason": "No"}
    assert [client.get(address).status_code, client.post(address, said).status_code] == [403, 403]
    assert client.post(f"/flags/{flag.pk}/wake/").status_code == 403


def test_it_is_let_sleep_and_woken_again(client, portfolio):
    flag = a_flag(a_project(portfolio))
    client.force_login(a_member(portfolio))
    address = f"/flags/{flag.pk}/snooze/"
    assert 'name="reason"' in client.get(address, headers=OVERLAY).content.decode()
    said = {"until": timezone.localdate().isoformat(), "reason": "Back on Monday", "back": "/flags/?page=2"}
    answer = client.post(address, said, headers=OVERLAY)
    assert answer["HX-Redirect"] == "/flags/?page=2"
    flag.refresh_from_db()
    assert (flag.snooze_reason, flag.snoozes) == ("Back on Monday", 1)
    assert b"Asleep until" in client.get(f"/flags/{flag.pk}/").content
    client.post(f"/flags/{flag.pk}/wake/")
    flag.refresh_from_db()
    assert flag.snoozed_until is None
    kinds = Event.objects.filter(kind__startswith="flag.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["flag.snoozed", "flag.woken"]


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({}, 422, "Say in a sentence why it may sleep."),
        ({"reason": "x"}, 422, "Give the last day on which it sleeps."),
        ({"reason": "x", "until": "2001-01-01"}, 409, "2001-01-01 has passed."),
        ({"reason": "x", "until": "2099-01-01"}, 409, "more than 30 days ahead"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, portfolio, said, status, words):
    flag = a_flag(a_project(portfolio))
    client.force_login(a_member(portfolio))
    answer = client.post(f"/flags/{flag.pk}/snooze/", said)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not Event.objects.filter(kind="flag.snoozed").exists()


def test_what_never_sleeps_says_so(client, portfolio):
    flag = a_flag(a_project(portfolio), "SIGNOFF_BLOCKED", "critical", facts={"count": 1})
    client.force_login(a_member(portfolio))
    page = client.get(f"/flags/{flag.pk}/").content.decode()
    assert "never sleeps" in page and "Let it sleep" not in page


def test_many_are_let_sleep_at_once_and_the_refused_are_named(client, portfolio):
    project = a_project(portfolio)
    one, other = a_flag(project), a_flag(project, "GATE_OVERDUE")
    never = a_flag(project, "SIGNOFF_BLOCKED", "critical", facts={"number": 1})
    client.force_login(a_member(portfolio))
    ticked = {"flag": [one.pk, other.pk, never.pk], "list": "severity=warn"}
    assert b"Let 3 flags sleep" in client.post("/flags/bulk/", ticked, headers=OVERLAY).content
    said = {**ticked, "sure": "yes", "until": timezone.localdate().isoformat(), "reason": "Holidays"}
    report = client.post("/flags/bulk/", said, headers=OVERLAY).content.decode()
    assert "2 asleep, 1 refused" in report and "1 signature refused" in report
    assert Flag.objects.filter(snooze_reason="Holidays").count() == 2
    said["flag"] = [one.pk, other.pk]
    answer = client.post("/flags/bulk/", said, headers=OVERLAY)
    assert answer["HX-Redirect"] == "/flags/?severity=warn"
    assert told(answer) == ["2 flags asleep"]


def test_nothing_ticked_and_strangers_flags_are_nothing(client, portfolio):
    flag = a_flag(a_project(portfolio))
    client.force_login(a_person())
    for ticked in ({}, {"flag": [flag.pk, "x", "9" * 30]}):
        assert told(client.post("/flags/bulk/", ticked))[-1] == "Tick at least one flag first."


def test_the_list_looks_again_for_nothing_where_nothing_has_changed(client, portfolio):
    project = a_project(portfolio)
    flag = a_flag(project)
    reader = a_member(portfolio)
    client.force_login(reader)
    page = client.get("/flags/").content.decode()
    seen = page.partition('data-live-seen="')[2].partition('"')[0]
    same = client.get("/flags/", headers={**LIVE, "If-None-Match": f'"{seen}"'})
    assert (same.status_code, same.content) == (304, b"")
    snoozes.snooze(flag.pk, reason="Later", until=timezone.localdate(), actor=acting(reader))
    fresh = client.get("/flags/", headers={**LIVE, "If-None-Match": f'"{seen}"'})
    assert fresh.status_code == 200 and fresh["ETag"] != f'"{seen}"'
    assert "no-store" in fresh["Cache-Control"]
    assert b"asleep until" in fresh.content and b"<html" not in fresh.content


def test_the_side_bar_leads_there(client, portfolio):
    client.force_login(a_member(portfolio))
    page = client.get("/projects/?portfolio=ours").content.decode()
    assert f'href="{reverse("flags")}?portfolio=ours"' in page
    health = 'href="/portfolios/ours/flag-health/"'
    assert health in client.get("/flags/").content.decode()
    client.force_login(on_team(a_project(portfolio), "DX"))
    assert health not in client.get("/flags/").content.decode()
