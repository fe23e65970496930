"""What a query string asks of a list."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from projects.queries.filters import ENDED_OUTCOMES, LISTED_OUTCOMES, NAMES, Filters, parse


def test_nothing_asked_is_the_usual_list():
    filters = parse(QueryDict(""))
    assert filters == Filters()
    assert filters.outcome == LISTED_OUTCOMES
    assert filters.query() == ""
    assert not filters.is_narrowed


def test_every_filter_is_read():
    filters = parse(
        QueryDict(
            "portfolio=real&q=Fraud&unit=7&stage=poc&stage=mvp&health=at_risk,off_track&owner=me&flag=NO_UPDATE"
            "&gate=due&status=on_hold&outcome=stopped&archived=any&kind=new&tier=high&sort=-name&page=3&size=20"
        )
    )
    assert filters == Filters(
        portfolio="real",
        q="Fraud",
        unit=7,
        stage=("poc", "mvp"),
        health=("at_risk", "off_track"),
        owner="me",
        flag="NO_UPDATE",
        gate="due",
        status="on_hold",
        outcome=("stopped",),
        archived="any",
        kind="new",
        tier="high",
        sort="-name",
        page=3,
        size=20,
    )
    assert filters.problems == ()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("health=fine", "health"),
        ("flag=OLD", "flag"),
        ("status=lost", "status"),
        ("outcome=won", "outcome"),
        ("kind=x", "kind"),
        ("tier=9", "tier"),
        ("sort=password", "sort"),
        ("sort=--name", "sort"),
        ("archived=maybe", "archived"),
        ("gate=soon", "gate"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1e9", "page"),
        ("page=99999999999999999999", "page"),
        ("size=201", "size"),
        ("unit=x", "unit"),
        ("unit=9223372036854775808", "unit"),
        ("unit=²", "unit"),
        ("owner=somebody", "owner"),
        ("portfolio=../etc", "portfolio"),
        ("stage=%00", "stage"),
        ("stage=a'--", "stage"),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_reported(query, field):
    filters = parse(QueryDict(query))
    assert [problem.field for problem in filters.problems] == [field]
    assert getattr(filters, field) == ("x" * 200 if field == "q" else getattr(Filters(), field))


def test_a_report_names_the_values_that_there_are():
    (problem,) = parse(QueryDict("health=fine")).problems
    assert problem.message == "There is no health fine. Use one of on_track, at_risk, off_track, unknown."


def test_the_good_half_of_a_list_stays():
    filters = parse(QueryDict("health=fine,at_risk"))
    assert filters.health == ("at_risk",)
    assert len(filters.problems) == 1


def test_what_was_put_away_is_listed_however_it_ended():
    assert parse(QueryDict("archived=only")).outcome == ()
    assert parse(QueryDict("archived=true")).archived == "only"
    assert parse(QueryDict("outcome=any")).outcome == ()
    assert parse(QueryDict("outcome=retired,stopped")).outcome == ENDED_OUTCOMES


def test_control_characters_are_no_part_of_a_search():
    assert parse(QueryDict("q=a%00b%0A c")).q == "a b c"
    assert parse(QueryDict("q=%00")).q == ""


def test_words_are_folded_and_few():
    assert parse(QueryDict("q=ΤΙΜΉ  Straße straSSE")).words == ["τιμή", "strasse"]
    assert len(parse(QueryDict("q=" + "+".join(f"w{n}" for n in range(50)))).words) == 10


def test_a_changed_filter_goes_back_to_the_first_page():
    filters = parse(QueryDict("stage=poc&page=4"))
    assert filters.query(health=("at_risk",)) == "stage=poc&health=at_risk"
    assert filters.query(page=5) == "stage=poc&page=5"
    assert filters.query(outcome=()) == "stage=poc&outcome=any"


VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["me", "none", "any", "only", "due", "poc", "at_risk", "retired", "-name", "1", "on_hold", "real"]
    ),
)


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "other"]), VALUES), max_size=12))
def test_any_query_is_read_and_its_address_says_the_same(pairs):
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    filters = parse(query)
    assert parse(QueryDict(filters.query(page=filters.page))) == filters
