"""The sample's invented past: drawn honestly, marked, nobody's to open, and gone in one click."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.http import Http404, QueryDict
from django.utils import timezone

from portfolio.insights.actions import generated_history, summaries
from portfolio.insights.models import Snapshot
from portfolio.insights.queries import figures, pictures
from portfolio.insights.queries import summaries as summary_queries
from portfolio.register.actions import samples
from projects.actions import days
from projects.errors import NotAllowed, Refused
from projects.models import Event, Forecast, Move, Portfolio, Project, ProjectDay, Retrospective, Spell
from projects.queries import projects as project_queries
from projects.queries import registers, workflows
from tests.factories import SYSTEM, a_member, a_portfolio, acting, an_administrator

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUADRANTS = ("quick_win", "big_bet", "fill_in", "reconsider")


@pytest.fixture(scope="module")
def sample(for_the_module):
    return for_the_module(_sample)


def _sample():
    """The sample on a day, as it is loaded, with its past."""
    with time_machine.travel(AS_OF, tick=False):
        portfolio = samples.load()
        days.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
        generated_history.generate(portfolio.pk, actor=SYSTEM, now=AS_OF)
        return Portfolio.objects.get(pk=portfolio.pk)


@pytest.fixture
def today(time_machine):
    time_machine.move_to(AS_OF, tick=False)


def invented():
    return Project.objects.filter(is_generated=True)


def test_about_sixty_closed_projects_of_every_fate(sample, today):
    assert invented().count() == 60
    fates = Counter(invented().values_list("outcome", flat=True))
    assert fates["stopped"] > 30
    assert fates["retired"] >= 4
    assert fates["in_production"] >= 4
    places = Counter(invented().values_list("quadrant", flat=True))
    assert all(places[quadrant] >= 4 for quadrant in QUADRANTS)
    assert set(
        Move.objects.filter(project__in=invented(), kind="stop").values_list("reason_code", flat=True)
    ) > {*("wrong_problem", "data_quality", "model_to_product", "offline_online", "non_technical")}


def test_every_life_is_whole(sample, today):
    """Stays follow each other without a gap, and end as the project did."""
    for project in invented().prefetch_related("spells", "moves"):
        spells = sorted(project.spells.all(), key=lambda spell: spell.entered_at)
        assert spells[0].entered_at == project.created_at
        for spell, after in pairwise(spells):
            assert spell.left_at == after.entered_at
        assert spells[-1].left_at == project.ended_at
        assert spells[-1].standard_stage == project.standard_stage
        assert project.archived_at <= AS_OF
        assert project.moves.count() == sum(spell.left_at is not None for spell in spells)
        assert project.ever_in_production == any(each.standard_stage == "production" for each in spells)


def test_forecasts_say_the_chance_that_the_projects_were_drawn_by(sample, today):
    """Nearly a thousand of them; what came of all is within three standard errors of what was said."""
    forecasts = Forecast.objects.filter(project__is_generated=True).select_related("project")
    assert forecasts.count() > 400
    assert all(each.is_generated and each.p_within_year <= each.p_production for each in forecasts)
    first = {each.project_id: each for each in forecasts.filter(occasion="gate").order_by("-on")}
    said = [(each.p_production, each.project.ever_in_production) for each in first.values()]
    spread = sum(p * (1 - p) for p, _ in said) ** 0.5
    assert abs(sum(came for _, came in said) - sum(p for p, _ in said)) < 3 * spread


def test_the_same_day_gives_the_same_past(sample, today):
    def lives():
        columns = ("key", "name", "outcome", "risk", "created_at", "ended_at")
        return list(invented().order_by("key").values_list(*columns))

    before = lives()
    generated_history.remove(sample.pk, actor=SYSTEM)
    assert lives() == []
    generated_history.generate(sample.pk, actor=SYSTEM, now=AS_OF)
    assert lives() == before


def test_nobody_meets_them_where_projects_are_listed_counted_or_opened(sample, today):
    chief = acting(an_administrator())
    real = set(Project.objects.real().values_list("key", flat=True))
    for query in ("", "archived=yes", "archived=any", "outcome=stopped", "outcome=stopped&archived=any"):
        found = registers.listed(registers.parse(QueryDict(query)), actor=chief)
        assert set(found.values_list("key", flat=True)) <= real
    assert set(Project.objects.visible_to(chief).values_list("key", flat=True)) == real
    assert not invented().running().exists()
    with pytest.raises(Http404):
        project_queries.one(chief, "PRJ-9001")
    counts = figures.figures(sample, AS_OF)["counts"]
    assert (counts["running"], counts["archived"], counts["stopped"]) == (24, 0, 0)
    assert sum(version.users for version in workflows.versions(sample)) == 24
    assert len(pictures.live(sample, AS_OF).entries) == 24


def test_a_year_of_month_ends_leads_up_to_today(sample, today):
    past = Snapshot.objects.filter(portfolio=sample, is_generated=True)
    assert past.count() == 12
    assert all((each.day + timedelta(days=1)).day == 1 for each in past)
    october = pictures.on(sample, AS_OF.date() - timedelta(days=2))
    assert (october.frame.day.isoformat(), october.frame.has_generated) == ("2026-10-31", True)
    live = {entry.key: entry for entry in pictures.live(sample, AS_OF).entries}
    far = {entry.key: entry for entry in pictures.on(sample, AS_OF.date() - timedelta(days=200)).entries}
    near = {entry.key: entry for entry in october.entries}
    assert len(near) > len(far) > 5
    drift = [abs(near[key].risk - live[key].risk) for key in near]
    assert sum(drift) / len(drift) < 12
    assert all(far[key].risk is not None and far[key].stage_label for key in far)
    assert any(far[key].standard != live[key].standard for key in far)


def test_stored_days_begin_where_invented_ones_end(sample, today):
    row = ProjectDay.objects.filter(project__key="PRJ-1", is_generated=True).order_by("since").last()
    real = ProjectDay.objects.get(project__key="PRJ-1", is_generated=False)
    assert row.until == real.since - timedelta(days=1)
    assert pictures.on(sample, row.until).frame.is_past


def test_the_summary_offers_no_day_that_nobody_saw(sample, today):
    assert summary_queries.latest(sample) is None
    summaries.take(sample.pk, actor=SYSTEM, now=AS_OF)
    assert summary_queries.days(sample) == [AS_OF.date()]


def test_one_click_takes_all_of_it_away_and_nothing_else(sample, today):
    real = Project.objects.real().count(), Move.objects.filter(project__is_generated=False).count()
    gone = generated_history.remove(sample.pk, actor=SYSTEM)
    assert (gone.projects, gone.snapshots) == (60, 12)
    assert generated_history.counted(sample) == generated_history.Invented(0, 0, 0)
    for model in (Spell, Move, Forecast, Retrospective):
        assert not model.objects.filter(project__key__startswith="PRJ-90").exists()
    assert not ProjectDay.objects.filter(is_generated=True).exists()
    assert ProjectDay.objects.count() == 24
    assert real == (Project.objects.count(), Move.objects.count())
    event = Event.objects.get(kind="history.removed")
    assert event.payload == {"projects": 60, "days": 12}
    generated_history.remove(sample.pk, actor=SYSTEM)
    assert Event.objects.filter(kind="history.removed").count() == 1


def test_generated_twice_it_is_there_once(sample, today):
    generated_history.generate(sample.pk, actor=SYSTEM, now=AS_OF)
    assert invented().count() == 60


def test_no_other_portfolio_can_be_given_an_invented_past():
    portfolio = a_portfolio()
    with pytest.raises(Refused):
        generated_history.generate(portfolio.pk, actor=SYSTEM, now=timezone.now())


@pytest.mark.parametrize("role", ["viewer", "contributor", "manager"])
def test_only_administrators_of_the_portfolio_may(sample, role):
    person = acting(a_member(sample, role))
    with pytest.raises(NotAllowed):
        generated_history.remove(sample.pk, actor=person)
    with pytest.raises(NotAllowed):
        generated_history.generate(sample.pk, actor=person, now=AS_OF)
