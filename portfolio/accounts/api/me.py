"""Who the caller is, and one's own profile."""

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.accounts.actions import people as actions
from portfolio.accounts.models import User
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.inputs import Choice, In
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Membership

ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
OWN = ("time_zone", "language", "single_keys")


class ProfileChanges(In):
    """What people change of their own account; what is left out stays as it is."""

    name = serializers.CharField(max_length=150, required=False)
    email = serializers.EmailField(max_length=254, required=False, help_text="One signs in with it.")
    time_zone = serializers.CharField(
        max_length=64,
        allow_blank=True,
        required=False,
        help_text="Such as Europe/Lisbon; empty: as the installation.",
    )
    language = Choice(settings.LANGUAGES, required=False)
    single_keys = serializers.BooleanField(
        required=False, help_text="Whether keys such as U work on pages without Ctrl."
    )

    def validate_time_zone(self, zone: str) -> str:
        if zone and zone not in ZONES:
            raise serializers.ValidationError("This is not a time zone. Use a name such as Europe/Lisbon.")
        return zone


class MembershipOut(serializers.Serializer[Any]):
    """A portfolio and the caller's role in it."""

    portfolio = serializers.CharField()
    role = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    """The caller: a person who has signed in, or the account of a key."""

    person = people.PersonOut()
    is_service = serializers.BooleanField()
    is_administrator = serializers.BooleanField(help_text="Of the installation.")
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Of the key; null for a person."
    )
    portfolios = MembershipOut(many=True)
    time_zone = serializers.CharField(allow_blank=True, help_text="Empty: as the installation.")
    language = serializers.CharField()
    single_keys = serializers.BooleanField()


ELSEWHERE = OpenApiExample("In another time zone", {"time_zone": "Asia/Tokyo"}, request_only=True)


class Me(ApiView):
    def held(self, **names: Any) -> QuerySet[User]:
        return User.objects.filter(pk=Actor.of(self.request).user_id)

    @extend_schema(operation_id="read_me", summary="Read who is asking", responses=MeOut)
    def get(self, request: Request) -> Response:
        inputs.query(In, request)
        return Response(_shown(Actor.of(request)))

    @extend_schema(
        operation_id="change_me",
        summary="Change one's own profile",
        description="For people who have signed in; a key gets 409, whoever made it looks after its account. "
        "Passwords are changed on the page, which asks for the present one.",
        request=ProfileChanges,
        responses=MeOut,
        examples=[ELSEWHERE],
    )
    @etags.guarded
    def patch(self, request: Request) -> Response:
        actor = Actor.of(request)
        if actor.is_machine:
            raise Refused("The account of a key has no profile. Its name is the key's.", code="not_a_person")
        said = inputs.body(ProfileChanges, request)
        if said:
            actions.edit_profile(actor.user_id, actor=actor, **said)
        return Response(_shown(actor))


def _shown(actor: Actor) -> dict[str, Any]:
    user = User.objects.get(pk=actor.user_id)
    rows = Membership.objects.filter(user=user)
    if actor.portfolios is not None:
        rows = rows.filter(portfolio__in=actor.portfolios)
    held = rows.order_by("portfolio__slug").values_list("portfolio__slug", "role")
    return {
        "person": people.shape(user),
        "is_service": actor.is_machine,
        "is_administrator": user.is_superuser,
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "portfolios": [{"portfolio": slug, "role": role} for slug, role in held],
        **{name: getattr(user, name) for name in OWN},
    }
