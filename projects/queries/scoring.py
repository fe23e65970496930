"""What scores are made of: a project's row, its answers and its blockers, as the rules read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from projects.models import Assessment, Blocker, Portfolio, Project
from projects.models.blockers import POLICY
from projects.models.scorecards import card_of
from projects.models.workflows import parsed
from projects.queries import clocks
from projects.queries.together import Found, Ids, Together
from projects.rules import impact
from projects.rules.answers import Answer
from projects.rules.quadrants import NO_SIDES, Sides
from projects.rules.risks import OpenBlocker
from projects.rules.scorecards import Scorecard
from projects.rules.scores import Inputs


def chunk(portfolio: Portfolio, *, after: int, size: int) -> list[Project]:
    """The next running projects by id, locked until the transaction ends, with their answers; two queries."""
    rows = Project.objects.running().filter(portfolio=portfolio, pk__gt=after).order_by("pk")
    projects = list(rows.select_for_update(of=("self",))[:size])
    for project in projects:
        project.portfolio = portfolio
    # What the last scores were made of is half of the row, and written only.
    prefetch_related_objects(projects, Prefetch("assessment", Assessment.objects.defer("record")))
    return projects


def card(project: Project) -> Scorecard:
    """What a project is scored by."""
    return card_of(project.portfolio)


def inputs(projects: Sequence[Project], *, now: datetime) -> list[Inputs]:
    """The inputs of each project's score at this moment; one query for one, at most three for many."""
    unknown = unassessed(projects)
    moved_back = [each for each in projects if furthest_standard(each) != each.standard_stage]
    rows = READ(
        assessments=[project.pk for project in unknown],
        blockers=[project.pk for project in projects],
        stays=[project.pk for project in moved_back],
    )
    know_assessments(unknown, rows["assessments"])
    today_at = clocks.Clocks(now)
    blockers = _blockers(projects, rows["blockers"], today_at)
    stays = _furthest_stays(moved_back, rows["stays"])
    return [_inputs(project, today_at, blockers.get(project.pk, ()), stays) for project in projects]


def _inputs(
    project: Project,
    today_at: clocks.Clocks,
    blockers: Sequence[OpenBlocker],
    stays: Mapping[int, "_Stay"],
) -> Inputs:
    zone, today = today_at.at(project.portfolio.time_zone)
    value = impact.expected_value(project.value_low, project.value_likely, project.value_high)
    furthest = furthest_standard(project)
    stay = stays.get(project.pk)
    if furthest == project.standard_stage:
        stay = _Stay(project.stage_since, project.stage_shift, project.hold_since)
    return Inputs(
        stage=project.standard_stage,
        furthest_stage=furthest,
        # A stay of which nobody knows, after a change of workflow, counts in full.
        active_days=None if stay is None else clocks.active_days(*stay, today_at.now, zone),
        kind=project.kind,
        is_on_hold=project.hold_since is not None,
        is_llm=bool(project.llm),
        answers=answers(held(project), today, card(project).evidence_days(furthest)),
        blockers=tuple(blockers),
        # A float, as it is stored: the score can be made again from its record, digit by digit.
        annual_value=None if value is None else float(value),
        strategic=project.strategic,
        reach=project.reach,
        metric_quality=impact.metric_quality(marks(project).values()),
        last=_last(project),
    )


def _last(project: Project) -> Sides:
    """The sides of the last score, which say nothing while a portfolio waits for scores by other lines."""
    if project.portfolio.scores_asked_at is not None:
        return NO_SIDES
    return Sides(project.high_risk, project.high_impact)


def unassessed(projects: Sequence[Project]) -> list[Project]:
    """Those of which nobody has read yet what is known of them."""
    return [project for project in projects if not OF_PROJECT.is_cached(project)]


def assessment_rows(ids: Ids) -> QuerySet[Assessment, Any]:
    """What is known of these projects, for `know_assessments`."""
    return Assessment.objects.filter(project__in=ids).values_list(*ASSESSMENT)


def know_assessments(unknown: Sequence[Project], rows: Found) -> None:
    """Keep with each project what was read of it; no query."""
    found = {row[0]: Assessment.from_db(DEFAULT_DB_ALIAS, ASSESSMENT, row) for row in rows}
    for project in unknown:
        OF_PROJECT.set_cached_value(project, found.get(project.pk))


OF_PROJECT: Any = Project._meta.get_field("assessment")
ASSESSMENT = [field.attname for field in Assessment._meta.concrete_fields]


def assessment(project: Project) -> Assessment:
    """What is known of a project; a row not yet saved before the first answer or score."""
    try:
        return project.assessment
    except Assessment.DoesNotExist:
        return Assessment(project_id=project.pk)


def held(project: Project) -> Mapping[str, Any]:
    """The present answers of a project in short; empty before the first."""
    return assessment(project).answers


def answers(
    short: Mapping[str, Sequence[Any]], today: date, evidence_days: Mapping[str, int]
) -> dict[str, Answer]:
    """Answers as they count today: a yes whose evidence has expired is a claim.

    `evidence_days`: questions whose evidence holds so many days after its confirmation.
    """
    found = {}
    days = {day: (today - date.fromisoformat(day)).days for day in {said[1] for said in short.values()}}
    for question, (letter, confirmed_on, until) in short.items():
        age = days[confirmed_on]
        has_expired = letter == "Y" and (
            (until is not None and until < today.isoformat())
            or (question in evidence_days and age > evidence_days[question])
        )
        found[question] = Answer("C" if has_expired else letter, max(age, 0))
    return found


def marks(project: Project) -> dict[str, bool]:
    """The four marks of a measurable metric, by their code in the rules."""
    has_target = project.metric_target is not None and project.metric_target_on is not None
    return {
        "baseline_measured": project.metric_baseline is not None and bool(project.metric_is_measured),
        "target_dated": has_target,
        "method_agreed": bool(project.metric_method_agreed),
        "metric_owned": bool(project.metric_owner),
    }


def furthest_standard(project: Project) -> str:
    """The standard code of the furthest stage of the attempt."""
    return parsed(project.workflow_id).stage(project.furthest_stage).standard


def _blocker_rows(ids: Ids) -> QuerySet[Blocker, Any]:
    """What counts for each project: its own blockers, and those of others that stop it too."""
    columns = ("pk", "severity", "category", "raised_on", "due_on", "resolution")
    counted = Blocker.objects.counted().order_by()
    own = counted.filter(project__in=ids).values_list("project_id", *columns)
    # What a deleted project is stopped by is nobody's to resolve.
    return own.union(
        counted.filter(affected__in=ids, project__deleted_at=None).values_list("affected", *columns)
    )


def _blockers(
    projects: Sequence[Project], rows: Found, today_at: clocks.Clocks
) -> dict[int, list[OpenBlocker]]:
    zones = {project.pk: project.portfolio.time_zone for project in projects}
    found: dict[int, list[OpenBlocker]] = defaultdict(list)
    for project_id, pk, severity, category, raised_on, due_on, resolution in sorted(rows):
        _, today = today_at.at(zones[project_id])
        found[project_id].append(
            OpenBlocker(
                severity=severity,
                pitfall=POLICY.category(category).pitfall,
                age_days=max(0, (today - raised_on).days),
                is_past_sla=today > due_on,
                is_accepted=bool(resolution),
                ref=str(pk),
            )
        )
    return found


class _Stay(NamedTuple):
    """A stay in a stage as the stage clock reads it; one that is over has stood still since its end."""

    since: datetime
    shift: timedelta
    until: datetime | None


def _furthest_stays(moved_back: Sequence[Project], rows: Found) -> dict[int, _Stay]:
    """The stay in the furthest stage of the attempt, of projects that have moved back from it.

    Days are counted as they were on the last day there, so that moving back lowers no risk.
    """
    spent = clocks.spent(rows)
    stays = {}
    for project in moved_back:
        there = spent.get((project.pk, project.attempt, furthest_standard(project)))
        if there and there.until:
            stays[project.pk] = _Stay(there.until, there.time, there.until)
    return stays


READ = Together(assessments=assessment_rows, blockers=_blocker_rows, stays=clocks.stay_rows)
