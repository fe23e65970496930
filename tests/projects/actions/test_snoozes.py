"""Flags asleep: who may let them sleep, what wakes them, and what they change."""

from datetime import UTC, datetime, timedelta

import pytest

from projects.actions import flags, snoozes, updates
from projects.errors import NotAllowed, Refused
from projects.models import Event, Flag, Project
from projects.queries import timelines
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.races import at_once

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = AS_OF.date()
WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(AS_OF, tick=False)
    return time_machine


@pytest.fixture
def project(noon):
    """A project about which nobody has said anything for 31 days."""
    noon.shift(timedelta(days=-31))
    made = a_project(a_portfolio())
    noon.move_to(AS_OF, tick=False)
    flags.sweep(made.portfolio_id, actor=SYSTEM, now=AS_OF)
    made.refresh_from_db()
    return made


@pytest.fixture
def flag(project):
    return Flag.objects.get(project=project, rule="NO_UPDATE")


@pytest.fixture
def member(project):
    return acting(a_member(project.portfolio, name="Maya"))


def asleep(flag):
    flag.refresh_from_db()
    return flag.snoozed_until, flag.snooze_reason, flag.snoozes


@pytest.mark.django_db
def test_it_sleeps_until_the_end_of_a_day_and_the_history_tells_who_said_so(flag, member):
    snoozes.snooze(flag.pk, reason=" Back in\nDecember ", until=WEEK, actor=member)
    assert asleep(flag) == (WEEK, "Back in December", 1)
    assert (flag.snoozed_by, flag.snoozed_at) == (member.user, AS_OF)
    assert flag.sleeps(WEEK) and not flag.sleeps(WEEK + timedelta(days=1))
    event = Event.objects.get(kind="flag.snoozed")
    said = {"flag": flag.pk, "rule": "NO_UPDATE", "label": "No update for 31 days"}
    assert event.payload == {**said, "until": "2026-11-27", "reason": "Back in December"}
    assert event.actor_id == member.user.pk


@pytest.mark.django_db
def test_the_history_says_it_in_words(flag, member, project):
    snoozes.snooze(flag.pk, reason="Back in December", until=WEEK, actor=member)
    snoozes.wake(flag.pk, actor=member)
    said = [entry.text for entry in timelines.page(project).entries[:2]]
    assert said == [
        "woke a flag: No update for 31 days",
        "let a flag sleep: No update for 31 days, until 27 Nov 2026 (“Back in December”)",
    ]


@pytest.mark.django_db
def test_sleep_changes_nothing_else(flag, member, project):
    before = {field: getattr(project, field) for field in ("risk", "flag_level", "version")}
    snoozes.snooze(flag.pk, reason="Back in December", until=WEEK, actor=member)
    project.refresh_from_db()
    assert {field: getattr(project, field) for field in before} == before


@pytest.mark.django_db
def test_saying_the_same_again_is_no_change(flag, member):
    for _ in range(3):
        snoozes.snooze(flag.pk, reason="Back in December", until=WEEK, actor=member)
    assert asleep(flag)[2] == 1
    assert Event.objects.filter(kind="flag.snoozed").count() == 1


@pytest.mark.django_db
def test_it_sleeps_twice_in_a_row_however_it_woke(flag, member):
    for reason in ("First", "Second"):
        snoozes.snooze(flag.pk, reason=reason, until=WEEK, actor=member)
        snoozes.wake(flag.pk, actor=member)
    with pytest.raises(Refused) as refused:
        snoozes.snooze(flag.pk, reason="Third", until=WEEK, actor=member)
    assert [each.code for each in refused.value.obstacles] == ["slept_twice"]
    assert asleep(flag) == (None, "Second", 2)


@pytest.mark.django_db
def test_the_day_is_that_of_the_portfolio(flag, member, project):
    project.portfolio.time_zone = "Pacific/Kiritimati"  # fourteen hours ahead: there it is tomorrow
    project.portfolio.save()
    with pytest.raises(Refused):
        snoozes.snooze(flag.pk, reason="Today", until=TODAY, actor=member)
    snoozes.snooze(flag.pk, reason="In a month", until=TODAY + timedelta(days=31), actor=member)


@pytest.mark.django_db
def test_waking_what_is_awake_is_no_change(flag, member):
    snoozes.wake(flag.pk, actor=member)
    assert not Event.objects.filter(kind="flag.woken").exists()


@pytest.mark.django_db
def test_what_has_cleared_does_not_sleep(flag, member, project):
    updates.post(project.pk, health="on_track", text="Going well.", actor=member)
    with pytest.raises(Refused) as refused:
        snoozes.snooze(flag.pk, reason="Late", until=WEEK, actor=member)
    assert refused.value.code == "flag_cleared"


@pytest.mark.django_db
def test_who_may_let_it_sleep(flag, project):
    allowed = [a_member(project.portfolio, "contributor"), on_team(project, "DX")]
    for person in (a_member(project.portfolio, "viewer"), a_person()):
        with pytest.raises(NotAllowed):
            snoozes.snooze(flag.pk, reason="No", until=WEEK, actor=acting(person))
    for number, person in enumerate(allowed):
        snoozes.snooze(flag.pk, reason=f"Yes {number}", until=WEEK, actor=acting(person))
    assert asleep(flag)[2] == 2


@pytest.mark.django_db
def test_a_flag_of_a_stage_is_for_members_of_its_portfolio(project, member):
    portfolio = project.portfolio
    times = {"opened_at": AS_OF, "severity_since": AS_OF}
    stage = Flag.objects.create(
        portfolio=portfolio, rule="NO_UPDATE", subject="idea", rule_version=1, severity="warn", **times
    )
    with pytest.raises(NotAllowed):
        snoozes.snooze(stage.pk, reason="No", until=WEEK, actor=acting(on_team(project, "DX")))
    snoozes.snooze(stage.pk, reason="Two leave next week", until=WEEK, actor=member)
    event = Event.objects.get(kind="flag.snoozed")
    assert (event.portfolio_id, event.project_id) == (portfolio.pk, None)


def sweep_after(noon, project, days):
    """The flags as they are so many days later."""
    noon.shift(timedelta(days=days))
    flags.sweep(project.portfolio_id, actor=SYSTEM, now=AS_OF + timedelta(days=days))


@pytest.mark.django_db
def test_it_sleeps_on_while_only_its_numbers_change(flag, member, project, noon):
    snoozes.snooze(flag.pk, reason="Back in December", until=WEEK, actor=member)
    sweep_after(noon, project, 3)
    assert asleep(flag) == (WEEK, "Back in December", 1)
    assert flag.label == "No update for 34 days"


@pytest.mark.django_db
def test_it_wakes_at_once_when_it_becomes_critical(flag, member, project, noon):
    until = TODAY + timedelta(days=30)
    snoozes.snooze(flag.pk, reason="Back in December", until=until, actor=member)
    sweep_after(noon, project, 30)
    assert asleep(flag) == (None, "Back in December", 1)
    assert flag.severity == "critical"
    (woken,) = Event.objects.filter(kind="flag.woken")
    assert (woken.payload["flag"], woken.by_machine) == (flag.pk, True)


@pytest.mark.django_db
def test_a_sleep_that_was_over_is_not_broken(flag, member, project, noon):
    snoozes.snooze(flag.pk, reason="Back in December", until=WEEK, actor=member)
    sweep_after(noon, project, 30)
    assert flag.pk in Event.objects.filter(kind="flag.changed").values_list("payload__flag", flat=True)
    assert not Event.objects.filter(kind="flag.woken").exists()


@pytest.mark.django_db
def test_it_ends_when_the_flag_clears_and_what_comes_back_is_awake(flag, member, project, noon):
    for reason in ("First", "Second"):
        snoozes.snooze(flag.pk, reason=reason, until=WEEK, actor=member)
    before = project.created_at
    updates.post(project.pk, health="on_track", text="Going well.", actor=member)
    assert asleep(flag)[0] is None
    # The same flag again within a week: what was said turns out to be of long ago.
    Project.objects.filter(pk=project.pk).update(last_update_at=before, flags_due_at=AS_OF)
    sweep_after(noon, project, 1)
    assert asleep(flag) == (None, "", 0)
    assert (flag.cleared_at, flag.flaps, flag.snoozed_by) == (None, 1, None)
    snoozes.snooze(flag.pk, reason="Third", until=WEEK, actor=member)
    assert asleep(flag) == (WEEK, "Third", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_twice_and_no_third_slips_through(flag, project):
    people = [acting(a_member(project.portfolio)) for _ in range(4)]

    def let_sleep(actor):
        try:
            return snoozes.snooze(flag.pk, reason=f"Says {actor.user_id}", until=WEEK, actor=actor).snoozes
        except Refused:
            return 0

    counted = at_once(*(lambda actor=actor: let_sleep(actor) for actor in people))
    assert sorted(counted) == [0, 0, 1, 2]
    assert asleep(flag)[2] == 2
