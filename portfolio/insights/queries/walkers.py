"""The projects of a portfolio that are on their way to production, as the forecast needs them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portfolio.insights.rules.forecast import laws
from portfolio.insights.rules.forecast.futures import Walker
from portfolio.insights.rules.forecast.laws import Law
from projects.models import Blocker, Outcome, Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.queries import histories
from projects.queries.histories import History
from projects.rules import presets
from projects.rules.stages import TypicalDays
from projects.rules.workflow import Workflow

PRODUCTION = "production"
COLUMNS = ("pk", "key", "workflow_id", "standard_stage", "p_production", "owner_id", "status", "resume_on")


@dataclass(frozen=True, slots=True)
class Field:
    """Everybody who walks, and what is known of the stages that they walk through."""

    today: date
    walkers: tuple[Walker, ...]
    ids: dict[str, int]  # key -> project
    committed: dict[str, date | None]  # key -> the day that was promised
    stays: int  # that the laws are made of
    generated: int  # of these, invented to give a sample a past
    thin_stages: tuple[str, ...]  # in which too few stays ended to outweigh what is usual


def read(portfolio: Portfolio, now: datetime) -> Field:
    """Open projects that have a score and are not live, in the order of their ids; five queries."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    rows = Project.objects.running().filter(
        portfolio=portfolio, outcome=Outcome.OPEN, p_production__isnull=False
    )
    found = list(rows.exclude(standard_stage=PRODUCTION).order_by("pk").values_list(*COLUMNS, "committed_on"))
    history = histories.read(portfolio, now=now)
    shared = _shared(portfolio, {row[0]: row[5] for row in found})
    book = _Book(history)
    walkers = []
    for pk, key, version, standard, p, _, status, resume_on, committed_on in found:
        way = book.way(version)
        waits = status == Status.ON_HOLD and resume_on and resume_on > today
        walkers.append(
            Walker(
                key=key,
                way=way,
                place=[law.stage for law in way].index(standard),
                elapsed=history.elapsed.get(pk, 0),
                p=p,
                # Nothing moves until it goes on; a hold that should be over may end on any day.
                delay=(resume_on - today).days if waits else 0,
                shares=shared[pk],
                committed=(committed_on - today).days if committed_on else None,
            )
        )
    stays = [stay for law in book.laws for stay in law.stays]
    return Field(
        today,
        tuple(walkers),
        {row[1]: row[0] for row in found},
        {row[1]: row[-1] for row in found},
        stays=len(stays),
        generated=sum(stay.is_generated for stay in stays),
        thin_stages=tuple(law.stage for law in book.laws if law.is_thin),
    )


class _Book:
    """The law of each stage, made once for all projects that meet it."""

    def __init__(self, history: History) -> None:
        self._stays, self._returns = history.stays, history.returns
        self._laws: dict[tuple[str, TypicalDays], Law] = {}
        self._ways: dict[int, tuple[Law, ...]] = {}

    @property
    def laws(self) -> Iterable[Law]:
        return self._laws.values()

    def way(self, version: int) -> tuple[Law, ...]:
        """The stages of a workflow version before production; those of one standard code are one."""
        if version not in self._ways:
            workflow = parsed(version)
            codes = dict.fromkeys(stage.standard for stage in workflow.stages)
            before = [code for code in codes if code != PRODUCTION]
            self._ways[version] = tuple(self._law(code, _usual(workflow, code)) for code in before)
        return self._ways[version]

    def _law(self, code: str, usual: TypicalDays) -> Law:
        if (code, usual) not in self._laws:
            stays, returns = self._stays.get(code, []), self._returns.get(code, [])
            self._laws[code, usual] = laws.of(code, stays, returns, usual)
        return self._laws[code, usual]


def _usual(workflow: Workflow, code: str) -> TypicalDays:
    """The days that the workflow states, added up over stages of one code; else those that ship with us."""
    stated = [stage.typical_days for stage in workflow.with_standard(code) if stage.typical_days]
    if not stated:
        return _usual(presets.workflow(presets.DEFAULT), code)
    return TypicalDays(*(sum(days) for days in zip(*((d.p50, d.p85, d.p95) for d in stated), strict=True)))


def _shared(portfolio: Portfolio, owners: dict[int, int | None]) -> dict[int, tuple[str, ...]]:
    """What each project shares with others that walk: its owner, and open blockers that stop both."""
    groups: dict[str, set[int]] = defaultdict(set)
    for pk, owner in owners.items():
        if owner is not None:
            groups[f"owner:{owner}"].add(pk)
    for blocker, pk in _blocked(portfolio):
        if pk in owners:
            groups[f"blocker:{blocker}"].add(pk)
    found: dict[int, list[str]] = {pk: [] for pk in owners}
    for name, members in sorted(groups.items()):
        for pk in members if len(members) > 1 else ():
            found[pk].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


def _blocked(portfolio: Portfolio) -> set[tuple[int, int]]:
    """Open blockers that stop other projects too, with each project of the portfolio that they stop."""
    links = Blocker.affected.through.objects.filter(project__portfolio=portfolio, blocker__resolved_on=None)
    own = Blocker.objects.open().filter(project__portfolio=portfolio, affected__isnull=False)
    return {*links.values_list("blocker_id", "project_id"), *own.values_list("pk", "project_id")}
