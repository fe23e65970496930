"""Flags in the database: raised, changed, cleared and raised again, by sweep and right after a change."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.register.actions import samples
from projects.actions import answers, flags, handovers, moves, portfolios, projects, updates
from projects.actions.answers import Given
from projects.errors import NotAllowed
from projects.models import Event, Flag, Portfolio, Project
from projects.rules.flag_kinds import pace
from projects.rules.flags import RULES
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.races import at_once

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
PACE = [rule.code for rule in pace.RULES]


def sweep(portfolio=None, *, full=False):
    """A whole sweep; what it wrote."""
    after, opened, changed, cleared = 0, 0, 0, 0
    while after is not None:
        of, now = portfolio and portfolio.pk, timezone.now()
        swept = flags.sweep(of, actor=SYSTEM, now=now, after=after, full=full)
        after = swept.after
        opened, changed, cleared = opened + swept.opened, changed + swept.changed, cleared + swept.cleared
    return opened, changed, cleared


def raised(project, *, rules=PACE):
    """The open flags of a project, ! for critical; those of pace unless others are asked for."""
    rows = Flag.objects.filter(project=project, cleared_at=None, rule__in=rules).order_by("rule")
    return [f"{flag.rule}{'!' if flag.severity == 'critical' else ''}" for flag in rows]


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(AS_OF, tick=False)
    return time_machine


@pytest.fixture
def project(noon):
    """A project at the stage of ideas, added at noon: its first flag is due after 30 days."""
    project = a_project(a_portfolio())
    answers.give(project.pk, given=Given("WP1", "Y", evidence="The charter."), actor=SYSTEM)
    project.refresh_from_db()
    return project


@pytest.mark.django_db
def test_the_sample_carries_the_flags_that_its_file_expects(noon):
    samples.load()
    sweep()
    expected = {
        row["name"]: sorted(flag for flag in row["x_flags"].split() if flag.rstrip("!") in RULES)
        for row in samples.rows()
    }
    assert len(expected) == 24
    assert {project.name: raised(project, rules=RULES) for project in Project.objects.all()} == expected


@pytest.mark.django_db
def test_a_second_sweep_writes_nothing(noon):
    samples.load()
    assert sweep()[0] > 0
    with CaptureQueriesContext(connection) as captured:
        assert sweep() == (0, 0, 0)
    assert len(captured) == 3  # begin, nothing is due, commit


@pytest.mark.django_db
def test_a_flag_is_due_after_its_limit_and_not_on_it(project, noon):
    noon.shift(timedelta(days=30))
    sweep()
    assert raised(project) == []
    noon.shift(timedelta(days=1))
    sweep()
    assert raised(project) == ["NO_UPDATE", "STAGE_OVERRUN"]


@pytest.mark.django_db
def test_a_flag_becomes_critical_with_an_event_and_counts_its_days_without_one(project, noon):
    noon.shift(timedelta(days=31))
    sweep()
    noon.shift(timedelta(days=29))
    assert sweep() == (0, 0, 0)
    assert Flag.objects.get(rule="NO_UPDATE").label == "No update for 60 days"
    assert Event.objects.filter(kind="flag.changed").count() == 0
    noon.shift(timedelta(days=1))
    sweep()
    assert raised(project) == ["NO_UPDATE!", "STAGE_OVERRUN!"]
    changed = Event.objects.filter(kind="flag.changed", payload__rule="NO_UPDATE").get()
    assert changed.payload["severity"] == ["warn", "critical"]
    assert Flag.objects.get(rule="NO_UPDATE").label == "No update for 61 days"


@pytest.mark.django_db
def test_an_update_clears_the_flag_at_once_and_the_product_says_so(project, noon):
    noon.shift(timedelta(days=31))
    sweep()
    person = a_member(project.portfolio)
    updates.post(project.pk, health="on_track", text="Going well.", actor=acting(person))
    assert raised(project) == ["STAGE_OVERRUN"]
    event = Event.objects.get(kind="flag.cleared")
    assert (event.by_machine, event.actor_id, event.project_id) == (True, None, project.pk)


@pytest.mark.django_db
def test_a_flag_that_comes_back_within_a_week_is_the_same_one(project, noon):
    projects.edit(project.pk, version=None, gate_planned_on=(AS_OF - timedelta(days=1)).date(), actor=SYSTEM)
    first = Flag.objects.get(rule="GATE_OVERDUE")
    for date, days in ((AS_OF + timedelta(days=9)).date(), 7), ((AS_OF - timedelta(days=2)).date(), 0):
        projects.edit(project.pk, version=None, gate_planned_on=date, actor=SYSTEM)
        noon.shift(timedelta(days=days))
    back = Flag.objects.get(rule="GATE_OVERDUE")
    assert (back.pk, back.flaps, back.opened_at, back.cleared_at) == (first.pk, 1, first.opened_at, None)


@pytest.mark.django_db
def test_a_flag_that_comes_back_later_is_a_new_one(project, noon):
    projects.edit(project.pk, version=None, gate_planned_on=(AS_OF - timedelta(days=1)).date(), actor=SYSTEM)
    projects.edit(project.pk, version=None, gate_planned_on=None, actor=SYSTEM)
    noon.shift(timedelta(days=8))
    projects.edit(project.pk, version=None, gate_planned_on=(AS_OF - timedelta(days=1)).date(), actor=SYSTEM)
    assert [flag.flaps for flag in Flag.objects.filter(rule="GATE_OVERDUE")] == [0, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("put_away", [projects.archive, projects.delete])
def test_a_project_put_away_carries_no_flag(project, noon, put_away):
    noon.shift(timedelta(days=31))
    sweep()
    put_away(project.pk, actor=SYSTEM)
    sweep()
    assert raised(project) == []
    sweep()
    assert Flag.objects.filter(cleared_at=None).count() == 0


@pytest.mark.django_db
def test_a_stopped_project_carries_no_flag(project, noon):
    noon.shift(timedelta(days=31))
    sweep()
    moves.make(project.pk, kind="stop", reason_code="budget", note="No money.", actor=SYSTEM)
    assert raised(project) == []
    noon.shift(timedelta(days=90))
    assert sweep() == (0, 0, 0)


@pytest.mark.django_db
def test_a_hold_stops_the_stage_clock_and_has_a_date_of_its_own(project, noon):
    sponsor, owner = on_team(project, "SP"), a_member(project.portfolio)
    noon.shift(timedelta(days=20))
    until = (AS_OF + timedelta(days=50)).date()
    moves.make(
        project.pk, kind="hold", note="Waiting for data.", until=until, approver=sponsor, actor=acting(owner)
    )
    noon.shift(timedelta(days=30))
    sweep()
    assert raised(project) == []
    noon.shift(timedelta(days=1))
    sweep()
    assert raised(project) == ["HOLD_EXPIRED"]
    moves.make(project.pk, kind="resume", actor=acting(owner))
    assert raised(project) == []
    # 20 active days before the hold: ten more are within the limit of 30, eleven are not.
    noon.shift(timedelta(days=10))
    sweep()
    assert "STAGE_OVERRUN" not in raised(project)
    noon.shift(timedelta(days=1))
    sweep()
    assert "STAGE_OVERRUN" in raised(project)


@pytest.mark.django_db
def test_days_in_a_stage_add_up_over_stays_of_one_attempt(project, noon):
    moves.make(project.pk, to="framing", actor=SYSTEM)
    noon.shift(timedelta(days=40))
    moves.make(project.pk, kind="back", to="idea", reason_code="new_information", note="Again.", actor=SYSTEM)
    noon.shift(timedelta(days=20))
    moves.make(project.pk, to="framing", actor=SYSTEM)
    noon.shift(timedelta(days=21))
    sweep()
    assert Flag.objects.get(rule="STAGE_OVERRUN", cleared_at=None).label == "61 days in Framing"
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    moves.make(project.pk, kind="restart", actor=SYSTEM)
    noon.shift(timedelta(days=60))
    sweep()
    assert Flag.objects.filter(rule="STAGE_OVERRUN", cleared_at=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "expected"), [("UTC", []), ("Pacific/Auckland", ["NO_UPDATE", "STAGE_OVERRUN"])]
)
def test_a_day_is_one_of_the_portfolios_calendar(noon, zone, expected):
    noon.move_to(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False)
    project = a_project(a_portfolio(time_zone=zone))
    # 31 March, 14:00 UTC: 30 days later in Greenwich, in Auckland it is 1 April already.
    noon.move_to(datetime(2026, 3, 31, 14, tzinfo=UTC), tick=False)
    sweep()
    assert raised(project) == expected


@pytest.mark.django_db
def test_a_sweep_of_one_portfolio_leaves_the_others_alone(project, noon):
    other = a_project(a_portfolio())
    noon.shift(timedelta(days=31))
    sweep(project.portfolio)
    assert raised(project)
    assert not raised(other)


@pytest.mark.django_db
def test_people_cannot_start_a_sweep_of_everything(project):
    with pytest.raises(NotAllowed):
        flags.sweep(None, actor=acting(a_person()), now=timezone.now())


@pytest.mark.django_db
def test_looking_again_after_a_change_takes_one_query(project, django_assert_num_queries):
    with django_assert_num_queries(1):
        flags.refresh(project, actor=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_a_sweep_takes_the_same_queries_for_one_project_and_for_twenty(noon, number):
    a_crowd(a_portfolio(), number)
    noon.shift(timedelta(days=31))
    costs = []
    for full in (False, False, True):
        with CaptureQueriesContext(connection) as captured:
            flags.sweep(None, actor=SYSTEM, now=timezone.now(), full=full)
        costs.append(len(captured))
    # Begin, ids, locks, facts, workflow, known flags, flags, events, due, commit; then begin, ids, commit;
    # then three reads.
    assert costs[0] <= 11
    assert costs[1:] == [3, 3]


@pytest.mark.django_db
def test_chunks_meet_without_gap_and_without_overlap(noon, monkeypatch):
    a_crowd(a_portfolio(), 7)
    monkeypatch.setattr(flags, "CHUNK", 3)
    noon.shift(timedelta(days=31))
    assert sweep() == (21, 0, 0)
    assert sweep() == sweep(full=True) == (0, 0, 0)


@pytest.mark.django_db
def test_a_clock_that_jumps_ahead_and_back_leaves_nothing_after_the_nightly_look(project, noon):
    sweep()
    noon.shift(timedelta(days=400))
    sweep()
    assert raised(project) == ["NO_UPDATE!", "STAGE_OVERRUN!"]
    noon.move_to(AS_OF + timedelta(hours=1), tick=False)
    sweep()
    sweep(full=True)
    assert raised(project) == []
    noon.move_to(AS_OF + timedelta(days=31), tick=False)
    sweep()
    assert raised(project) == ["NO_UPDATE", "STAGE_OVERRUN"]


@pytest.mark.django_db
def test_what_comes_back_starts_awake_and_unanswered(project, noon):
    late, early = (AS_OF - timedelta(days=1)).date(), (AS_OF + timedelta(days=9)).date()
    projects.edit(project.pk, version=None, gate_planned_on=late, actor=SYSTEM)
    slept = {"snoozed_until": early, "snoozed_at": AS_OF, "snooze_reason": "Holidays.", "snoozes": 2}
    Flag.objects.filter(rule="GATE_OVERDUE").update(**slept, answered_at=AS_OF, escalated_at=AS_OF)
    projects.edit(project.pk, version=None, gate_planned_on=early, actor=SYSTEM)
    assert Flag.objects.get(rule="GATE_OVERDUE").snoozed_until is None
    noon.shift(timedelta(days=1))
    projects.edit(project.pk, version=None, gate_planned_on=late, actor=SYSTEM)
    flag = Flag.objects.get(rule="GATE_OVERDUE")
    assert (flag.flaps, flag.snoozes, flag.snooze_reason, flag.snoozed_at) == (1, 0, "", None)
    assert (flag.answered_at, flag.escalated_at) == (None, None)
    assert flag.severity_since == AS_OF + timedelta(days=1)


@pytest.mark.django_db
def test_what_becomes_critical_wakes_and_wants_an_answer_of_its_own(project, noon):
    noon.shift(timedelta(days=31))
    sweep()
    since = timezone.now()
    asleep = {"snoozed_until": since.date() + timedelta(days=30), "snooze_reason": "Later.", "snoozes": 1}
    Flag.objects.filter(rule="NO_UPDATE").update(**asleep, answered_at=since)
    noon.shift(timedelta(days=20))
    sweep()
    flag = Flag.objects.get(rule="NO_UPDATE")
    assert (flag.severity_since, flag.answered_at) == (since, since)  # older only
    noon.shift(timedelta(days=10))
    sweep()
    flag = Flag.objects.get(rule="NO_UPDATE")
    assert (flag.severity, flag.snoozed_until, flag.snoozes) == ("critical", None, 1)
    assert (flag.severity_since, flag.answered_at) == (timezone.now(), None)
    assert Event.objects.get(kind="flag.woken").payload["flag"] == flag.pk


@pytest.mark.django_db
def test_another_time_zone_and_a_leaver_make_projects_due(project):
    for change in (
        lambda: portfolios.edit(project.portfolio_id, version=None, time_zone="Asia/Tokyo", actor=SYSTEM),
        lambda: handovers.reassign(on_team(project, "OW").pk, successor_id=None, actor=SYSTEM),
    ):
        sweep()
        assert flags.sweep(None, actor=SYSTEM, now=timezone.now()).projects == 0
        change()
        assert flags.sweep(None, actor=SYSTEM, now=timezone.now()).projects == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_what_is_asked_for_during_a_sweep_is_not_lost():
    """Facts change beside the sweep; whoever changes those of many asks for a look."""
    portfolio, long_ago = a_portfolio(), timezone.now() - timedelta(days=31)
    made = a_crowd(portfolio, 300, created_at=long_ago, stage_since=timezone.now())

    def people_come_and_go(owner):
        for start in range(0, 300, 50):
            some = Project.objects.filter(pk__in=[each.pk for each in made[start : start + 50]])
            with transaction.atomic():
                flags.ask(some, at=timezone.now())
                some.update(owner=owner)

    left = a_person(is_active=False)
    results = at_once(sweep, lambda: people_come_and_go(left), sweep, lambda: people_come_and_go(None))
    assert not [result for result in results if isinstance(result, Exception)]
    sweep()
    assert sweep(full=True) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_sweeps_at_once_raise_each_flag_once():
    portfolio = a_portfolio()
    long_ago = timezone.now() - timedelta(days=31)
    a_crowd(portfolio, 300, created_at=long_ago, stage_since=long_ago)
    results = at_once(*[sweep] * 4)
    assert sum(opened for opened, _, _ in results) == 900
    assert Flag.objects.count() == Event.objects.filter(kind="flag.opened").count() == 900


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_sweep_beside_updates_leaves_no_flag_that_an_update_cleared():
    portfolio = Portfolio.objects.get(pk=a_portfolio().pk)
    long_ago = timezone.now() - timedelta(days=31)
    made = a_crowd(portfolio, 30, created_at=long_ago, stage_since=timezone.now())

    def everybody_speaks():
        for project in made:
            updates.post(project.pk, health="on_track", text="Fine.", actor=SYSTEM)

    results = at_once(sweep, everybody_speaks, sweep)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Flag.objects.filter(cleared_at=None, rule="NO_UPDATE").count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_another_sweep_has_in_hand_is_left_to_it():
    long_ago = timezone.now() - timedelta(days=31)
    first, second = a_crowd(a_portfolio(), 2, created_at=long_ago, stage_since=timezone.now())
    held, over, now = threading.Event(), threading.Event(), timezone.now()

    def in_hand():
        with transaction.atomic():
            Project.objects.select_for_update().get(pk=first.pk)
            held.set()
            over.wait(timeout=20)

    def beside():
        assert held.wait(timeout=20)
        try:
            return flags.sweep(None, actor=SYSTEM, now=now).projects
        finally:
            over.set()

    assert at_once(in_hand, beside) == [None, 1]
    assert list(Project.objects.filter(flags_due_at__lte=now).values_list("pk", flat=True)) == [first.pk]
    assert raised(second)
