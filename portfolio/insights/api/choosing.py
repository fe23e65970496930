"""The optimiser by REST: the same question and the same answer as on its page."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.charts import choosing as charts
from portfolio.insights.queries import pictures, questions
from portfolio.insights.queries.questions import Ground
from portfolio.insights.rules.entries import QUADRANTS
from portfolio.insights.rules.scenario import answers, consequences
from portfolio.insights.rules.scenario.answers import Answer, Frontiers
from portfolio.insights.rules.scenario.changes_reading import MOST_AMOUNT, MOST_FTE
from portfolio.insights.rules.scenario.choosing import Chosen
from portfolio.insights.rules.scenario.questions import LEFT, MOST_YEARS, YEARS, Question
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.models import Portfolio


class SharesIn(In):
    """Shares of spend by quadrant, in percent."""

    def get_fields(self) -> dict[str, Any]:
        return {
            code: serializers.FloatField(min_value=0, max_value=100, required=False) for code in QUADRANTS
        }


class RulesIn(In):
    """What limits the choice; what is left out limits nothing."""

    budget = serializers.FloatField(
        min_value=0, max_value=MOST_AMOUNT, required=False, help_text="What is spent at most."
    )
    people = serializers.FloatField(
        min_value=0, max_value=MOST_FTE, required=False, help_text="Full-time people at most."
    )
    capacity = serializers.BooleanField(default=True, help_text="Who is there, by kind of work and month.")
    years = serializers.IntegerField(
        min_value=1, max_value=MOST_YEARS, default=YEARS, help_text="How far ahead value counts."
    )
    caution = serializers.FloatField(
        min_value=0, max_value=1, default=0.0, help_text="λ: the price of variance."
    )
    unit_cap = serializers.FloatField(
        min_value=0, max_value=100, required=False, help_text="Percent of spend."
    )
    mandatory = serializers.BooleanField(default=True, help_text="What is mandatory is chosen.")
    links = serializers.BooleanField(default=True, help_text="What a chosen project needs is chosen, too.")
    starts = serializers.IntegerField(
        min_value=0, max_value=1000, required=False, help_text="New projects in a quarter at most."
    )
    left = Choice(list(LEFT), default=LEFT[0], help_text="What is proposed for those left out.")
    frontiers = serializers.BooleanField(default=False, help_text="Both frontiers too; takes longer.")


class QuestionIn(RulesIn):
    """The same with what has several values."""

    budgets = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=MOST_AMOUNT),
        required=False,
        help_text="Of the budget, by year.",
    )
    most = SharesIn(required=False)
    least = SharesIn(required=False)

    def validate_budgets(self, value: dict[str, float]) -> dict[str, float]:
        if wrong := [year for year in value if not (len(year) == 4 and year.isdecimal())]:
            raise serializers.ValidationError(f"{wrong[0][:20]} is no year. Write it like 2027.")
        return value


class SetOut(serializers.Serializer[Any]):
    """A set of projects."""

    keys = serializers.ListField(child=serializers.CharField())
    value = serializers.FloatField(help_text="Expected over the years, less the remaining cost.")
    worth = serializers.FloatField(help_text="The same less the price of risk: what was maximised.")
    sd = serializers.FloatField(help_text="Standard deviation of the value.")
    cost = serializers.FloatField()
    people = serializers.FloatField()
    is_proven = serializers.BooleanField(help_text="False: the best that was found in the time allowed.")


class LeftOut(serializers.Serializer[Any]):
    """A project that was not chosen; `loss`: how much less the best set with it is worth."""

    key = serializers.CharField()
    code = serializers.CharField(help_text="barred, loses, displaces, fits_nowhere or untried.")
    why = serializers.CharField()
    loss = serializers.FloatField(allow_null=True)


class LimitOut(serializers.Serializer[Any]):
    """How far the choice is from a limit; shares from 0 to 1."""

    rule = serializers.CharField()
    row = serializers.CharField(allow_blank=True, help_text="The month, unit or quarter.")
    reached = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField()
    is_least = serializers.BooleanField()
    is_tight = serializers.BooleanField()


class PriceOut(serializers.Serializer[Any]):
    """How much more the best set would be worth without a rule."""

    rule = serializers.CharField()
    amount = serializers.FloatField()
    without = SetOut()


class StepOut(serializers.Serializer[Any]):
    """One rule to relax; needed null: it has to go."""

    rule = serializers.CharField()
    limit = serializers.FloatField()
    needed = serializers.FloatField(allow_null=True)


class ReliefOut(serializers.Serializer[Any]):
    """Rules to relax together so that a set exists."""

    steps = StepOut(many=True)
    then = SetOut(allow_null=True)


class LackOut(serializers.Serializer[Any]):
    """A project that could not be weighed, and what is not known of it."""

    key = serializers.CharField()
    lacks = serializers.ListField(child=serializers.ChoiceField(["value", "cost", "p"]))


class PointOut(serializers.Serializer[Any]):
    """One point of a frontier; set null: none keeps the rules."""

    at = serializers.FloatField(help_text="The budget, or the price of risk.")
    set = SetOut(allow_null=True)


class FrontiersOut(serializers.Serializer[Any]):
    budgets = PointOut(many=True)
    cautions = PointOut(many=True)


class ChoiceOut(serializers.Serializer[Any]):
    """The best set and what belongs to it; chosen null: no set keeps the rules, and `relax` says which to."""

    currency = serializers.CharField()
    chosen = SetOut(allow_null=True)
    changes = serializers.ListField(
        child=serializers.CharField(), help_text="What would bring it about; keep it as a scenario."
    )
    left = LeftOut(many=True)
    limits = LimitOut(many=True)
    prices = PriceOut(many=True)
    near_ties = SetOut(many=True)
    relax = ReliefOut(many=True)
    missing = LackOut(many=True)
    unlimited = serializers.ListField(
        child=serializers.CharField(), help_text="Kinds of work nobody supplies."
    )
    is_unfinished = serializers.BooleanField(help_text="No set was found in time, which proves nothing.")
    is_cut = serializers.BooleanField(help_text="Something was left out for want of time.")
    frontiers = FrontiersOut(allow_null=True)


ASK = OpenApiExample(
    "A budget, and not all on bets",
    {"budget": 3_000_000, "most": {"big_bet": 55}, "least": {"fill_in": 10}, "unit_cap": 65},
    request_only=True,
)


class Choose(ApiView):
    @extend_schema(
        operation_id="choose_projects",
        summary="Find the projects that are worth most together",
        parameters=[RulesIn],
        responses=ChoiceOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        return _answered(portfolio, inputs.query(RulesIn, request))

    @extend_schema(
        operation_id="choose_projects_under_rules",
        summary="Find the projects that are worth most together, under every kind of rule",
        description="Changes nothing: it proposes, people decide.",
        request=QuestionIn,
        responses=ChoiceOut,
        examples=[ASK],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        return _answered(portfolio, inputs.body(QuestionIn, request))


def _readable(request: Request, slug: str) -> Portfolio:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "balance.view", portfolio)
    return portfolio


def _answered(portfolio: Portfolio, said: dict[str, Any]) -> Response:
    question = Question.of(said)
    ground = questions.of(portfolio, pictures.live(portfolio, timezone.now()), question)
    answer = answers.of(ground.candidates, ground.asked)
    found = answers.frontiers(ground.candidates, ground.asked) if said["frontiers"] else None
    entries = [ground.entries[each.key] for each in ground.candidates]
    planned = consequences.changes(question, entries, answer.chosen.keys) if answer.chosen else ()
    return Response(
        {
            "currency": portfolio.currency,
            "changes": [change.compact() for change in planned],
            **_shape(answer, ground, portfolio.currency),
            "frontiers": found and _frontiers(found),
        }
    )


def _shape(answer: Answer, ground: Ground, currency: str) -> dict[str, Any]:
    why = {row["key"]: row["why"] for row in charts.left_rows(answer, ground, currency)}
    return {
        "chosen": _set(answer.chosen),
        "left": [
            {"key": each.key, "code": each.code, "why": why[each.key], "loss": each.loss}
            for each in answer.left
        ],
        "limits": [
            {
                "rule": each.label,
                "row": each.name,
                **{name: getattr(each, name) for name in ("reached", "limit", "is_least", "is_tight")},
            }
            for each in answer.slacks
        ],
        "prices": [
            {"rule": each.label, "amount": each.amount, "without": _set(each.without)}
            for each in answer.prices
        ],
        "near_ties": [_set(each) for each in answer.ties],
        "relax": [
            {
                "steps": [
                    {"rule": step.label, "limit": step.limit, "needed": step.needed} for step in relief.wider
                ],
                "then": _set(relief.then),
            }
            for relief in answer.reliefs
        ],
        "missing": [{"key": key, "lacks": lacks} for key, lacks in ground.missing.items()],
        "unlimited": ground.unlimited,
        "is_unfinished": answer.is_unfinished,
        "is_cut": answer.is_cut,
    }


def _set(chosen: Chosen | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    return {
        "keys": chosen.keys,
        "value": chosen.value,
        "worth": chosen.worth,
        "sd": chosen.sd,
        "cost": chosen.cost,
        "people": chosen.fte,
        "is_proven": chosen.is_proven,
    }


def _frontiers(found: Frontiers) -> dict[str, Any]:
    sides = {"budgets": found.budgets, "cautions": found.cautions}
    return {
        name: [{"at": at, "set": _set(chosen)} for at, chosen in points] for name, points in sides.items()
    }
