"""The roles that a person can have on a project."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from projects.rules import shipped_files


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its code, the word used for it in files, and what people read."""

    code: str
    name: str
    label: str


@cache
def every() -> tuple[Role, ...]:
    """All roles, in the order in which they are shown."""
    said = shipped_files.read(resources.files("projects") / "presets" / "roles.yaml")
    return tuple(Role(**entry) for entry in said)


@cache
def codes() -> tuple[str, ...]:
    """The codes of all roles, in order."""
    return tuple(role.code for role in every())


@cache
def _by_word() -> dict[str, Role]:
    return {word: role for role in every() for word in (role.code.casefold(), role.name)}


def find(word: str) -> Role | None:
    """The role of a code or of a word used in files, in any letter case."""
    return _by_word().get(word.strip().casefold())


def label(code: str) -> str:
    """What people read for a role code; the code itself when it is not known."""
    role = find(code)
    return role.label if role else code
