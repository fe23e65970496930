"""How far a blocker rises: by its clock, each step once; by hand; and back down."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from projects.actions import blocker_escalations, blockers, moves, projects
from projects.errors import NotAllowed
from projects.models import Blocker, Event
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.projects.actions.blockers.cases import (
    TODAY,
    answered,
    kinds,
    newest,
    raised,
    refused,
    risk,
    scored_anew,
    steps_told,
)
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


def rise(days=0, **more):
    """Run it so many days later, to its end."""
    now, after, steps = timezone.now() + timedelta(days), 0, 0
    while after is not None:
        risen = blockers.rise(actor=SYSTEM, now=now, after=after, **more)
        after, steps = risen.after, steps + risen.steps
    return steps


def level(blocker):
    return Blocker.objects.values_list("level", "acted", "next_step_on").get(pk=blocker.pk)


@pytest.mark.parametrize(
    ("severity", "days"),
    [("low", [60, 120]), ("medium", [30, 60, 90]), ("high", [7, 14, 28]), ("critical", [0, 7, 14])],
)
def test_every_step_comes_on_its_day_and_once(project, severity, days):
    blocker, last = raised(project, severity=severity), max(days) + 40
    told = {}
    for day in range(last):
        before = len(steps_told())
        rise(day)
        told |= dict.fromkeys(steps_told()[before:], day)
    at_once_told = {1: 0} if days[0] == 0 else {}
    assert at_once_told | told == dict(enumerate(days, 1))
    assert steps_told() == list(range(1, len(days) + 1))
    assert level(blocker) == (len(days), len(days), None)


def test_run_three_times_a_step_is_taken_once(project):
    blocker = raised(project)
    assert [rise(7), rise(7), rise(7)] == [1, 0, 0]
    assert kinds(project) == ["blocker.raised", "blocker.escalated"]
    assert level(blocker) == (1, 1, TODAY + timedelta(14))


def test_a_worker_that_was_away_for_40_days_takes_each_missed_step_once(project):
    sponsor, owner, lead = on_team(project, "SP"), on_team(project, "PO"), on_team(project, "ML")
    manager = a_member(project.portfolio, "manager")
    blocker = raised(project)
    assert rise(40) == 3
    assert steps_told() == [1, 2, 3]
    assert level(blocker) == (3, 3, None)
    told = Event.objects.filter(kind="blocker.escalated").order_by("pk")
    people = [sorted(event.payload["people"]) for event in told]
    assert people == [sorted([owner.pk, lead.pk]), [sponsor.pk], [manager.pk]]
    assert rise(80) == 0


def test_the_day_is_that_of_the_portfolios_clock(night):
    """High ones of the same UTC morning: in Auckland day 7 begins half a day before it does in Honolulu."""
    night.move_to(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
    places = ["Pacific/Auckland", "Europe/Berlin", "Pacific/Honolulu"]
    made = {place: raised(a_project(a_portfolio(time_zone=place))) for place in places}
    assert [made[place].raised_on.day for place in places] == [2, 1, 1]
    seen = {}
    for hours in range(10 * 24):
        now = datetime(2027, 3, 1, 12, tzinfo=UTC) + timedelta(hours=hours)
        blockers.rise(actor=SYSTEM, now=now)
        for place, blocker in made.items():
            if level(blocker)[0] and place not in seen:
                seen[place] = now
    assert seen == {
        "Pacific/Auckland": datetime(2027, 3, 8, 11, tzinfo=UTC),
        "Europe/Berlin": datetime(2027, 3, 7, 23, tzinfo=UTC),
        "Pacific/Honolulu": datetime(2027, 3, 8, 10, tzinfo=UTC),
    }


@pytest.mark.parametrize("ending", ["resolved", "stopped", "archived", "deleted"])
def test_nobody_is_told_of_what_has_ended(project, maker, portfolio, ending):
    blocker = raised(project)
    if ending == "resolved":
        blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    elif ending == "stopped":
        moves.make(project.pk, kind="stop", reason_code="budget", note="No money", actor=SYSTEM)
    else:
        getattr(projects, {"archived": "archive", "deleted": "delete"}[ending])(project.pk, actor=SYSTEM)
    assert rise(40) == 0
    if ending == "archived":
        projects.unarchive(project.pk, actor=SYSTEM)
        assert rise(40) == 3


def test_only_the_worker_and_administrators_run_it(portfolio):
    with pytest.raises(NotAllowed):
        blockers.rise(actor=acting(a_member(portfolio, "administrator")), now=timezone.now())


def test_people_who_left_and_machines_are_not_told(project, portfolio):
    sponsor, gone = on_team(project, "SP"), on_team(project, "SP")
    gone.is_active = False
    gone.save()
    on_team(project, "SP", a_person(is_service=True))
    raised(project)
    rise(14)
    assert newest(project, "blocker.escalated")["people"] == [sponsor.pk]


def test_many_go_up_in_parts_for_as_many_queries_as_one(
    project, maker, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(blocker_escalations, "CHUNK", 20)
    one = raised(project)
    with django_assert_num_queries(9):
        blockers.rise(actor=SYSTEM, now=timezone.now() + timedelta(7))
    blockers.resolve(one.pk, resolution="solved", actor=maker)
    many = [raised(project) for _ in range(25)]
    with django_assert_num_queries(9):
        risen = blockers.rise(actor=SYSTEM, now=timezone.now() + timedelta(7))
    assert (risen.blockers, risen.steps, risen.after) == (20, 20, many[19].pk)
    risen = blockers.rise(actor=SYSTEM, now=timezone.now() + timedelta(7), after=risen.after)
    assert (risen.blockers, risen.after) == (5, None)
    assert Event.objects.filter(kind="blocker.escalated").count() == 26


def test_an_escalation_changes_no_score_but_the_day_after_its_deadline_does(project, night):
    raised(answered(project))
    before = risk(project)
    night.shift(timedelta(14))
    rise()
    assert scored_anew(project).risk == before
    night.shift(timedelta(1))
    assert scored_anew(project).risk > before


# By hand


def test_somebody_takes_it_up_and_the_clock_does_not_repeat_those_steps(project, maker):
    sponsor, blocker = on_team(project, "SP"), raised(project)
    blockers.escalate(blocker.pk, to=2, actor=maker)
    said = newest(project, "blocker.escalated")
    assert (said["level"], said["people"], said["came_from"], said["by_hand"]) == (2, [sponsor.pk], 0, True)
    assert Event.objects.get(kind="blocker.escalated").actor == maker.user
    assert level(blocker) == (2, 2, TODAY + timedelta(28))
    assert rise(20) == 0
    assert rise(28) == 1


@pytest.mark.parametrize("to", [-1, 0, 1, 4, 99])
def test_it_goes_up_only_to_a_level_that_is_higher_and_there(project, maker, to):
    blocker = raised(project, severity="critical")
    assert refused(lambda: blockers.escalate(blocker.pk, to=to, actor=maker)) == {"to": "not_higher"}


def test_only_who_holds_the_level_gives_it_back(project, maker, portfolio):
    sponsor, owner = on_team(project, "SP"), on_team(project, "PO")
    manager = a_member(portfolio, "manager")
    blocker = raised(project)
    rise(14)
    assert level(blocker)[0] == 2
    for who in (maker, acting(owner), acting(manager), SYSTEM):
        with pytest.raises(NotAllowed, match="business sponsor"):
            blockers.set_back(blocker.pk, to=0, actor=who)
    for to in (2, 3, -1):
        found = refused(lambda to=to: blockers.set_back(blocker.pk, to=to, actor=acting(sponsor)))
        assert found == {"level": "not_lower"}
    blockers.set_back(blocker.pk, to=0, actor=acting(sponsor))
    assert newest(project, "blocker.set_back")["level"] == [2, 0]


def test_what_was_given_back_rises_again_only_at_the_next_step(project, night):
    sponsor, blocker = on_team(project, "SP"), raised(project)
    night.shift(timedelta(14))
    rise()
    blockers.set_back(blocker.pk, to=0, actor=acting(sponsor))
    assert level(blocker) == (0, 2, TODAY + timedelta(28))
    assert rise(13) == 0
    assert rise(14) == 1
    assert level(blocker) == (3, 3, None)


def test_what_was_taken_up_by_hand_and_given_back_rises_with_its_clock(project, maker, portfolio):
    board, blocker = acting(a_member(portfolio, "manager")), raised(project)
    blockers.escalate(blocker.pk, to=3, actor=maker)
    blockers.set_back(blocker.pk, to=0, actor=board)
    assert level(blocker) == (0, 0, TODAY + timedelta(7))
    assert rise(7) == 1


# A later deadline


@pytest.mark.parametrize("role", ["SP", "PM", "manager of the portfolio"])
def test_the_sponsor_or_the_board_sets_a_later_deadline_and_the_steps_follow(project, portfolio, role):
    who = a_member(portfolio, "manager") if role.startswith("manager") else on_team(project, role)
    blocker = raised(project)
    moved = blockers.extend(blocker.pk, due_on=TODAY + timedelta(44), actor=acting(who))
    days = [(day - TODAY).days for day in (moved.step_1_on, moved.step_2_on, moved.step_3_on)]
    assert (days, moved.next_step_on) == ([37, 44, 58], TODAY + timedelta(37))
    assert moved.raised_on == TODAY
    assert newest(project, "blocker.extended")["due_on"] == ["2027-03-16", "2027-04-15"]
    assert rise(36) == 0
    assert rise(37) == 1


def test_others_set_no_later_deadline(project, maker):
    blocker = raised(project)
    for who in (maker, acting(on_team(project, "PO")), SYSTEM):
        with pytest.raises(NotAllowed, match="later deadline needs"):
            blockers.extend(blocker.pk, due_on=TODAY + timedelta(44), actor=who)


@pytest.mark.parametrize("due_on", [TODAY + timedelta(14), TODAY - timedelta(1), date(2100, 1, 1), date.max])
def test_a_deadline_is_moved_to_a_later_day_only(project, due_on):
    blocker, sponsor = raised(project), acting(on_team(project, "SP"))
    assert set(refused(lambda: blockers.extend(blocker.pk, due_on=due_on, actor=sponsor))) == {"due_on"}


def test_a_later_deadline_takes_the_lateness_out_of_the_score(project, night):
    sponsor = acting(on_team(project, "SP"))
    blocker = raised(answered(project))
    fresh = risk(project)
    night.shift(timedelta(20))
    late = scored_anew(project).risk
    assert late > fresh
    blockers.extend(blocker.pk, due_on=TODAY + timedelta(40), actor=sponsor)
    assert risk(project) == fresh
    # The worker had not come by: now the steps lie ahead again.
    assert level(blocker) == (0, 0, TODAY + timedelta(33))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_each_step_once(monkeypatch):
    monkeypatch.setattr(blocker_escalations, "CHUNK", 7)
    portfolio = a_portfolio()
    of = [a_project(portfolio) for _ in range(3)]
    for number in range(30):
        raised(of[number % 3])
    results = at_once(*[lambda: rise(30)] * 4)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert sum(results) == 90
    said = Event.objects.filter(kind="blocker.escalated").values_list("payload", flat=True)
    told = sorted((payload["blocker"], payload["step"]) for payload in said)
    assert told == [(one.pk, step) for one in Blocker.objects.order_by("pk") for step in (1, 2, 3)]
