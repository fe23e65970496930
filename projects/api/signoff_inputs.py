"""What callers say about sign-offs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from projects.actions.decisions import Asked
from projects.api import cursors, people
from projects.api.inputs import LONG_TEXT, Choice, Day, In
from projects.api.signoff_rows import HASH
from projects.models.signoffs import CONDITION_KINDS
from projects.models.teams import Role
from projects.rules.decisions import LONGEST_CONDITION, LONGEST_TEXT, MOST_CONDITIONS
from projects.rules.signatures import DECISIONS

# Which of a project's requests; what counts today is in their `state`.
LISTED = ("waiting", "decided", "withdrawn", "superseded", "all")
GIVEN = [decision for decision in DECISIONS if decision != "recused"]


class GateCode(serializers.CharField):
    """The code of a gate of the workflow, such as G5."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)


class SignOffQuery(cursors.PageQuery):
    """Which sign-offs of a project."""

    gate = GateCode(required=False, help_text="Code of a gate, such as G5.")
    role = Choice(Role.choices, required=False)
    state = Choice(LISTED, default="all")


class InboxQuery(cursors.PageQuery):
    """Which sign-offs of all projects."""

    waiting_for = Choice(["me"], help_text="me: requests that the caller may answer today.")
    gate = GateCode(required=False, help_text="Code of a gate, such as G5.")
    role = Choice(Role.choices, required=False)
    portfolio = serializers.SlugField(required=False, help_text="Short name of a portfolio.")


class AskIn(In):
    """A request for the signatures of a gate."""

    gate = GateCode(help_text="Code of the gate, such as G5.")
    roles = serializers.ListField(
        child=Choice(Role.choices),
        allow_empty=False,
        max_length=len(Role.choices),
        required=False,
        help_text="Left out: every role that the gate asks and that has not signed.",
    )
    note = serializers.CharField(
        max_length=LONG_TEXT, allow_blank=True, default="", help_text="To whoever signs."
    )


class ConditionIn(In):
    """What a signer asks for."""

    text = serializers.CharField(max_length=LONGEST_CONDITION)
    kind = Choice(CONDITION_KINDS)
    owner = serializers.EmailField(
        allow_null=True, default=None, help_text="Address of somebody who may see the project."
    )
    due_on = Day(allow_null=True, default=None, help_text="Needed for by_date.")


class DecisionIn(In):
    """A decision on what the signer has seen."""

    decision = Choice(GIVEN)
    seen = serializers.RegexField(
        f"^{HASH}$", help_text="sha256 of the packet that the signer has seen; another one is 412."
    )
    reason = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    would_change = serializers.CharField(
        max_length=LONGEST_TEXT,
        allow_blank=True,
        default="",
        help_text="What would change a rejection.",
    )
    conditions = ConditionIn(many=True, default=list)

    def validate_conditions(self, given: list[Any]) -> list[Any]:
        if len(given) > MOST_CONDITIONS:
            raise serializers.ValidationError(f"Name at most {MOST_CONDITIONS} conditions.")
        return given


class ReasonIn(In):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_TEXT)


class CallOffIn(In):
    """Why, if it is worth saying."""

    reason = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


class ClosingIn(In):
    """What was done."""

    note = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


def conditions(said: list[dict[str, Any]], among: QuerySet[Any]) -> list[Asked]:
    """Conditions with the people instead of their addresses."""
    return [
        Asked(
            **{name: each[name] for name in ("text", "kind", "due_on")},
            owner=each["owner"] and people.named(each["owner"], among, f"conditions.{number}.owner"),
        )
        for number, each in enumerate(said)
    ]


SEEN = "9f2c1ab0c4d1e2f30415263748596a7b8c9dae0f1021324354657687989aabbc"
ASKING = [
    OpenApiExample(
        "Everybody", {"gate": "G5", "note": "The pilot is to begin on 1 March."}, request_only=True
    ),
    OpenApiExample("One role", {"gate": "G5", "roles": ["SE"]}, request_only=True),
]
DECIDING = [
    OpenApiExample("Approved", {"decision": "approved", "seen": SEEN}, request_only=True),
    OpenApiExample(
        "Approved with a condition",
        {
            "decision": "approved_with_conditions",
            "seen": SEEN,
            "conditions": [
                {
                    "text": "Rehearse the rollback once more",
                    "kind": "by_date",
                    "owner": "ml-lead@example.org",
                    "due_on": "2027-02-15",
                }
            ],
        },
        request_only=True,
    ),
    OpenApiExample(
        "Rejected",
        {
            "decision": "rejected",
            "seen": SEEN,
            "reason": "The report does not cover the night shift.",
            "would_change": "A report on a full week.",
        },
        request_only=True,
    ),
]
