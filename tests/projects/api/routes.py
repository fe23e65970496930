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
        self.callers, self.known = [caller], known
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
        found = []
        for value in self._values(above, name, most):
            found += self.several("/".join([*parts[:at], value, *parts[at + 1 :]]), 2)
        return found[:most]

    def _values(self, above: str, name: str, most: int) -> list[str]:
        """What is known under a name, first the one that was chosen; else what the list above holds."""
        if f"{name}s" in self.known:
            return [str(pk) for pk in self.known[f"{name}s"]]
        self._first(above, name)
        listed = [self._value(row, name) for row in self.lists[above][:most]]
        return list(dict.fromkeys(each for each in (self.known.get(name), *listed) if each))

    def _first(self, address: str, name: str) -> str | None:
        if address not in self.lists:
            asked = f"{address}?limit=200" if address == "projects" else address
            found = (self._items(caller, asked) for caller in self.callers)
            self.lists[address] = next((items for items in found if items), [])
        return self._value(self.lists[address][0], name) if self.lists[address] else None

    def _items(self, caller: Caller, address: str) -> Any:
        answer = caller.get(address)
        is_list = answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
        return answer.json().get("items", []) if is_list else []

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
