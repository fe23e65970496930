"""Links between projects, and exchange rates: drawn once, without circles, by whoever may."""

from datetime import date
from decimal import Decimal

import pytest

from projects.actions import links, projects, rates
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Event, ProjectLink, Rate
from projects.queries import exchange, sentences
from projects.queries import links as queries
from tests import factories
from tests.factories import SYSTEM, acting


@pytest.fixture
def three(db):
    portfolio = factories.a_portfolio(key_prefix="ABC")
    return [factories.a_project(portfolio, name) for name in ("First", "Second", "Third")]


def drawn(one, kind, two, actor=SYSTEM):
    return links.add(one.pk, kind=kind, other_id=two.pk, actor=actor)


def test_both_ends_read_the_link_in_their_own_words(three):
    first, second, third = three
    links.add(first.pk, kind="needs", other_id=second.pk, note="  Its   forecast ", actor=SYSTEM)
    drawn(first, "either_or", third)
    found = {
        one.name: [(b.words, b.other.key, b.note) for b in queries.of_project(one, SYSTEM)] for one in three
    }
    assert found == {
        "First": [("Needs", "ABC-2", "Its forecast"), ("Either this or", "ABC-3", "")],
        "Second": [("Is needed by", "ABC-1", "Its forecast")],
        "Third": [("Either this or", "ABC-1", "")],
    }


def test_a_link_is_drawn_once_and_either_or_once_in_either_direction(three):
    first, second, _ = three
    assert drawn(first, "needs", second).pk == drawn(first, "needs", second).pk
    assert drawn(first, "either_or", second).pk == drawn(second, "either_or", first).pk
    assert ProjectLink.objects.count() == 2
    assert Event.objects.filter(kind="link.added").count() == 4


def test_nothing_needs_itself_by_way_of_others(three):
    first, second, third = three
    drawn(first, "needs", second)
    drawn(second, "needs", third)
    for one, two in ((second, first), (third, first), (third, second)):
        with pytest.raises(Refused, match="already, so that each would wait for the other") as refusal:
            drawn(one, "needs", two)
        assert refusal.value.code == "circle"
    with pytest.raises(Refused, match="ABC-1 needs ABC-2 needs ABC-3 already"):
        drawn(third, "needs", first)
    drawn(third, "either_or", first)
    drawn(first, "needs", third)


def test_other_ends_that_cannot_be(three):
    first, *_ = three
    elsewhere = factories.a_project(factories.a_portfolio())
    gone = factories.a_project(first.portfolio)
    projects.delete(gone.pk, actor=SYSTEM)
    for other, code in ((first, "same_project"), (elsewhere, "other_portfolio"), (gone, "unknown_project")):
        with pytest.raises(Refused) as refusal:
            drawn(first, "needs", other)
        assert refusal.value.code == code
    member = acting(factories.a_member(first.portfolio, "contributor"))
    with pytest.raises(Refused) as refusal:
        drawn(first, "needs", elsewhere, member)
    assert refusal.value.code == "unknown_project"


def test_both_histories_tell_of_it(three):
    first, second, _ = three
    link = drawn(first, "needs", second)
    links.remove(link.pk, actor=SYSTEM)
    said = {}
    for project in (first, second):
        events = list(Event.objects.filter(project=project, kind__startswith="link.").order_by("pk"))
        names = sentences.names(project, events, with_details=True)
        said[project.key] = [sentences.write(event, names)[0] for event in events]
    assert said == {
        "ABC-1": ["said that the project needs ABC-2", "said that the project no longer needs ABC-2"],
        "ABC-2": [
            "said that the project is needed by ABC-1",
            "said that the project no longer is needed by ABC-1",
        ],
    }
    assert not ProjectLink.objects.exists()


def test_whoever_may_not_edit_may_not_link(three):
    first, second, _ = three
    link = drawn(first, "needs", second)
    contributor = factories.a_member(first.portfolio, "contributor")
    viewer = acting(factories.a_member(first.portfolio, "viewer"))
    narrow = Actor(contributor, "api", scopes=frozenset(["projects:read"]))
    for actor in (viewer, acting(factories.a_person()), narrow):
        with pytest.raises(NotAllowed):
            drawn(second, "either_or", first, actor)
        with pytest.raises(NotAllowed):
            links.remove(link.pk, actor=actor)
    drawn(second, "either_or", first, acting(contributor))


def test_a_viewer_of_one_project_does_not_learn_of_the_other(three):
    first, second, _ = three
    drawn(first, "needs", second)
    guest = factories.on_team(first, "DX")
    assert queries.of_project(first, acting(guest)) == []
    assert queries.one(first, ProjectLink.objects.get().pk, acting(guest)) is None


def test_links_have_an_end(three, monkeypatch):
    first, second, third = three
    monkeypatch.setattr(links, "MOST", 1)
    drawn(first, "needs", second)
    with pytest.raises(Refused, match="has 1 links already"):
        drawn(first, "either_or", third)


def test_the_newest_rate_until_a_day_holds_on_it(three):
    portfolio = three[0].portfolio
    said = {date(2026, 1, 1): "0.9", date(2026, 10, 1): "0.92", date(2027, 1, 1): "0.95"}
    for day, rate in said.items():
        for _ in range(2):
            rates.set_(portfolio.pk, currency="USD", from_on=day, rate=Decimal(rate), actor=SYSTEM)
    for day, worth in ((date(2025, 12, 31), None), (date(2026, 11, 20), 92), (date(2027, 1, 1), 95)):
        assert exchange.rates(portfolio, day).convert(Decimal(100), "USD") == worth
    rates.set_(portfolio.pk, currency="USD", from_on=date(2026, 10, 1), rate=Decimal("0.93"), actor=SYSTEM)
    row = Rate.objects.get(from_on=date(2026, 10, 1))
    assert exchange.rates(portfolio, date(2026, 11, 20)).convert(Decimal(100), "USD") == 93
    for _ in range(2):
        rates.remove(portfolio.pk, rate_id=row.pk, actor=SYSTEM)
    assert exchange.rates(portfolio, date(2026, 11, 20)).convert(Decimal(100), "USD") == 90
    told = [event.payload["rate"] for event in Event.objects.filter(kind="rate.set").order_by("pk")]
    assert told == [[None, "0.9"], [None, "0.92"], [None, "0.95"], ["0.92", "0.93"], ["0.93", None]]


def test_a_rate_that_cannot_be_meant_is_refused(three):
    portfolio = three[0].portfolio
    for currency, rate in (("EUR", "1"), ("usd", "1"), ("USD", "0"), ("USD", "-1"), ("USD", "1e8")):
        with pytest.raises(Refused) as refusal:
            rates.set_(
                portfolio.pk, currency=currency, from_on=date(2026, 1, 1), rate=Decimal(rate), actor=SYSTEM
            )
        assert refusal.value.code == "rate_refused"
    assert not Rate.objects.exists()


def test_only_managers_set_rates(three):
    portfolio = three[0].portfolio
    said = {"currency": "USD", "from_on": date(2026, 1, 1), "rate": Decimal("0.9")}
    row = rates.set_(portfolio.pk, actor=acting(factories.a_member(portfolio, "manager")), **said)
    for actor in (acting(factories.a_member(portfolio, "contributor")), acting(factories.a_person())):
        with pytest.raises(NotAllowed):
            rates.set_(portfolio.pk, actor=actor, **said)
        with pytest.raises(NotAllowed):
            rates.remove(portfolio.pk, rate_id=row.pk, actor=actor)
