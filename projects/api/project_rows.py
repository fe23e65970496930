"""A project as the API shows it: plain columns, without a model instance for each row."""

from typing import Any

from rest_framework import serializers

from projects.api import answer_rows, people
from projects.models import (
    STANDARD_STAGES,
    AiActClass,
    Direction,
    Health,
    Kind,
    Outcome,
    Portfolio,
    Project,
    Status,
    Tier,
)
from projects.queries import exchange, facts
from projects.rules import economics, gate_inputs, tiers, watch
from projects.rules.impact import MOST_POINTS

# Columns that are shown as they are.
IN_LISTS = (
    "key",
    "name",
    "stage",
    "standard_stage",
    "stage_since",
    "status",
    "outcome",
    "health",
    "last_update_at",
    "gate_planned_on",
    "resume_on",
    "committed_on",
    "kind",
    "tier",
    "created_at",
    "archived_at",
    "version",
)
IN_DETAIL = (
    "problem",
    "description",
    "furthest_stage",
    "attempt",
    "ever_in_production",
    "ended_at",
    "review_due_on",
    "ai_act_class",
    "personal_data",
    "llm",
    "vendor",
    "metric_name",
    "metric_unit",
    "metric_direction",
    "metric_baseline",
    "metric_target",
    "metric_target_on",
    "metric_owner",
    "metric_is_measured",
    "metric_method_agreed",
    "metric_link",
    "guardrails",
    "ml_metric",
    "objective",
    "value_low",
    "value_likely",
    "value_high",
    "strategic",
    "reach",
    *gate_inputs.FIELDS,
    *economics.FIELDS,
    *watch.FIELDS,
    "pivoted_on",
    "pivot_stage",
    "recertify_on",
    "source",
)
RELATED = (
    *("id", "portfolio__slug", "unit_id", "unit__name", "unit__parent__name"),
    *people.columns("owner"),
    *answer_rows.SCORE_COLUMNS,
)


class UnitOut(serializers.Serializer[Any]):
    """A business unit, with the one above it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]


class TierByRule(serializers.Serializer[Any]):
    """The governance tier that follows from what the project does to people and money."""

    tier = serializers.ChoiceField(Tier.choices)
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Each rule that makes it so.")
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Fields to enter before it is certain; they count as no."
    )
    is_above_chosen = serializers.BooleanField(help_text="Whether the chosen tier is lower than this one.")


class ProjectRow(serializers.Serializer[Any]):
    """A project as lists show it."""

    key = serializers.CharField()
    name = serializers.CharField()
    portfolio = serializers.CharField(help_text="Short name of the portfolio.")
    unit = UnitOut(allow_null=True)
    owner = people.PersonOut(allow_null=True)
    stage = serializers.CharField(help_text="Code of the stage in the project's workflow.")
    standard_stage = serializers.ChoiceField(STANDARD_STAGES)
    stage_since = serializers.DateTimeField()
    status = serializers.ChoiceField(Status.choices)
    outcome = serializers.ChoiceField(Outcome.choices)
    health = serializers.ChoiceField(Health.choices)
    last_update_at = serializers.DateTimeField(allow_null=True)
    gate_planned_on = serializers.DateField(allow_null=True)
    resume_on = serializers.DateField(allow_null=True)
    committed_on = serializers.DateField(allow_null=True)
    kind = serializers.ChoiceField(Kind.choices, allow_blank=True)
    tier = serializers.ChoiceField(Tier.choices, allow_blank=True)
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    scores = answer_rows.ScoreLine(help_text="Null is not known yet; never zero in its place.")
    version = serializers.IntegerField(help_text="Grows with every change; the ETag of the project.")


class ProjectOut(ProjectRow):
    """A project with everything that can be read of it."""

    problem = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    furthest_stage = serializers.CharField()
    attempt = serializers.IntegerField()
    ever_in_production = serializers.BooleanField()
    ended_at = serializers.DateTimeField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)
    ai_act_class = serializers.ChoiceField(AiActClass.choices, allow_blank=True)
    personal_data = serializers.BooleanField(allow_null=True)
    llm = serializers.BooleanField(allow_null=True)
    vendor = serializers.BooleanField(allow_null=True)
    metric_name = serializers.CharField(allow_blank=True)
    metric_unit = serializers.CharField(allow_blank=True)
    metric_direction = serializers.ChoiceField(Direction.choices, allow_blank=True)
    metric_baseline = serializers.DecimalField(20, 6, allow_null=True, help_text="As text: no digit is lost.")
    metric_target = serializers.DecimalField(20, 6, allow_null=True)
    metric_target_on = serializers.DateField(allow_null=True)
    metric_owner = serializers.CharField(allow_blank=True)
    metric_is_measured = serializers.BooleanField(allow_null=True)
    metric_method_agreed = serializers.BooleanField(allow_null=True)
    metric_link = serializers.CharField(
        allow_blank=True, help_text="How the ML metric moves the business metric."
    )
    guardrails = serializers.CharField(allow_blank=True, help_text="What must not get worse.")
    ml_metric = serializers.CharField(allow_blank=True)
    objective = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(help_text="The portfolio's; values are given in it.")
    value_low = serializers.DecimalField(16, 2, allow_null=True, help_text="A year, as text.")
    value_likely = serializers.DecimalField(16, 2, allow_null=True)
    value_high = serializers.DecimalField(16, 2, allow_null=True)
    strategic = serializers.IntegerField(allow_null=True, help_text=f"0 to {MOST_POINTS}.")
    reach = serializers.IntegerField(allow_null=True, help_text=f"0 to {MOST_POINTS}.")
    decides_about_people = serializers.BooleanField(allow_null=True)
    human_review = serializers.BooleanField(allow_null=True)
    acts_automatically = serializers.BooleanField(allow_null=True)
    safety_relevant = serializers.BooleanField(allow_null=True)
    customer_facing = serializers.BooleanField(allow_null=True)
    users_affected = serializers.IntegerField(allow_null=True)
    expectation = serializers.CharField(allow_blank=True)
    data_sources = serializers.CharField(allow_blank=True, help_text="One on each line.")
    model_version = serializers.CharField(allow_blank=True)
    first_exposure_on = serializers.DateField(allow_null=True)
    metric_measured_on = serializers.DateField(allow_null=True)
    monitoring_seen_on = serializers.DateField(allow_null=True)
    capacity_fte = serializers.DecimalField(6, 2, allow_null=True, help_text="As text.")
    remaining_cost = serializers.DecimalField(
        16, 2, allow_null=True, help_text="In `cost_currency`, as text."
    )
    launch_cost = serializers.DecimalField(16, 2, allow_null=True)
    cost_currency = serializers.CharField(allow_blank=True, help_text="Empty is that of the portfolio.")
    remaining_cost_at_home = serializers.DecimalField(
        16, 2, allow_null=True, help_text="In the portfolio's currency; null while there is no rate."
    )
    chance_of_use = serializers.IntegerField(allow_null=True, help_text="In percent.")
    mandatory = serializers.CharField(allow_blank=True, help_text="What demands it.")
    vendor_name = serializers.CharField(allow_blank=True)
    metric_realised = serializers.DecimalField(20, 6, allow_null=True, help_text="After the launch, as text.")
    stated_on = serializers.DateField(allow_null=True, help_text="When the sponsor expects it live.")
    stated_value = serializers.DecimalField(
        16, 2, allow_null=True, help_text="A year, by the word of the sponsor, as text."
    )
    leakage_reviewed_on = serializers.DateField(allow_null=True)
    audited_on = serializers.DateField(allow_null=True, help_text="The whole pipeline.")
    pivoted_on = serializers.DateField(
        allow_null=True, help_text="When its goal last changed, from the proof of concept on."
    )
    pivot_stage = serializers.CharField(
        allow_blank=True, help_text="The furthest standard stage it had come to then."
    )
    recertify_on = serializers.DateField(allow_null=True, help_text="The next recertification is due.")
    tier_by_rule = TierByRule()
    source = serializers.DictField(help_text="What an import could not map, word for word.")  # type: ignore[assignment]


def row(values: dict[str, Any]) -> dict[str, Any]:
    """One project of a list, from its columns."""
    return {
        "key": values["key"],
        "name": values["name"],
        "portfolio": values["portfolio__slug"],
        "unit": _unit(values),
        "owner": people.of(values, "owner"),
        **{name: values[name] for name in IN_LISTS[2:]},
        "scores": answer_rows.score_line(values),
    }


def detail(project_id: int) -> dict[str, Any]:
    """One project with everything; one query, and one more for a cost in another currency."""
    place = ("portfolio_id", "portfolio__currency", "portfolio__time_zone")
    columns = (*RELATED, *IN_LISTS, *IN_DETAIL, *place)
    values = Project.objects.values(*columns).get(pk=project_id)
    shown = {name: _plain(values[name]) for name in IN_DETAIL}
    more = {
        "currency": values["portfolio__currency"],
        "remaining_cost_at_home": _plain(_at_home(values)),
        "tier_by_rule": tier_by_rule(tiers.state(values)),
    }
    return row(values) | shown | more


def _at_home(values: dict[str, Any]) -> Any:
    """The remaining cost in the portfolio's currency; a query only where it is in another."""
    cost, currency = values["remaining_cost"], values["cost_currency"]
    if cost is None or currency in ("", values["portfolio__currency"]):
        return cost
    place = {name: values[f"portfolio__{name}"] for name in ("currency", "time_zone")}
    portfolio = Portfolio(pk=values["portfolio_id"], **place)
    return exchange.rates(portfolio, facts.today(Project(portfolio=portfolio))).convert(cost, currency)


def tier_by_rule(found: tiers.TierState) -> dict[str, Any]:
    """The tier by rule with its reasons."""
    return {
        "tier": found.by_rule,
        "reasons": [sentence for _code, sentence in found.reasons],
        "unknown": list(found.unknown),
        "is_above_chosen": found.is_below,
    }


def _unit(values: dict[str, Any]) -> dict[str, Any] | None:
    if values["unit_id"] is None:
        return None
    return {"id": values["unit_id"], "name": values["unit__name"], "parent": values["unit__parent__name"]}


def _plain(value: Any) -> Any:
    """An amount without the zeros that the database pads it with."""
    return format(value.normalize(), "f") if hasattr(value, "normalize") else value
