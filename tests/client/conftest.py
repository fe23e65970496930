"""The client in this process, on the product itself: nothing between them but the wire."""

import httpx
import plimsoll
import pytest
from django.test import Client as Caller

from tests import factories


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Fraud", slug="fraud", key_prefix="FRD")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio, "Card fraud")


@pytest.fixture
def secret(portfolio):
    return factories.a_key(portfolio, role="manager")[1]


class Product(httpx.BaseTransport):
    """Hands requests to the product, as its server would, and keeps them; first it gives these answers."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []
        self.caller = Caller(raise_request_exception=False)

    def handle_request(self, request):
        self.requests.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        request.read()
        said = {name: value for name, value in request.headers.items() if name != "content-type"}
        path, kind = request.url.raw_path.decode(), request.headers.get("content-type", "application/json")
        found = self.caller.generic(request.method, path, request.content, content_type=kind, headers=said)
        return httpx.Response(found.status_code, headers=dict(found.headers), content=found.content)


@pytest.fixture
def recorder():
    return Product()


@pytest.fixture
def client(secret, recorder):
    with plimsoll.Client("http://testserver", secret, http=recorder) as made:
        yield made
