"""The policy that ships with the product: roles and workflows, read from YAML."""

from functools import cache
from importlib import resources
from typing import Any

from projects.rules import shipped_files
from projects.rules import workflow as workflows

FOLDER = resources.files("projects") / "presets"
DEFAULT = "standard"


@cache
def names() -> tuple[str, ...]:
    """The names of the workflows that ship with the product, the default one first."""
    found = (FOLDER / "workflows").iterdir()
    stems = sorted(entry.name.removesuffix(".yaml") for entry in found if entry.name.endswith(".yaml"))
    return tuple(sorted(stems, key=lambda name: name != DEFAULT))


@cache
def workflow(name: str) -> workflows.Workflow:
    """A shipped workflow; KeyError when there is none of this name."""
    if name not in names():
        raise KeyError(name)
    return workflows.parse(shipped_files.read(FOLDER / "workflows" / f"{name}.yaml"))


def document(name: str) -> dict[str, Any]:
    """A shipped workflow as the document that a portfolio's first version stores."""
    return workflows.dump(workflow(name))
