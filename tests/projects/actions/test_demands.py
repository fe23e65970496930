"""Whom a project needs: people at work are the sum, and nobody enters them twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from projects.actions import capacity, demands, projects
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Demand, Event, Project
from projects.queries import sentences
from tests import factories
from tests.factories import SYSTEM, acting

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def project(db):
    with time_machine.travel(NOON, tick=False):
        found = factories.a_project(factories.a_portfolio(slug="commerce"))
        for name in ("Data engineer", "Data scientist"):
            capacity.add(found.portfolio_id, name=name, actor=SYSTEM)
        yield found


def stated(project, kind, fte, *days, actor=SYSTEM):
    from_on, until_on = [*days, None, None][:2]
    fields = {"from_on": from_on, "until_on": until_on}
    return demands.state(project.pk, capability=kind, fte=Decimal(fte), actor=actor, **fields)


def at_work(project):
    return Project.objects.values_list("capacity_fte", flat=True).get(pk=project.pk)


def test_people_at_work_are_the_sum_of_those_needed_today(project):
    stated(project, "Data engineer", "1.5")
    assert at_work(project) == Decimal("1.5")
    stated(project, "data  ENGINEER", 2)
    stated(project, "Data scientist", "0.25", date(2026, 11, 20), date(2026, 11, 20))
    assert at_work(project) == Decimal("2.25")
    stated(project, "Data scientist", 4, date(2026, 11, 21))
    assert at_work(project) == 2
    demands.remove(project.pk, capability="Data engineer", actor=SYSTEM)
    assert at_work(project) == 0
    demands.remove(project.pk, capability="Data scientist", actor=SYSTEM)
    assert at_work(project) is None
    assert not Demand.objects.exists()


def test_the_history_says_who_is_needed_and_the_same_again_is_nothing_new(project):
    for _ in range(2):
        stated(project, "Data engineer", 2, date(2027, 1, 1), date(2027, 6, 30))
    stated(project, "Data engineer", 3)
    for _ in range(2):
        demands.remove(project.pk, capability="Data engineer", actor=SYSTEM)
    events = list(Event.objects.filter(kind="demand.stated").order_by("pk"))
    names = sentences.names(project, events, with_details=True)
    assert [sentences.write(event, names)[0] for event in events] == [
        "said whom the project needs: 2 Data engineer from 1 Jan 2027 until 30 Jun 2027",
        "said whom the project needs: 3 Data engineer, was 2",
        "said whom the project needs: no Data engineer any more, was 3",
    ]
    assert [event.payload["capacity_fte"] for event in events] == [[None, "0"], ["0", "3"], ["3", None]]


def test_the_one_number_is_not_entered_beside_them(project):
    projects.edit(project.pk, version=None, capacity_fte=Decimal(7), actor=SYSTEM)
    stated(project, "Data engineer", 2)
    with pytest.raises(Refused, match="sum of those by kind of work"):
        projects.edit(project.pk, version=None, capacity_fte=Decimal(9), actor=SYSTEM)
    # What is left as it is does no harm: a form sends it along.
    projects.edit(project.pk, version=None, capacity_fte=Decimal(2), name="Other", actor=SYSTEM)
    assert at_work(project) == 2


def test_what_is_refused_changes_nothing(project):
    before = Event.objects.count()
    for kind, fte, days, says in (
        ("Magic", 1, (), "There is no kind of work called Magic. Use one of Data engineer, Data scientist"),
        ("Data engineer", -1, (), "is no number of full-time people"),
        ("Data engineer", 1, (date(2027, 1, 2), date(2027, 1, 1)), "The last day lies before the first."),
    ):
        with pytest.raises(Refused, match=says):
            stated(project, kind, fte, *days)
    with pytest.raises(Refused, match="There is no kind of work"):
        demands.remove(project.pk, capability="Magic", actor=SYSTEM)
    assert Event.objects.count() == before and not Demand.objects.exists() and at_work(project) is None


def test_people_of_another_portfolio_are_not_known_here(project):
    other = factories.a_portfolio()
    capacity.add(other.pk, name="Surveyor", actor=SYSTEM)
    with pytest.raises(Refused, match="There is no kind of work called Surveyor"):
        stated(project, "Surveyor", 1)


def test_whoever_may_not_edit_the_project_may_not_say_whom_it_needs(project):
    viewer = factories.a_member(project.portfolio, "viewer")
    contributor = factories.a_member(project.portfolio, "contributor")
    narrow = Actor(contributor, "api", scopes=frozenset(["projects:read"]))
    for actor in (acting(viewer), acting(factories.a_person()), narrow):
        with pytest.raises(NotAllowed):
            stated(project, "Data engineer", 1, actor=actor)
        with pytest.raises(NotAllowed):
            demands.remove(project.pk, capability="Data engineer", actor=actor)
    stated(project, "Data engineer", 1, actor=acting(contributor))
    assert at_work(project) == 1


def test_the_people_at_work_follow_the_calendar(project):
    stated(project, "Data engineer", 2, date(2026, 12, 1), date(2026, 12, 31))
    untouched = factories.a_project(project.portfolio, capacity_fte=Decimal(5))
    seen = []
    for day in ("2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01"):
        now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        written = [
            demands.follow(project.portfolio_id, actor=Actor.system("worker"), now=now).written
            for _ in range(2)
        ]
        seen.append((at_work(project), written))
    assert seen == [(0, [0, 0]), (2, [1, 0]), (2, [0, 0]), (0, [1, 0])]
    assert at_work(untouched) == 5
    told = Event.objects.filter(kind="project.edited", project=project)
    assert [event.payload["changes"] for event in told.order_by("pk")] == [
        {"capacity_fte": ["0", "2"]},
        {"capacity_fte": ["2", "0"]},
    ]


def test_only_whoever_may_take_the_summary_lets_the_calendar_pass(project):
    contributor = acting(factories.a_member(project.portfolio, "contributor"))
    with pytest.raises(NotAllowed):
        demands.follow(project.portfolio_id, actor=contributor, now=NOON)
