"""What pages and the worker read of imports: runs, their lines, profiles, and what sources said before."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from portfolio.register.imports import profile_files, watch_cells
from portfolio.register.imports.mapping import identity
from portfolio.register.imports.matching import Record, Standing
from portfolio.register.imports.planning import OUTCOMES
from portfolio.register.imports.profiles import COLUMNS, OWN
from portfolio.register.models import WORKED_ON, ImportLine, ImportProfile, ImportRun, SourceRecord
from portfolio.register.queries import judgements, people_needed
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.models.scorecards import card_of
from projects.queries import people, portfolios


def importable(actor: Actor) -> list[Portfolio]:
    """The portfolios that the actor may import into."""
    found = portfolios.visible(actor)
    return [one for one in found if not one.archived_at and permissions.granted(actor, "import.run", one)]


def runs(actor: Actor) -> QuerySet[ImportRun]:
    """The imports of the portfolios that the actor may import into, newest first."""
    found = ImportRun.objects.filter(portfolio__in=importable(actor))
    return found.select_related("portfolio", "requested_by").defer("profile_text", "report")


def run(actor: Actor, run_id: int) -> ImportRun:
    """One import, if the actor may know of its portfolio."""
    return ImportRun.objects.visible_to(actor).select_related("portfolio", "requested_by").get(pk=run_id)


def require_import(actor: Actor, run: ImportRun) -> None:
    """Raise NotAllowed unless the actor may import into the portfolio of this import."""
    permissions.require(actor, "import.run", run.portfolio)


def lines(run: ImportRun, *, outcome: str = "", only_problems: bool = False) -> QuerySet[ImportLine]:
    """The lines of an import, in the order of the file."""
    found = run.lines.select_related("project").order_by("row")
    if outcome in OUTCOMES:
        found = found.filter(outcome=outcome)
    return found.filter(problem_count__gt=0) if only_problems else found


def counts(run: ImportRun) -> dict[str, int]:
    """How many lines have each outcome, as stored."""
    rows = run.lines.order_by().values_list("outcome").annotate(number=Count("pk"))
    return dict.fromkeys(OUTCOMES, 0) | dict(rows)


def to_take_up() -> list[int]:
    """Imports that wait for a worker: never begun, or left by one that ended."""
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return list(ImportRun.objects.filter(free, state__in=WORKED_ON).values_list("pk", flat=True))


def applied_at() -> dict[int, datetime]:
    """When a file was last applied to each portfolio, by its id."""
    applied = ImportRun.objects.filter(applied_at__isnull=False)
    return dict(applied.values_list("portfolio_id").annotate(Max("applied_at")).order_by())


def profiles(portfolio: Portfolio) -> dict[str, str]:
    """Every profile that can be used in a portfolio, by name: its own first, then the shipped ones."""
    own = dict(ImportProfile.objects.filter(portfolio=portfolio).values_list("name", "text"))
    return own | {name: text for name, text in profile_files.shipped().items() if name not in own}


def own_profiles(portfolio: Portfolio) -> dict[str, ImportProfile]:
    """The profiles that people of this portfolio wrote, by name."""
    return {one.name: one for one in ImportProfile.objects.filter(portfolio=portfolio)}


def owners(portfolio: Portfolio) -> dict[str, Any]:
    """Whom a file can name as owner, by folded e-mail address: active people who may see the portfolio."""
    found = people.who_may_see_all(portfolio)
    return {person.email.casefold(): person for person in found}


def records(portfolio: Portfolio, source: str) -> list[Record]:
    """What the source said before, with the projects that came of it as they are now."""
    kept = SourceRecord.objects.filter(portfolio=portfolio, source=source)
    read = _Standings(portfolio)
    standing = read.of(kept.values_list("project_id", flat=True))
    return [*(_own(portfolio, kept, read) if source == OWN else []), *_stored(kept, standing)]


def _stored(kept: QuerySet[SourceRecord], standing: dict[int, Standing]) -> list[Record]:
    return [
        Record(
            pk=each.pk,
            source_id=each.source_id,
            identity=each.identity,
            ordinal=each.ordinal,
            cells=each.cells,
            values=each.values,
            project=standing.get(each.project_id),
        )
        for each in kept.iterator(chunk_size=500)
    ]


def _own(portfolio: Portfolio, kept: QuerySet[SourceRecord], read: "_Standings") -> list[Record]:
    """Our own projects as if a file had named them by their keys: an export that was edited finds them."""
    others = Project.objects.real().filter(portfolio=portfolio).exclude(pk__in=kept.values("project_id"))
    found = []
    for pk, here in read.of(others.values_list("pk", flat=True)).items():
        said = "open" if here.outcome == "in_production" else here.outcome
        values = {**here.values, "stage": here.stage, "outcome": said}
        found.append(Record(-pk, here.key, identity(values), 1, {}, values, here))
    return found


class _Standings:
    """Projects of a portfolio as an import compares them."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._card = card_of(portfolio)
        self._blockers = judgements.blockers(portfolio)
        self._people = people_needed.of_portfolio(portfolio)

    def of(self, project_ids: Iterable[int]) -> dict[int, Standing]:
        """Those of these ids, without deleted ones; one query."""
        rows = Project.objects.filter(pk__in=project_ids, deleted_at=None).values(
            "pk", "key", "standard_stage", "outcome", "ever_in_production", "version",
            "unit__name", "unit__parent__name", "owner__email", "assessment__answers", "signals",
            "metric_pairs", *COLUMNS,
        )  # fmt: skip
        return {row["pk"]: self._standing(row) for row in rows}

    def _standing(self, row: dict[str, Any]) -> Standing:
        parent, name = row["unit__parent__name"], row["unit__name"]
        return Standing(
            key=row["key"],
            stage=row["standard_stage"],
            outcome=row["outcome"],
            values={
                **{field: _plain(row[field]) for field in COLUMNS},
                "unit": parent or name or "",
                "sub_unit": name if parent else "",
                "owner": row["owner__email"] or "",
                **judgements.values(self._card, row["assessment__answers"] or {}, is_llm=bool(row["llm"])),
                "blockers": self._blockers.get(row["pk"], ""),
                "people": self._people.get(row["pk"], ""),
                "signals": watch_cells.write_signals(row["signals"]),
                "metric_pairs": watch_cells.write_pairs(row["metric_pairs"]),
            },
            was_live=row["ever_in_production"],
            version=row["version"],
        )


def _plain(value: Any) -> Any:
    """A stored value in the form in which a profile reads it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value
