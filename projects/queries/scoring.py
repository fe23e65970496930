"""What scores are made of: a project's row, its answers and its blockers, as the rules read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from projects.models import Assessment, Blocker, Outcome, Project, Spell
from projects.models.blockers import POLICY
from projects.models.scorecards import card_of
from projects.models.workflows import parsed
from projects.queries import clocks
from projects.rules import impact
from projects.rules.answers import Answer
from projects.rules.quadrants import Sides
from projects.rules.risks import OpenBlocker
from projects.rules.scorecards import Scorecard
from projects.rules.scores import Inputs

# Ended projects keep their last score; deleted and archived ones are looked at when they come back.
SCORED = Q(deleted_at=None, archived_at=None) & ~Q(outcome__in=[Outcome.RETIRED, Outcome.STOPPED])
NOTHING = timedelta(0)


def chunk(portfolio_id: int | None, *, after: int, size: int) -> list[Project]:
    """The next projects by id that are scored, locked until the transaction ends; one query."""
    rows = Project.objects.filter(SCORED, pk__gt=after).select_for_update(of=("self",))
    if portfolio_id is not None:
        rows = rows.filter(portfolio_id=portfolio_id)
    return list(_with_what_counts(rows).order_by("pk")[:size])


def _with_what_counts(projects: QuerySet[Project]) -> QuerySet[Project]:
    texts = ("search_text", "problem", "description", "objective", "source", "guardrails", "metric_link")
    of_portfolio = ("scorecard_id", "risk_line", "impact_line", "time_zone")
    return (
        projects.select_related("portfolio", "assessment")
        .defer(*texts)
        .only(
            *(field.attname for field in Project._meta.concrete_fields if field.name not in texts),
            *(f"portfolio__{name}" for name in of_portfolio),
            *(f"assessment__{name}" for name in ("answers", "result")),
        )
    )


def card(project: Project) -> Scorecard:
    """What a project is scored by."""
    return card_of(project.portfolio)


def inputs(projects: Sequence[Project], *, now: datetime) -> list[Inputs]:
    """The inputs of each project's score at this moment; one query for blockers, one for stays."""
    today_at = clocks.Clocks(now)
    blockers = _blockers(projects, today_at)
    stays = _furthest_stays(projects)
    return [_inputs(project, today_at, blockers.get(project.pk, ()), stays) for project in projects]


def _inputs(
    project: Project,
    today_at: clocks.Clocks,
    blockers: Sequence[OpenBlocker],
    stays: Mapping[int, timedelta],
) -> Inputs:
    zone, today = today_at.at(project.portfolio.time_zone)
    furthest = furthest_standard(project)
    if furthest == project.standard_stage:
        days = clocks.active_days(
            project.stage_since, project.stage_shift, project.hold_since, today_at.now, zone
        )
    else:
        days = stays.get(project.pk, NOTHING).days
    return Inputs(
        stage=project.standard_stage,
        furthest_stage=furthest,
        active_days=days,
        kind=project.kind,
        is_on_hold=project.hold_since is not None,
        is_llm=bool(project.llm),
        answers=answers(held(project), today, card(project).evidence_days(furthest)),
        blockers=tuple(blockers),
        annual_value=impact.expected_value(project.value_low, project.value_likely, project.value_high),
        strategic=project.strategic,
        reach=project.reach,
        metric_quality=impact.metric_quality(marks(project).values()),
        last=Sides(project.high_risk, project.high_impact),
    )


def held(project: Project) -> Mapping[str, Any]:
    """The present answers of a project in short; empty before the first."""
    try:
        return project.assessment.answers
    except Assessment.DoesNotExist:
        return {}


def answers(
    short: Mapping[str, Sequence[Any]], today: date, evidence_days: Mapping[str, int]
) -> dict[str, Answer]:
    """Answers as they count today: a yes whose evidence has expired is a claim.

    `evidence_days`: questions whose evidence holds so many days after its confirmation.
    """
    found = {}
    for question, (letter, confirmed_on, until) in short.items():
        age = (today - date.fromisoformat(confirmed_on)).days
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


def _blockers(projects: Sequence[Project], today_at: clocks.Clocks) -> dict[int, list[OpenBlocker]]:
    """What counts for each project: its own blockers, and those of others that stop it too."""
    columns = ("pk", "severity", "category", "raised_on", "due_on", "resolution")
    counted = Blocker.objects.counted().order_by()
    ids = [project.pk for project in projects]
    own = counted.filter(project__in=ids).values_list("project_id", *columns)
    others = counted.filter(affected__in=ids).values_list("affected", *columns)
    zones = {project.pk: project.portfolio.time_zone for project in projects}
    found: dict[int, list[OpenBlocker]] = defaultdict(list)
    for project_id, pk, severity, category, raised_on, due_on, resolution in sorted(own.union(others)):
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


def _furthest_stays(projects: Sequence[Project]) -> dict[int, timedelta]:
    """Active time in the furthest stage of the attempt, of projects that have moved back from it."""
    wanted = {
        (project.pk, project.attempt, furthest)
        for project in projects
        if (furthest := furthest_standard(project)) != project.standard_stage
    }
    if not wanted:
        return {}
    rows = Spell.objects.filter(project__in={pk for pk, _, _ in wanted}, left_at__isnull=False).order_by()
    stays: dict[int, timedelta] = defaultdict(timedelta)
    columns = ("project_id", "attempt", "standard_stage", "entered_at", "left_at", "held")
    for pk, attempt, standard, entered, left, paused in rows.values_list(*columns):
        if left and (pk, attempt, standard) in wanted:
            stays[pk] += left - entered - paused
    return stays
