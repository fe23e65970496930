"""The metrics of a project: a line for each, the course of one of them, its pairs, versions and signals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from projects import permissions
from projects.actors import Actor
from projects.exports import answers as files
from projects.exports.tables import Table
from projects.models import Observation, Project
from projects.pages import answers, metric_charts, signals
from projects.pages.metric_charts import Chart, Limit
from projects.queries import facts, metrics
from projects.queries import projects as project_queries
from projects.queries.metrics import Bucket, Line, Series
from projects.rules import lifts, metric_pairs, metric_sides
from projects.rules.lifts import Effect
from projects.rules.metric_pairs import Compared
from projects.rules.observations import ENVIRONMENTS, OFFLINE, Observed

PERIODS, USUAL_PERIOD = (30, 90, 365), 90


@dataclass(frozen=True, slots=True)
class Asked:
    """Which metric is drawn, of which users and of how many days."""

    metric: str
    segment: str
    days: int


@dataclass(frozen=True, slots=True)
class Row:
    """A metric with what is known of it in each environment; None: nothing."""

    metric: str
    environments: tuple[Line | None, ...]

    @property
    def known(self) -> list[Line]:
        return [line for line in self.environments if line]

    @property
    def number(self) -> int:
        return sum(line.number for line in self.known)

    @property
    def seen_at(self) -> datetime:
        return max(line.newest.at for line in self.known)

    @property
    def recent(self) -> tuple[float, ...]:
        """The values of the place that is closest to its users."""
        return self.known[-1].recent

    @property
    def spread(self) -> float:
        """The least range of the small picture: a tenth of the level, so that a tremor stays flat."""
        return max(abs(value) for value in self.recent) / 10


@dataclass(frozen=True, slots=True)
class Picture:
    """The course of one metric."""

    asked: Asked
    segments: tuple[str, ...]
    charts: tuple[Chart, ...]
    table: list[tuple[datetime, list[Bucket | None]]]
    pair: Compared | None
    effects: list[Effect]
    words: str


@require_GET
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Every metric, and the course of the one that is asked for."""
    project = project_queries.one(Actor.of(request), key)
    found = rows(metrics.lines(project.pk))
    compared = metric_pairs.compare(project.metric_pairs, project.measurements)
    asked = _asked(request, found)
    return answers.project_page(
        request,
        project,
        "projects/metrics/show.html",
        tab="metrics",
        rows=found,
        environments=ENVIRONMENTS,
        periods=PERIODS,
        picture=picture(project, found, compared, asked) if asked else None,
        business=_business(project, found),
        pairs=compared,
        signals=signals.rows(project),
        may_observe=permissions.granted(Actor.of(request), "observation.post", project),
        api_url=request.build_absolute_uri(f"/api/v1/projects/{project.key}/observations"),
    )


def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Every observation that the page is about, the newest first, as a file."""
    project = project_queries.one(Actor.of(request), key)
    observed = Observation.objects.filter(project=project).order_by("-at", "-pk")
    if metric := request.GET.get("metric", "").replace("\0", ""):
        observed = observed.filter(metric=metric)
    headers = (*Observed._fields, "source", "posted_at")
    table = Table("Observations", headers, _cells(observed.values_list(*headers).iterator(chunk_size=2000)))
    return files.answer(request, f"observations-{project.key}", facts.today(project), table)


def _cells(found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield from found


def rows(lines: Iterable[Line]) -> list[Row]:
    """Lines gathered by metric."""
    found: dict[str, dict[str, Line]] = {}
    for line in lines:
        found.setdefault(line.metric, {})[line.environment] = line
    return [
        Row(metric, tuple(known.get(environment) for environment in ENVIRONMENTS))
        for metric, known in found.items()
    ]


def picture(project: Project, found: list[Row], compared: list[Compared], asked: Asked) -> Picture:
    """The course of a metric; where it is one side of a pair, the other side beside it."""
    pair = next((each for each in compared if asked.metric in (each.pair.offline, each.pair.online)), None)
    names = dict.fromkeys(ENVIRONMENTS, asked.metric)
    if pair:
        names = dict.fromkeys(ENVIRONMENTS, pair.pair.online) | {OFFLINE: pair.pair.offline}
    until = datetime.now(UTC)
    start = until - timedelta(days=asked.days)
    courses = {
        environment: metrics.course(project.pk, Series(metric, environment, asked.segment), start, until)
        for environment, metric in names.items()
    }
    segments = {
        segment
        for row in found
        if row.metric in names.values()
        for line in row.known
        for segment in line.segments
    }
    return Picture(
        asked=asked,
        segments=tuple(sorted(segments)),
        charts=metric_charts.charts(
            courses, (start, until), _limits(project, asked.metric, pair), _apart(pair, asked)
        ),
        table=_table(courses),
        pair=pair,
        effects=_effects(project, pair, asked.segment) if pair else [],
        words=_words(asked, courses),
    )


def _asked(request: HttpRequest, found: list[Row]) -> Asked | None:
    """What the address asks for; what is not there gives way to the first metric."""
    said = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in ("metric", "segment", "days")}
    metrics_known = [row.metric for row in found]
    if not metrics_known:
        return None
    metric = said["metric"] if said["metric"] in metrics_known else metrics_known[0]
    days = next((period for period in PERIODS if str(period) == said["days"]), USUAL_PERIOD)
    return Asked(metric, said["segment"], days)


def _limits(project: Project, metric: str, pair: Compared | None) -> list[Limit]:
    """The goal and the baseline of the business metric, or the baseline of a pair."""
    if metric == metric_sides.business_metric(project.metric_name):
        named = (("goal", project.metric_target), ("baseline", project.metric_baseline))
    else:
        named = (
            ("baseline", pair.pair.baseline if pair else None),
            ("at best", pair.pair.ceiling if pair else None),
        )
    return [Limit(label, float(value)) for label, value in named if value is not None]


def _apart(pair: Compared | None, asked: Asked) -> tuple[str, bool] | None:
    """How far the newest values are apart, beside the gap that is all right; of all users."""
    if pair is None or asked.segment or pair.shortfall is None or pair.allowed is None:
        return None
    return f"{abs(pair.shortfall):.3g} apart, {pair.allowed:.3g} allowed", pair.is_too_far


def _business(project: Project, found: list[Row]) -> dict[str, Any] | None:
    """The business metric from its start over now to its goal, in hundredths of the way; None: not known."""
    start, goal = project.metric_baseline, project.metric_target
    if not project.metric_name or start is None or goal is None or start == goal:
        return None
    name = metric_sides.business_metric(project.metric_name)
    row = next((row for row in found if row.metric == name), None)
    now = row.known[-1].newest.value if row else project.metric_realised
    if now is None:
        return None
    way = (float(now) - float(start)) / (float(goal) - float(start))
    return {"name": project.metric_name, "start": start, "goal": goal, "now": now, "is_met": way >= 1} | {
        "x": round(min(max(20 + 60 * way, 0), 100), 1)
    }


def _effects(project: Project, pair: Compared, segment: str) -> list[Effect]:
    sides = {"offline": pair.pair.offline, "online": pair.pair.online}
    known = metrics.versions(project.pk, sides, segment)
    baseline = None if pair.pair.baseline is None else float(pair.pair.baseline)
    return lifts.effects(known, higher_is_better=pair.pair.higher_is_better, baseline=baseline)[::-1]


def _table(courses: dict[str, list[Bucket]]) -> list[tuple[datetime, list[Bucket | None]]]:
    by_time: dict[datetime, dict[str, Bucket]] = {}
    for environment, course in courses.items():
        for bucket in course:
            by_time.setdefault(bucket.at, {})[environment] = bucket
    return [
        (at, [known.get(environment) for environment in courses])
        for at, known in sorted(by_time.items(), reverse=True)
    ]


def _words(asked: Asked, courses: dict[str, list[Bucket]]) -> str:
    told = [
        f"{metric_charts.LABELS[environment].lower()} from {course[0].last:.4g} to {course[-1].last:.4g}"
        for environment, course in courses.items()
        if course
    ]
    whom = f" of {asked.segment}" if asked.segment else ""
    return f"{asked.metric}{whom} in the last {asked.days} days: {', '.join(told) or 'nothing was observed'}."
