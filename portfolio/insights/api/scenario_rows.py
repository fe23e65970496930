"""Scenarios as REST takes and shows them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from portfolio.insights.models import Scenario
from portfolio.insights.queries import scenarios
from portfolio.insights.rules.scenario.changes import words
from portfolio.insights.rules.scenario.changes_reading import MOST_CHANGES
from portfolio.insights.rules.scenario.scenarios import LONGEST_NAME, LONGEST_NOTE
from projects.api import people
from projects.api.inputs import Day, In

LONGEST_CHANGE = 200
CHANGE_HELP = (
    "Each like stop:PRJ-16, hold:PRJ-5, start:PRJ-3, people:Data engineering:+2:2027-01, budget:1200000 or "
    "mix:30,25,40,5 (quick wins, big bets, fill-ins, reconsider; percent)."
)


class Changes(serializers.ListField):
    """Changes in their compact form."""

    def __init__(self, **options: Any) -> None:
        child = serializers.CharField(max_length=LONGEST_CHANGE)
        super().__init__(child=child, max_length=MOST_CHANGES, help_text=CHANGE_HELP, **options)


class ScenarioChanges(In):
    """What can be changed of a scenario; what is left out stays as it is."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, required=False, help_text="Why.")
    changes = Changes(required=False)


class ScenarioIn(ScenarioChanges):
    """A new scenario; only its name is needed."""

    name = serializers.CharField(max_length=LONGEST_NAME)


class AdoptIn(In):
    """Why it is adopted, which changes (all that are open), and what stopping and holding ask for."""

    reason = serializers.CharField(max_length=LONGEST_NOTE)
    only = Changes(required=False)
    stop_reason = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="A reason code of the workflow."
    )
    stop_note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    hold_note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    hold_until = Day(required=False)
    hold_approver = serializers.EmailField(required=False, help_text="Sponsor or portfolio manager, not you.")
    start_note = serializers.CharField(max_length=2000, default="", allow_blank=True)


class ChangeObstacleOut(serializers.Serializer[Any]):
    """What stops a change."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class OutcomeOut(serializers.Serializer[Any]):
    """What became of a change."""

    change = serializers.CharField()
    state = serializers.ChoiceField(["done", "noted", "refused"])
    message = serializers.CharField(allow_blank=True)
    obstacles = ChangeObstacleOut(many=True)
    at = serializers.DateTimeField()
    why = serializers.CharField()


class ScenarioOut(serializers.Serializer[Any]):
    """A scenario; its figures are those of `…/comparison`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    changes = serializers.ListField(child=serializers.CharField())
    words = serializers.ListField(child=serializers.CharField(), help_text="The changes in words.")
    asked = serializers.DictField(help_text="What the optimiser was asked, if it proposed them.")
    made_by = people.PersonOut(allow_null=True)
    made_at = serializers.DateTimeField()
    adopted_by = people.PersonOut(allow_null=True)
    adopted_at = serializers.DateTimeField(allow_null=True)
    adoption = OutcomeOut(many=True)
    open = serializers.IntegerField(help_text="Changes about which something is still to be done.")
    version = serializers.IntegerField(help_text="Grows with every change; the ETag.")


class ScenariosOut(serializers.Serializer[Any]):
    """All scenarios of a portfolio, the newest first."""

    items = ScenarioOut(many=True)


class SideOut(serializers.Serializer[Any]):
    """One scenario, or the live plan, as figures."""

    id = serializers.IntegerField(allow_null=True, help_text="Null: the live plan.")
    name = serializers.CharField()
    changes = serializers.ListField(child=serializers.CharField(), help_text="In words.")
    problems = ChangeObstacleOut(many=True, help_text="Changes that mean nothing to the portfolio of today.")
    figures = serializers.DictField(help_text="As of `/balance`.")
    launches_by_month = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Expected live by each month's end."
    )


class ScenarioComparisonOut(serializers.Serializer[Any]):
    """Scenarios beside the live plan, computed now."""

    months = serializers.ListField(child=serializers.DateField(), help_text="Of `launches_by_month`.")
    items = SideOut(many=True)


KEEP = OpenApiExample(
    "Stop one, hold one",
    {
        "name": "Fewer big bets",
        "note": "Legal cannot look at more than two at once.",
        "changes": ["stop:PRJ-16", "hold:PRJ-5", "people:Data engineering:+1:2027-01"],
    },
    request_only=True,
)
ADOPT = OpenApiExample(
    "All that is open",
    {
        "reason": "Agreed in the board on 20 November.",
        "stop_reason": "budget",
        "stop_note": "Nobody pays.",
        "hold_note": "Waits for legal.",
        "hold_until": "2027-03-01",
        "hold_approver": "sponsor@example.org",
    },
    request_only=True,
)


def row(scenario: Scenario, names: dict[str, str]) -> dict[str, Any]:
    """A scenario as an answer; `names`: of the projects that it names."""
    changes = scenarios.changes_of(scenario)
    currency = scenario.portfolio.currency
    return {
        "id": scenario.pk,
        "name": scenario.name,
        "note": scenario.note,
        "changes": [change.compact() for change in changes],
        "words": [words(change, names, currency) for change in changes],
        "asked": scenario.asked,
        "made_by": people.shape(scenario.made_by),
        "made_at": scenario.made_at,
        "adopted_by": people.shape(scenario.adopted_by),
        "adopted_at": scenario.adopted_at,
        "adoption": scenario.adoption,
        "open": scenarios.progress(scenario)["open"],
        "version": scenario.version,
    }
