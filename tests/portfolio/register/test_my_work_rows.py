"""My work: updates that are due and mentions are answered where they stand; what changed is told once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import outbox
from portfolio.notifications.models import Message
from portfolio.register.actions import saved_views, visits
from projects.actions import comments, follows, updates
from projects.actors import Actor
from projects.models import Event, Project, StatusUpdate, Visit
from tests import factories
from tests.factories import acting

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "my-work"}
HOUR = timedelta(hours=1)


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Claims")


@pytest.fixture
def me(portfolio, client):
    person = factories.a_member(portfolio, "contributor", "Edgar Editor")
    client.force_login(person)
    return person


@pytest.fixture
def other(portfolio):
    return factories.a_member(portfolio, "contributor", "Olu Other")


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def silent(portfolio, owner, name="Claims triage", days=31):
    """A project of which nobody has said anything for so long."""
    project = factories.a_project(portfolio, name, owner=owner)
    long_ago = timezone.now() - timedelta(days)
    updates.post(
        project.pk, health="at_risk", text="Waiting for data.", actor=Actor(None, "sample", at=long_ago)
    )
    Project.objects.filter(pk=project.pk).update(last_update_at=long_ago)
    return project


def test_no_change_is_one_click_and_is_taken_back_by_another(client, me, portfolio):
    project, second = silent(portfolio, me, days=40), silent(portfolio, me, "Second")
    page = text(client.get("/my-work/"))
    assert "10 days late" in page.lower() and "Waiting for data." in page
    assert (
        f'href="/projects/{project.key}/update/" hx-get' in page.split('data-key="u"')[0].rsplit("<a", 1)[-1]
    )
    part = text(client.post(f"/my-work/updates/{project.key}/no-change/", headers=PART))
    assert f'id="due-{project.key}"' not in part and f'id="due-{second.key}"' in part
    assert '<span id="work-count" hx-swap-oob="true" class="count">1<' in part
    update = StatusUpdate.objects.get(is_no_change=True)
    assert (update.author, update.health) == (me, "at_risk")
    assert f"{project.key}: {update.text}" in part
    undone = client.post(f"/my-work/updates/{update.pk}/changed/", follow=True)
    assert undone.redirect_chain == [("/my-work/", 302)]
    assert f'id="due-{project.key}"' in text(undone)
    assert not StatusUpdate.objects.filter(is_no_change=True).exists()


def test_where_nobody_has_spoken_nothing_can_be_unchanged(client, me, portfolio):
    project = factories.a_project(portfolio, owner=me)
    Project.objects.filter(pk=project.pk).update(created_at=timezone.now() - timedelta(31))
    page = text(client.get("/my-work/"))
    assert f'id="due-{project.key}"' in page and "no-change" not in page
    part = text(client.post(f"/my-work/updates/{project.key}/no-change/", headers=PART))
    assert "Not done." in part and not StatusUpdate.objects.exists()


def test_doors_of_rows_are_shut_to_strangers_and_to_those_who_only_look(client, me, portfolio):
    project = silent(portfolio, me)
    update = StatusUpdate.objects.get()
    client.force_login(factories.a_person())
    assert client.post(f"/my-work/updates/{project.key}/no-change/").status_code == 404
    assert client.post(f"/my-work/updates/{update.pk}/changed/").status_code == 404
    client.force_login(factories.a_member(portfolio, "viewer"))
    assert client.post(f"/my-work/updates/{project.key}/no-change/").status_code == 403
    assert client.post(f"/my-work/updates/{update.pk}/changed/").status_code == 403
    assert client.get(f"/my-work/updates/{project.key}/no-change/").status_code == 405
    client.logout()
    for address in (f"updates/{project.key}/no-change/", "mentions/1/read/", "seen/"):
        assert client.post(f"/my-work/{address}").status_code in (302, 403)
    assert StatusUpdate.objects.get() == update


def test_a_flag_of_silence_is_not_said_beside_the_update_that_is_due(client, me, portfolio):
    project = silent(portfolio, me)
    Project.objects.filter(pk=project.pk).update(flag_level=1)
    flag = factories.a_flag(project, "NO_UPDATE")
    overdue = factories.a_flag(project, "GATE_OVERDUE")
    page = text(client.get("/my-work/"))
    assert f'id="due-{project.key}"' in page
    assert f'id="flag-{flag.pk}"' not in page and f'id="flag-{overdue.pk}"' in page


def test_an_update_opens_with_the_health_that_was_chosen_and_leads_back(client, me, portfolio):
    project = silent(portfolio, me)
    dialog = {"HX-Request": "true", "HX-Target": "overlay", "HX-Current-URL": "http://testserver/my-work/"}
    page = text(client.get(f"/projects/{project.key}/update/?health=off_track", headers=dialog))
    assert page.lstrip().startswith("<dialog") and 'name="back" value="/my-work/"' in page
    assert 'value="off_track" data-key="3" required checked' in page
    said = {"health": "off_track", "text": "No data.", "back": "/my-work/"}
    answer = client.post(f"/projects/{project.key}/update/", said, headers=dialog)
    assert answer["HX-Redirect"] == "/my-work/"
    assert (
        client.post(f"/projects/{project.key}/update/", {**said, "back": "//evil.example/"})["Location"]
        == f"/projects/{project.key}/"
    )


def test_a_mention_waits_until_it_is_read_or_answered(client, me, other, portfolio):
    first, second = (factories.a_project(portfolio, name) for name in ("First", "Second"))
    for project in (first, second):
        comments.post(project.pk, text="@[Edgar Editor] <b>what</b> now?", actor=acting(other))
    outbox.pass_on()
    told = {message.project_id: message.pk for message in Message.objects.all()}
    page = text(client.get("/my-work/"))
    assert "Olu Other: @Edgar Editor &lt;b&gt;what&lt;/b&gt; now?" in page
    assert ">2<" in text(client.get("/my-work/count/"))
    comments.post(first.pk, text="This.", actor=acting(me))
    page = text(client.get("/my-work/"))
    assert f'id="mention-{told[first.pk]}"' not in page and f'id="mention-{told[second.pk]}"' in page
    address = f"/my-work/mentions/{told[second.pk]}/"
    client.force_login(other)
    for path, ask in (("", client.get), ("read/", client.post), ("unread/", client.post)):
        assert ask(f"{address}{path}").status_code == 404
    client.force_login(me)
    assert f'id="mention-{told[second.pk]}"' in text(client.get("/my-work/"))
    part = text(client.post(f"{address}read/", headers=PART))
    assert "Nothing waits for you" in part and f'action="{address}unread/"' in part
    assert f'id="mention-{told[second.pk]}"' in text(client.post(f"{address}unread/", follow=True))
    assert client.get(address)["Location"] == Message.objects.get(pk=told[second.pk]).path
    assert "Nothing waits for you" in text(client.get("/my-work/"))


def test_a_link_to_a_comment_finds_it_wherever_it_stands(client, me, other, portfolio):
    project = factories.a_project(portfolio)
    first = comments.post(project.pk, text="First.", actor=acting(other))
    address = f"/projects/{project.key}/comments/{first.pk}/"
    assert client.get(address)["Location"] == f"/projects/{project.key}/#comment-{first.pk}"
    for _ in range(10):
        comments.post(project.pk, text="Another.", actor=acting(other))
    assert client.get(address)["Location"] == f"/projects/{project.key}/history/?of=comments"
    client.force_login(factories.a_person())
    assert client.get(address).status_code == 404


def visited(person, **ago):
    """When somebody looked: the hours since the last look, and since the one before their visit."""
    now = timezone.now()
    moments = {name: None if hours is None else now - hours * HOUR for name, hours in ago.items()}
    return Visit.objects.update_or_create(user=person, defaults=moments)[0]


def test_a_reload_belongs_to_the_visit_and_a_look_after_a_break_begins_another(me):
    first = visits.look(actor=acting(me))
    assert first.before_at is None
    visited(me, seen_at=0.4, before_at=30)
    before = Visit.objects.get().before_at
    assert visits.look(actor=acting(me)).before_at == before
    visited(me, seen_at=0.6, before_at=30)
    before = Visit.objects.get().seen_at
    assert visits.look(actor=acting(me)).before_at == before
    assert Visit.objects.get().seen_at > before


def test_a_part_that_looks_again_is_no_visit(client, me):
    visited(me, seen_at=5, before_at=None)
    text(client.get("/my-work/", headers=PART))
    assert Visit.objects.get().before_at is None
    text(client.get("/my-work/"))
    assert Visit.objects.get().before_at is not None


def says(project, words, by, hours=0):
    """Somebody posts an update; it was so many hours ago."""
    updates.post(project.pk, health="on_track", text=words, actor=acting(by))
    event = Event.objects.filter(kind="update.posted").latest("pk")
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - hours * HOUR)


def test_what_changed_is_of_projects_that_one_owns_works_on_or_follows(client, me, other, portfolio):
    visited(me, seen_at=3, before_at=None)
    owned = factories.a_project(portfolio, "Owned", owner=me)
    joined, followed, seen, strange = (
        factories.a_project(portfolio, name) for name in ("Joined", "Followed", "In a view", "Strange")
    )
    factories.on_team(joined, "DS", me)
    follows.follow(followed.pk, actor=acting(me))
    saved_views.keep(name="V", query="q=view", is_followed=True, actor=acting(me))
    Event.objects.update(at=timezone.now() - 9 * HOUR)
    for each in (owned, joined, followed, seen, strange):
        says(each, "News.", other, hours=1)
    says(owned, "Old.", other, hours=4)
    says(joined, "Mine.", me)
    page = text(client.get("/my-work/"))
    news = page[page.index('id="news-title"') :]
    assert [each.name for each in (owned, joined, followed, seen, strange) if f"news-{each.key}" in news] == [
        "Owned",
        "Joined",
        "Followed",
        "In a view",
    ]
    assert news.count("posted an update: on track") == 4 and "Edgar Editor" not in news
    assert "Since you were here" in news and "Nothing waits for you" in page


def test_all_seen_is_seen_up_to_what_the_page_shows(client, me, other, portfolio):
    visited(me, seen_at=9, before_at=9)
    project = factories.a_project(portfolio, owner=me)
    Event.objects.update(at=timezone.now() - 8 * HOUR)
    says(project, "Before.", other, hours=3)
    page = text(client.get("/my-work/"))
    shown = page.partition('name="until" value="')[2].partition('"')[0]
    says(project, "After.", other, hours=1)
    part = text(client.post("/my-work/seen/", {"until": shown}, headers=PART))
    assert part.count("posted an update") == 1
    for nonsense in ("", "yesterday", "2026-13-45T00:00", "2026-01-01T00:00", "9999-01-01T00:00+00:00"):
        part = text(client.post("/my-work/seen/", {"until": nonsense}, headers=PART))
        assert "posted an update" not in part
        assert Visit.objects.get().before_at <= timezone.now()


def test_whoever_comes_for_the_first_time_sees_a_week_and_thirty_at_most(client, me, other, portfolio):
    project = factories.a_project(portfolio, owner=me)
    Event.objects.update(at=timezone.now() - 200 * HOUR)
    for _ in range(32):
        factories.on_team(project, "DS", factories.a_person())
    Event.objects.filter(kind="team.changed").update(actor=other)
    page = text(client.get("/my-work/"))
    assert "New this week" in page
    assert page.count("</b> named Person") == 30 and "Older news" in page
    assert "added the project" not in page


def test_the_past_that_a_person_may_no_longer_see_is_no_news(client, other, portfolio):
    stranger = factories.a_person()
    project = factories.a_project(portfolio, owner=other)
    Project.objects.filter(pk=project.pk).update(owner=stranger)
    says(project, "News.", other)
    client.force_login(stranger)
    assert project.key not in text(client.get("/my-work/"))
