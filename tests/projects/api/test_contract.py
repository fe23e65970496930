"""Version 1 keeps what it has promised, and says long before when something goes."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

import portfolio.api_urls  # noqa: F401 - names of parts are told apart among all that there are
from projects.api.deprecations import deprecated
from projects.api.views import ApiView
from tests.projects.api import contract

ENDED: dict[str, Any] = {"on": date(2027, 1, 10), "until": date(2027, 9, 1), "see": "/api/docs/#old"}


def test_nothing_that_was_promised_is_taken_back():
    broken = contract.broken(contract.kept(), contract.present())
    assert not broken, (
        "Version 1 has promised this. Keep it beside what is new, mark the old operation with "
        "@deprecated(on=…, until=…, see=…) for at least 180 days, and take its lines out of docs/api-v1.txt "
        "only after that day: " + "; ".join(broken)
    )


def test_what_was_taken_back_would_be_seen():
    promised = {
        "GET /things",
        "GET /things query limit",
        "in ThingIn.name: string",
        "in ThingIn.kind = old",
        "out Thing.size: integer",
    }
    today = {
        *("GET /things", "in ThingIn.name: string", "in ThingIn.name required", "in OtherIn.name required"),
        *("out Thing.size: integer|null", "out Thing.colour: string", "in ThingIn.colour: string"),
    }
    assert contract.broken(promised, today) == [
        "demanded now: in ThingIn.name required",
        "gone: GET /things query limit",
        "gone: in ThingIn.kind = old",
        "gone: out Thing.size: integer",
    ]


class Old(ApiView):
    @extend_schema(operation_id="read_old", responses={200: dict})
    @deprecated(**ENDED)
    def get(self, request):
        return Response({"items": [], "next_cursor": "abc"})


urlpatterns = [path("api/v1/old", Old.as_view())]


@pytest.mark.urls(__name__)
def test_an_operation_that_ends_says_so(ci):
    answer = ci.get("old")
    assert answer["Deprecation"] == f"@{int(datetime(2027, 1, 10, tzinfo=UTC).timestamp())}"
    assert answer["Sunset"] == "Wed, 01 Sep 2027 00:00:00 GMT"
    links = answer["Link"].split(", ")
    assert links[0] == '</api/docs/#old>; rel="deprecation"; type="text/html"'
    assert re.fullmatch(r'</api/v1/old\?cursor=abc>; rel="next"', links[1])
    described = SchemaGenerator(patterns=urlpatterns).get_schema(request=None, public=True)
    assert described["paths"]["/api/v1/old"]["get"]["deprecated"] is True


def test_nobody_ends_an_operation_overnight():
    with pytest.raises(ValueError, match="180 days"):
        deprecated(on=date(2027, 1, 10), until=date(2027, 7, 8), see="/api/docs/")
