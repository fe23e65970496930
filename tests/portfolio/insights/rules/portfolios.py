"""Pictures of portfolios for the rules: made by hand, and the sample's projects as their file gives them."""

import csv
from datetime import date
from importlib import resources
from itertools import count

from portfolio.insights.rules.entries import Entry, Frame, Picture

DAY = date(2026, 11, 20)
TARGET = {"quick_win": 30, "big_bet": 25, "fill_in": 40, "reconsider": 5}
PITFALLS = ("P1", "P2", "P3", "P4", "P5")
USUAL = {"poc": (45, 90, 135)}
# Where a quadrant lies.
SCORES = {"quick_win": (20, 80), "big_bet": (70, 80), "fill_in": (20, 20), "reconsider": (70, 20)}
_numbers = count(1)


def entry(quadrant="fill_in", **fields):
    """A project under way."""
    number = next(_numbers)
    risk, impact = SCORES.get(quadrant, (None, None))
    fields = {"key": f"X-{number}", "name": f"Project {number}", "risk": risk, "impact": impact} | fields
    stage = fields.setdefault("standard", "idea" if quadrant == "intake" else "poc")
    return Entry(
        **{
            "id": number,
            "stage": stage,
            "stage_label": stage.title(),
            "quadrant": quadrant,
            "typical_days": USUAL.get(stage),
            **fields,
        }
    )


def entries(**counts):
    """So many projects of each quadrant."""
    return [entry(quadrant) for quadrant, number in counts.items() for _ in range(number)]


def picture(found, day=DAY, **settings):
    """A portfolio with these projects."""
    return Picture(Frame("p", "Portfolio", day, **{"target": TARGET, **settings}), tuple(found))


def sample():
    """The sample portfolio as its file gives it, with the results that the file expects."""
    path = resources.files("portfolio.register").joinpath("sample/projects.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return picture([_row(number, row) for number, row in enumerate(csv.DictReader(file), 1)])


def _row(number, row):
    fte = sum(float(row[f"fte_{role}"] or 0) for role in ("data_scientist", "data_engineer", "ml_engineer"))
    return Entry(
        id=number,
        key=row["code"],
        name=row["name"],
        top_unit=row["business_unit"],
        stage=row["stage"],
        stage_label=row["stage"],
        standard=row["stage"],
        days_in_stage=int(row["days_in_stage"]),
        status=row["status"],
        outcome="in_production" if row["stage"] == "production" else "open",
        quadrant=row["x_quadrant"],
        risk=float(row["x_risk"]),
        impact=float(row["x_impact"]),
        p=float(row["x_p_production"]),
        pitfalls={code: float(row[f"x_{code}"]) for code in PITFALLS if row[f"x_{code}"]},
        value=float(row["annual_value_eur"] or 0),
        effort=fte,
        cost=float(row["remaining_cost_keur"]) * 1000,
    )
