"""What happens to a sign-off: one address for each act, and the closing of conditions."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import conditions, decisions, signoffs
from projects.actors import Actor
from projects.api import inputs, signoff_inputs, signoff_rows
from projects.api.idempotency import idempotent
from projects.api.schema import Problem, parameter
from projects.api.signoff_inputs import DECIDING, CallOffIn, ClosingIn, DecisionIn, ReasonIn
from projects.api.signoff_rows import ConditionOut, SignOffOut
from projects.api.signoffs import ID, known, shown
from projects.api.views import ApiView
from projects.models import Condition
from projects.queries import people as people_queries
from projects.queries import standings

BY_PEOPLE = "By a person who is signed in: a key gets 403."
CONDITION_ID = parameter("condition_id", "Id of the condition.", place="path", kind=int)


class RecusalOut(serializers.Serializer[Any]):
    """A request that somebody stood aside from, and the one that waits for whoever else has the role."""

    recused = SignOffOut()
    following = SignOffOut()


class Decision(ApiView):
    @extend_schema(
        operation_id="decide_signoff",
        summary="Decide",
        description=f"{BY_PEOPLE} Signs the gate's packet as it is now, which `seen` names: when it is "
        "another, the answer is 412 and `obstacles` says what has changed. On a request whose packet has "
        "changed, and on one's own signature that has faded, a new request takes its place: the answer is "
        "that one.",
        parameters=[ID],
        request=DecisionIn,
        responses={200: SignOffOut, (412, "application/problem+json"): Problem},
        examples=DECIDING,
    )
    @idempotent
    def post(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        signoff = known(actor, signoff_id)
        said = inputs.body(DecisionIn, request)
        among = people_queries.who_may_see(signoff.project)
        said["conditions"] = signoff_inputs.conditions(said["conditions"], among)
        return shown(decisions.decide(signoff.pk, actor=actor, **said).pk)


class Withdrawal(ApiView):
    @extend_schema(
        operation_id="withdraw_signoff",
        summary="Withdraw one's own decision",
        description=f"{BY_PEOPLE} Withdrawn already is no change.",
        parameters=[ID],
        request=ReasonIn,
        responses=SignOffOut,
        examples=[OpenApiExample("Too early", {"reason": "The report was a draft."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        signoff = known(actor, signoff_id)
        said = inputs.body(ReasonIn, request)
        return shown(decisions.withdraw(signoff.pk, actor=actor, **said).pk)


class Recusal(ApiView):
    @extend_schema(
        operation_id="recuse_from_signoff",
        summary="Stand aside",
        description=f"{BY_PEOPLE} For a conflict of interest: it goes on to whoever else has the role.",
        parameters=[ID],
        request=ReasonIn,
        responses=RecusalOut,
        examples=[OpenApiExample("A conflict", {"reason": "I chose the vendor."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        signoff = known(actor, signoff_id)
        following = decisions.recuse(signoff.pk, actor=actor, **inputs.body(ReasonIn, request))
        recused, waits = standings.by_id([signoff.pk, following.pk])
        return Response({"recused": signoff_rows.whole(recused), "following": signoff_rows.whole(waits)})


class CallOff(ApiView):
    @extend_schema(
        operation_id="call_off_signoff",
        summary="Call a request off",
        description="By who asked, or who manages the project. Called off already is no change.",
        parameters=[ID],
        request=CallOffIn,
        responses=SignOffOut,
        examples=[OpenApiExample("A mistake", {"reason": "Asked at the wrong gate."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        signoff = known(actor, signoff_id)
        said = inputs.body(CallOffIn, request)
        return shown(signoffs.call_off(signoff.pk, actor=actor, **said).pk)


class Reminder(ApiView):
    @extend_schema(
        operation_id="remind_of_signoff",
        summary="Remind those who may answer",
        description="Again within the same day is no change.",
        parameters=[ID],
        request=None,
        responses=SignOffOut,
    )
    @idempotent
    def post(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        return shown(signoffs.remind(known(actor, signoff_id).pk, actor=actor).pk)


class Closing(ApiView):
    @extend_schema(
        operation_id="close_condition",
        summary="Close a condition",
        description=f"{BY_PEOPLE} By who set it, or has the role after them. Closed already is no change.",
        parameters=[CONDITION_ID],
        request=ClosingIn,
        responses=ConditionOut,
        examples=[OpenApiExample("Done", {"note": "Rehearsed on 3 February."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, condition_id: int) -> Response:
        actor = Actor.of(request)
        rows = standings.conditions_visible_to(actor)
        if not rows.filter(pk=condition_id).exists():
            raise Http404
        closed = conditions.close(condition_id, actor=actor, **inputs.body(ClosingIn, request))
        found = Condition.objects.select_related("owner", "closed_by").get(pk=closed.pk)
        return Response(signoff_rows.condition(found))


VERBS: dict[str, type[ApiView]] = {
    "decision": Decision,
    "withdrawal": Withdrawal,
    "recusal": Recusal,
    "call-off": CallOff,
    "reminder": Reminder,
}
