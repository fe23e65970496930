"""Every address of the API: what can be read has an ETag, what can be changed asks which state was read."""

import inspect
from datetime import UTC, datetime

import pytest
import time_machine

from portfolio.register.actions import samples
from tests.projects.api import callers, routes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(for_the_module):
    with time_machine.travel(NOON, tick=False):
        return for_the_module(samples.load)


@pytest.fixture
def world(sample, db):
    """The sample, a key that may do everything in it, and what its lists are asked for."""
    with time_machine.travel(NOON, tick=False):
        caller = callers.with_key(sample)
        project = sample.projects.filter(outcome="open").order_by("pk").first()
        _made(caller, project)
        known = {"slug": sample.slug, "key": project.key}
        yield caller, routes.Reader(caller, known)


def _made(caller, project):
    """Things that the sample lacks."""
    at = f"projects/{project.key}"
    for path, said in ((f"{at}/todos", {"text": "Ask the vendor"}), (f"{at}/signals/alive/seen", {})):
        assert caller.post(path, said).status_code in (200, 201)
    pair = {"offline": "recall_test", "online": "recall_live"}
    assert caller("PUT", f"{at}/metric-pairs/recall", pair).status_code == 200


def test_every_get_has_an_etag_and_sends_nothing_twice(world):
    caller, reader = world
    wrong, asked = [], 0
    for route in routes.routes():
        path = reader.filled(route.path)
        if not route.can("get") or path is None:
            continue
        first = caller.get(path)
        if first.status_code != 200:
            wrong += [f"GET {path}: {first.status_code}"] if first.status_code >= 500 else []
            continue
        asked += 1
        if "ETag" not in first:
            wrong.append(f"GET {route.path}: no ETag")
            continue
        again = caller.get(path, **{"If-None-Match": f'"other", W/{first["ETag"].removeprefix("W/")}'})
        if (again.status_code, again.content, again.get("ETag")) != (304, b"", first["ETag"]):
            wrong.append(f"GET {route.path}: {again.status_code} to If-None-Match")
        if caller.get(path, **{"If-None-Match": '"other"'}).status_code != 200:
            wrong.append(f"GET {route.path}: not sent to whoever has something else")
    assert not wrong
    assert asked >= 40, asked


def test_every_change_asks_which_state_was_read(world):
    caller, reader = world
    wrong, tried = [], 0
    for route in routes.routes():
        for method in ("put", "patch"):
            if not route.can(method):
                continue
            if not route.can("get"):
                wrong.append(f"{method.upper()} {route.path}: cannot be read, so it has no ETag")
            elif not _is_held(route.handler(method)):
                wrong.append(f"{method.upper()} {route.path}: neither @etags.guarded nor versions.stated")
            path = reader.filled(route.path)
            if path is None or caller.get(path).status_code != 200:
                continue
            tried += 1
            said = [
                caller(method.upper(), path, {}).status_code,
                caller(method.upper(), path, {}, **{"If-Match": '"0"'}).status_code,
            ]
            if said not in ([428, 412], [400, 400]):
                wrong.append(f"{method.upper()} {route.path}: {said}, not 428 without and 412 stale")
    assert not wrong
    assert tried >= 3, tried


def _is_held(handler):
    """Whether a change is compared with what was read; a version is asked for in the handler's module."""
    module = inspect.getmodule(inspect.unwrap(handler))
    return getattr(handler, "is_guarded", False) or "versions.stated(" in inspect.getsource(module)
