"""News of what people follow: each told once, to those who may see it, and to nobody who knows already."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portfolio import outbox
from portfolio.notifications.models import Message
from portfolio.notifications.queries import followers
from portfolio.register.actions import saved_views
from projects import events
from projects.actions import blockers, follows, members, updates
from projects.actors import Actor
from projects.models import Event, SavedView
from projects.queries import facts
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def follower(project):
    person = factories.a_member(project.portfolio, "viewer", "Vera Viewer")
    follows.follow(project.pk, actor=acting(person))
    return person


def says(project, by=None, **said):
    said = {"health": "at_risk", "text": "Two of five cases fail.", **said}
    return updates.post(project.pk, actor=acting(by) if by else SYSTEM, **said)


def keeps(person, query, name="A view"):
    return saved_views.keep(name=name, query=query, is_followed=True, actor=acting(person))


def told():
    outbox.pass_on()
    return list(Message.objects.filter(topic="follows").order_by("pk"))


def test_an_update_is_told_in_words_once_and_by_the_daily_digest(project, follower):
    says(project, factories.a_member(project.portfolio, "contributor", "Edgar Editor"))
    (message,) = told()
    event = Event.objects.get(kind="update.posted")
    assert (message.recipient, message.cause, message.way) == (follower, f"event:{event.pk}", "daily")
    assert message.subject == f"[{project.key}] Claims triage: Edgar Editor posted an update: at risk"
    assert "Two of five cases fail." in message.text
    assert message.path == f"/projects/{project.key}/updates/"
    Event.objects.update(position=None)
    assert len(told()) == 1


def test_nobody_is_told_of_their_own_deed_or_of_a_project_they_lost_sight_of(project, follower):
    other = factories.a_member(project.portfolio)
    follows.follow(project.pk, actor=acting(other))
    says(project, other)
    assert [message.recipient for message in told()] == [follower]
    members.remove(project.portfolio_id, user_id=follower.pk, actor=SYSTEM)
    says(project, other)
    assert len(told()) == 1


def test_that_nothing_has_changed_is_no_news(project, follower):
    says(project)
    assert len(told()) == 1
    with_nothing = Event.objects.get(kind="update.posted")
    Event.objects.create(
        kind="update.posted",
        project=project,
        portfolio=project.portfolio,
        door="page",
        payload={**with_nothing.payload, "no_change": True},
    )
    assert len(told()) == 1


def test_what_a_file_tells_of_goes_to_nobodys_mail(project, follower):
    updates.post(project.pk, health="on_track", text="Said last year.", actor=Actor.system("import"))
    assert [message.way for message in told()] == ["off"]


def test_whoever_a_blocker_rises_to_is_not_told_that_it_was_raised(project, follower):
    owner = factories.on_team(project, "PO")
    follows.follow(project.pk, actor=acting(owner))
    # A critical one rises to the product owner at once.
    said = {"category": "legal_compliance", "actor": SYSTEM}
    blocker = blockers.raise_(project.pk, title="May end it", severity="critical", **said)
    (message,) = told()
    assert (message.recipient, message.path) == (follower, f"/blockers/{blocker.pk}/")
    assert Message.objects.get(recipient=owner, topic="blockers").kind == "blocker.escalated"
    blockers.raise_(project.pk, title="A small one", severity="low", **said)
    assert {message.recipient for message in told()[1:]} == {follower, owner}


def test_a_view_tells_of_what_it_holds_at_that_moment(project):
    portfolio = project.portfolio
    reader = factories.a_member(portfolio, "viewer")
    keeps(reader, f"portfolio={portfolio.slug}&health=off_track")
    says(project)
    assert not told()
    says(project, health="off_track")
    (message,) = told()
    assert message.recipient == reader
    says(factories.a_project(portfolio, "Another"), health="off_track")
    assert len(told()) == 2


def test_me_in_a_view_is_whoever_keeps_it(project):
    owner, other = (factories.a_member(project.portfolio) for _ in range(2))
    for person in (owner, other):
        keeps(person, "owner=me")
    mine = factories.a_project(project.portfolio, "Mine", owner=owner)
    says(mine)
    says(project)
    assert [message.recipient for message in told()] == [owner]


def test_a_view_that_lost_its_filter_tells_of_nothing(project):
    reader = factories.a_member(project.portfolio, "viewer")
    view = keeps(reader, "health=at_risk")
    SavedView.objects.filter(pk=view.pk).update(query="flag=WAS_A_RULE")
    says(project)
    assert not told()


def test_followed_twice_is_told_once_and_a_stranger_never(project, follower):
    keeps(follower, "health=at_risk")
    stranger = factories.a_person()
    keeps(stranger, "health=at_risk")
    says(project)
    assert [message.recipient for message in told()] == [follower]


def test_moves_are_told_with_the_names_of_their_own_stages(project, follower):
    lean = factories.a_project(factories.a_portfolio(preset="lean"), "Lean one")
    follows.follow(lean.pk, actor=acting(factories.a_member(lean.portfolio, "viewer")))
    named = {}
    for each in (project, lean):
        first, second, *_ = facts.workflow(each).stages
        named[each.pk] = f"moved {first.label} to {second.label}"
        with transaction.atomic():
            events.record(each, "stage.advanced", SYSTEM, came_from=first.code, went_to=second.code)
    said = {message.project_id: message.subject for message in told()}
    assert len(set(named.values())) == 2
    assert all(said[pk].endswith(words) for pk, words in named.items())


def test_as_many_queries_for_fifty_people_and_forty_projects_as_for_two(project):
    people = [factories.a_member(project.portfolio, "viewer") for _ in range(50)]
    many = factories.a_crowd(project.portfolio, 40)

    def counted(people, projects, first):
        for place, person in enumerate(people):
            # Two different questions; what differs by its order only is one.
            for query in ("health=at_risk&sort=-risk", "stage=idea"):
                keeps(person, query, f"{first} {place} {query}")
        with CaptureQueriesContext(connection) as queries:
            found = followers.of([each.pk for each in projects])
        assert all(len(found[each.pk]) == len(people) for each in projects)
        return len(queries)

    few = counted(people[:2], [project], "A")
    SavedView.objects.all().delete()
    assert counted(people, many, "B") == few == 3
