"""Lists of blockers and their report against everything counted one by one, in two time zones."""

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from projects.models import Blocker, Project
from projects.models.blockers import CATEGORIES, SEVERITIES
from projects.queries import blocker_filters, blocker_reports, blockers
from projects.queries.blocker_filters import SORTS
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, acting

pytestmark = pytest.mark.django_db
NOW = "2027-03-01T23:30:00+00:00"  # 2 March in Berlin, 1 March in Honolulu
ZONES = ("Europe/Berlin", "Pacific/Honolulu")
TODAY = {"Europe/Berlin": date(2027, 3, 2), "Pacific/Honolulu": date(2027, 3, 1)}


@pytest.fixture(autouse=True)
def march(time_machine):
    time_machine.move_to(NOW, tick=False)


def parsed(query):
    return blockers.parse(QueryDict(query))


def ids(query, actor):
    return {one.pk for one in blockers.chosen(parsed(query), actor)}


@pytest.fixture
def many():
    """Two portfolios in two time zones, forty projects, 300 blockers of all sorts."""
    chance = random.Random(7)
    portfolios = [
        a_portfolio(time_zone=zone, currency=money) for zone, money in zip(ZONES, ("EUR", "USD"), strict=True)
    ]
    people = [a_member(portfolios[0]) for _ in range(3)]
    for place in portfolios:
        crowd = a_crowd(place, 20, p_production=0.25)
        for number, project in enumerate(crowd):
            value = None if number % 4 == 0 else float(chance.randint(1, 90))
            Project.objects.filter(pk=project.pk).update(annual_value=value)
        Project.objects.filter(pk=crowd[3].pk).update(archived_at=timezone.now() - timedelta(20))
        Project.objects.filter(pk=crowd[5].pk).update(
            outcome="stopped", ended_at=timezone.now() - timedelta(9)
        )
        made = [_some_blocker(chance, chance.choice(crowd), people) for _ in range(150)]
        Blocker.objects.bulk_create(made)
        pairs = Blocker.affected.through
        pairs.objects.bulk_create(
            pairs(blocker=one, project=other)
            for one in made
            for other in chance.sample(
                [other for other in crowd if other != one.project], chance.randint(0, 3)
            )
        )
    return people


def _some_blocker(chance, home, people):
    today = TODAY[home.portfolio.time_zone]
    start = today - timedelta(chance.choice([0, 1, 2, 13, 14, 15, 16, 29, 30, 31, 59, 60, 61, 90]))
    made = Blocker(
        portfolio=home.portfolio,
        project=home,
        title=f"Title {chance.randint(0, 9)}",
        category=chance.choice(CATEGORIES)[0],
        severity=chance.choice(SEVERITIES)[0],
        owner=chance.choice([None, *people]),
        raised_on=start,
        respond_by=start + timedelta(3),
        responded_on=chance.choice([None, start, start + timedelta(5)]),
        due_on=start + timedelta(chance.choice([7, 14, 30, 60])),
        level=chance.randint(0, 3),
        is_shared=chance.random() < 0.2,
    )
    if chance.random() < 0.5:
        made.resolution = "solved"
        made.resolved_on = start + timedelta(chance.randint(0, (today - start).days))
    made.search_text = made.searchable
    return made


def everything():
    rows = Blocker.objects.select_related("project", "portfolio", "owner").prefetch_related("affected")
    return [Counted(row) for row in rows]


class Counted:
    """A blocker by the words of the domain, without a database's help."""

    def __init__(self, row):
        self.row = row
        self.today = TODAY[row.portfolio.time_zone]
        self.home_runs = row.project.is_running
        self.is_open = row.resolved_on is None and self.home_runs
        self.stops = [row.project, *row.affected.all()]

    @property
    def last(self):
        """The last day of its life so far: of its project's, where that came first."""
        if self.row.resolved_on:
            return self.row.resolved_on
        ends = [at for at in (self.row.project.ended_at, self.row.project.archived_at) if at]
        zone = ZoneInfo(self.row.portfolio.time_zone)
        return max(min([at.astimezone(zone).date() for at in ends], default=self.today), self.row.raised_on)

    @property
    def days(self):
        return (self.last - self.row.raised_on).days

    @property
    def listed_days(self):
        return ((self.row.resolved_on or self.today) - self.row.raised_on).days

    @property
    def is_late(self):
        return (self.row.resolved_on or self.today) > self.row.due_on

    @property
    def value(self):
        worth = [
            one.p_production * one.annual_value
            for one in self.stops
            if one.is_running and one.annual_value is not None
        ]
        return sum(worth) if worth else None


def in_band(days, start):
    ends = {"0": 14, "15": 30, "31": 60, "61": 10_000}
    return int(start) <= days <= ends[start]


def is_of_band(start, one, me):
    return one.is_open and in_band(one.days, start)


def was_of_band(start, one, me):
    return in_band(one.listed_days, start)


PASSES = {
    "": lambda one, me: one.is_open,
    "state=resolved": lambda one, me: one.row.resolved_on is not None,
    "state=all": lambda one, me: True,
    "state=all&late=yes": lambda one, me: one.is_late,
    "late=yes": lambda one, me: one.is_open and one.is_late,
    "severity=high,critical": lambda one, me: one.is_open and one.row.severity in ("high", "critical"),
    "category=budget&category=skills": lambda one, me: (
        one.is_open and one.row.category in ("budget", "skills")
    ),
    "level=1,3": lambda one, me: one.is_open and one.row.level in (1, 3),
    "shared=yes": lambda one, me: one.is_open and one.row.is_shared,
    "shared=no": lambda one, me: one.is_open and not one.row.is_shared,
    "owner=none": lambda one, me: one.is_open and one.row.owner is None,
    "owner=me": lambda one, me: one.is_open and one.row.owner == me,
    "q=title+7": lambda one, me: one.is_open and one.row.title == "Title 7",
    **{f"age={start}": partial(is_of_band, start) for start in blocker_filters.BANDS},
    **{f"age={start}&state=all": partial(was_of_band, start) for start in blocker_filters.BANDS},
}


@pytest.mark.parametrize("query", PASSES)
def test_filters_find_what_passes_them(many, query):
    me = many[0]
    actor = acting(me)
    seen = {membership.portfolio_id for membership in me.memberships.all()}
    expected = [one for one in everything() if PASSES[query](one, me)]
    assert expected, "a filter that finds nothing shows nothing"
    if query != "owner=me":
        assert ids(query, SYSTEM) == {one.row.pk for one in expected}
    assert ids(query, actor) == {one.row.pk for one in expected if one.row.portfolio_id in seen}


def test_a_projects_list_and_a_portfolios(many):
    some = Project.objects.filter(blocked_by__isnull=False).first()
    expected = [one for one in everything() if some in one.stops and one.is_open]
    assert ids(f"project={some.key}", SYSTEM) == {one.row.pk for one in expected}
    slug = some.portfolio.slug
    assert ids(f"portfolio={slug}", SYSTEM) == {
        one.row.pk for one in everything() if one.row.portfolio_id == some.portfolio_id and one.is_open
    }


KEYS = {
    "due": lambda one: one.row.due_on,
    "age": lambda one: -one.row.raised_on.toordinal(),
    "severity": lambda one: [code for code, _ in SEVERITIES].index(one.row.severity),
    "level": lambda one: one.row.level,
    "value": lambda one: one.value,
    "project": lambda one: one.row.project.name.lower(),
    "title": lambda one: one.row.title.lower(),
    "category": lambda one: one.row.category,
    "owner": lambda one: one.row.owner and one.row.owner.name.lower(),
    "next": lambda one: one.row.next_step_on,
}


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_as_it_says_with_the_unknown_last(many, sort, direction):
    by_id = {one.row.pk: one for one in everything()}
    keys = [KEYS[sort](by_id[one.pk]) for one in blockers.listed(parsed(f"sort={direction}{sort}"), SYSTEM)]
    known = [key for key in keys if key is not None]
    assert keys == [*known, *[None] * (len(keys) - len(known))]
    for first, second in pairwise(known if direction == "" else known[::-1]):
        # A database may add up a sum of floats in another order.
        assert first <= second + 1e-9 if sort == "value" else first <= second


def test_facts_are_those_of_counting_one_by_one(many):
    rows = blockers.rows(blockers.listed(parsed("state=all"), SYSTEM), SYSTEM)
    by_id = {one.row.pk: one for one in everything()}
    assert len(rows) == len(by_id) == 300
    for row in rows:
        one = by_id[row.blocker.pk]
        assert row.age_days == one.listed_days
        assert (row.late_days > 0) == one.is_late
        assert row.value_held_up == (None if one.value is None else pytest.approx(one.value))
        responded = one.row.responded_on or one.row.resolved_on or one.today
        assert row.is_response_late == (responded > one.row.respond_by)


def kaplan_meier_median(stays):
    """The textbook's product, day by day."""
    share = 1.0
    for day in range(max((days for days, _ in stays), default=0) + 1):
        at_risk = sum(days >= day for days, _ in stays)
        ended = sum(over and days == day for days, over in stays)
        if at_risk:
            share *= 1 - ended / at_risk
        if share <= 0.5 + 1e-9:
            return day
    return None


@pytest.mark.parametrize("query", ["", "severity=high", "state=resolved", "owner=none", "late=yes"])
def test_the_report_is_that_of_counting_one_by_one(many, query):
    filters = parsed(query)
    report = blocker_reports.report(filters, SYSTEM)
    wide = ids(replace(filters, state="all").query(), SYSTEM)
    counted = [one for one in everything() if one.row.pk in wide]
    for line in [*report.lines, None]:
        figures = line.figures if line else report.total
        mine = [one for one in counted if line is None or one.row.category == line.code]
        opened = [one for one in mine if one.is_open]
        bands = [sum(in_band(one.days, start) for one in opened) for start in blocker_filters.BANDS]
        assert (list(figures.bands), figures.open) == (bands, len(opened))
        met = [one for one in mine if one.row.resolved_on and one.row.resolved_on <= one.row.due_on]
        missed = [one for one in mine if one.is_late and (one.is_open or one.row.resolved_on)]
        rate = len(met) / (len(met) + len(missed)) if met or missed else None
        assert (figures.in_time, figures.hit_rate) == (len(met), rate)
        stays = [(one.days, one.row.resolved_on is not None) for one in mine]
        assert figures.median_days == kaplan_meier_median(stays)
        worth = {
            project.pk: (one.row.portfolio.currency, project.p_production * project.annual_value)
            for one in opened
            for project in one.stops
            if project.is_running and project.annual_value is not None
        }
        sums = {}
        for currency, value in worth.values():
            sums[currency] = sums.get(currency, 0) + value
        assert figures.value_held_up == pytest.approx(sums)
    assert [line.code for line in report.lines] == [code for code, _ in CATEGORIES]
