"""Which projects a list shows, to whom, and in which order."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions import projects, units, updates
from projects.models import Flag, Project
from projects.queries import registers
from projects.queries.filters import NAMES, SORTS
from tests.factories import (
    SYSTEM,
    a_flag,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db


def listed(query="", actor=SYSTEM):
    return [project.name for project in registers.listed(registers.parse(QueryDict(query)), actor=actor)]


def raised(project, rule="NO_UPDATE", severity="warn"):
    Project.objects.filter(pk=project.pk).update(flag_level={"warn": 1, "critical": 2}[severity])
    return a_flag(project, rule, severity)


def test_everybody_sees_what_is_theirs_to_see():
    ours, theirs = a_portfolio(), a_portfolio()
    first = a_project(ours, "Ours")
    a_project(ours, "Ours too")
    a_project(theirs, "Theirs")
    assert listed(actor=acting(a_person())) == []
    assert listed(actor=acting(a_member(ours, "viewer"))) == ["Ours", "Ours too"]
    assert listed(actor=acting(on_team(first, "DS"))) == ["Ours"]
    assert listed(actor=acting(an_administrator())) == ["Ours", "Ours too", "Theirs"]


def test_a_portfolio_that_one_may_not_see_is_empty():
    ours, theirs = a_portfolio(), a_portfolio(slug="theirs")
    a_project(theirs)
    assert listed("portfolio=theirs", acting(a_member(ours))) == []


def test_deleted_archived_and_ended_projects_are_not_in_the_usual_list():
    portfolio = a_portfolio()
    a_project(portfolio, "Open")
    projects.delete(a_project(portfolio, "Deleted").pk, actor=SYSTEM)
    projects.archive(a_project(portfolio, "Archived").pk, actor=SYSTEM)
    stopped = a_project(portfolio, "Stopped")
    Project.objects.filter(pk=stopped.pk).update(outcome="stopped", ended_at=timezone.now())
    assert listed() == ["Open"]
    assert listed("archived=only") == ["Archived"]
    assert listed("outcome=stopped") == ["Stopped"]
    assert listed("archived=any") == ["Open", "Archived", "Stopped"]


def test_a_unit_includes_the_units_below_it():
    portfolio = a_portfolio()
    upper = units.find_or_create(portfolio.pk, name="Energy", actor=SYSTEM)
    lower = units.find_or_create(portfolio.pk, name="Energy", team="Grid", actor=SYSTEM)
    other = units.find_or_create(portfolio.pk, name="Health", actor=SYSTEM)
    for name, unit in [("Above", upper), ("Below", lower), ("Beside", other), ("Nowhere", None)]:
        a_project(portfolio, name, unit=unit)
    assert listed(f"unit={upper.pk}") == ["Above", "Below"]
    assert listed(f"unit={lower.pk}") == ["Below"]
    assert listed("unit=999999") == []


def test_a_stage_is_named_by_its_workflow_or_by_the_standard():
    lean = a_portfolio(preset="lean")
    at_build, at_idea = a_project(lean, "At build"), a_project(lean, "At idea")
    Project.objects.filter(pk=at_build.pk).update(stage="build", standard_stage="mvp")
    assert listed("stage=build") == listed("stage=mvp") == ["At build"]
    assert listed("stage=idea&stage=build") == [at_build.name, at_idea.name]


def test_owner_health_flag_status_kind_and_tier():
    portfolio = a_portfolio()
    lena = a_member(portfolio, name="Lena")
    hers = a_project(portfolio, "Hers", owner=lena, kind="new", tier="high")
    a_project(portfolio, "Nobody's")
    updates.post(hers.pk, health="at_risk", text="Data are late.", actor=SYSTEM)
    raised(hers)
    cleared = raised(hers, "GATE_OVERDUE")
    Flag.objects.filter(pk=cleared.pk).update(cleared_at=timezone.now())
    assert listed(f"owner={lena.pk}") == listed("owner=me", acting(lena)) == ["Hers"]
    assert listed("owner=none") == ["Nobody's"]
    assert listed("health=at_risk") == ["Hers"]
    assert listed("health=unknown") == ["Nobody's"]
    assert listed("flag=NO_UPDATE") == listed("flag=any") == ["Hers"]
    assert listed("flag=GATE_OVERDUE") == []
    assert listed("kind=new") == listed("tier=high") == ["Hers"]
    assert listed("status=on_hold") == []
    assert listed("status=active") == ["Hers", "Nobody's"]


def test_at_a_gate_means_planned_within_two_weeks_or_passed():
    portfolio, today = a_portfolio(), timezone.localdate()
    for name, days in [("Passed", -3), ("Near", 14), ("Far", 15)]:
        a_project(portfolio, name, gate_planned_on=today + timedelta(days=days))
    a_project(portfolio, "Unplanned")
    assert listed("gate=due&sort=gate") == ["Passed", "Near"]


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Fraud Detection", "fRAUD"),
        ("Прогноз Спроса", "спрос"),
        ("ΠΡΌΒΛΕΨΗ ζήτησης", "πρόβλεψη ΖΉΤΗΣΗΣ"),
        ("Straßenzustand", "STRASSE"),
        ("Prévision d’ÉTÉ", "été"),
        ("Pre\u0301vision", "prévision"),
        ("İSTANBUL trafiği", "istanbul"),
        ("Kırmızı ışık", "KIRMIZI"),
        ("需要予測 モデル", "モデル"),
        ("ＡＢＣ wide", "abc"),
        ("تنبؤ الطلب", "الطلب"),
        ("100% coverage", "100%"),
        ("snake_case", "e_c"),
        ("back\\slash", "k\\s"),
        ("it's", "it's"),
    ],
)
def test_a_search_finds_any_script_in_any_case(name, search):
    portfolio = a_portfolio()
    a_project(portfolio, name)
    a_project(portfolio, "Something else")
    query = QueryDict(mutable=True)
    query["q"] = search
    assert listed(query.urlencode()) == [name]


def test_every_word_of_a_search_must_occur_in_key_name_problem_or_owner():
    portfolio = a_portfolio(key_prefix="FED")
    owner = a_member(portfolio, name="Lena Fischer")
    a_project(portfolio, "Claims triage", problem="Clerks read each letter.", owner=owner)
    a_project(portfolio, "Claims fraud")
    assert listed("q=claims") == ["Claims triage", "Claims fraud"]
    assert listed("q=lena+letter+fed-1+claims") == ["Claims triage"]
    assert listed("q=lena+fraud") == []
    assert listed("q=%25") == listed("q=_") == []


def test_the_usual_order_puts_flags_first_and_the_worst_health_before_the_better():
    portfolio = a_portfolio()
    found = {name: a_project(portfolio, name) for name in ["Calm", "Off", "Warned", "Critical"]}
    updates.post(found["Calm"].pk, health="on_track", text="Fine.", actor=SYSTEM)
    updates.post(found["Off"].pk, health="off_track", text="Lost.", actor=SYSTEM)
    raised(found["Warned"])
    raised(found["Critical"], severity="critical")
    assert listed() == ["Critical", "Warned", "Off", "Calm"]
    assert listed("sort=flagged") == ["Calm", "Off", "Warned", "Critical"]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_equals_stay_in_the_order_of_their_keys(sort):
    portfolio = a_portfolio()
    for _ in range(11):
        a_project(portfolio, "Same")
    Project.objects.update(stage_since=timezone.now())
    found = registers.listed(registers.parse(QueryDict(f"sort={sort}")), actor=SYSTEM)
    numbers = [int(project.key.split("-")[1]) for project in found]
    assert numbers == (list(range(11, 0, -1)) if sort == "-key" else list(range(1, 12)))


def test_each_sort_puts_its_first_first():
    portfolio, now = a_portfolio(), timezone.now()
    zoe, abe = a_member(portfolio, name="zoe"), a_member(portfolio, name="Abe")
    one = a_project(portfolio, "beta", owner=zoe, gate_planned_on=now.date())
    two = a_project(portfolio, "Alpha", owner=abe, committed_on=now.date())
    three = a_project(portfolio, "gamma")
    for project, days, updated in [(one, 5, 1), (two, 9, 3), (three, 1, None)]:
        at = updated and now - timedelta(days=updated)
        Project.objects.filter(pk=project.pk).update(
            stage_since=now - timedelta(days=days), last_update_at=at
        )
    Project.objects.filter(pk=two.pk).update(stage="data", standard_stage="data")
    assert listed("sort=name") == ["Alpha", "beta", "gamma"]
    assert listed("sort=-name") == ["gamma", "beta", "Alpha"]
    assert listed("sort=owner") == ["Alpha", "beta", "gamma"]
    assert listed("sort=-owner") == ["beta", "Alpha", "gamma"]
    assert listed("sort=days") == ["gamma", "beta", "Alpha"]
    assert listed("sort=-days") == ["Alpha", "beta", "gamma"]
    assert listed("sort=updated") == ["gamma", "Alpha", "beta"]
    assert listed("sort=-updated") == ["beta", "Alpha", "gamma"]
    assert listed("sort=stage") == ["beta", "gamma", "Alpha"]
    assert listed("sort=target")[0] == "Alpha"
    assert listed("sort=gate")[0] == listed("sort=-gate")[0] == "beta"


def test_counts_come_in_one_statement_and_stop_at_their_limit(django_assert_num_queries, monkeypatch):
    portfolio = a_portfolio()
    for number in range(5):
        a_project(portfolio, f"Project {number}")
    everything = Project.objects.all()
    with django_assert_num_queries(1):
        assert registers.counts([everything, everything.filter(name="Project 1"), everything.none()]) == [
            5,
            1,
            0,
        ]
    monkeypatch.setattr(registers, "COUNT_LIMIT", 3)
    assert registers.counts([everything]) == [4]
    assert registers.counts([]) == []


def test_the_same_choice_twice_is_counted_once(django_assert_num_queries):
    a_project(a_portfolio(), "Alpha")
    chosen = [
        Project.objects.filter(name="Alpha"),
        Project.objects.none(),
        Project.objects.filter(name="Alpha"),
    ]
    with django_assert_num_queries(1) as captured:
        assert registers.counts(chosen) == [1, 0, 1]
    assert captured.captured_queries[0]["sql"].count("COUNT(*)") == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=40)), max_size=8))
def test_no_query_string_breaks_the_list(pairs):
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    filters = registers.parse(query)
    found = registers.listed(filters, actor=SYSTEM)
    assert list(found[:2]) == []
    assert registers.counts([found]) == [0]
