"""Whatever a form of the pages does, REST does too, or it is said why not: a walk over all addresses."""

import re
from collections.abc import Iterator

from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

from tests.portfolio.page_forms import BY_REST, PAGE_ONLY, READS
from tests.projects.api import routes

PART = re.compile(r"<(?:\w+:)?(\w+)>")
SAID = dict(line.split(maxsplit=1) for line in BY_REST.strip().splitlines())


def test_every_form_is_by_rest_or_has_a_reason():
    forms = {
        PART.sub("*", address) for address, view in _pages(get_resolver()) if _takes_a_form(address, view)
    }
    unsaid = sorted(forms - {*SAID, *PAGE_ONLY, *READS})
    assert not unsaid, f"these are neither in BY_REST nor in PAGE_ONLY of page_forms.py: {unsaid}"
    gone = sorted({*SAID, *PAGE_ONLY, *READS} - forms)
    assert not gone, f"these forms are there no more: {gone}"


def test_nothing_is_said_twice():
    lines = [line.split()[0] for line in BY_REST.strip().splitlines()]
    assert len(lines) == len(SAID)
    assert not {*SAID} & {*PAGE_ONLY}
    assert not ({*SAID} | {*PAGE_ONLY}) & READS


def test_what_is_said_of_rest_is_true():
    there = {
        f"{method.upper()} {PART.sub('*', route.path)}"
        for route in routes.routes()
        for method in ("get", "post", "put", "patch", "delete")
        if route.can(method)
    }
    assert not sorted({*SAID.values()} - there)


def _takes_a_form(address, view):
    """Whether it looks at a POST at all; who gets as far as asking for a person or a row has begun to."""
    names = PART.findall(address)
    try:
        answer = view(RequestFactory().post("/"), **dict.fromkeys(names, "1"))
    except Exception:  # noqa: BLE001 - there is nobody, no session and no database here
        return True
    return answer.status_code != 405


def _pages(resolver, before: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern).lstrip("^")
        if address.startswith("api/"):
            continue
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from _pages(entry, address)
