"""The parts of the policy on blockers, and reading them strictly with every problem at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from projects.rules import roles
from projects.rules.documents import Problem, Reader, unique
from projects.rules.risks import SEVERITIES
from projects.rules.scorecards_reading import PITFALLS

MOST_CATEGORIES, MOST_RESOLUTIONS, MOST_BANDS = 40, 10, 10
MOST_DAYS = 3650
LEVELS = 4
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE_SHAPE = "Use up to 40 small letters, digits and _, beginning with a letter."
KEYS = (
    *("version", "categories", "severities", "levels", "resolutions"),
    *("accept_critical", "reopen_days", "shared_from", "age_bands"),
)


class BlockersInvalid(ValueError):
    """A document is no policy on blockers; `problems` holds every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path or 'blockers'}: {p.message}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class Category:
    """What kind of thing stops a project, the pitfall it adds to, and the role that usually owns it."""

    code: str
    label: str
    pitfall: str
    owner: str
    examples: str = ""
    sort_within_days: int | None = None  # until then it needs another category


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave a blocker is, and its days counted from the day it was raised."""

    code: str
    label: str
    meaning: str
    respond_days: int
    sla_days: int
    step_days: tuple[int, ...]  # when it reaches level 1, 2, 3


@dataclass(frozen=True, slots=True)
class Level:
    """Who hears of a blocker that has come this far."""

    label: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """One way in which a blocker ends."""

    code: str
    label: str


class Parts(TypedDict):
    """What a policy on blockers is made of."""

    version: int
    categories: tuple[Category, ...]
    severities: tuple[Severity, ...]
    levels: tuple[Level, ...]
    resolutions: tuple[Resolution, ...]
    accept_critical: tuple[str, ...]
    reopen_days: int
    shared_from: int
    age_bands: tuple[int, ...]


def read(document: Mapping[str, Any]) -> Parts:
    """The parts of a policy on blockers; raises BlockersInvalid with every problem."""
    problems: list[Problem] = []
    root = Reader(document, "", problems)
    if not root.keys(required=KEYS) or problems:
        raise BlockersInvalid(problems)
    parts = Parts(
        version=root.at("version").number(least=1, most=1_000_000),
        categories=_categories(root.at("categories")),
        severities=_severities(root.at("severities")),
        levels=_levels(root.at("levels")),
        resolutions=_resolutions(root.at("resolutions")),
        accept_critical=_roles(root.at("accept_critical")),
        reopen_days=root.at("reopen_days").number(least=0, most=MOST_DAYS),
        shared_from=root.at("shared_from").number(least=2, most=1000),
        age_bands=_rising(root.at("age_bands"), most=MOST_BANDS),
    )
    if problems:
        raise BlockersInvalid(problems)
    return parts


def _categories(reader: Reader) -> tuple[Category, ...]:
    required = ("code", "label", "pitfall", "owner")
    optional = ("examples", "sort_within_days")
    listed = reader.items(least=1, most=MOST_CATEGORIES)
    members = [m for m in listed if m.keys(required=required, optional=optional)]
    categories = [
        Category(
            code=m.at("code").text(most=40, pattern=CODE, shape=CODE_SHAPE),
            label=m.at("label").text(most=60),
            pitfall=m.at("pitfall").choice(PITFALLS),
            owner=m.at("owner").choice(roles.codes()),
            examples=m.at("examples").text(most=200, may_be_empty=True) if m.has("examples") else "",
            sort_within_days=_optional(m, "sort_within_days"),
        )
        for m in members
    ]
    unique(members, [category.code for category in categories], "category")
    return tuple(categories)


def _severities(reader: Reader) -> tuple[Severity, ...]:
    names = ("code", "label", "meaning", "respond_days", "sla_days", "step_days")
    members = [m for m in reader.items(least=4, most=4) if m.keys(required=names)]
    severities = tuple(
        Severity(
            code=m.at("code").choice(SEVERITIES),
            label=m.at("label").text(most=40),
            meaning=m.at("meaning").text(most=120),
            respond_days=m.at("respond_days").number(least=0, most=MOST_DAYS),
            sla_days=m.at("sla_days").number(least=1, most=MOST_DAYS),
            step_days=_rising(m.at("step_days"), most=LEVELS - 1),
        )
        for m in members
    )
    if tuple(severity.code for severity in severities) != SEVERITIES:
        reader.wrong("These are not the four severities.", f"Give {', '.join(SEVERITIES)} in this order.")
    return severities


def _levels(reader: Reader) -> tuple[Level, ...]:
    members = [m for m in reader.items(least=LEVELS, most=LEVELS) if m.keys(required=("label", "roles"))]
    return tuple(Level(m.at("label").text(most=60), _roles(m.at("roles"))) for m in members)


def _resolutions(reader: Reader) -> tuple[Resolution, ...]:
    listed = reader.items(least=1, most=MOST_RESOLUTIONS)
    members = [m for m in listed if m.keys(required=("code", "label"))]
    kinds = [
        Resolution(
            m.at("code").text(most=40, pattern=CODE, shape=CODE_SHAPE),
            m.at("label").text(most=60),
        )
        for m in members
    ]
    unique(members, [kind.code for kind in kinds], "resolution")
    return tuple(kinds)


def _roles(reader: Reader) -> tuple[str, ...]:
    members = list(reader.items(most=len(roles.codes())))
    codes = [member.choice(roles.codes()) for member in members]
    unique(members, codes, "role")
    return tuple(codes)


def _rising(reader: Reader, *, most: int) -> tuple[int, ...]:
    days = tuple(member.number(least=0, most=MOST_DAYS) for member in reader.items(least=1, most=most))
    if list(days) != sorted(set(days)):
        reader.wrong("The days do not rise.", "Write them from few to many.")
    return days


def _optional(reader: Reader, key: str) -> int | None:
    return reader.at(key).number(least=1, most=MOST_DAYS) if reader.has(key) else None
