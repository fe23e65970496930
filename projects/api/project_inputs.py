"""What callers may say of a project."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api import people
from projects.api.inputs import LARGEST_ID, LONG_TEXT, Choice, Day, In
from projects.models import AiActClass, BusinessUnit, Direction, Kind, Portfolio, Project, Tier
from projects.queries import facts
from projects.rules import economics, gate_inputs, impact, watch
from projects.rules.facts import Obstacle


def _line(longest: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_blank=True, required=False, **options)


def _text(help_text: str = "") -> serializers.CharField:
    told = help_text or None
    return serializers.CharField(max_length=LONG_TEXT, allow_blank=True, required=False, help_text=told)


def _choice(choices: Any) -> Choice:
    return Choice(choices, allow_blank=True, required=False)


def _date(help_text: str = "") -> Day:
    return Day(allow_null=True, required=False, help_text=help_text or None)


def _trait(help_text: str) -> serializers.BooleanField:
    return serializers.BooleanField(allow_null=True, required=False, help_text=help_text)


def _amount() -> serializers.DecimalField:
    return serializers.DecimalField(20, 6, allow_null=True, required=False)


def _money(meaning: str) -> serializers.DecimalField:
    """An amount; whether the three fit together is said by the rule."""
    return serializers.DecimalField(
        16, 2, allow_null=True, required=False, help_text=f"{meaning}, in the portfolio's currency."
    )


def _cost(meaning: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        16, 2, min_value=0, allow_null=True, required=False, help_text=f"{meaning}, in `cost_currency`."
    )


def _points(label: str, meanings: tuple[str, ...]) -> serializers.IntegerField:
    said = "; ".join(f"{points}: {meaning.lower()}" for points, meaning in enumerate(meanings))
    return serializers.IntegerField(
        min_value=0,
        max_value=impact.MOST_POINTS,
        allow_null=True,
        required=False,
        help_text=f"{label}. {said}.",
    )


class ProjectChanges(In):
    """What can be changed of a project; what is left out stays as it is."""

    name = serializers.CharField(max_length=200, required=False)
    problem = _text()
    description = _text()
    unit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, allow_null=True, required=False, help_text="Id of a business unit."
    )
    owner = serializers.EmailField(
        allow_null=True, required=False, help_text="Address of a member of the portfolio."
    )
    kind = _choice(Kind.choices)
    tier = _choice(Tier.choices)
    ai_act_class = _choice(AiActClass.choices)
    personal_data = _trait("Null while nobody has said.")
    llm = _trait("Null while nobody has said.")
    vendor = _trait("Null while nobody has said.")
    metric_name = _line(200)
    metric_unit = _line(40)
    metric_direction = _choice(Direction.choices)
    metric_baseline = _amount()
    metric_target = _amount()
    metric_target_on = _date()
    metric_owner = _line(150)
    metric_is_measured = _trait("Whether the baseline is measured; null while nobody has said.")
    metric_method_agreed = _trait("Whether it is agreed how to measure; null while nobody has said.")
    metric_link = _text()
    guardrails = _text()
    ml_metric = _line(300)
    objective = _text()
    value_low = _money("What it is worth in a bad year")
    value_likely = _money("What it is likely worth in a year; the other two need it")
    value_high = _money("What it is worth in a good year")
    strategic = _points("Strategic fit", impact.STRATEGIC)
    reach = _points("Reach", impact.REACH)
    committed_on = _date()
    gate_planned_on = _date()
    decides_about_people = _trait("Whether it decides about people; null while nobody has said.")
    human_review = _trait("Whether a person reviews each decision before it takes effect.")
    acts_automatically = _trait(
        "Whether it spends money, sets prices or changes a contract or rights without a person confirming."
    )
    safety_relevant = _trait("Whether somebody's safety depends on it.")
    customer_facing = _trait("Whether customers see what it makes.")
    users_affected = serializers.IntegerField(
        min_value=0, max_value=gate_inputs.MOST_PEOPLE, allow_null=True, required=False
    )
    expectation = _text()
    data_sources = _text("One on each line.")
    model_version = _line(60, help_text="The major version that signatures are about.")
    first_exposure_on = _date()
    metric_measured_on = _date("Last measurement of the business metric; not a day to come.")
    monitoring_seen_on = _date("When a person last looked at the monitoring; not a day to come.")
    capacity_fte = serializers.DecimalField(
        6,
        2,
        min_value=0,
        allow_null=True,
        required=False,
        help_text="Full-time people at work; the sum of the demands, once there are any.",
    )
    remaining_cost = _cost("Still to be spent until it is live")
    launch_cost = _cost("Of bringing it to its users once it works")
    cost_currency = _line(3, help_text="Of the two costs, such as USD; empty is the portfolio's.")
    chance_of_use = serializers.IntegerField(
        min_value=0,
        max_value=economics.MOST_CHANCE,
        allow_null=True,
        required=False,
        help_text="In percent: that it is used and pays, once it is live.",
    )
    mandatory = _line(economics.LONGEST, help_text="The regulation or contract that demands it.")
    vendor_name = _line(economics.LONGEST, help_text="Whoever names one states `vendor` as well.")
    metric_realised = serializers.DecimalField(
        20,
        6,
        allow_null=True,
        required=False,
        help_text="The business metric after the launch; needs `metric_measured_on`.",
    )
    stated_on = _date("When the sponsor expects it live.")
    stated_value = _money("What it is worth in a year by the word of the sponsor")
    leakage_reviewed_on = _date("When somebody last looked for leaks in its data; not a day to come.")
    audited_on = _date("When its pipeline was last audited; not a day to come.")
    is_correction = serializers.BooleanField(
        required=False,
        help_text="A new `objective` or `metric_name` only corrects a mistake. Otherwise it is noted as a "
        "pivot, from the proof of concept on.",
    )


class ProjectIn(ProjectChanges):
    """A new project; only its portfolio and its name are needed."""

    portfolio = serializers.SlugField(max_length=60, help_text="Short name of the portfolio.")
    name = serializers.CharField(max_length=200)
    is_correction = None  # type: ignore[assignment]  # Of what begins, nothing is corrected.


def check(said: dict[str, Any], project: Project) -> None:
    """Refuse values that do not hold, or not with those that stay; the error names the field."""
    found: list[Obstacle] = []
    if set(said) & set(gate_inputs.FIELDS):
        found += gate_inputs.obstacles(said, facts.today(project))
    if set(said) & set(watch.FIELDS):
        found += watch.obstacles(said, facts.today(project))
    for rules, names in ((impact, impact.FIELDS), (economics, (*economics.FIELDS, *economics.BESIDE))):
        if set(said) & set(names):
            found += rules.obstacles(_staying(project, names) | said | economics.implied(said))
    errors: dict[str, list[str]] = {}
    for obstacle in found:
        errors.setdefault(obstacle.field, []).append(f"{obstacle.message} {obstacle.remedy}")
    if errors:
        raise ValidationError(errors)


def _staying(project: Project, names: tuple[str, ...]) -> dict[str, Any]:
    """What is stored in these columns; nothing of a project that is about to begin."""
    row = Project.objects.filter(pk=project.pk).values(*names).first() if project.pk else None
    return dict(row or {})


def resolve(said: dict[str, Any], portfolio: Portfolio, owners: QuerySet[Any]) -> dict[str, Any]:
    """The same with the rows that the body names instead of their ids and addresses."""
    if said.get("unit"):
        said["unit"] = BusinessUnit.objects.filter(pk=said["unit"], portfolio=portfolio).first()
        if said["unit"] is None:
            raise ValidationError({"unit": [f"{portfolio.name} has no business unit with this id."]})
    if "owner" in said:
        said["owner"] = said["owner"] and people.named(said["owner"], owners, "owner")
    return said
