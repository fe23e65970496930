"""Every address of the API: what can be read has an ETag, what can be changed asks which state was read."""

import inspect
import os
import re
from datetime import UTC, datetime
from itertools import islice

import pytest
import time_machine
from django.db import transaction
from jsonschema import Draft202012Validator

from portfolio.integrations.sources.actions import sources
from portfolio.register.actions import samples
from projects.api import lists
from projects.models import Project
from tests import factories
from tests.projects.api import answers_shown, callers, examples, routes, worlds

MOST_TRIED, MOST_READ = 30, 6
# Here each item names the version that was read.
MANY_AT_ONCE = ("projects/bulk", "blockers/bulk", "todos/bulk")
# What an example cannot know: the hash of what lies before its signer, and the rest of a workflow.
ANSWERED = {
    "decide_signoff, Approved": 412,
    "decide_signoff, Approved with a condition": 412,
    "decide_signoff, Rejected": 412,
    "simulate_workflow, A text": 400,
    "publish_scorecard, Read, changed, sent back": 400,
    # The gate is closed, and says what is missing.
    "agree_to_accept_blocker, As the sponsor": 409,
    # There is no draft of the workflow.
    "review_workflow_draft, It is fine": 409,
    "publish_workflow_draft, With a note": 409,
    # Nothing is posted into the installation's own network unless its settings allow that.
    "try_webhook_address, One of this machine": 400,
    # No blocker stops enough projects, and no tier is above the chosen one.
    "share_blocker, With an owner": 409,
    "agree_tier, Legal agrees": 400,
}
# A search that ends by the clock may find something else each time.
MADE_ANEW = ("portfolios/<slug:slug>/choose",)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(for_the_module):
    with time_machine.travel(NOON, tick=False):
        return for_the_module(samples.load)


@pytest.fixture
def world(sample, settings, db):
    """The sample, a key that may do everything in it, and what its lists are asked for."""
    settings.API_REQUESTS_PER_MINUTE = 0  # every address several times within a minute
    with time_machine.travel(NOON, tick=False):
        caller = callers.with_key(sample)
        project = sample.projects.filter(outcome="open").order_by("pk").first()
        known = {"slug": sample.slug, "key": project.key, "checklists": "production"}
        known |= worlds.made(caller, project)
        yield caller, routes.Reader(caller, known)


@pytest.fixture
def person(world):
    """A second caller: some things are for people."""
    _, reader = world
    project = Project.objects.get(key=reader.known["key"])
    signed_in, given, waiting = worlds.at_the_table(factories.a_project(project.portfolio))
    source, _ = sources.add(project.portfolio_id, name="CI", style="generic", actor=factories.SYSTEM)
    reader.known |= {"source_ids": [source.pk]}
    reader.known |= {"signoff_ids": [given.pk, waiting.pk], "conditions": str(given.conditions.get().pk)}
    reader.known |= worlds.for_people(signed_in, project.portfolio)
    return signed_in


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
        if first.streaming and "ETag" not in first:
            continue  # written while it is sent: nobody knows yet what it will hold
        if "ETag" not in first:
            wrong.append(f"GET {route.path}: no ETag")
            continue
        again = caller.get(path, **{"If-None-Match": f'"other", W/{first["ETag"].removeprefix("W/")}'})
        if again.status_code == 200 and route.path in MADE_ANEW:
            continue
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
            if not route.can("get") and route.path not in MANY_AT_ONCE:
                wrong.append(f"{method.upper()} {route.path}: cannot be read, so it has no ETag")
            elif route.can("get") and not _is_held(route.handler(method)):
                wrong.append(f"{method.upper()} {route.path}: neither @etags.guarded nor versions.stated")
            path = reader.filled(route.path)
            if path is None or path in MANY_AT_ONCE or caller.get(path).status_code != 200:
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


def test_every_list_is_asked_in_the_same_way(world):
    caller, reader = world
    wrong, asked = [], 0
    for route in routes.routes():
        listed, path = lists.of(route.view), reader.filled(route.path)
        if listed is None or path is None or (first := caller.get(path)).status_code != 200:
            continue
        asked += 1
        rows = first.json()["items"]
        name = listed.fields[0]
        part = caller.get(f"{path}?fields={name}").json()["items"]
        if part != [{name: row[name]} for row in rows]:
            wrong.append(f"{route.path}: fields={name} gives {part[:1]}")
        found = caller.get(f"{path}?fields=nonsense")
        if found.status_code != 400 or f"Known are: {name}" not in found.json()["errors"][0]["message"]:
            wrong.append(f"{route.path}: unknown fields are not refused with those that there are")
        for order in listed.orders:
            turned = caller.get(f"{path}?order={order}").json()["items"]
            if _bag(turned) != _bag(rows) or not _is_sorted(turned, order):
                wrong.append(f"{route.path}: order={order}")
        for field in listed.filters[:3]:
            if not rows or not str(rows[0][field] or "").isalnum():
                continue
            kept = caller.get(f"{path}?{field}={str(rows[0][field]).lower()}").json()["items"]
            if not kept and rows[0][field] == str(rows[0][field]).lower():
                wrong.append(f"{route.path}: {field}={rows[0][field]} gives nothing")
    assert not wrong
    assert asked >= 20, asked


def test_every_list_in_parts_leads_to_the_next(world):
    caller, reader = world
    wrong, asked = [], 0
    for route in routes.routes():
        path = reader.filled(route.path)
        if "cursor" not in lists.parameters(route.view) or path is None:
            continue
        if caller.get(path).status_code != 200:
            continue
        wrong += [
            f"{route.path}: order={order}"
            for order in ("created", "-created")
            if caller.get(f"{path}?order={order}").status_code not in (200, 400)
        ]
        first = caller.get(f"{path}?limit=1")
        if first.status_code != 200 or not first.json()["next_cursor"]:
            continue
        asked += 1
        link = re.fullmatch(r'<(/api/v1/[^>]+)>; rel="next"', first.get("Link", ""))
        second = caller.get(link[1]) if link else None
        if second is None or second.json()["items"] in ([], first.json()["items"]):
            wrong.append(f"{route.path}: Link leads to nothing new")
        if "total" in first.json():
            wrong.append(f"{route.path}: counts what nobody asked for")
    assert not wrong
    assert asked >= 3, asked


def test_no_get_ignores_a_slip_of_the_pen(world):
    caller, reader = world
    wrong = []
    for route in routes.routes():
        path = reader.filled(route.path)
        if route.can("get") and path is not None:
            found = caller.get(f"{path}?no_such_parameter=1")
            if found.status_code not in (400, 403, 404, 409):
                wrong.append(f"GET {route.path}: {found.status_code} to an unknown parameter")
    assert not wrong


def test_every_example_is_what_the_description_says():
    schema = examples.described()
    wrong = []
    for example in examples.of(schema):
        # Rows are shown whole, so the form of a row that lacks fields must not excuse one.
        checked = Draft202012Validator({**example.schema, "components": schema["components"]})
        wrong += [
            f"{example.operation}, {example.name}: {each.message}"
            for each in checked.iter_errors(example.value)
        ]
    assert not wrong, "; ".join(wrong)
    assert not (bare := examples.without(schema)), f"these take a body and show none: {bare}"


def test_every_example_of_a_request_is_answered_as_described(world, person):
    key, reader = world
    found = {}
    for example in examples.of(examples.described()):
        if not example.is_request:
            continue
        name = f"{example.operation}, {example.name}"
        fine = (ANSWERED[name],) if name in ANSWERED else example.statuses
        ways = [(who, path) for path in reader.several(example.path, MOST_TRIED) for who in (key, person)]
        said = set()
        for who, path in ways:
            said.add(_tried(who, example, path))
            if said & set(fine):
                break
        if not said & set(fine):
            found[name] = sorted(said)
    assert not found, f"no address of the sample answers these as described: {found}"


def test_every_get_is_answered_as_its_example(world, person):
    key, reader = world
    kept, written, wrong, compared = answers_shown.kept(), {}, [], 0
    is_writing = os.environ.get("EXAMPLES") == "write"
    schema = examples.described()
    shapes = answers_shown.Shapes(schema)
    for operation, path, whole in answers_shown.operations(schema):
        example, answers = kept.get(operation), _read(reader, path, key, person)
        said = list(answers if is_writing else islice(answers, 1))
        odd = [each for answer in said for each in shapes.differences(whole, example, answer)]
        if is_writing and (example is None or odd):
            example, odd = answers_shown.example_of(said), []
        if example is not None:
            written[operation] = example
        compared += bool(said)
        wrong += [f"{operation}{each}" for each in odd]
        wrong += [f"{operation} has none"] if said and example is None else []
    if is_writing:
        answers_shown.write(written)
    assert not wrong, f"{'; '.join(wrong)}: {answers_shown.__doc__}"
    assert compared >= 90, compared


def _read(reader, path, *callers):
    """What is answered at an address of this form, for some that exist."""
    for filled in reader.several(path, MOST_READ):
        for who in callers:
            answer = who.get(filled)
            if answer.status_code == 200 and answer["Content-Type"] == answers_shown.JSON:
                yield answer.json()
                break


def _tried(caller, example, path):
    """How an example is answered; nothing of it stays."""
    with transaction.atomic():
        headers = {"If-Match": "*"} if example.method in ("PUT", "PATCH") else {}
        answer = caller(example.method, path, example.value, **headers)
        transaction.set_rollback(True)
    return answer.status_code


def _bag(rows):
    return sorted(map(str, rows))


def _is_sorted(rows, order):
    name = order.removeprefix("-")
    known = [lists._place(row[name]) for row in rows if row[name] is not None]
    return known == sorted(known, reverse=order.startswith("-"))


def _is_held(handler):
    """Whether a change is compared with what was read; a version is asked for in the handler's module."""
    module = inspect.getmodule(inspect.unwrap(handler))
    return getattr(handler, "is_guarded", False) or "versions.stated(" in inspect.getsource(module)
