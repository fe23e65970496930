"""The governance tier: the one by rule, and the word of those who may agree to a lower one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import tiers
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.project_rows import TierByRule, tier_by_rule
from projects.api.views import ApiView, project_for_write, scored_project
from projects.errors import Refused
from projects.models import Project, Tier
from projects.queries import facts
from projects.queries import tiers as tier_queries
from projects.rules.evidence import LONGEST
from projects.rules.tiers import LOWERING_ROLES


class AgreementIn(In):
    """The word of legal or of the portfolio manager on a tier below the rule."""

    tier = Choice([Tier.LOW, Tier.MEDIUM])
    role = Choice(list(LOWERING_ROLES))
    holds = serializers.BooleanField(default=True, help_text="False: it will not do.")
    reason = serializers.CharField(max_length=LONGEST, help_text="Why the rule does not fit.")


class AgreementOut(serializers.Serializer[Any]):
    """What a role said last of a tier."""

    tier = serializers.ChoiceField([Tier.LOW, Tier.MEDIUM])
    role = serializers.ChoiceField(list(LOWERING_ROLES))
    holds = serializers.BooleanField()
    reason = serializers.CharField()
    counts = serializers.BooleanField(help_text="Whether it says yes and is fresh.")
    person = people.PersonOut(allow_null=True)
    said_on = serializers.DateField()


class TierOut(serializers.Serializer[Any]):
    """The tier of a project."""

    tier = serializers.ChoiceField(Tier.choices, allow_blank=True, help_text="The chosen one.")
    by_rule = TierByRule()
    agreements = AgreementOut(many=True)


class ProjectTier(ApiView):
    @extend_schema(
        operation_id="read_tier",
        summary="Read a project's governance tier",
        description="The chosen one, the one by rule with its reasons, and who agreed to a lower one.",
        responses=TierOut,
    )
    def get(self, request: Request, key: str) -> Response:
        return _shown(scored_project(Actor.of(request), key))


class Agreements(ApiView):
    @extend_schema(
        operation_id="agree_tier",
        summary="Agree to a tier below the rule",
        description="By a person who acts as legal (LE) or as portfolio manager (PM); a key cannot agree. "
        "Once two people have agreed, one for each role, the tier can be changed.",
        request=AgreementIn,
        responses={201: TierOut},
        examples=[
            OpenApiExample(
                "Legal agrees",
                {"tier": "low", "role": "LE", "reason": "Names are replaced before the data reach us."},
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "signoff.decide", project)
        said = inputs.body(AgreementIn, request)
        try:
            tiers.agree(project.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "agreement_refused", str) from refusal
        return _shown(scored_project(actor, key), status=201)


def _shown(project: Project, status: int = 200) -> Response:
    state = tier_queries.state(project)
    said = tier_queries.words(project, state.by_rule, facts.today(project))
    shown = {
        "tier": state.chosen,
        "by_rule": tier_by_rule(state),
        "agreements": [_agreement(word) for word in said],
    }
    return Response(shown, status=status)


def _agreement(word: tier_queries.Word) -> dict[str, Any]:
    version = word.version
    return {
        "tier": word.tier,
        "role": word.role,
        "holds": version.holds,
        "reason": version.text,
        "counts": word.counts,
        "person": people.shape(version.added_by),
        "said_on": version.dated_on.isoformat(),
    }
