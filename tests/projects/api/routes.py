"""All addresses of version 1, and real things to ask them for: found by reading lists, as a caller would."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, get_resolver

from tests.projects.api.callers import BASE, Caller

PART = re.compile(r"<(?:\w+:)?(\w+)>")
# By what a thing is named in an address, in the order in which its list may hold it.
NAMES = ("key", "slug", "id", "name", "code", "number", "question", "position")


class Route(NamedTuple):
    """One address and its view."""

    path: str
    view: Any

    def can(self, method: str) -> bool:
        return hasattr(self.view, method)

    def handler(self, method: str) -> Any:
        return getattr(self.view, method, None)


def routes() -> list[Route]:
    """Every address of version 1."""
    return [Route(path.removeprefix(BASE.strip("/") + "/"), view) for path, view in _all(get_resolver())]


class Reader:
    """Fills the names in addresses with what the lists above them hold; each list is asked once."""

    def __init__(self, caller: Caller, known: dict[str, Any]) -> None:
        self.caller, self.known = caller, known
        self.lists: dict[str, Any] = {}

    def filled(self, path: str) -> str | None:
        """The address of something that exists, or None where nothing like it does."""
        done = ""
        for part in path.split("/"):
            name = PART.fullmatch(part)
            if name is None:
                done = f"{done}/{part}".lstrip("/")
                continue
            made = self.known.get(f"{name[1]}s", [None])[0]
            found = self.known.get(name[1]) or made or self._first(done, name[1])
            if found is None:
                return None
            done = f"{done}/{found}"
        return done

    def several(self, path: str, most: int) -> list[str]:
        """Addresses of the same form, one for each row of the list that the first name is taken from."""
        parts = path.split("/")
        at = next((place for place, part in enumerate(parts) if "{" in part), None)
        if at is None:
            return [path]
        name = parts[at].strip("{}")
        if name == "slug":
            return self.several("/".join([*parts[:at], self.known["slug"], *parts[at + 1 :]]), most)
        above = "/".join(parts[:at])
        if parts[at - 1] in self.known:
            return self.several("/".join([above, self.known[parts[at - 1]], *parts[at + 1 :]]), most)
        if f"{name}s" in self.known:
            return [f"{above}/{'/'.join([str(pk), *parts[at + 1 :]])}" for pk in self.known[f"{name}s"]]
        self._first(above, name)
        found = []
        for row in self.lists[above][:most]:
            value = self._value(row, name)
            rest = "/".join([*parts[:at], value, *parts[at + 1 :]]) if value else ""
            found += self.several(rest, 2) if rest else []
        return found[:most]

    def _first(self, address: str, name: str) -> str | None:
        if address not in self.lists:
            answer = self.caller.get(f"{address}?limit=200" if address == "projects" else address)
            is_list = answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
            self.lists[address] = answer.json().get("items", []) if is_list else []
        return self._value(self.lists[address][0], name) if self.lists[address] else None

    def _value(self, row: Any, name: str) -> str | None:
        names = ["id"] if name.endswith("_id") else [name, *NAMES]
        return next((str(row[key]) for key in names if isinstance(row.get(key), str | int)), None)


def _all(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "cls", None)
            if path.startswith(BASE.strip("/")) and view is not None:
                yield path, view
        else:
            yield from _all(entry, path)
