"""One cell becomes one value, or a problem that names the cell and the fix."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolio.register.imports import input_cells, judgement_cells, people_cells, watch_cells
from portfolio.register.imports.findings import CHANGED, NOTED, REFUSED, Finding, Problem, cleaned
from portfolio.register.imports.profiles import TARGETS, Field
from projects.rules.names import fold

__all__ = ["CHANGED", "NOTED", "REFUSED", "Finding", "Problem", "cleaned", "convert", "precision_of"]

# Excel counts days from here; it shows the bare number 2023 in a date column as day 2023: 15 July 1905.
SPREADSHEET_EPOCH = dt.date(1899, 12, 30)
YEARS_SHOWN_AS_DAYS = range(1990, 2050)
# No machine-learning initiative began before 1950 or is planned after 2100.
PLAUSIBLE_YEARS = range(1950, 2101)
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


def convert(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    """The value of a cell for a field, with what had to be changed or left out."""
    if field.kind in ("line", "date", "number") and fold(cell) in field.words:
        cell = str(field.words[fold(cell)] or "")
    return _KINDS[field.kind](cell, field, empty_words)


def _text(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    return cleaned(cell)


def _line(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    """A text on one line, within the length of its field."""
    text, findings = cleaned(cell)
    line = " ".join(text.split())
    if line != text:
        findings.append(
            Finding("spaces_joined", "Line breaks and repeated spaces were joined.", severity=CHANGED)
        )
    if len(line) <= field.longest:
        return line, findings
    if len(line) <= field.shorten_up_to:
        short = line[: field.longest - 1].rsplit(" ", 1)[0].rstrip() + "…"
        reason = f"Has {len(line):,} characters, {field.longest} fit: shortened. The source keeps the whole."
        return short, [*findings, Finding("shortened", reason, "Give it a shorter name.", CHANGED)]
    reason = f"Has {len(line):,} characters; {field.longest} fit."
    return None, [
        *findings,
        Finding("too_long", reason, f"Shorten it to {field.longest} characters.", REFUSED),
    ]


def _date(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    """A day, a month or a year as 2023-05-17, 2023-05 or 2023."""
    text = cell.strip()
    if not text:
        return None, []
    for pattern in field.formats:
        try:
            found = dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a date has no zone
        except ValueError:
            continue
        return _plausible(found, pattern, whole_day=not field.target.startswith("entered."))
    if fold(text) in empty_words:
        return None, [Finding("no_date", "Says that there is no date; left empty.")]
    return None, [
        Finding("not_a_date", "Is not a date; left empty.", "Write it as year-month-day, or leave it empty.")
    ]


def _plausible(found: dt.date, pattern: str, *, whole_day: bool) -> tuple[Any, list[Finding]]:
    days = (found - SPREADSHEET_EPOCH).days
    if found.year == 1905 and days in YEARS_SHOWN_AS_DAYS:
        reason = f"The year {days} shown by a spreadsheet as a day in 1905; read as the year."
        found, precision = dt.date(days, 1, 1), "%Y"
        findings = [Finding("year_as_day", reason, severity=CHANGED)]
    else:
        precision, findings = precision_of(pattern), []
    if found.year not in PLAUSIBLE_YEARS:
        reason = f"The year {found.year} cannot be right; left empty."
        return None, [Finding("implausible_date", reason, "Write a year from 1950 to 2100.")]
    if whole_day and precision != "%Y-%m-%d":
        return None, [
            *findings,
            Finding("needs_a_day", "Names no day; left empty.", "Write it as year-month-day."),
        ]
    return found.strftime(precision), findings


def precision_of(pattern: str) -> str:
    """How much of a date a format knows, as the format in which the value is kept."""
    if any(part in pattern for part in ("%d", "%j", "%x", "%c")):
        return "%Y-%m-%d"
    return "%Y-%m" if any(part in pattern for part in ("%m", "%b", "%B")) else "%Y"


def _yes_no(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    word = fold(cell)
    if word in field.words:
        return field.words[word], []
    if not word or word in empty_words:
        return None, []
    if word in YES or word in NO:
        return word in YES, []
    return None, [Finding("not_yes_or_no", "Is neither yes nor no; left as not known.", "Write yes or no.")]


def _choice(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    word = fold(cell)
    if word in field.words:
        return field.words[word] or "", []
    if not word or word in empty_words:
        return "", []
    if not field.words and word in TARGETS[field.target].choices:
        return word, []
    return "", [
        Finding("word_unknown", "The profile does not know this word; left empty.", "Add it to the profile.")
    ]


def _number(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    text = cell.strip()
    if not text or fold(text) in empty_words:
        return None, []
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    # 20 digits of which 6 after the point is what the column holds.
    if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
        return None, [
            Finding("not_a_number", "Is not a number; left empty.", "Write digits with a point: 1234.5.")
        ]
    return format(number.quantize(Decimal("0.000001")).normalize(), "f"), []


_KINDS: dict[str, Callable[[str, Field, frozenset[str]], tuple[Any, list[Finding]]]] = {
    "text": _text,
    "line": _line,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "number": _number,
    **judgement_cells.KINDS,
    **input_cells.KINDS,
    **people_cells.KINDS,
    **watch_cells.KINDS,
}
