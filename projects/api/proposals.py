"""Proposals: changes worded by pipelines and assistants, which a person confirms or declines."""

from typing import Any
from uuid import uuid4

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import proposals
from projects.actors import Actor
from projects.api import cursors, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.schema import ObstacleOut, parameter
from projects.api.views import ApiView, project_for_write, scored_project
from projects.errors import Refused
from projects.models import Flag, Proposal
from projects.queries import proposal_lists
from projects.queries import proposals as proposal_queries
from projects.rules.evidence import LONGEST
from projects.rules.proposals import FIELDS, KINDS, LONGEST_CAUSE

SAID = ("id", "kind", "body", "reason", "cause", "state", "note")
COLUMNS = (*SAID, "proposed_at", "expires_at", "decided_at")
PEOPLE = {"by": "proposed_by", "decided_by": "decided_by"}
ID = parameter("proposal_id", "Id of the proposal.", place="path", kind=int)
STATES = Proposal.State.choices


class ProposalQuery(cursors.PageQuery):
    """Which proposals of a project."""

    state = Choice([*Proposal.State.values, "all"], default="open")


class ProposalIn(In):
    """A change that a person is to decide on."""

    kind = Choice(list(KINDS.items()))
    body = serializers.DictField(
        help_text="As the address of the change takes it. "
        + " ".join(f"{kind}: {', '.join(fields)}." for kind, fields in FIELDS.items())
    )
    reason = serializers.CharField(
        max_length=LONGEST, allow_blank=True, default="", help_text="Why, for the person who decides."
    )
    cause = serializers.CharField(
        max_length=LONGEST_CAUSE,
        allow_blank=True,
        default="",
        help_text="Your id of what leads to it, such as a build: the same cause is one proposal.",
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, default=None, help_text="Left out: in 30 days; at most 90 days ahead."
    )


class DeclineIn(In):
    """Why not."""

    note = serializers.CharField(max_length=LONGEST, allow_blank=True, default="")


class ProposalOut(serializers.Serializer[Any]):
    """One proposal."""

    id = serializers.IntegerField()
    project = serializers.CharField()
    kind = serializers.ChoiceField(list(KINDS.items()))
    says = serializers.CharField(help_text="What would change, in words.")
    body = serializers.DictField()
    reason = serializers.CharField(allow_blank=True)
    cause = serializers.CharField()
    by = people.PersonOut(allow_null=True)
    proposed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Then it lapses by itself.")
    state = serializers.ChoiceField(STATES)
    decided_by = people.PersonOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True, help_text="Why it was declined or has lapsed.")


class WholeProposalOut(ProposalOut):
    """One proposal, and what the gate says to it now."""

    obstacles = ObstacleOut(many=True, help_text="What would refuse it now; empty when nothing is known to.")
    warnings = ObstacleOut(many=True, help_text="What a gate would keep with the move.")


class ProposalPage(serializers.Serializer[Any]):
    """One part of a project's proposals, the newest first."""

    items = ProposalOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


EXAMPLES = [
    OpenApiExample(
        "A move",
        {
            "kind": "move",
            "body": {"to": "pilot"},
            "reason": "The evaluation of build 4182 meets every target.",
            "cause": "build-4182",
        },
        request_only=True,
    ),
    OpenApiExample(
        "An update",
        {"kind": "update", "body": {"health": "at_risk", "text": "Drift in two of five segments."}},
        request_only=True,
    ),
]


class ProjectProposals(ApiView):
    @extend_schema(
        operation_id="list_proposals",
        summary="List a project's proposals",
        parameters=[ProposalQuery],
        responses=ProposalPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = scored_project(Actor.of(request), key)
        asked = inputs.query(ProposalQuery, request)
        rows = Proposal.objects.filter(project=project)
        if asked["state"] != "all":
            rows = rows.filter(state=asked["state"])
        open_flags = Flag.objects.filter(project=project, cleared_at=None).only("rule")
        flags = {flag.pk: flag for flag in open_flags}

        def shape(values: dict[str, Any]) -> dict[str, Any]:
            known = {name: values[name] for name in COLUMNS}
            says = proposal_queries.words(Proposal(project=project, **known), flags)
            who = {name: people.of(values, column) for name, column in PEOPLE.items()}
            return known | who | {"project": project.key, "says": says}

        named = [column for relation in PEOPLE.values() for column in people.columns(relation)]
        return Response(cursors.page(rows.values(*COLUMNS, *named), asked, shape, by="-id"))

    @extend_schema(
        operation_id="propose_change",
        summary="Propose a change",
        description="Changes nothing until a person confirms it. The same cause, or the same change while it "
        "waits, is one proposal (200).",
        request=ProposalIn,
        responses={201: WholeProposalOut, 200: WholeProposalOut},
        examples=EXAMPLES,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "proposal.make", project)
        said = inputs.body(ProposalIn, request)
        said["cause"] = cause = said["cause"] or f"api:{uuid4().hex}"
        before = Proposal.objects.filter(project=project, cause=cause).exists()
        try:
            made = proposals.propose(project.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "proposal_refused", lambda field: field or "body") from refusal
        is_new = not before and made.cause == cause
        return _shown(actor, made, status=201 if is_new else 200)


class OneProposal(ApiView):
    @extend_schema(
        operation_id="read_proposal",
        summary="Read a proposal",
        parameters=[ID],
        responses=WholeProposalOut,
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        actor = Actor.of(request)
        row = proposal_lists.one(actor, proposal_id)
        permissions.require(actor, "project.view", row.project)
        return Response(_whole(row))


class Confirm(ApiView):
    @extend_schema(
        operation_id="confirm_proposal",
        summary="Confirm a proposal",
        description="People only: carries the change out as whoever confirms, with their rights. What "
        "refuses the change is 409 with obstacles, and the proposal stays open.",
        parameters=[ID],
        request=None,
        responses=WholeProposalOut,
    )
    @idempotent
    def post(self, request: Request, proposal_id: int) -> Response:
        actor = Actor.of(request)
        known = proposal_lists.one(actor, proposal_id)
        return _shown(actor, proposals.confirm(known.proposal.pk, actor=actor))


class Decline(ApiView):
    @extend_schema(
        operation_id="decline_proposal",
        summary="Decline a proposal",
        description="People only. Declined already is no change.",
        parameters=[ID],
        request=DeclineIn,
        responses=WholeProposalOut,
        examples=[OpenApiExample("Not now", {"note": "After the holidays."}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, proposal_id: int) -> Response:
        actor = Actor.of(request)
        known = proposal_lists.one(actor, proposal_id)
        note = inputs.body(DeclineIn, request)["note"]
        return _shown(actor, proposals.decline(known.proposal.pk, actor=actor, note=note))


def _shown(actor: Actor, proposal: Proposal, status: int = 200) -> Response:
    headers = {"Location": f"/api/v1/proposals/{proposal.pk}"} if status == 201 else {}
    return Response(_whole(proposal_lists.one(actor, proposal.pk)), status=status, headers=headers)


def _whole(row: proposal_lists.Row) -> dict[str, Any]:
    proposal = row.proposal
    return {
        **{name: getattr(proposal, name) for name in COLUMNS},
        **{name: people.shape(getattr(proposal, relation)) for name, relation in PEOPLE.items()},
        "project": row.project.key,
        "says": row.words,
        "obstacles": [_obstacle(each) for each in row.lacks],
        "warnings": [_obstacle(each) for each in row.notes],
    }


def _obstacle(found: Any) -> dict[str, str]:
    return {name: getattr(found, name) for name in ("code", "message", "remedy", "field")}
