"""What callers may say of a project."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api import people
from projects.api.inputs import LARGEST_ID, LONG_TEXT, Choice, Day, In
from projects.models import AiActClass, BusinessUnit, Direction, Kind, Portfolio, Project, Tier
from projects.rules import impact


def _line(longest: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_blank=True, required=False, **options)


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=LONG_TEXT, allow_blank=True, required=False)


def _choice(choices: Any) -> Choice:
    return Choice(choices, allow_blank=True, required=False)


def _date() -> Day:
    return Day(allow_null=True, required=False)


def _trait(help_text: str) -> serializers.BooleanField:
    return serializers.BooleanField(allow_null=True, required=False, help_text=help_text)


def _amount() -> serializers.DecimalField:
    return serializers.DecimalField(20, 6, allow_null=True, required=False)


def _money(meaning: str) -> serializers.DecimalField:
    """An amount; whether the three fit together is said by the rule."""
    return serializers.DecimalField(
        16, 2, allow_null=True, required=False, help_text=f"{meaning}, in the portfolio's currency."
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


class ProjectIn(ProjectChanges):
    """A new project; only its portfolio and its name are needed."""

    portfolio = serializers.SlugField(max_length=60, help_text="Short name of the portfolio.")
    name = serializers.CharField(max_length=200)


def check_impact(said: dict[str, Any], project: Project | None = None) -> None:
    """Refuse values that do not fit together, also with those that stay; the error names the field."""
    if not set(said) & set(impact.FIELDS):
        return
    stays: dict[str, Any] = {}
    if project is not None:
        stays = Project.objects.values(*impact.FIELDS).get(pk=project.pk)
    errors: dict[str, list[str]] = {}
    for found in impact.obstacles(stays | said):
        errors.setdefault(found.field, []).append(f"{found.message} {found.remedy}")
    if errors:
        raise ValidationError(errors)


def resolve(said: dict[str, Any], portfolio: Portfolio, owners: QuerySet[Any]) -> dict[str, Any]:
    """The same with the rows that the body names instead of their ids and addresses."""
    if said.get("unit"):
        said["unit"] = BusinessUnit.objects.filter(pk=said["unit"], portfolio=portfolio).first()
        if said["unit"] is None:
            raise ValidationError({"unit": [f"{portfolio.name} has no business unit with this id."]})
    if "owner" in said:
        said["owner"] = said["owner"] and people.named(said["owner"], owners, "owner")
    return said
