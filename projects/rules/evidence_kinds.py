"""The kinds of evidence that ship with the product, read from YAML."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from projects.rules import shipped_files

# What fits nowhere else; also how old kinds that nobody knows any more are shown.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence: its code, what people read, and what is meant by it."""

    code: str
    label: str
    meaning: str


@cache
def every() -> tuple[Kind, ...]:
    """All kinds, in the order in which they are shown: along the life of a project."""
    said = shipped_files.read(resources.files("projects") / "presets" / "evidence_kinds.yaml")
    return tuple(Kind(**entry) for entry in said["kinds"])


@cache
def codes() -> tuple[str, ...]:
    """The codes of all kinds, in order."""
    return tuple(kind.code for kind in every())


@cache
def _by_code() -> dict[str, Kind]:
    return {kind.code: kind for kind in every()}


def find(code: str) -> Kind | None:
    """The kind of a code."""
    return _by_code().get(code)


def label(code: str) -> str:
    """What people read for a code; of names that are no kind (statements) the name in words."""
    kind = find(code)
    return kind.label if kind else code.replace("_", " ").capitalize()
