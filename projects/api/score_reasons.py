"""The reasons for scores as the API shows them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from projects.models import Blocker, Project
from projects.models.assessments import LETTERS
from projects.queries import reasons as reason_queries
from projects.queries import scoring
from projects.rules.explanations import Explanation, Lever, PitfallReasons
from projects.rules.quadrants import DIGITS
from projects.rules.scorecards import Scorecard


class ContributionOut(serializers.Serializer[Any]):
    """What one question brings to its pitfall."""

    question = serializers.CharField()
    letter = serializers.ChoiceField(LETTERS, help_text="How it counted.")
    age_days = serializers.IntegerField(allow_null=True, help_text="Days since it was confirmed.")
    points = serializers.FloatField(help_text="Of the pitfall's score.")
    age_points = serializers.FloatField(help_text="Those of them that age alone has added.")
    is_unknown = serializers.BooleanField(help_text="Nobody knows it: U or T.")
    confidence = serializers.FloatField(help_text="0 to 1.")
    is_due = serializers.BooleanField()
    is_open = serializers.BooleanField(help_text="Critical, and no or still unknown when it had to be known.")


class PitfallOut(serializers.Serializer[Any]):
    """Why a pitfall has its score."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    score = serializers.FloatField(allow_null=True, help_text="0 to 100; null where it is left out.")
    answers = serializers.FloatField(allow_null=True, help_text="By its answers alone.")
    floor_lift = serializers.FloatField(help_text="Added by an open critical question.")
    blockers = serializers.FloatField(help_text="What its blockers make on their own.")
    blocker_lift = serializers.FloatField(help_text="Added by them.")
    risk_points = serializers.FloatField(help_text="Its part of the risk; the parts add up to it.")
    unknown_points = serializers.FloatField(
        help_text="How much lower it would be if all that is unknown turned out well."
    )
    contributions = ContributionOut(many=True)


class LeverOut(serializers.Serializer[Any]):
    """One change that would lower the risk."""

    kind = serializers.ChoiceField(["question", "blocker"])
    ref = serializers.CharField(help_text="Id of the question or of the blocker.")
    label = serializers.CharField()  # type: ignore[assignment]
    drop = serializers.FloatField(help_text="Points of risk.")
    p_production = serializers.FloatField(help_text="The probability afterwards.")
    actions = serializers.ListField(child=serializers.CharField(), help_text="What would help.")


class ReasonsOut(serializers.Serializer[Any]):
    """Why the scores are what they are."""

    pitfalls = PitfallOut(many=True)
    levers = LeverOut(many=True, help_text="What would lower the risk, the largest drop first.")
    open_critical = serializers.ListField(child=serializers.CharField(), help_text="Open critical questions.")
    unknown_points = serializers.FloatField(
        help_text="How much lower the risk would be if all that is unknown turned out well."
    )
    age_points = serializers.FloatField(help_text="And if all that was answered were confirmed today.")
    odds = serializers.DictField(
        child=serializers.FloatField(),
        help_text="What moves the probability of production, in log-odds that add up; empty in production.",
    )
    impact = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Points of value, strategic fit and reach before the metric's quality; null: not known.",
    )


def reasons(project: Project, found: Explanation, missing: Collection[str]) -> dict[str, Any]:
    """The reasons of stored scores; `missing` names what the impact lacks."""
    card, blockers = scoring.card(project), reason_queries.blockers(project)
    labels = {pitfall.code: pitfall.label for pitfall in card.pitfalls}
    return {
        "pitfalls": [_pitfall(each, labels[each.code]) for each in found.pitfalls],
        "levers": [_lever(each, card, blockers) for each in found.levers],
        "open_critical": list(found.open_critical),
        "unknown_points": found.unknown_points,
        "age_points": found.age_points,
        # Without the sign of a zero.
        "odds": {name: round(shift, DIGITS) + 0.0 for name, shift in found.odds.items()},
        "impact": {name: None if name in missing else points for name, points in found.impact.items()},
    }


def _pitfall(found: PitfallReasons, label: str) -> dict[str, Any]:
    parts = [asdict(part) for part in found.contributions]
    for part in parts:
        part["age_days"] = None if part["letter"] == "U" else part["age_days"]
    return {**asdict(found), "label": label, "contributions": parts}


def _lever(lever: Lever, card: Scorecard, blockers: Mapping[str, Blocker]) -> dict[str, Any]:
    """A question that the scorecard no longer asks, or a blocker removed since, keeps its id as label."""
    label, actions = lever.ref, tuple[str, ...]()
    if lever.kind == "question" and card.has(lever.ref):
        label, actions = card.question(lever.ref).text, card.question(lever.ref).actions
    elif lever.kind == "blocker" and lever.ref in blockers:
        label = blockers[lever.ref].title
    return {**asdict(lever), "label": label, "actions": list(actions)}
