"""What stops projects: categories, severities, levels of escalation; what may be done with a blocker."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Any

from projects.rules import blockers_reading, roles, shipped_files
from projects.rules.blockers_reading import BlockersInvalid, Category, Level, Resolution, Severity
from projects.rules.facts import Obstacle

__all__ = ["BlockersInvalid", "Category", "Level", "Policy", "Resolution", "Severity", "parse", "shipped"]


@dataclass(frozen=True)
class Policy:
    """How blockers are sorted, how long they may last, and who hears of them."""

    version: int
    categories: tuple[Category, ...]
    severities: tuple[Severity, ...]  # from mild to grave
    levels: tuple[Level, ...]  # from the owner to the board
    resolutions: tuple[Resolution, ...]
    accept_critical: tuple[str, ...]
    reopen_days: int
    shared_from: int
    age_bands: tuple[int, ...]

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _severities(self) -> dict[str, Severity]:
        return {severity.code: severity for severity in self.severities}

    def category(self, code: str) -> Category:
        """The category with this code; KeyError when there is none."""
        return self._categories[code]

    def severity(self, code: str) -> Severity:
        """The severity with this code; KeyError when there is none."""
        return self._severities[code]

    def band(self, age_days: int) -> int:
        """Position of the band of age, from 0."""
        return sum(age_days > last for last in self.age_bands)

    @property
    def band_labels(self) -> tuple[str, ...]:
        """The bands of age in words: 0–14, 15–30, 61+."""
        starts = (0, *(last + 1 for last in self.age_bands))
        ends = (*(f"–{last}" for last in self.age_bands), "+")
        return tuple(f"{start}{end}" for start, end in zip(starts, ends, strict=True))


def parse(document: Mapping[str, Any]) -> Policy:
    """Read a document about blockers strictly; raises BlockersInvalid with every problem."""
    return Policy(**blockers_reading.read(document))


@cache
def shipped() -> Policy:
    """The policy that ships with the product."""
    return parse(shipped_files.read(resources.files("projects") / "presets" / "blockers.yaml"))


def sort_by(policy: Policy, category: str, raised_on: date) -> date | None:
    """Until when a blocker of this category has to be given another one; None when it may stay."""
    days = policy.category(category).sort_within_days
    return None if days is None else date.fromordinal(raised_on.toordinal() + days)


def is_shared(policy: Policy, projects: int) -> bool:
    """Whether a blocker of so many projects is one of the portfolio."""
    return projects >= policy.shared_from


def value_held_up(projects: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Expected value behind a blocker: (probability, annual value) of each project; None: none is known."""
    known = [p * value for p, value in projects if p is not None and value is not None]
    return sum(known) if known else None


def resolve_obstacles(
    policy: Policy,
    *,
    severity: str,
    resolution: str,
    raised_on: date,
    resolved_on: date,
    today: date,
    agreed: Iterable[str] = (),
) -> list[Obstacle]:
    """Everything that keeps a blocker from being resolved; `agreed` are the roles that accept it."""
    found = []
    codes = [kind.code for kind in policy.resolutions]
    if resolution not in codes:
        message = f"“{resolution[:40]}” is not a way to resolve a blocker."
        remedy = f"Choose one of {', '.join(codes)}."
        found.append(Obstacle("resolution_unknown", message, remedy, "resolution"))
    if resolved_on < raised_on:
        message = f"It was raised on {raised_on}, after that day."
        found.append(Obstacle("before_raised", message, "Give that day or a later one.", "resolved_on"))
    if resolved_on > today:
        remedy = "Give today or an earlier day."
        found.append(Obstacle("in_future", "That day has not come yet.", remedy, "resolved_on"))
    missing = [code for code in policy.accept_critical if code not in set(agreed)]
    if resolution == "accepted" and severity == "critical" and missing:
        names = " and ".join(roles.label(code).lower() for code in missing)
        message = f"A critical blocker is accepted by more than one; missing: {names}."
        found.append(Obstacle("acceptance_needed", message, "Ask them to agree.", "agreed"))
    return found


def set_back_obstacles(policy: Policy, *, level: int, to: int, held: Iterable[str]) -> list[Obstacle]:
    """Why somebody with these roles may not take a blocker down from its level."""
    if not 0 <= to < level:
        remedy = "Give a lower level." if level else "It is with its owner; there is nothing to do."
        return [Obstacle("not_lower", f"It is at level {level}.", remedy, "level")]
    wanted = policy.levels[level].roles
    if set(wanted) & set(held):
        return []
    names = " or ".join(roles.label(code).lower() for code in wanted)
    message = f"Only the level that holds a blocker gives it back: {names}."
    return [Obstacle("level_needed", message, "Ask them to give it back.", "level")]


def extend_obstacles(policy: Policy, *, held: Iterable[str]) -> list[Obstacle]:
    """Why somebody with these roles may not pause the clock or move a deadline to a later day."""
    wanted = {code for level in policy.levels[2:] for code in level.roles}
    if wanted & set(held):
        return []
    names = " or ".join(roles.label(code).lower() for code in sorted(wanted, reverse=True))
    message = f"A later deadline needs the {names}."
    return [Obstacle("level_needed", message, "Ask them to set it.", "due_on")]
