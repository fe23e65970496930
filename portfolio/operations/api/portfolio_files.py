"""A whole portfolio as one file, by REST."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from portfolio.operations.actions import portfolio_files as actions
from projects.actors import Actor
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView


class WholePortfolio(ApiView):
    @extend_schema(
        operation_id="read_whole_portfolio",
        summary="Read a whole portfolio as one file",
        description="Everything of a portfolio with its history and its files of evidence, to be brought "
        "into an empty installation (docs/export.md). Secrets are not in it. The history notes who took it.",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, **kwargs: Any) -> StreamingHttpResponse:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        named = {
            "Content-Disposition": f'attachment; filename="plimsoll-{slug}.zip"',
            "Cache-Control": "no-store",
        }
        pieces = actions.take_out(portfolio.pk, actor=actor)
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=named)
