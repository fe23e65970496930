"""What only several cells of a row together can be asked: whether the values of a project fit each other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portfolio.register.imports.converting import REFUSED, Finding, Problem
from portfolio.register.imports.profiles import Profile
from projects.rules import impact


def impact_problems(
    row: int, profile: Profile, said: Mapping[str, Any], stays: Mapping[str, Any] | None = None
) -> list[Problem]:
    """Why a row is refused for what it says of the impact, beside what stays of its project."""
    values = {name: (stays or {}).get(name) for name in impact.FIELDS}
    values |= {name: said[name] for name in impact.FIELDS if name in said}
    read = {name: Decimal(value) if isinstance(value, str) else value for name, value in values.items()}
    found = []
    for obstacle in impact.obstacles(read):
        named = profile.fields.get(obstacle.field)
        column = named.columns[0] if named else obstacle.field
        finding = Finding(obstacle.code, obstacle.message, obstacle.remedy, REFUSED)
        value = values[obstacle.field]
        found.append(finding.at(row, column, "" if value is None else str(value)))
    return found
