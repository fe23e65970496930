"""The picture of a past day is what the live one was on that day, whatever was changed since."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolio.insights.actions import summaries
from portfolio.insights.queries import pictures
from portfolio.insights.queries.choices import Choice
from projects.actions import answers, days, flags, moves, portfolios, projects, scores, stages, units
from projects.actions.answers import Given
from projects.models import Portfolio, Project
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import LINK, MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORTH = {"value_likely": Decimal(900_000), "strategic": 3, "reach": 2, "capacity_fte": Decimal("2.5")}


@pytest.fixture
def portfolio(time_machine):
    """Six projects along the way, one of them on hold, with answers that have grown old."""
    time_machine.move_to(MONDAY, tick=False)
    portfolio = a_portfolio(time_zone="Pacific/Auckland")
    unit = units.find_or_create(portfolio.pk, name="Claims", actor=SYSTEM)
    owner = a_member(portfolio)
    for number, stage in enumerate(("framing", "data", "poc", "mvp", "pilot", "production")):
        project = a_project(portfolio, f"Number {number}", unit=unit, owner=owner, **WORTH)
        stages.report(project.pk, to=stage, actor=SYSTEM)
        given = [Given(each, "Y", LINK) for each in ("WP1", "WP2", "NT1", "DQ1", "DQ2", "MP1", "OO1")]
        answers.give_many(project.pk, given=given[number:], actor=SYSTEM)
    time_machine.shift(50 * DAY)
    hold(portfolio, "Number 1")
    return night(portfolio)


def hold(portfolio, name):
    until = timezone.now().date() + 30 * DAY
    approver, actor = a_member(portfolio, "manager"), acting(a_member(portfolio))
    moves.make(one(name).pk, kind="hold", note="Waits.", until=until, approver=approver, actor=actor)


def one(name):
    """By its first name; it may have another by now."""
    return Project.objects.get(key__endswith=f"-{int(name[-1]) + 1}")


def night(portfolio):
    """What the worker does after midnight."""
    now = timezone.now()
    scores.age(portfolio.pk, actor=SYSTEM, now=now)
    flags.sweep(portfolio.pk, actor=SYSTEM, now=now)
    days.take(portfolio.pk, actor=SYSTEM, now=now)
    summaries.take(portfolio.pk, actor=SYSTEM, now=now)
    return Portfolio.objects.get(pk=portfolio.pk)


def live(portfolio, choice=pictures.NOBODY):
    return pictures.live(Portfolio.objects.get(pk=portfolio.pk), timezone.now(), choice)


def shown(picture):
    """Entries as the live picture has them: only the stored one counts blockers and what is not known."""
    return [replace(entry, unknown_points=None, open_blockers=0) for entry in picture.entries]


def edit(which, /, **fields):
    projects.edit(one(which).pk, version=None, actor=SYSTEM, **fields)


CHANGES = {
    "time goes by": lambda portfolio: None,
    "an answer": lambda portfolio: answers.give_many(
        one("Number 2").pk, given=[Given("WP1", "N")], actor=SYSTEM
    ),
    "a name": lambda portfolio: edit("Number 2", name="Another name"),
    "another owner": lambda portfolio: edit("Number 2", owner=a_member(portfolio), unit=None),
    "what it is worth": lambda portfolio: edit("Number 3", value_likely=Decimal(10_000), capacity_fte=None),
    "a move": lambda portfolio: stages.report(one("Number 2").pk, to="validation", actor=SYSTEM),
    "a hold": lambda portfolio: hold(portfolio, "Number 3"),
    "a resume": lambda portfolio: moves.make(one("Number 1").pk, kind="resume", actor=SYSTEM),
    "a stop": lambda portfolio: moves.make(
        one("Number 2").pk, kind="stop", reason_code="budget", note="No money.", actor=SYSTEM
    ),
    "a launch": lambda portfolio: stages.report(one("Number 4").pk, to="production", actor=SYSTEM),
    "an archive": lambda portfolio: projects.archive(one("Number 2").pk, actor=SYSTEM),
    "a deletion": lambda portfolio: projects.delete(one("Number 2").pk, actor=SYSTEM),
    "a new project": lambda portfolio: a_project(portfolio, "New"),
    "settings": lambda portfolio: portfolios.edit(
        portfolio.pk, version=None, risk_line=30, impact_line=70, risk_load_limit=20, actor=SYSTEM
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_past_day_is_what_was_shown_on_it(portfolio, time_machine, change):
    before, day = live(portfolio), pictures.live(portfolio, timezone.now()).frame.day
    assert len({entry.quadrant for entry in before.entries}) > 1
    time_machine.shift(3 * DAY)
    CHANGES[change](portfolio)
    for _ in range(2):
        night(portfolio)
        time_machine.shift(DAY)
    past = pictures.on(Portfolio.objects.get(pk=portfolio.pk), day)
    assert shown(past) == shown(before)
    assert past.frame == replace(before.frame, is_past=True)
    assert all(entry.unknown_points is not None for entry in past.entries)
    assert pictures.live(portfolio, timezone.now()).entries != before.entries


def test_every_day_of_a_fortnight_is_what_was_shown_on_it(portfolio, time_machine):
    """One change after the other, with days between on which nothing but age changes anything."""
    seen = {}
    for change in CHANGES.values():
        change(portfolio)
        night(portfolio)
        picture = live(portfolio)
        seen[picture.frame.day] = picture
        time_machine.shift(DAY)
    for day, picture in seen.items():
        past = pictures.on(Portfolio.objects.get(pk=portfolio.pk), day)
        assert shown(past) == shown(picture)
        assert past.frame == replace(picture.frame, is_past=True)


def test_filters_choose_by_what_projects_were_on_the_day(portfolio, time_machine):
    choice = Choice(stage="poc")
    before, day = live(portfolio, choice), live(portfolio).frame.day
    assert [entry.name for entry in before.entries] == ["Number 2"]
    time_machine.shift(DAY)
    CHANGES["a move"](portfolio)
    night(portfolio)
    assert shown(pictures.on(portfolio, day, choice)) == shown(before)
    assert live(portfolio, choice).entries == ()


def test_a_day_without_a_snapshot_is_shown_as_the_last_one_before_it(portfolio, time_machine):
    before, day = live(portfolio), live(portfolio).frame.day
    time_machine.shift(5 * DAY)
    edit("Number 2", name="Another name")
    night(portfolio)
    past = pictures.on(portfolio, day + 4 * DAY)
    assert past.frame.day == day
    assert shown(past) == shown(before)
    assert pictures.on(portfolio, day - DAY) is None
