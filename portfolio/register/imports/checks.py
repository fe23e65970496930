"""What cells of a row can be asked only together, or on a day: whether the values of a project hold."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.register.imports.findings import NOTED, REFUSED, Finding, Problem
from portfolio.register.imports.profiles import Profile
from projects.rules import economics, gate_inputs, impact, tiers, watch
from projects.rules.facts import Obstacle

Values = Mapping[str, Any]


class Checks:
    """What rows of one file are asked on a day, by the profile that names their columns."""

    def __init__(self, profile: Profile, today: date) -> None:
        self.profile, self.today = profile, today

    def refusals(self, row: int, said: Values, stays: Values) -> list[Problem]:
        """Why a row is refused for what it says, beside what stays of its project."""
        found: list[Obstacle] = []
        if any(name in said for name in impact.FIELDS):
            found += impact.obstacles({name: _amount(_value(name, said, stays)) for name in impact.FIELDS})
        found += _economics(said, stays)
        seen = {**gate_inputs.SEEN, **watch.SEEN}
        days = {name: date.fromisoformat(said[name]) for name in seen if said.get(name)}
        found += gate_inputs.obstacles(days, self.today)
        found += watch.obstacles(days, self.today)
        return [self._problem(row, each, _value(each.field, said, stays), REFUSED) for each in found]

    def remarks(self, row: int, said: Values, stays: Values) -> list[Problem]:
        """What is kept as a source reports it, and worth a look: a tier below the rule."""
        if not any(name in said for name in ("tier", *tiers.COLUMNS)):
            return []
        values = {name: _value(name, said, stays) for name in ("tier", *tiers.COLUMNS)}
        state = tiers.state(values | {name: _amount(values[name]) for name in tiers.VALUES})
        if not state.is_below:
            return []
        why = " ".join(sentence for _code, sentence in state.reasons)
        message = f"By the rule it is in the {state.by_rule} tier; kept as reported. {why}"
        remedy = "Raise the tier by hand if the source is wrong."
        return [self._problem(row, Obstacle("tier_below_rule", message, remedy, "tier"), state.chosen, NOTED)]

    def _problem(self, row: int, obstacle: Obstacle, value: Any, severity: str) -> Problem:
        named = self.profile.fields.get(obstacle.field)
        column = named.columns[0] if named else obstacle.field
        finding = Finding(obstacle.code, obstacle.message, obstacle.remedy, severity)
        return finding.at(row, column, "" if value is None else str(value))


def _economics(said: Values, stays: Values) -> list[Obstacle]:
    names = (*economics.FIELDS, *economics.BESIDE)
    if not any(name in said for name in names):
        return []
    values = {name: _value(name, said, stays) for name in names}
    typed = {name: _amount(values[name]) for name in (*economics.COSTS, "metric_realised")}
    return economics.obstacles(values | typed | economics.implied(said))


def _value(name: str, said: Values, stays: Values) -> Any:
    return said[name] if name in said else stays.get(name)


def _amount(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and value else value
