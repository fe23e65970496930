"""A portfolio of 24 projects in numbers, for drawings that need no database."""

from dataclasses import replace
from datetime import date

from portfolio.insights.charts.spots import Load, Scene, Spot, fields
from portfolio.insights.rules.entries import Frame

_ROWS = [
    ("Search ranking refresh", "on_track", 34, 82, 4.0, ((52, 80), (41, 82)), 5),
    ("Basket recommendations", "at_risk", 57, 78, 4.5, ((40, 66), (46, 71), (52, 77)), 9),
    ("Markdown pricing", "at_risk", 71, 90, 6.0, ((64, 84), (68, 89)), 7),
    ("Product attribute tagging", "on_track", 18, 53, 1.0, (), 0),
    ("Review summaries", "on_track", 29, 31, 1.5, (), 3),
    ("Visual search", "unknown", 76, 38, 0.5, ((70, 45), (73, 41)), 24),
    ("Store demand forecast", "on_track", 22, 88, 3.0, (), 0),
    ("Delivery time promise", "at_risk", 44, 74, 3.5, ((36, 70), (40, 73)), 3),
    ("Warehouse slotting", "off_track", 55, 61, 2.5, ((47, 64), (50, 62)), 11),
    ("Supplier lead-time risk", "on_track", 63, 66, 1.0, (), 15),
    ("Returns routing", "on_track", 38, 58, 2.0, (), 7),
    ("Pallet damage detection", "off_track", 67, 34, 2.0, ((56, 46), (62, 40)), 11),
    ("Contact reason routing", "on_track", 15, 64, 1.5, (), 0),
    ("Agent reply drafts", "on_track", 61, 84, 5.0, ((72, 74), (66, 80)), 5),
    ("Churn early warning", "off_track", 74, 55, 3.0, ((57, 68), (66, 61)), 15),
    ("Call quality scoring", "on_track", 45, 28, 0.5, (), 15),
    ("Voice assistant", "unknown", 86, 72, 0.5, (), 24),
    ("Invoice matching", "on_track", 12, 42, 1.0, (), 0),
    ("Payment fraud scoring", "on_track", 46, 93, 4.0, ((58, 92), (51, 93)), 3),
    ("Cash-flow forecast", "on_track", 32, 44, 1.5, (), 7),
    ("Credit limit review", "off_track", 82, 60, 2.5, ((69, 62), (76, 61)), 19),
    ("Shift planning", "at_risk", 41, 69, 2.5, (), 5),
    ("Shelf gap detection", "on_track", 69, 77, 4.0, ((75, 74),), 7),
    ("Queue length alerts", "on_track", 26, 22, 0.5, (), 15),
]
TARGET = {"quick_win": 0.45, "big_bet": 0.35, "fill_in": 0.15, "reconsider": 0.05}
PLACES = {(False, True): "quick_win", (True, True): "big_bet", (False, False): "fill_in"}
SIGHTS = [
    Spot(
        key=f"P-{number}",
        name=name,
        x=x,
        y=y,
        amount=amount,
        health=health,
        quadrant=PLACES.get((x >= 50, y >= 50), "reconsider"),
        has_gap=name in ("Warehouse slotting", "Call quality scoring"),
        unknown=unknown,
        trail=trail,
        words=name,
        number=number,
    )
    for number, (name, health, x, y, amount, trail, unknown) in enumerate(_ROWS, 1)
]


def frame(**changed):
    """The settings of a portfolio, as they ship."""
    return Frame("sights", "Sights", date(2026, 11, 20), **changed)


def scene(sights, *, selected="", with_unknowns=False):
    """A scene of these, with its quadrants counted."""
    chosen = tuple(replace(each, is_selected=True) if each.key == selected else each for each in sights)
    codes = {code: [each for each in chosen if each.quadrant == code] for code in TARGET}
    amounts = {code: sum(each.amount or 0 for each in found) for code, found in codes.items()}
    counts = {code: len(found) for code, found in codes.items()}
    return Scene(
        title="Risk and impact",
        words="In words.",
        spots=chosen,
        fields=fields(counts, amounts, TARGET),
        load=Load(0.54, 0.45, 50),
        with_unknowns=with_unknowns,
    )
