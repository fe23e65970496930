"""A past for the sample portfolio: invented, marked as such wherever it shows, and gone in one click."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from portfolio.insights.actions import invented_days, invented_forecasts, invented_projects
from portfolio.insights.models import Snapshot
from portfolio.insights.queries import balances, figures, pictures
from portfolio.insights.rules.history.inventions import Outlook
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Forecast, Move, Portfolio, Project, ProjectDay, Retrospective, Spell
from projects.queries import days

# Nobody's real portfolio may be given a past that never was.
SLUG = "sample"


@dataclass(frozen=True, slots=True)
class Invented:
    """What there is of it, by the number of rows."""

    projects: int
    days: int
    snapshots: int


@transaction.atomic
def generate(portfolio_id: int, *, actor: Actor, now: datetime) -> Invented:
    """Give the sample about sixty closed projects and a year of month ends; what is there stays."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "portfolio.edit", portfolio)
    if portfolio.slug != SLUG:
        raise Refused("Only the sample portfolio can be given an invented past.", code="not_the_sample")
    if Project.objects.filter(portfolio=portfolio, is_generated=True).exists():
        return counted(portfolio)
    _put_projects(portfolio, now)
    _put_days(portfolio, now)
    made = counted(portfolio)
    events.record(portfolio, "history.generated", actor, projects=made.projects, days=made.snapshots)
    return made


@transaction.atomic
def remove(portfolio_id: int, *, actor: Actor) -> Invented:
    """Take the invented past away; what really happened stays. Gives what was there."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "portfolio.edit", portfolio)
    gone = counted(portfolio)
    if gone == Invented(0, 0, 0):
        return gone
    Snapshot.objects.filter(portfolio=portfolio, is_generated=True).delete()
    ProjectDay.objects.filter(portfolio=portfolio, is_generated=True).delete()
    Project.objects.filter(portfolio=portfolio, is_generated=True).delete()
    events.record(portfolio, "history.removed", actor, projects=gone.projects, days=gone.snapshots)
    return gone


def counted(portfolio: Portfolio) -> Invented:
    """What there is of it now; three queries."""
    return Invented(
        projects=Project.objects.filter(portfolio=portfolio, is_generated=True).count(),
        days=ProjectDay.objects.filter(portfolio=portfolio, is_generated=True).count(),
        snapshots=Snapshot.objects.filter(portfolio=portfolio, is_generated=True).count(),
    )


def _put_projects(portfolio: Portfolio, now: datetime) -> None:
    cast = invented_projects.cast_of(portfolio, now)
    told, outlook = list(invented_projects.tell(cast)), Outlook(cast.typical)
    Project.objects.bulk_create([each.project for each in told])
    Spell.objects.bulk_create([spell for each in told for spell in each.spells])
    Move.objects.bulk_create([move for each in told for move in each.moves])
    Retrospective.objects.bulk_create([lesson for each in told for lesson in each.retrospectives])
    Forecast.objects.bulk_create(
        [each for one in told for each in invented_forecasts.forecasts(cast, one, outlook)]
    )


def _put_days(portfolio: Portfolio, now: datetime) -> None:
    first = ProjectDay.objects.filter(portfolio=portfolio, is_generated=False).order_by("since").first()
    stored_from = first.since if first else days.today(portfolio, now)
    ends = invented_days.ends(portfolio, now)
    ProjectDay.objects.bulk_create(list(invented_days.tell(portfolio, now, stored_from)), batch_size=200)
    frame, zone = pictures.kept_frame(portfolio), ZoneInfo(portfolio.time_zone)
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                portfolio=portfolio,
                day=end,
                taken_at=datetime.combine(end, time(22), zone),
                body={},
                frame=frame,
                model_version=figures.MODEL_VERSION,
                is_generated=True,
            )
            for end in ends
        ],
        ignore_conflicts=True,
    )
    _put_balances(portfolio)


def _put_balances(portfolio: Portfolio) -> None:
    """The balance of each month's end, as the nightly run would have kept it."""
    invented = list(Snapshot.objects.filter(portfolio=portfolio, is_generated=True))
    for kept in invented:
        if (picture := pictures.on(portfolio, kept.day)) is not None:
            kept.balance = balances.of(portfolio, picture, kept.taken_at)
    Snapshot.objects.bulk_update(invented, ["balance"])
