"""The feed of events: positions are given after commit, one after the other, and no reader misses one."""

import threading

import pytest
from django.db import connection, transaction

from portfolio import outbox
from projects import events
from projects.actions import projects
from projects.models import Event
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key


def read_all(caller, query=""):
    found, after, more = [], 0, True
    while more:
        answer = caller.get(f"events?after={after}&limit=3{query}").json()
        found += answer["items"]
        after, more = answer["next"], answer["more"]
    return found


@pytest.mark.django_db
def test_positions_follow_the_order_and_have_no_gap():
    portfolio = factories.a_portfolio()
    factories.a_project(portfolio)
    waiting = Event.objects.count()
    assert waiting > 2
    assert outbox.pass_on(2) == 2
    assert outbox.pass_on() == waiting - 2
    assert outbox.pass_on() == 0
    in_order = Event.objects.order_by("pk").values_list("position", flat=True)
    assert list(in_order) == list(range(1, waiting + 1))
    factories.a_project(portfolio)
    outbox.pass_on()
    assert list(in_order.all()) == list(range(1, Event.objects.count() + 1))


@pytest.mark.django_db
def test_a_reader_gets_every_event_once_and_goes_on_from_there():
    portfolio = factories.a_portfolio()
    for _ in range(4):
        factories.a_project(portfolio)
    caller = with_key(portfolio)
    found = read_all(caller)
    assert [event["position"] for event in found] == sorted({event["position"] for event in found})
    assert len(found) == Event.objects.filter(portfolio=portfolio).count()
    end = found[-1]["position"]
    assert caller.get(f"events?after={end}").json() == {"items": [], "next": end, "more": False}
    project = factories.a_project(portfolio)
    (new,) = caller.get(f"events?after={end}").json()["items"]
    assert (new["kind"], new["project"], new["portfolio"]) == ("project.created", project.key, portfolio.slug)


@pytest.mark.django_db
def test_the_feed_is_narrowed_and_shows_what_one_may_see():
    mine, other = factories.a_portfolio(), factories.a_portfolio()
    project, elsewhere = factories.a_project(mine), factories.a_project(other)
    caller = with_key(mine)
    assert {event["portfolio"] for event in read_all(caller)} == {mine.slug}
    assert {event["project"] for event in read_all(caller, f"&project={project.key}")} == {project.key}
    assert read_all(caller, f"&project={elsewhere.key}") == []
    assert read_all(caller, f"&portfolio={other.slug}") == []
    on_team = SignedIn(factories.on_team(elsewhere, "ML"))
    assert {event["project"] for event in read_all(on_team)} == {elsewhere.key}
    assert read_all(SignedIn(factories.a_person())) == []
    everything = read_all(SignedIn(factories.an_administrator()))
    assert len(everything) == Event.objects.count()


@pytest.mark.django_db
def test_a_deletion_is_told():
    project = factories.a_project()
    caller = with_key(project.portfolio)
    projects.delete(project.pk, actor=factories.SYSTEM)
    assert read_all(caller)[-1]["kind"] == "project.deleted"


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=9999999999999999999", "limit=501", "kind=a"])
def test_a_wrong_parameter_is_named(query):
    found = problem(with_key(factories.a_portfolio()).get(f"events?{query}"), 400)
    assert fields_of(found) == [query.split("=")[0]]


@pytest.mark.django_db
def test_reading_the_feed_costs_the_same_for_one_and_for_twenty(django_assert_num_queries):
    portfolio = factories.a_portfolio()
    caller = with_key(portfolio)
    caller.get("events")
    for count in (1, 20):
        for _ in range(count):
            factories.a_project(portfolio)
        outbox.pass_on()
        with django_assert_num_queries(3):  # the key, whether anything waits, the events
            caller.get("events?limit=500")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_reader_misses_an_event_of_a_transaction_that_commits_late():
    portfolio = factories.a_portfolio()
    caller = with_key(portfolio)
    seen = read_all(caller)
    has_written, may_commit = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            events.record(portfolio, "portfolio.edited", factories.SYSTEM, changes={})
            has_written.set()
            may_commit.wait(20)
        connection.close()

    slow = threading.Thread(target=late)
    slow.start()
    assert has_written.wait(20)
    quick = factories.a_project(portfolio)  # its id is higher, its commit earlier
    first = caller.get(f"events?after={seen[-1]['position']}").json()
    assert [event["project"] for event in first["items"]] == [quick.key]
    may_commit.set()
    slow.join()
    second = caller.get(f"events?after={first['next']}").json()
    assert [event["kind"] for event in second["items"]] == ["portfolio.edited"]
    ids = dict(Event.objects.values_list("kind", "pk"))
    assert ids["portfolio.edited"] < ids["project.created"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_only_one_drain_at_a_time_gives_positions():
    factories.a_project()
    has_turn, may_end = threading.Event(), threading.Event()

    def holds_the_turn():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [outbox.LOCK])
            has_turn.set()
            may_end.wait(20)
        connection.close()

    other = threading.Thread(target=holds_the_turn)
    other.start()
    assert has_turn.wait(20)
    assert outbox.pass_on() == 0
    may_end.set()
    other.join()
    assert outbox.pass_on() > 0


@pytest.mark.django_db(transaction=True)
def test_many_drains_at_once_give_each_event_one_position():
    portfolio = factories.a_portfolio()
    for _ in range(10):
        factories.a_project(portfolio)

    def drain():
        for _ in range(20):
            outbox.pass_on(1)
        connection.close()

    drains = [threading.Thread(target=drain) for _ in range(4)]
    for one in drains:
        one.start()
    for one in drains:
        one.join()
    while outbox.pass_on():
        pass
    total = Event.objects.count()
    assert list(Event.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, total + 1)
    )
