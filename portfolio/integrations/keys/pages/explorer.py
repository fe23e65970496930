"""The description of the API, and a page to try it on. Both tell of the product, not of anybody's data."""

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import parse_etags
from django.views.decorators.csrf import ensure_csrf_cookie
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

JSON = "application/vnd.oai.openapi+json"


def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, from the code; made once per process."""
    document, tag = _document()
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(document, content_type=JSON, headers=headers)


@ensure_csrf_cookie
def explorer(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, bodies and examples, to read and to try."""
    return render(request, "integrations/keys/explorer.html")


@cache
def _document() -> tuple[bytes, str]:
    document = OpenApiJsonRenderer().render(SchemaGenerator().get_schema(public=True), renderer_context={})
    return document, f'"{hashlib.sha256(document).hexdigest()[:16]}"'
