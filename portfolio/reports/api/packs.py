"""The leadership pack as a file, by REST."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from portfolio.reports.prints import packs
from portfolio.reports.prints.forms import FORMS
from portfolio.reports.queries import packs as queries
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView

KINDS = [form.content_type.partition(";")[0] for form in FORMS.values()]


class ReportQuery(In):
    """Which file, of which day."""

    form = serializers.ChoiceField(list(FORMS), default="pdf", help_text="The kind of file.")
    day = serializers.DateField(
        required=False, help_text="A past day that was stored, or the last one stored before it; else today."
    )


class Report(ApiView):
    @extend_schema(
        operation_id="read_report",
        summary="Read the leadership pack",
        description="Where the portfolio stands, its matrix and balance, what to expect, what to decide, "
        "what changed within a month, roadmap, concentration and what is not known: as on its page.",
        parameters=[ReportQuery],
        responses={(200, kind): OpenApiTypes.BINARY for kind in KINDS},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(ReportQuery, request)
        contents = queries.contents(portfolio, asked.get("day"), timezone.now())
        if contents is None:
            raise Http404
        form, document = FORMS[asked["form"]], packs.document(contents, portfolio.time_zone)
        named = {"Content-Disposition": f'attachment; filename="{document.file_name}.{asked["form"]}"'}
        return HttpResponse(form.write(document), content_type=form.content_type, headers=named)
