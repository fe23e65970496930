"""What somebody asks the optimiser, and what each project brings to the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from portfolio.insights.rules.balance import capacities, values
from portfolio.insights.rules.balance.capacities import Need
from portfolio.insights.rules.entries import QUADRANTS, Entry
from portfolio.insights.rules.scenario.limits import Candidate

YEARS = values.YEARS
# Beyond it nothing that is promised is worth writing down.
MOST_YEARS = 10
# What is done with a project that was not chosen.
LEFT = ("hold", "stop")
# Over how long a project spends if nobody knows when it will be live (our choice).
USUAL_SPENDING = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Question:
    """The rules in force, as a form, an address or a program states them; shares in percent."""

    budget: float | None = None
    budgets: Mapping[str, float] = field(default_factory=dict)  # year -> amount
    people: float | None = None
    capacity: bool = True
    years: int = YEARS
    caution: float = 0.0
    most: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    unit_cap: float | None = None
    mandatory: bool = True
    links: bool = True
    starts: int | None = None
    left: str = "hold"

    def plain(self) -> dict[str, Any]:
        """As REST takes it and as a scenario keeps it; `of` reads it again."""
        return {
            "budget": self.budget,
            "budgets": dict(self.budgets),
            "people": self.people,
            "capacity": self.capacity,
            "years": self.years,
            "caution": self.caution,
            "most": dict(self.most),
            "least": dict(self.least),
            "unit_cap": self.unit_cap,
            "mandatory": self.mandatory,
            "links": self.links,
            "starts": self.starts,
            "left": self.left,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Question":
        """A question from its plain form; what it does not say is as usual."""
        known = cls().plain().keys()
        return cls(**{name: value for name, value in plain.items() if name in known})

    def address(self, **more: Any) -> str:
        """The same as a query string; `more` takes the place of what it names."""
        said: dict[str, Any] = {
            "budget": _short(self.budget),
            **{f"budget_{year}": _short(amount) for year, amount in self.budgets.items()},
            "people": _short(self.people),
            "capacity": "on" if self.capacity else "",
            "years": self.years,
            "caution": _short(self.caution) if self.caution else "",
            **{f"most_{code}": _short(self.most.get(code)) for code in QUADRANTS},
            **{f"least_{code}": _short(self.least.get(code)) for code in QUADRANTS},
            "unit_cap": _short(self.unit_cap),
            "mandatory": "on" if self.mandatory else "",
            "links": "on" if self.links else "",
            "starts": self.starts,
            "left": self.left,
        }
        said |= {name: _short(value) if isinstance(value, float) else value for name, value in more.items()}
        return urlencode({name: value for name, value in said.items() if value not in (None, "")})


def _short(number: float | None) -> str | None:
    return None if number is None else f"{number:.12g}"


def missing(entry: Entry) -> tuple[str, ...]:
    """What nobody has entered of a project, without which it cannot be weighed: never taken as zero."""
    facts = {"value": entry.value, "cost": entry.cost, "p": entry.p}
    return tuple(name for name, value in facts.items() if value is None)


def candidate(entry: Entry, needs: Iterable[Need], years: int, day: date) -> Candidate | None:
    """What a project brings and takes; None where something of it is not known."""
    gain = values.risk_adjusted(entry, years)
    if gain is None or entry.cost is None or entry.p is None or entry.value is None:
        return None
    needs = tuple(needs)
    return Candidate(
        key=entry.key,
        gain=gain,
        variance=entry.p * (1 - entry.p) * (entry.value * years) ** 2,
        cost=entry.cost,
        quadrant=entry.quadrant if entry.quadrant in QUADRANTS else "",
        unit=entry.top_unit,
        fte=entry.effort or 0.0,
        spend=_spend(entry, entry.cost, day),
        demand=_demand(entry, needs, day),
        starts_in=_quarter(entry, needs, day),
    )


def _spend(entry: Entry, cost: float, day: date) -> dict[str, float]:
    """The remaining cost by year, the same amount on every day until it is likely to be live."""
    known = (on for on in (entry.p50_on, entry.committed_on) if on is not None and on > day)
    until = next(known, day + USUAL_SPENDING)
    total, found, begins = (until - day).days, {}, day
    while begins < until:
        ends = min(until, date(begins.year + 1, 1, 1))
        found[str(begins.year)] = cost * (ends - begins).days / total
        begins = ends
    return found


def _demand(entry: Entry, needs: tuple[Need, ...], day: date) -> dict[tuple[str, str], float]:
    """Whom it needs by kind of work and month if it goes on: a held project counts as resumed."""
    if not needs:
        return {}
    found = capacities.of(needs, {}, [replace(entry, status="active")], day) or {"months": [], "rows": []}
    return {
        (row["name"], month): fte
        for row in found["rows"]
        for month, fte in zip(found["months"], row["demand"], strict=True)
        if fte
    }


def _quarter(entry: Entry, needs: tuple[Need, ...], day: date) -> str:
    """When a project that rests or waits would start: when it first needs somebody, or now."""
    if not entry.is_held and entry.quadrant != "intake":
        return ""
    begins = [need.begins for need in needs if need.begins is not None]
    on = max(day, min(begins, default=day))
    return f"{on.year} Q{(on.month + 2) // 3}"
