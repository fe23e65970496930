"""My work: what waits for one person, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio import outbox
from portfolio.register.actions import saved_views
from projects.actions import blockers, comments, conditions, delegations, follows, projects, teams, todos
from projects.actions.decisions import Asked
from projects.models import Blocker, Condition, Flag, Project, Todo, Visit
from tests import factories
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "my-work"}


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Claims")


@pytest.fixture
def me(portfolio, client):
    person = factories.a_member(portfolio, "contributor", "Edgar Editor")
    client.force_login(person)
    return person


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def raise_flag(project, rule="NO_UPDATE", severity="warn"):
    """A flag as the nightly rules leave it."""
    Project.objects.filter(pk=project.pk).update(flag_level=1)
    return factories.a_flag(project, rule, severity, facts={"days": 30, "limit": 7, "stage": "Idea"})


def test_a_day_on_which_nothing_waits(client, me):
    assert "Nothing waits for you" in text(client.get("/my-work/"))


def test_todos_are_mine_open_visible_and_the_soonest_first(client, me, portfolio):
    project, other = factories.a_project(portfolio), factories.a_project(portfolio, "Fraud scores")
    hidden = factories.a_project()
    put_away = factories.a_project(portfolio)
    for place, days, words in [
        (project, None, "Some day"),
        (project, 9, "Next week"),
        (other, -3, "Three days ago"),
        (other, 0, "Today"),
        (put_away, 1, "Put away"),
    ]:
        due_on = None if days is None else timezone.localdate() + timedelta(days)
        todos.add(place.pk, text=words, owner=me, due_on=due_on, actor=SYSTEM)
    todos.add(project.pk, text="Somebody else's", actor=SYSTEM)
    todos.finish(todos.add(project.pk, text="Done already", owner=me, actor=SYSTEM).pk, actor=SYSTEM)
    Todo.objects.create(project=hidden, text="Hidden", owner=me)
    projects.archive(put_away.pk, actor=SYSTEM)
    page = text(client.get("/my-work/"))
    places = [page.index(f">{words}<") for words in ("Three days ago", "Today", "Next week", "Some day")]
    assert places == sorted(places)
    assert "3 days late" in page and "due today" in page and "1 overdue" in page
    for words in ("Somebody else", "Done already", "Hidden", "Put away"):
        assert words not in page


def test_a_tick_takes_the_row_away_and_can_be_undone(client, me, portfolio):
    project = factories.a_project(portfolio)
    first = todos.add(project.pk, text="First", owner=me, due_on=timezone.localdate(), actor=SYSTEM)
    second = todos.add(project.pk, text="Second", owner=me, actor=SYSTEM)
    part = text(client.post(f"/my-work/todos/{first.pk}/done/", headers=PART))
    assert f'id="my-todo-{first.pk}"' not in part and f'id="my-todo-{second.pk}"' in part
    assert "Done: First" in part and f'action="/my-work/todos/{first.pk}/reopen/"' in part
    assert "<html" not in part
    undone = client.post(f"/my-work/todos/{first.pk}/reopen/", follow=True)
    assert undone.redirect_chain == [("/my-work/", 302)]
    assert f'id="my-todo-{first.pk}"' in text(undone)
    client.post(f"/my-work/todos/{second.pk}/done/", headers=PART)
    last = text(client.post(f"/my-work/todos/{first.pk}/done/", headers=PART))
    assert "Nothing waits for you" in last and "data-focus" in last


def test_without_script_a_tick_leads_back(client, me, portfolio):
    todo = todos.add(factories.a_project(portfolio).pk, text="First", owner=me, actor=SYSTEM)
    answer = client.post(f"/my-work/todos/{todo.pk}/done/")
    assert (answer.status_code, answer["Location"]) == (302, "/my-work/")
    assert Todo.objects.get().done_by == me


def test_only_what_one_may_tick_is_ticked(client, me, portfolio):
    hidden = todos.add(factories.a_project().pk, text="Hidden", actor=SYSTEM)
    viewer = factories.a_member(portfolio, "viewer")
    foreign = todos.add(factories.a_project(portfolio).pk, text="Foreign", actor=SYSTEM)
    assert client.post(f"/my-work/todos/{hidden.pk}/done/").status_code == 404
    assert client.get(f"/my-work/todos/{foreign.pk}/done/").status_code == 405
    client.force_login(viewer)
    assert client.post(f"/my-work/todos/{foreign.pk}/done/").status_code == 403
    assert client.post(f"/my-work/todos/{'9' * 30}/done/").status_code == 404
    assert not Todo.objects.exclude(done_at=None).exists()


def test_what_was_archived_meanwhile_says_so(client, me, portfolio):
    project = factories.a_project(portfolio)
    todo = todos.add(project.pk, text="First", owner=me, actor=SYSTEM)
    projects.archive(project.pk, actor=SYSTEM)
    part = text(client.post(f"/my-work/todos/{todo.pk}/done/", headers=PART))
    assert "Not done." in part and "archived" in part
    assert Todo.objects.get().done_at is None


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    assert client.get("/my-work/").status_code == 302
    assert client.post("/my-work/todos/1/done/").status_code in (302, 403)


def a_blocker(project, title, **fields):
    return blockers.raise_(
        project.pk,
        title=title,
        category="legal_compliance",
        severity=fields.pop("severity", "low"),
        actor=SYSTEM,
        **fields,
    )


def test_blockers_are_those_that_i_own_or_whose_level_i_hold(client, me, portfolio):
    project = factories.a_project(portfolio)
    a_blocker(project, "Mine to solve", owner=me)
    a_blocker(project, "Rests with another", owner=factories.a_member(portfolio))
    assert "Mine to solve" in text(client.get("/my-work/"))
    assert f'href="/blockers/{Blocker.objects.get(title="Mine to solve").pk}/"' in text(
        client.get("/my-work/")
    )
    assert "Rests with another" not in text(client.get("/my-work/"))
    # A critical one rises to product owner and ML lead at once.
    a_blocker(project, "May end it", severity="critical", owner=factories.a_member(portfolio))
    assert "May end it" not in text(client.get("/my-work/"))
    teams.assign(project.pk, user_id=me.pk, role="PO", actor=SYSTEM)
    page = text(client.get("/my-work/"))
    assert "May end it" in page and "with the product owner and ml lead" in page


def test_flagged_projects_are_mine_and_say_what_clears_them(client, me, portfolio):
    mine = factories.a_project(portfolio, "Mine", owner=me)
    raise_flag(mine)
    raise_flag(factories.a_project(portfolio, "Not mine"))
    factories.a_project(portfolio, "Without a flag", owner=me)
    page = text(client.get("/my-work/"))
    assert 'hx-target="#overlay" aria-label="Post update: Mine"' in page
    assert f'href="/projects/{mine.key}/update/"' in page
    assert page.count('id="flag-') == 1


def test_a_viewer_who_owns_a_project_is_not_led_to_a_shut_door(client, portfolio):
    viewer = factories.a_member(portfolio, "viewer")
    mine = factories.a_project(portfolio, "Mine", owner=viewer)
    flag = raise_flag(mine)
    client.force_login(viewer)
    page = text(client.get("/my-work/"))
    assert f'id="flag-{flag.pk}"' in page
    assert "/update/" not in page and "/snooze/" not in page


def test_the_worst_flag_comes_first_each_with_what_clears_it(client, me, portfolio):
    mine = factories.a_project(portfolio, "Mine", owner=me)
    mild = raise_flag(mine, "NO_UPDATE")
    grave = raise_flag(mine, "GATE_OVERDUE", "critical")
    page = text(client.get("/my-work/"))
    assert page.index(f'id="flag-{grave.pk}"') < page.index(f'id="flag-{mild.pk}"')
    assert f'href="/projects/{mine.key}/edit/#id_gate_planned_on"' in page
    assert f'href="/flags/{mild.pk}/snooze/"' in page


def test_what_sleeps_waits_for_nobody_until_its_day_is_over(client, me, portfolio):
    flag = raise_flag(factories.a_project(portfolio, "Mine", owner=me))
    for days, is_awake in ((0, False), (-1, True)):
        Flag.objects.filter(pk=flag.pk).update(snoozed_until=timezone.localdate() + timedelta(days))
        assert (f'id="flag-{flag.pk}"' in text(client.get("/my-work/"))) == is_awake


def test_as_many_queries_with_twenty_as_with_one(client, me, portfolio):
    other = factories.a_member(portfolio, "contributor", "Olu Other")

    def add(number):
        for each in range(number):
            project = factories.a_project(portfolio, f"Project {each}", owner=me)
            todos.add(project.pk, text="Do it", owner=me, actor=SYSTEM)
            a_blocker(project, "Stops it", owner=me)
            raise_flag(project)
            a_signoff(project, me)
            comments.post(project.pk, text="@[Edgar Editor] look", actor=factories.acting(other))
            late = factories.a_project(portfolio, f"Late {each}", owner=me)
            Project.objects.filter(pk=late.pk).update(last_update_at=timezone.now() - timedelta(days=40))
            follows.follow(factories.a_project(portfolio).pk, actor=factories.acting(me))
        outbox.pass_on()

    def counted(address):
        with CaptureQueriesContext(connection) as queries:
            text(client.get(address))
        return len(queries)

    saved_views.keep(name="All", query="health=unknown", is_followed=True, actor=factories.acting(me))
    add(1)
    counted("/my-work/")
    with_one = [counted(address) for address in ("/my-work/", "/my-work/count/")]
    add(19)
    assert [counted(address) for address in ("/my-work/", "/my-work/count/")] == with_one
    assert with_one[0] <= 34 and with_one[1] <= 13


def test_words_of_people_are_text(client, me, portfolio):
    project = factories.a_project(portfolio, "<b>bold</b>", owner=me)
    todos.add(
        project.pk,
        text="<script>alert(1)</script>",
        owner=me,
        link="https://example.org/?a=1&b=<x>".replace("<x>", "2"),
        actor=SYSTEM,
    )
    page = text(client.get("/my-work/"))
    assert "<script>alert" not in page and "<b>bold" not in page
    assert 'href="https://example.org/?a=1&amp;b=2"' in page


def test_it_stands_first_in_the_side_bar(client, me):
    page = text(client.get("/my-work/"))
    side = page[page.index('aria-label="Main"') :]
    assert side.index('href="/my-work/" aria-current="page"') < side.index('data-key="g p"')
    assert 'data-key="g w"' in page


def a_signoff(project, me):
    """Something of each kind: a request that waits, a signature that fell away, a condition."""
    teams.assign(project.pk, user_id=me.pk, role="PO", actor=SYSTEM)
    asks = Asked("Name a deputy", "before_next_gate", me, timezone.localdate() + timedelta(9))
    row = factories.asked(project, "G0", "PO")["PO"]
    factories.signs(row, me, "approved_with_conditions", conditions=[asks])
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    return factories.asked(project, "G1", "PO")["PO"]


def test_signoffs_stand_on_top_with_what_fell_away_and_what_is_owed(client, me, portfolio):
    project = factories.a_project(portfolio, "Claims triage")
    row = a_signoff(project, me)
    page = text(client.get("/my-work/"))
    assert "Idea → Framing" in page and "Framing → Data readiness" in page
    assert "as Product owner" in page
    assert "Target of the business metric changed since you signed" in page
    assert ">Name a deputy<" in page and "yours to do" in page
    titles = [page.index(each) for each in ("Sign-offs waiting for you", "fell away", "Your conditions")]
    assert titles == sorted(titles)
    assert 'hx-get="/my-work/count/"' in page
    counted = text(client.get("/my-work/count/"))
    assert '<span id="work-count" class="count">1<span class="sr"> waiting for you</span></span>' in counted
    assert '<span id="work-count-phone" hx-swap-oob="true" class="count">1<' in counted
    assert f'href="/signoffs/{row.pk}/"' in page


def test_nothing_is_counted_where_nothing_waits(client, me):
    counted = text(client.get("/my-work/count/"))
    assert '<span id="work-count"></span>' in counted
    assert '<span id="work-count-phone" hx-swap-oob="true"></span>' in counted


def test_signoffs_of_others_and_of_projects_that_are_put_away_wait_for_nobody(client, me, portfolio):
    other = factories.a_project(portfolio, "Not mine")
    factories.on_team(other, "PO")
    factories.asked(other, "G0", "PO")
    put_away = factories.a_project(portfolio, "Put away")
    a_signoff(put_away, me)
    projects.archive(put_away.pk, actor=SYSTEM)
    assert "Nothing waits for you" in text(client.get("/my-work/"))


def test_a_condition_that_was_closed_or_taken_back_is_owed_no_more(client, me, portfolio):
    project = factories.a_project(portfolio)
    a_signoff(project, me)
    condition = Condition.objects.get()
    conditions.close(condition.pk, note="Dana", actor=factories.acting(me))
    assert "Name a deputy" not in text(client.get("/my-work/"))


def test_whoever_set_a_condition_closes_it_and_whoever_owns_it_does_not(client, me, portfolio):
    project = factories.a_project(portfolio)
    signer = factories.on_team(project, "PO", factories.a_person("Paula Owner"))
    asks = Asked("Load test", "by_date", me, timezone.localdate())
    row = factories.asked(project, "G0", "PO")["PO"]
    factories.signs(row, signer, "approved_with_conditions", conditions=[asks])
    page = text(client.get("/my-work/"))
    assert "yours to do, Paula Owner closes it" in page and "/close/" not in page
    client.force_login(signer)
    page = text(client.get("/my-work/"))
    assert "Edgar Editor does it" in page and "/close/" in page


def test_a_deputy_sees_for_whom(client, me, portfolio):
    project = factories.a_project(portfolio)
    signer = factories.on_team(project, "PO", factories.a_person("Paula Owner"))
    delegations.give(
        portfolio.pk,
        person_id=signer.pk,
        deputy_id=me.pk,
        role="PO",
        from_on=timezone.localdate(),
        to_on=timezone.localdate() + timedelta(3),
        actor=factories.acting(signer),
    )
    factories.asked(project, "G0", "PO")
    assert "as Product owner for Paula Owner" in text(client.get("/my-work/"))


def test_the_page_of_all_signoffs_shows_each_kind(client, me, portfolio):
    project = factories.a_project(portfolio, "Claims triage")
    a_signoff(project, me)
    for show, words in (
        ("waiting", "Framing → Data readiness"),
        ("faded", "changed since you signed"),
        ("conditions", "Name a deputy"),
        ("decided", "approved with conditions"),
        ("nonsense", "Framing → Data readiness"),
    ):
        page = text(client.get(f"/my-work/signoffs/?show={show}&page=x"))
        assert words in page, show
    client.force_login(factories.a_person())
    assert "Nothing here" in text(client.get("/my-work/signoffs/?show=decided"))


def test_the_page_looks_again_without_being_a_visit(client):
    person = factories.a_member(factories.a_portfolio())
    client.force_login(person)
    page = client.get("/my-work/").content.decode()
    visited = Visit.objects.get(user=person)
    seen = page.partition('id="my-work" data-live="/my-work/" data-live-seen="')[2].partition('"')[0]
    look = {"HX-Request": "true", "X-Live": "my-work", "If-None-Match": f'"{seen}"'}
    assert client.get("/my-work/", headers=look).status_code == 304
    project = factories.a_project(person.memberships.get().portfolio)
    todos.add(project.pk, text="Load test at twice the peak", owner=person, actor=SYSTEM)
    fresh = client.get("/my-work/", headers=look)
    assert fresh.status_code == 200 and b"Load test at twice the peak" in fresh.content
    assert b'id="my-work"' not in fresh.content
    again = Visit.objects.get(user=person)
    assert {field.attname: getattr(again, field.attname) for field in Visit._meta.concrete_fields} == {
        field.attname: getattr(visited, field.attname) for field in Visit._meta.concrete_fields
    }
