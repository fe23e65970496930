"""The model card of a project, from what is known of it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max

from projects.models import Observation, Project
from projects.rules import measurements, metric_pairs
from projects.rules.model_cards import Card, Result

# Rows in the table of results; the newest of each metric, place and segment.
MOST_RESULTS = 200


def of(project: Project) -> Card:
    """The card; two queries beside the project with its owner, unit and portfolio."""
    results = [*_observed(project)]
    results += _measured(project, {each.metric for each in results})
    names = dict.fromkeys([*filter(None, [project.ml_metric]), *(each.metric for each in results)])
    return Card(
        name=project.name,
        summary=project.description or project.problem,
        tags=[*_tags(project)],
        datasets=[line.strip() for line in project.data_sources.splitlines() if line.strip()],
        metrics=list(names),
        results=results,
        sections={heading: lines(project) for heading, lines in SECTIONS.items()},
    )


def _tags(project: Project) -> Iterator[str]:
    """What a hub can search by: only what somebody has stated."""
    if project.llm:
        yield "llm"
    if project.ai_act_class:
        yield f"eu-ai-act-{project.ai_act_class.replace('_', '-')}"
    if project.tier:
        yield f"governance-tier-{project.tier}"


def _observed(project: Project) -> Iterator[Result]:
    groups = Observation.objects.filter(project=project).order_by("metric", "environment", "segment")
    newest = groups.values("metric", "environment", "segment").annotate(last=Max("at"))[:MOST_RESULTS]
    last = {(row["metric"], row["environment"], row["segment"]): row["last"] for row in newest}
    rows = Observation.objects.filter(project=project, at__in=set(last.values())).order_by("pk")
    found = {
        (row.metric, row.environment, row.segment): row
        for row in rows
        if last.get((row.metric, row.environment, row.segment)) == row.at
    }
    for key in last:
        row = found[key]
        said: dict[str, Any] = {"low": row.low, "high": row.high, "samples": row.samples}
        yield Result(
            row.metric,
            row.value,
            row.environment,
            row.segment,
            row.version,
            on=row.at.date().isoformat(),
            **said,
        )


def _measured(project: Project, observed: set[str]) -> list[Result]:
    """Measurements of metrics that nobody has observed."""
    found = measurements.read(project.measurements)
    return [
        Result(each.metric, float(each.value), "measured", on=each.measured_on.isoformat())
        for each in found
        if each.metric not in observed
    ]


def _details(project: Project) -> list[tuple[str, str]]:
    kind = project.get_kind_display() if project.kind else ""
    llm = {True: "a language model", False: "no language model", None: ""}[project.llm]
    live = project.first_exposure_on
    return [
        ("Developed by", project.owner.name if project.owner else ""),
        ("For", str(project.unit.name) if project.unit else ""),
        ("Known as", project.key),
        ("Version", project.model_version),
        ("In use since", live.isoformat() if live else ""),
        ("Kind", ", ".join(filter(None, (kind, llm)))),
        ("Vendor", project.vendor_name or _yes(project.vendor)),
        ("Licence", ""),
        ("Base model", ""),
    ]


def _uses(project: Project) -> list[tuple[str, str]]:
    affected = f"{project.users_affected:,}" if project.users_affected is not None else ""
    return [
        ("Problem", project.problem),
        ("Objective", project.objective),
        ("What may be expected", project.expectation),
        ("Customers see what it makes", _yes(project.customer_facing)),
        ("People affected", affected),
        ("Uses it is not meant for", ""),
    ]


def _factors(project: Project) -> list[tuple[str, str]]:
    rows = Observation.objects.filter(project=project).exclude(segment="").order_by("segment")
    names = rows.values_list("segment", flat=True).distinct()[:MOST_RESULTS]
    return [("Segments that were looked at", ", ".join(names))]


def _metrics(project: Project) -> list[tuple[str, str]]:
    pairs = [
        f"{each.name}: {each.online} in use may be {each.gap} worse than {each.offline}"
        for each in metric_pairs.read(project.metric_pairs)
        if each.gap is not None
    ]
    unit = f" {project.metric_unit}" if project.metric_unit else ""
    values = [
        f"{word} {value.normalize():f}{unit}"
        for word, value in (("from", project.metric_baseline), ("to", project.metric_target))
        if value is not None
    ]
    aim = " ".join(filter(None, (project.metric_name, *values)))
    return [
        ("Metric of the model", project.ml_metric),
        ("Business metric", aim),
        ("How the one moves the other", project.metric_link),
        ("Must not get worse", project.guardrails),
        ("Acceptable gap", "\n".join(pairs)),
    ]


def _evaluation(project: Project) -> list[tuple[str, str]]:
    return [("Evaluation data", "")]


def _training(project: Project) -> list[tuple[str, str]]:
    # Nobody has said which of the sources the model was trained on and which it was judged by.
    return [("Data sources, as stated for the project", project.data_sources)]


def _results(project: Project) -> list[tuple[str, str]]:
    found = bool(project.measurements) or Observation.objects.filter(project=project).exists()
    return [("", "The newest value of each metric, place and segment." if found else "")]


def _risks(project: Project) -> list[tuple[str, str]]:
    return [
        ("Governance tier", project.get_tier_display() if project.tier else ""),
        ("EU AI Act", project.get_ai_act_class_display() if project.ai_act_class else ""),
        ("Uses personal data", _yes(project.personal_data)),
        ("Decides about people", _yes(project.decides_about_people)),
        ("A person reviews each decision", _yes(project.human_review)),
        ("Acts without a person", _yes(project.acts_automatically)),
        ("Somebody's safety depends on it", _yes(project.safety_relevant)),
        ("Limits and recommendations", ""),
    ]


def _start(project: Project) -> list[tuple[str, str]]:
    return [("How to start", "")]


def _compute(project: Project) -> list[tuple[str, str]]:
    return [("Compute and emissions", "")]


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


SECTIONS = {
    "Model details": _details,
    "Intended use": _uses,
    "Factors": _factors,
    "Metrics": _metrics,
    "Evaluation data": _evaluation,
    "Training data": _training,
    "Results": _results,
    "Ethics, risks and limits": _risks,
    "How to start": _start,
    "Compute and emissions": _compute,
}
