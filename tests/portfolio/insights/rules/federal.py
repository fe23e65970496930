"""The US federal inventory of 2024 as stays: how long from initiation to implementation, by stated rules."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from projects.rules.survivals import Stay

FILE = Path(__file__).resolve().parents[5] / "shared" / "data" / "us_federal_ai_inventory_2024_v2.csv"
CUT_OFF = date(2024, 12, 16)
FIRST_YEAR = 1990  # a bare year was read as a day of 1905 by the spreadsheet it came from
LIVE = {"Operation and Maintenance", "In production", "In mission"}
STAGE, INITIATED = "Stage of Development", "Date Initiated"
IMPLEMENTED, RETIRED = "Date Implemented", "Date Retired"


def rows(path: Path = FILE) -> Iterator[Mapping[str, str]]:
    """The rows of the file, which is in Windows-1252."""
    with path.open(encoding="cp1252", newline="") as file:
        yield from csv.DictReader(file)


def stays(read: Iterable[Mapping[str, str]]) -> list[Stay]:
    """One stay for each row that the rules can use."""
    return [found for row in read if (found := stay(row))]


def stay(row: Mapping[str, str]) -> Stay | None:
    """From initiation on: implemented, stopped or still going on; None where the dates say nothing."""
    initiated, implemented, retired = (_day(row[name]) for name in (INITIATED, IMPLEMENTED, RETIRED))
    if initiated is None or initiated > CUT_OFF:
        return None
    if implemented and initiated <= implemented <= CUT_OFF:
        return Stay((implemented - initiated).days, "advance")
    if row[STAGE].strip() == "Retired" or (retired and retired <= CUT_OFF):
        usable = retired and initiated <= retired <= CUT_OFF
        return Stay((retired - initiated).days, "stop") if retired and usable else None
    if (implemented and implemented < initiated) or row[STAGE].strip() in LIVE:
        return None
    return Stay((CUT_OFF - initiated).days)


def _day(text: str) -> date | None:
    """A day written as m/d/yyyy, of 1990 or later; nothing else is taken."""
    parts = text.strip().split("/")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or len(parts[2]) != 4:
        return None
    month, day, year = (int(part) for part in parts)
    try:
        return date(year, month, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None
