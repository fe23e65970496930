"""Names of parts of the API's description: two classes of one name must not be taken for one."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from rest_framework import serializers

HOME = "projects.api."


def apart(part: type[serializers.BaseSerializer[Any]]) -> str:
    """What is put before the name of a part that others have as well: its module, as one word.

    Parts about projects keep a name that is only elsewhere used again.
    """
    alike = _by_name().get(part.__name__, frozenset())
    at_home = {module for module in alike if module.startswith(HOME)}
    if len(alike) < 2 or at_home == {part.__module__}:
        return ""
    return part.__module__.rpartition(".")[2].title().replace("_", "")


@cache
def _by_name() -> dict[str, frozenset[str]]:
    found = defaultdict(set)
    for part in _below(serializers.Serializer):
        if part.__module__.startswith(("projects.", "portfolio.")):
            found[part.__name__].add(part.__module__)
    return {name: frozenset(modules) for name, modules in found.items()}


def _below(part: type[Any]) -> Iterator[type[Any]]:
    for each in part.__subclasses__():
        yield each
        yield from _below(each)
