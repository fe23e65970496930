"""The model card of a project: read as Markdown, kept as evidence, or brought with what it says."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import model_cards as actions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.views import ApiView, project_for_write, scored_project
from projects.models import Project
from projects.queries import model_cards as queries
from projects.rules import model_cards as rules

MARKDOWN = "text/markdown"
EXAMPLE = OpenApiExample(
    "Look first",
    value={"card": "---\ndatasets: [claims-2025]\nmetrics: [recall]\n---\n# Claims triage\n"},
    request_only=True,
)


class CardIn(In):
    """A card, and what of it is taken over."""

    card = serializers.CharField(max_length=rules.MOST_CHARACTERS, trim_whitespace=False)
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.ChoiceField(choices=sorted(actions.FIELDS)),
        required=False,
        help_text="What is taken over. Left out: nothing is stored, and the answer says what could be.",
    )
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="Of the project that you read; 412 when it has changed since."
    )


class DifferenceOut(serializers.Serializer[object]):
    field = serializers.CharField()
    now = serializers.CharField(allow_blank=True)
    says = serializers.CharField()


class CardOut(serializers.Serializer[object]):
    """What a card says that the project does not, and what of its head has no field here."""

    differences = DifferenceOut(many=True)
    others = serializers.ListField(child=serializers.CharField())
    taken = serializers.ListField(child=serializers.CharField())


class KeptOut(serializers.Serializer[object]):
    """Where the card is kept."""

    evidence = serializers.IntegerField()
    version = serializers.IntegerField()
    is_new = serializers.BooleanField()


class ModelCard(ApiView):
    @extend_schema(
        operation_id="read_model_card",
        summary="Read the model card",
        description="Markdown with the head that model hubs read, from what is known of the project. What is "
        "not known is said to be not known.",
        responses={(200, MARKDOWN): OpenApiTypes.STR},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        project = scored_project(Actor.of(request), key)
        named = {"Content-Disposition": f'attachment; filename="{project.key.lower()}-model-card.md"'}
        written = rules.text(queries.of(project))
        return HttpResponse(written, content_type=f"{MARKDOWN}; charset=utf-8", headers=named)

    @extend_schema(
        operation_id="bring_model_card",
        summary="Bring a model card",
        description="Says what a card says that the project does not. With `fields` these are taken over and "
        "the card is kept as evidence, with all that has no field here.",
        request=CardIn,
        responses=CardOut,
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        held = project_for_write(actor, key)
        said = inputs.body(CardIn, request)
        read = actions.read(said["card"])
        found = actions.differences(Project.objects.get(pk=held.pk), read)
        taken = [name for name in said.get("fields", []) if name in found]
        if "fields" in said:
            version = said.get("version")
            actions.bring(held.pk, written=said["card"], fields=taken, version=version, actor=actor)
        rows = [{"field": name, "now": now, "says": says} for name, (now, says) in found.items()]
        return Response(CardOut({"differences": rows, "others": list(read.others), "taken": taken}).data)


class KeptCard(ApiView):
    @extend_schema(
        operation_id="keep_model_card",
        summary="Keep the model card as evidence",
        description="As it would be written now; the same card again changes nothing.",
        request=None,
        responses={201: KeptOut, 200: KeptOut},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        kept = actions.keep(project_for_write(actor, key).pk, actor=actor)
        said = {"evidence": kept.evidence_id, "version": kept.number, "is_new": kept.is_new}
        return Response(KeptOut(said).data, status=201 if kept.is_new else 200)
