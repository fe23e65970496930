from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import arrivals
from projects.actions.arrivals import Arrival, Entry
from projects.errors import NotAllowed, Refused
from projects.models import Event, Move, Portfolio, Project, Spell
from tests.factories import SYSTEM, a_member, a_portfolio, acting

pytestmark = pytest.mark.django_db


def day(year, month=1, number=1):
    return datetime(year, month, number, tzinfo=UTC)


def bring_in(portfolio, *found, actor=SYSTEM):
    return arrivals.bring_in(portfolio.pk, arrivals=found, source="inventory", actor=actor)


def spells(project):
    rows = Spell.objects.filter(project=project).order_by("entered_at")
    return [(each.stage, each.entered_at, each.left_at, each.precision) for each in rows]


def test_a_project_arrives_at_its_reported_stage_with_the_gates_named():
    portfolio = a_portfolio()
    [project] = bring_in(portfolio, Arrival("Berth planner", "data", fields={"tier": "low"}))
    stored = Project.objects.get(pk=project.pk)
    assert (stored.stage, stored.furthest_stage, stored.outcome) == ("data", "data", "open")
    assert stored.key == f"{portfolio.key_prefix}-1"
    assert "berth planner" in stored.search_text
    move = stored.moves.get()
    assert (move.kind, move.from_stage, move.to_stage, move.gate_examined) == (
        "report",
        "idea",
        "data",
        False,
    )
    assert [gate["code"] for gate in move.gates] == ["G0", "G1"]
    kinds = Event.objects.filter(project=stored).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["project.created", "stage.reported"]


def test_an_idea_arrives_without_a_move():
    [project] = bring_in(a_portfolio(), Arrival("Berth planner", "idea"))
    assert not project.moves.exists()
    assert [each[0] for each in spells(project)] == ["idea"]


def test_known_dates_become_spells_and_the_age_of_the_stage():
    entries = (Entry("framing", day(2021), "year"), Entry("data", day(2022, 3), "month"))
    [project] = bring_in(a_portfolio(), Arrival("Berth planner", "data", entries=entries))
    assert project.stage_since == day(2022, 3)
    assert spells(project) == [
        ("framing", day(2021), day(2022, 3), "year"),
        ("data", day(2022, 3), None, "month"),
    ]


def test_without_a_date_the_present_stage_begins_now_and_no_stay_is_invented():
    [project] = bring_in(
        a_portfolio(), Arrival("Berth planner", "pilot", entries=(Entry("framing", day(2021)),))
    )
    assert [(stage, left) for stage, _, left, _ in spells(project)] == [("pilot", None)]
    assert timezone.now() - project.stage_since < timedelta(minutes=5)


def test_dates_that_contradict_the_order_or_lie_ahead_write_no_history():
    ahead = timezone.now() + timedelta(days=400)
    entries = (Entry("framing", day(2024)), Entry("production", day(2020)))
    odd, early = bring_in(
        a_portfolio(),
        Arrival("Odd", "production", entries=entries),
        Arrival("Early", "data", entries=(Entry("data", ahead),)),
    )
    assert spells(odd) == [("production", day(2020), None, "day")]
    assert early.stage_since <= timezone.now()


@pytest.mark.parametrize(
    ("outcome", "stage", "live"), [("retired", "production", True), ("stopped", "data", False)]
)
def test_an_ended_project_arrives_ended(outcome, stage, live):
    entries = (Entry(stage, day(2022)),)
    arrival = Arrival("Old one", stage, outcome=outcome, entries=entries, ended_at=day(2023))
    [project] = bring_in(a_portfolio(), arrival)
    project.refresh_from_db()
    assert (project.outcome, project.stage, project.ended_at) == (outcome, stage, day(2023))
    assert project.ever_in_production is live
    assert spells(project) == [(stage, day(2022), day(2023), "day")]


def test_many_arrive_with_as_many_statements_as_few():
    portfolio = a_portfolio()

    def statements(number):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            bring_in(portfolio, *[Arrival(f"Project {at}", "data") for at in range(number)])
        return [each["sql"] for each in caught if "last_number" not in each["sql"]]

    statements(1)
    # SQLite takes 999 values in one statement: 8 projects fit in.
    assert len(statements(2)) == len(statements(8))
    assert Move.objects.count() == 11


def test_only_who_may_report_stages_brings_projects_in():
    portfolio = a_portfolio()
    with pytest.raises(NotAllowed):
        bring_in(
            portfolio, Arrival("Berth planner", "data"), actor=acting(a_member(portfolio, "contributor"))
        )
    assert not Project.objects.exists()
    bring_in(portfolio, Arrival("Berth planner", "data"), actor=acting(a_member(portfolio, "manager")))


def test_nothing_arrives_in_an_archived_portfolio():
    portfolio = a_portfolio()
    Portfolio.objects.filter(pk=portfolio.pk).update(archived_at=timezone.now())
    with pytest.raises(Refused, match="archived"):
        bring_in(portfolio, Arrival("Berth planner", "data"))
