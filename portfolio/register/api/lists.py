"""The register, blockers and flags as files by REST, and the register as a federal inventory."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from portfolio.register.queries import blocker_exports, exports, flag_exports, inventories
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.exports import answers
from projects.exports.tables import Table
from projects.queries import blocker_filters, filters, flag_filters

TABLES: dict[str, Callable[[Actor, QueryDict], Table]] = {
    "projects": lambda actor, query: exports.table(actor, filters.parse(query)),
    "blockers": lambda actor, query: blocker_exports.table(actor, blocker_filters.parse(query)),
    "flags": lambda actor, query: flag_exports.table(actor, flag_filters.parse(query)),
    **{
        f"inventory-{edition}": lambda actor, query, edition=edition: inventories.table(  # type: ignore[misc]
            actor, filters.parse(query), edition
        )
        for edition in inventories.EDITIONS
    },
}


LISTS, KINDS = [*TABLES], [*answers.FORMS]
CONTENT_TYPES = [form.content_type.partition(";")[0] for form in answers.FORMS.values()]
ROWS = {"type": "array", "items": {"type": "object"}}


class FileQuery(In):
    """Which list, in which form, and the filters of its page as they stand in the page's address."""

    list = serializers.ChoiceField(choices=LISTS)
    form = serializers.ChoiceField(choices=KINDS, default="json")
    filters = serializers.CharField(
        required=False, max_length=2_000, help_text="As on the page: health=off_track&sort=-risk"
    )


class ListFile(ApiView):
    @extend_schema(
        operation_id="read_list_file",
        summary="Read a list of a portfolio as a file",
        description="The same file as the Export menu of the page gives. `inventory-2025` and "
        "`inventory-2024` are the register in the columns of the federal inventory of that year.",
        parameters=[FileQuery],
        responses={
            (200, kind): ROWS if kind == "application/json" else OpenApiTypes.BINARY for kind in CONTENT_TYPES
        },
    )
    def get(self, request: Request, slug: str, **kwargs: Any) -> StreamingHttpResponse:
        actor = Actor.of(request)
        portfolio_to_read(actor, slug)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(FileQuery, request)
        query = QueryDict(asked.get("filters", ""), mutable=True)
        query["portfolio"] = slug
        table = TABLES[asked["list"]](actor, query)
        return answers.sent(asked["form"], f"{asked['list']}-{slug}", timezone.localdate(), table)
