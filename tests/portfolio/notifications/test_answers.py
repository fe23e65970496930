"""Answers from a mail: one button, without signing in, with the rights that the person has now."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portfolio.accounts.actions import people
from portfolio.logs import Line
from portfolio.notifications.models import Preference, Way
from portfolio.notifications.queries import links
from projects.actions import members, projects, updates
from projects.models import Event, Flag, StatusUpdate
from tests import factories
from tests.factories import SYSTEM, acting
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_has_guessed():
    cache.clear()


@pytest.fixture
def stranger():
    """A browser that checks what it sends and has no cookie."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def project():
    portfolio = factories.a_portfolio()
    owner = factories.a_member(portfolio, name="Olga")
    with time_machine.travel(timezone.now() - 20 * DAY):
        project = factories.a_project(portfolio, "Claims <b>triage</b>", owner=owner)
    with time_machine.travel(timezone.now() - 10 * DAY):
        updates.post(project.pk, health="at_risk", text="Labels are late", actor=acting(owner))
    return project


@pytest.fixture
def owner(project):
    return project.owner


@pytest.fixture
def flag(project):
    return factories.a_flag(project, facts={"days": 20, "limit": 7})


@pytest.fixture
def no_change(owner, project):
    return links.answer(owner.pk, links.NO_CHANGE, project_id=project.pk)


@pytest.fixture
def snooze(owner, flag):
    return links.answer(owner.pk, links.SNOOZE, flag_id=flag.pk)


def said(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(main.split())


def test_opening_a_link_shows_who_says_what_and_changes_nothing(stranger, no_change, project):
    for ask in (stranger.head, stranger.get, stranger.get):
        page = ask(no_change)
    assert page.status_code == 200
    text = said(page)
    assert f"{project.key} Claims &lt;b&gt;triage&lt;/b&gt;" in text
    assert "You answer as Olga" in text and "No change since" in text and "At risk" in text
    assert text.count("<button") == 1
    assert project.updates.count() == 1


def test_the_button_posts_as_that_person_through_the_mail(stranger, no_change, project, owner):
    assert stranger.post(no_change).status_code == 200
    update = project.updates.first()
    assert (update.is_no_change, update.health, update.author) == (True, "at_risk", owner)
    event = Event.objects.get(kind="update.posted", payload__update=update.pk)
    assert (event.actor, event.door, event.by_machine) == (owner, "mail", False)


def test_a_second_click_says_that_it_is_done_even_days_later(stranger, no_change, project):
    stranger.post(no_change)
    for days in (0, 5):
        with time_machine.travel(timezone.now() + days * DAY):
            page = stranger.post(no_change)
        assert page.status_code == 200 and "has its update" in said(page)
    assert project.updates.count() == 2


def test_what_was_said_since_the_mail_is_not_talked_away(stranger, no_change, project, owner):
    with time_machine.travel(timezone.now() + DAY):
        updates.post(project.pk, health="off_track", text="The vendor has left", actor=acting(owner))
        page = stranger.post(no_change)
    assert "The vendor has left" in said(page) and "<button" not in said(page)
    assert project.updates.first().health == "off_track"


def test_a_flag_sleeps_for_a_week_by_one_click(stranger, snooze, flag, owner):
    assert "No update for 20 days" in said(stranger.get(snooze))
    assert stranger.post(snooze).status_code == 200
    flag.refresh_from_db()
    assert flag.snoozed_until == timezone.localdate() + 7 * DAY and flag.snoozed_by == owner
    assert Event.objects.get(kind="flag.snoozed").door == "mail"
    assert "It sleeps until" in said(stranger.post(snooze))
    # Once it has woken, the same link does not put it to sleep again.
    with time_machine.travel(timezone.now() + 9 * DAY):
        stranger.post(snooze)
    flag.refresh_from_db()
    assert flag.snoozes == 1


@pytest.mark.parametrize(
    ("but", "says"),
    [
        ({"cleared_at": timezone.now()}, "has cleared"),
        ({"snoozes": 2}, "twice in a row"),
        ({"rule": "SIGNOFF_BLOCKED"}, "never sleeps"),
        ({"snoozed_until": timezone.localdate() + 3 * DAY}, "sleeps already"),
    ],
)
def test_what_may_not_sleep_says_why(stranger, snooze, but, says):
    Flag.objects.update(**but)
    for ask in (stranger.get, stranger.post):
        assert says in said(ask(snooze)) and "<button" not in said(ask(snooze))
    assert not Event.objects.filter(kind="flag.snoozed").exists()


@pytest.mark.parametrize("verb", ["no_change", "snooze"])
@pytest.mark.parametrize("lost", ["left", "sight", "right"])
def test_only_the_rights_of_today_count(stranger, request, verb, lost, project, owner, flag):
    path = request.getfixturevalue(verb)
    if lost == "left":
        people.deactivate(owner.pk, successor_id=None, actor=SYSTEM)
    elif lost == "right":
        members.set_role(project.portfolio_id, user_id=owner.pk, role="viewer", actor=SYSTEM)
    else:
        members.remove(project.portfolio_id, user_id=owner.pk, actor=SYSTEM)
    before = Event.objects.count()
    for ask in (stranger.get, stranger.post):
        page = ask(path)
        assert page.status_code == 403
        assert "<button" not in said(page)
        if lost != "right":
            assert project.key not in said(page) and flag.label not in said(page)
    assert Event.objects.count() == before


def test_an_archived_or_deleted_project_takes_no_answer(stranger, no_change, project):
    projects.archive(project.pk, actor=SYSTEM)
    assert "is archived" in said(stranger.post(no_change))
    projects.delete(project.pk, actor=SYSTEM)
    assert stranger.post(no_change).status_code == 403
    assert project.updates.count() == 1


def test_after_two_weeks_a_link_is_too_old(stranger, no_change, project):
    for days, status in ((13.9, 200), (14.1, 410)):
        with time_machine.travel(timezone.now() + days * DAY):
            assert stranger.get(no_change).status_code == status
    with time_machine.travel(timezone.now() + 14.1 * DAY):
        page = stranger.post(no_change)
    assert "too old" in said(page) and "/my-work/" in said(page)
    assert project.updates.count() == 1


def forged(owner, project):
    now = int(timezone.now().timestamp())
    said = [owner.pk, "no_change", project.pk, None, "", now]
    good = links.SIGNER.sign_object(said)
    other = links.SIGNER.sign_object([owner.pk + 1, *said[1:]])
    return {
        "nonsense": "nonsense",
        "unsigned": good.rpartition(":")[0],
        "another's body": f"{other.rpartition(':')[0]}:{good.rpartition(':')[2]}",
        "of another use": signing.Signer(salt="plimsoll.outside").sign_object(said),
        "of another key": signing.Signer(key="x", salt="plimsoll.answers.1").sign_object(said),
        "of Django": signing.dumps(said, salt="plimsoll.answers.1"),
        "cut off": good[:-1],
        "longer": good + "A",
        "signs": "%00%0d%0aSet-Cookie:x",
        "not text": "%ff%fe:%c3%28",
        "of letters": "ünïcode:ẞ",
        "endless": "A" * 20_000 + ":" + "B" * 43,
    }


@pytest.mark.parametrize("what", list(forged(factories.Portfolio(pk=1), factories.Portfolio(pk=1))))
def test_a_link_that_was_not_made_here_leads_to_the_sign_in(stranger, owner, project, what):
    path = f"/answers/{forged(owner, project)[what]}/"
    for ask in (stranger.get, stranger.post):
        page = ask(path)
        assert page.status_code == 404 and "This link does not work" in said(page)
    assert project.updates.count() == 1


def test_who_guesses_is_sent_away_and_keeps_nobody_else_out(stranger, no_change):
    statuses = {stranger.get(f"/answers/guess{number}/").status_code for number in range(12)}
    assert statuses == {404, 429}
    assert stranger.get(no_change).status_code == 200


def test_the_page_keeps_its_address_to_itself(stranger, no_change):
    for page in (stranger.get(no_change), stranger.post(no_change), stranger.get("/answers/forged/")):
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert not page.cookies


def test_no_token_stands_in_the_log(no_change, stranger, caplog, owner):
    people.deactivate(owner.pk, successor_id=None, actor=SYSTEM)
    stranger.get(no_change)
    token = no_change.split("/")[2]
    lines = [Line("%(message)s").format(record) for record in caplog.records]
    assert any("/answers/…/" in line for line in lines)
    assert not any(token in line for line in lines)
    for secret in ("/sign-in/link/abc/", "/calendar/abc.ics", "/outside/abc/?x=1"):
        record = logging.makeLogRecord({"msg": "Gone: %s", "args": (secret,)})
        assert "abc" not in Line("%(message)s").format(record)


def test_a_mail_program_ends_a_topic_without_cookie_or_token(stranger, owner):
    path = links.answer(owner.pk, links.UNSUBSCRIBE, topic="flags")
    one_click = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}
    assert "No more mails about flags" in said(stranger.get(path))
    assert not Preference.objects.exists()
    for _ in range(2):
        assert stranger.post(path, **one_click).status_code == 200
    choice = Preference.objects.get()
    assert (choice.user, choice.topic, choice.mail, choice.in_inbox) == (owner, "flags", Way.OFF, True)


def test_whoever_has_changed_their_mind_gets_them_again(stranger, owner):
    Preference.objects.create(user=owner, topic="follows", mail=Way.WEEKLY)
    path = links.answer(owner.pk, links.UNSUBSCRIBE, topic="daily")
    page = said(stranger.post(path))
    assert Preference.objects.get(topic="flags").mail == Way.OFF
    assert Preference.objects.get(topic="follows").mail == Way.WEEKLY
    assert 'name="again" value="flags:daily"' in page
    assert "You get them again" in said(stranger.post(path, {"again": "flags:daily"}))
    assert Preference.objects.get(topic="flags").mail == Way.DAILY


@pytest.mark.parametrize("again", ["flags:every minute", "x:daily", "a" * 5_000, ":", "\0:now", "flags"])
def test_a_forged_change_of_mind_changes_nothing(stranger, owner, again):
    path = links.answer(owner.pk, links.UNSUBSCRIBE, topic="flags")
    assert stranger.post(path, {"again": again}).status_code == 200
    assert not Preference.objects.exists()


def test_a_way_out_works_for_a_year(stranger, owner):
    path = links.answer(owner.pk, links.UNSUBSCRIBE, topic="flags")
    with time_machine.travel(timezone.now() + 300 * DAY):
        assert stranger.post(path).status_code == 200
    assert Preference.objects.get().mail == Way.OFF


def test_a_signed_in_reader_answers_as_the_person_of_the_mail(client, no_change, project, owner):
    client.force_login(factories.a_person("Somebody else"))
    client.post(no_change)
    assert StatusUpdate.objects.order_by("-pk")[0].author == owner


def test_links_are_refused_for_verbs_that_there_are_not(owner):
    with pytest.raises(ValueError, match="delete"):
        links.answer(owner.pk, "delete")


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_post_once(no_change, project):
    pages = at_once(*[lambda: Client().post(no_change)] * 3)
    assert {page.status_code for page in pages} == {200}
    assert project.updates.count() == 2
