"""Checklists of readiness: their items, what their points add up to, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from importlib import resources
from typing import Any

from projects.rules import shipped_files
from projects.rules.facts import Obstacle

Points = Mapping[str, Decimal]  # item -> points; an item that nobody filled in is absent


@dataclass(frozen=True, slots=True)
class Choice:
    """How many points an item can have, and what they mean."""

    value: Decimal
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; its code is unique in the checklist."""

    code: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The items of a checklist that are added up together."""

    code: str
    label: str
    items: tuple[Item, ...]
    most: int  # the points that can be had

    def total(self, points: Points) -> Decimal:
        """The points of this section; what nobody filled in counts 0."""
        return sum((points.get(item.code, Decimal(0)) for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Band:
    """A name for scores up to and including `most`; None: without end."""

    most: Decimal | None
    label: str


@dataclass(frozen=True)
class Checklist:
    """A list of items with points; `scoring` is the sum of all or the total of the weakest section."""

    code: str
    label: str
    meaning: str
    scoring: str  # sum, weakest
    bands: tuple[Band, ...]
    sections: tuple[Section, ...]
    choices: tuple[Choice, ...]  # the fewest points first
    dates: str = ""  # the day of the project that is set when every item has its points

    @cached_property
    def items(self) -> dict[str, Item]:
        """Code -> item, in the order of the list."""
        return {item.code: item for section in self.sections for item in section.items}

    @property
    def most(self) -> int:
        """The highest score that can be had."""
        sizes = [section.most for section in self.sections]
        return sum(sizes) if self.scoring == "sum" else min(sizes)

    def totals(self, points: Points) -> dict[str, Decimal]:
        """Section -> its points."""
        return {section.code: section.total(points) for section in self.sections}

    def unfilled(self, points: Points) -> tuple[Item, ...]:
        """The items that nobody has filled in."""
        return tuple(item for item in self.items.values() if item.code not in points)

    def score(self, points: Points) -> Decimal | None:
        """The sum, or the total of the weakest section; None where nobody has filled in anything."""
        if len(self.unfilled(points)) == len(self.items):
            return None
        totals = self.totals(points).values()
        return sum(totals, Decimal(0)) if self.scoring == "sum" else min(totals)

    def weakest(self, points: Points) -> Section:
        """The section with the fewest points, the first of several."""
        return min(self.sections, key=lambda section: section.total(points))

    def band(self, score: Decimal) -> str:
        """The name of a score; empty where this checklist has no names."""
        return next((b.label for b in self.bands if b.most is None or score <= b.most), "")


@cache
def shipped() -> dict[str, Checklist]:
    """Code -> checklist that ships with the product."""
    return {each["code"]: _checklist(each) for each in _document()["checklists"]}


def read(given: object) -> dict[str, dict[str, Decimal]]:
    """What a project has stored, as numbers; what is no known item or number of points is left out."""
    found: dict[str, dict[str, Decimal]] = {}
    for code, checklist in shipped().items():
        stored = given.get(code) if isinstance(given, Mapping) else None
        for item in checklist.items:
            value = points(stored.get(item), checklist) if isinstance(stored, Mapping) else None
            if value is not None:
                found.setdefault(code, {})[item] = value
    return found


def points(value: object, checklist: Checklist) -> Decimal | None:
    """Points of a list as a number, however they were written (`1`, `"0.5"`, `"0,5"`); None: none of its."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return None
    # A signalling NaN refuses to be compared.
    return next((c.value for c in checklist.choices if number.is_finite() and c.value == number), None)


def obstacles(code: str, given: Mapping[str, object]) -> list[Obstacle]:
    """Everything that keeps these points from being stored; None takes the points of an item away."""
    checklist = shipped().get(code)
    if checklist is None:
        remedy = f"Use one of {', '.join(shipped())}."
        return [Obstacle("checklist_unknown", f"There is no checklist “{code[:40]}”.", remedy, "checklists")]
    found = []
    for item, value in given.items():
        field = f"checklist.{code}.{item[:12]}"
        if item not in checklist.items:
            message = f"“{item[:12]}” is no item of the list “{checklist.label}”."
            remedy = f"Use {next(iter(checklist.items))} to {list(checklist.items)[-1]}."
            found.append(Obstacle("item_unknown", message, remedy, field))
        elif value is not None and points(value, checklist) is None:
            message = f"“{str(value)[:12]}” is not a number of points for {item}."
            *others, last = (str(choice.value) for choice in checklist.choices)
            remedy = f"Give {', '.join(others)} or {last}."
            found.append(Obstacle("points_unknown", message, remedy, field))
    return found


@cache
def _document() -> dict[str, Any]:
    path = resources.files("projects") / "presets" / "checklists.yaml"
    document: dict[str, Any] = shipped_files.read(path)
    return document


def _checklist(each: dict[str, Any]) -> Checklist:
    given = each.get("points", _document()["points"])
    choices = tuple(Choice(Decimal(c["value"]), c["label"], c["meaning"]) for c in given)
    return Checklist(
        code=each["code"],
        label=each["label"],
        meaning=each["meaning"],
        scoring=each["score"],
        bands=tuple(
            Band(None if band["most"] is None else Decimal(band["most"]), band["label"])
            for band in each["bands"]
        ),
        sections=tuple(_section(part, choices) for part in each["sections"]),
        choices=choices,
        dates=each.get("dates", ""),
    )


def _section(part: dict[str, Any], choices: tuple[Choice, ...]) -> Section:
    items = tuple(Item(**item) for item in part["items"])
    return Section(part["code"], part["label"], items, int(len(items) * choices[-1].value))
