"""The matrix counted in SQL: what lies in each quadrant, and a crowd in the cells of a lattice."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Ln, NullIf

from portfolio.insights.rules.entries import QUADRANTS
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, VALUE
from projects.models import Health, Outcome
from projects.queries.exchange import Rates

# The lattice of cells, as parts of the range that an axis shows: columns, and every second row.
COLUMN, ROW = 0.06, 0.154
IS_LIVE = ~Q(outcome=Outcome.OPEN) | Q(standard_stage="production")
IS_PLACED = Q(quadrant__in=QUADRANTS)
IN_SCOPE = IS_PLACED & ~IS_LIVE
STANDS_OUT = Q(has_critical_gap=True) | Q(health=Health.OFF_TRACK)
Rows = QuerySet[Any, Any]
# Two rectangular lattices, one in the middles of the other, make one of hexagons: the nearer point wins. What
# a row has on an axis is worked out once (it may come out of JSON), so the spots are written down first.
CELLS = """
WITH spots (u, v, amount) AS MATERIALIZED ({spots}),
near AS (
    SELECT amount, floor(u + 0.5) AS i, floor(v + 0.5) AS j, floor(u) + 0.5 AS k, floor(v) + 0.5 AS l, u, v
    FROM spots WHERE u IS NOT NULL AND v IS NOT NULL
),
nearest AS (
    SELECT amount, i, j, k, l,
        (u - i) * (u - i) + 3 * (v - j) * (v - j) <= (u - k) * (u - k) + 3 * (v - l) * (v - l) AS is_even
    FROM near
)
SELECT CASE WHEN is_even THEN i ELSE k END, CASE WHEN is_even THEN j ELSE l END, COUNT(*), {median}
FROM nearest GROUP BY 1, 2
"""
# SQLite, which knows no median, hands the values over.
MEDIANS = {
    "postgresql": "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)",
    "sqlite": "group_concat(amount, ' ')",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What lies where, of all that the filters let through; amounts by what an area can show."""

    counts: Mapping[str, int]  # by quadrant, of projects in scope
    known: Mapping[str, int]  # how many of them say an amount
    amounts: Mapping[str, Mapping[str, float]]  # of what, by quadrant
    high: Mapping[str, float]  # of what, at or above the load line
    live: int
    beside: Mapping[str, int]  # without a place: intake, unassessed, "" for not scored yet
    least_value: float | None = None
    most_value: float | None = None

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def size(self, asked: str) -> str:
        """What areas and shares are by: what was asked for, else the first that every project knows."""
        if asked:
            return asked
        return next(size for size in ("effort", "cost", "equal") if self.known[size] == self.n)

    def load(self, size: str) -> float | None:
        """The share at or above the load line."""
        total = sum(self.amounts[size].values())
        return self.high[size] / total if total else None


@dataclass(frozen=True, slots=True)
class Counted:
    """One cell: its middle, as parts of both ranges, how many projects, and the median of their amounts."""

    across: float
    up: float
    count: int
    median: float | None


def reading(code: str, *, is_past: bool) -> Any:
    """What a row has on an axis, in SQL; money by its logarithm."""
    if code in (RISK, IMPACT):
        return F(code)
    if code == PROBABILITY:
        return _float(100 * F("p_production"))
    if code == VALUE:
        # By the natural logarithm: PostgreSQL's to another base is of decimals, which are slow.
        power = Ln(F("annual_value")) / Value(log(10))
        return Case(When(annual_value__gt=0, then=power), output_field=FloatField())
    scores = F("pitfalls") if is_past else KeyTransform("pitfalls", F("assessment__result"))
    # SQLite reads the null of a pitfall that is left out as a word.
    return Cast(NullIf(KeyTextTransform(code, scores), Value("null")), FloatField())


def cost(rates: Rates | None) -> Any:
    """The remaining cost in the portfolio's currency; past days are stored in it (no rates)."""
    amount = Cast("remaining_cost", FloatField())
    if rates is None:
        return amount
    others = [
        When(cost_currency=currency, then=_float(amount * Value(float(rate))))
        for currency, rate in rates.by_currency.items()
        if currency != rates.home
    ]
    return Case(When(cost_currency__in=["", rates.home], then=amount), *others, output_field=FloatField())


def amounts(rates: Rates | None) -> dict[str, Any]:
    """What an area can show, in SQL."""
    return {
        "effort": Cast("capacity_fte", FloatField()),
        "cost": cost(rates),
        "value": F("annual_value"),
        "equal": Value(1.0, output_field=FloatField()),
    }


def totals(rows: Rows, line: float, rates: Rates | None) -> Totals:
    """Everything that the quadrants say, in one query."""
    what = amounts(rates)
    is_high = Q(risk__gte=line)
    worth = Q(annual_value__gt=0)
    columns: dict[str, Any] = {
        "n": Count("pk"),
        "least": Min("annual_value", filter=worth),
        "most": Max("annual_value", filter=worth),
    }
    for name, amount in what.items():
        columns |= {f"{name}_known": Count(amount), f"{name}_sum": Sum(amount)}
        columns[f"{name}_high"] = Sum(amount, filter=is_high)
    grouped = rows.order_by().annotate(is_live=Case(When(IS_LIVE, then=Value(1)), default=Value(0)))
    found = list(grouped.values("quadrant", "is_live").annotate(**columns))
    placed = [row for row in found if row["quadrant"] in QUADRANTS and not row["is_live"]]
    return Totals(
        counts={row["quadrant"]: row["n"] for row in placed},
        known={name: sum(row[f"{name}_known"] for row in placed) for name in what},
        amounts={name: {row["quadrant"]: row[f"{name}_sum"] or 0.0 for row in placed} for name in what},
        high={name: sum(row[f"{name}_high"] or 0.0 for row in placed) for name in what},
        live=sum(row["n"] for row in found if row["is_live"] and row["quadrant"] in QUADRANTS),
        beside=_beside(found),
        least_value=min((row["least"] for row in placed if row["least"]), default=None),
        most_value=max((row["most"] for row in placed if row["most"]), default=None),
    )


def _beside(found: list[dict[str, Any]]) -> dict[str, int]:
    return {
        row["quadrant"]: row["n"] for row in found if row["quadrant"] not in QUADRANTS and not row["is_live"]
    }


def cells(
    rows: Rows, across: Any, up: Any, ranges: tuple[tuple[float, float], tuple[float, float]], amount: Any
) -> list[Counted]:
    """How many rows lie in each cell of the lattice over these ranges, in one grouped query."""
    (left, right), (low, high) = ranges
    u = _float((across - Value(left)) / Value((right - left) * COLUMN))
    v = _float((up - Value(low)) / Value((high - low) * ROW))
    spots = rows.order_by().annotate(u=u, v=v, amount_of=amount)
    inner, params = spots.values_list("u", "v", "amount_of").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(spots=inner, median=MEDIANS[connection.vendor]), params)
        found = cursor.fetchall()
    return [
        Counted(column * COLUMN, row * ROW, count, _median(middle)) for column, row, count, middle in found
    ]


def _median(value: Any) -> float | None:
    if isinstance(value, str):
        return median(float(each) for each in value.split())
    return None if value is None else float(value)


def _float(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=FloatField())
