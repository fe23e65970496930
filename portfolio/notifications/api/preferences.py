"""What one is told of, how and when."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.notifications.actions import digests
from portfolio.notifications.actions import preferences as actions
from portfolio.notifications.models import Way
from portfolio.notifications.queries import preferences, rhythms
from portfolio.notifications.queries.preferences import Choice as Chosen
from portfolio.notifications.rules.rhythms import SATURDAY
from portfolio.notifications.rules.topics import TOPICS
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.views import ApiView
from projects.errors import Refused

WAYS = list(Way.values)
TIMES = ("digest_at", "digest_weekday", "quiet_weekends", "quiet_from", "quiet_to")
CLOCK = ["%H:%M", "%H:%M:%S"]
PEOPLE = "For people who have signed in; nobody writes to the account of a key, which gets 409."


class TopicIn(In):
    """One topic; what is left out stays as it is."""

    topic = Choice(list(TOPICS))
    in_inbox = serializers.BooleanField(required=False)
    mail = Choice(WAYS, required=False)


class PreferenceChanges(In):
    """What is to change; what is left out stays as it is."""

    topics = serializers.ListField(child=TopicIn(), max_length=len(TOPICS), required=False)
    digest_at = serializers.TimeField(required=False, input_formats=CLOCK, help_text="By one's own clock.")
    digest_weekday = serializers.IntegerField(
        min_value=0, max_value=6, required=False, help_text="Of the weekly digest, Monday as 0."
    )
    quiet_weekends = serializers.BooleanField(required=False)
    quiet_from = serializers.TimeField(
        allow_null=True, required=False, input_formats=CLOCK, help_text="No mail from here; null: no quiet."
    )
    quiet_to = serializers.TimeField(allow_null=True, required=False, input_formats=CLOCK)


class TopicOut(serializers.Serializer[Any]):
    """How one is told of one topic."""

    topic = serializers.ChoiceField(list(TOPICS))
    label = serializers.CharField()  # type: ignore[assignment]
    in_inbox = serializers.BooleanField()
    mail = serializers.ChoiceField(WAYS)
    shipped = serializers.ChoiceField(WAYS, help_text="How mail goes to those who chose nothing.")


class PreferencesOut(serializers.Serializer[Any]):
    """What one is told of, how and when."""

    topics = TopicOut(many=True)
    digest_at = serializers.TimeField()
    digest_weekday = serializers.IntegerField(help_text="Monday as 0.")
    quiet_weekends = serializers.BooleanField()
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_to = serializers.TimeField(allow_null=True)
    time_zone = serializers.CharField(help_text="By whose clock; changed at `me`.")


class DigestOut(serializers.Serializer[Any]):
    """Whether something went."""

    sent = serializers.IntegerField(help_text="Messages in the digest; 0: nothing waited, and none went.")


QUIETER = OpenApiExample(
    "Flags once a week, and quiet nights",
    {"topics": [{"topic": "flags", "mail": "weekly"}], "quiet_from": "20:00", "quiet_to": "07:00"},
    request_only=True,
)


class Preferences(ApiView):
    def held(self, **names: Any) -> QuerySet[Any]:
        return get_user_model().objects.filter(pk=Actor.of(self.request).user_id)

    @extend_schema(operation_id="read_preferences", summary="Read how one is told", responses=PreferencesOut)
    def get(self, request: Request) -> Response:
        inputs.query(In, request)
        return Response(_shown(Actor.of(request)))

    @extend_schema(
        operation_id="change_preferences",
        summary="Change how one is told",
        description=f"It holds for what one is told from now on. {PEOPLE}",
        request=PreferenceChanges,
        responses=PreferencesOut,
        examples=[QUIETER],
    )
    @etags.guarded
    def patch(self, request: Request) -> Response:
        actor = _person(request)
        said = inputs.body(PreferenceChanges, request)
        if "topics" in said:
            now = preferences.of([actor.user_id])
            before = {one["topic"]: now.choice(actor.user_id, one["topic"]) for one in said["topics"]}
            choices = {one["topic"]: _choice(before[one["topic"]], one) for one in said["topics"]}
            actions.choose(choices, actor=actor)
        if set(TIMES) & set(said):
            actions.keep_time(**_times(actor, said), actor=actor)
        return Response(_shown(actor))


class Digest(ApiView):
    @extend_schema(
        operation_id="send_digest",
        summary="Send what waits for the next digest",
        description=f"The next one has only what comes after it. {PEOPLE}",
        request=None,
        responses=DigestOut,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        return Response({"sent": digests.compose_now(actor=_person(request), now=timezone.now())})


def _person(request: Request) -> Actor:
    actor = Actor.of(request)
    if actor.is_machine:
        raise Refused("Nobody writes to the account of a key.", code="not_a_person")
    return actor


def _choice(before: Chosen, said: dict[str, Any]) -> Chosen:
    return before._replace(**{name: said[name] for name in ("in_inbox", "mail") if name in said})


def _times(actor: Actor, said: dict[str, Any]) -> dict[str, Any]:
    """When mails come, as it is and as it is to be; what makes no sense is named by its field."""
    clock = rhythms.of([actor.user_id])[actor.user_id]
    times = {name: said.get(name, getattr(clock, name)) for name in TIMES}
    begins, ends = times["quiet_from"], times["quiet_to"]
    if (begins is None) != (ends is None):
        missing = "quiet_from" if begins is None else "quiet_to"
        raise ValidationError({missing: ["Quiet hours need a beginning and an end. Send both, or null."]})
    if begins is not None and begins == ends:
        raise ValidationError({"quiet_to": ["Quiet hours end when they begin. Choose another time."]})
    if times["quiet_weekends"] and times["digest_weekday"] >= SATURDAY:
        message = "Weekends are quiet. Choose another day, or let weekends not be quiet."
        raise ValidationError({"digest_weekday": [message]})
    return times


def _shown(actor: Actor) -> dict[str, Any]:
    chosen, clock = preferences.of([actor.user_id]), rhythms.of([actor.user_id])[actor.user_id]
    topics = [
        {
            "topic": topic.code,
            "label": topic.label,
            **chosen.choice(actor.user_id, topic.code)._asdict(),
            "shipped": topic.mail,
        }
        for topic in TOPICS.values()
    ]
    times = {name: getattr(clock, name) for name in TIMES}
    return {"topics": topics, **times, "time_zone": clock.zone.key}
