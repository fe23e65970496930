"""Every address of the API: what can be read has an ETag, what can be changed asks which state was read."""

import inspect
import re

from projects.api import lists
from tests.projects.api import routes

# Here each item names the version that was read.
MANY_AT_ONCE = ("projects/bulk", "blockers/bulk", "todos/bulk")
# A search that ends by the clock may find something else each time.
MADE_ANEW = ("portfolios/<slug:slug>/choose",)


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
