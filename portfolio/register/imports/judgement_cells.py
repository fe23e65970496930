"""Cells that scores are made of: letters and their age, blockers, money, points, a metric in one cell."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolio.register.imports.findings import NOTED, REFUSED, Finding, cleaned
from portfolio.register.imports.profiles import Field
from projects.rules import answers, blockers
from projects.rules.impact import MOST_POINTS
from projects.rules.names import fold

Converted = tuple[Any, list[Finding]]
# The oldest thing that a file can speak of: a century.
MOST_DAYS = 36_500
# The amounts that the columns hold: 16 digits, 2 of them after the point.
MOST_MONEY = Decimal(10) ** 14
# The digits after the point that a metric's columns hold.
SMALLEST = Decimal("0.000001")
MOST_BLOCKERS = 50
POLICY = blockers.shipped()
# "Median cycle time 9.4 -> 6.0 days": each part is bounded, so that no cell takes long.
METRIC = re.compile(r"(.{1,200}?) (-?[0-9.]{1,20}) ?(?:->|→) ?(-?[0-9.]{1,20})(?: (.{1,40}))?")
SHAPE = "severity:category:age in days, and if known :overdue:owner, each 0 or 1"


def letters(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A column of letters; nothing but U is nobody's answer."""
    text, findings = cleaned(cell)
    said = "" if fold(text) in empty_words else text.upper()
    return (said if said.strip("U") else ""), findings


def letter(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """One answer, by the words of the profile or as its letter."""
    word = fold(cell)
    said = field.words[word] or "" if word in field.words else cell.strip().upper()
    if not word or said in ("", "U") or (said not in answers.CODES and word in empty_words):
        return "", []
    if said in answers.CODES:
        return said, []
    remedy = f"Add it to the profile as one of {', '.join(answers.CODES)}."
    return "", [Finding("word_unknown", "The profile does not know this word; left as not known.", remedy)]


def days(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A number of days that have passed; what is wrong is refused: without it answers would look fresh."""
    text = cell.strip()
    if not text or fold(text) in empty_words:
        return None, []
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= MOST_DAYS:
        return int(text), []
    remedy = f"Write a whole number from 0 to {MOST_DAYS:,}."
    return None, [Finding("not_days", "Is not a number of days.", remedy, REFUSED)]


def amount(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """An amount of money, which is never negative."""
    found = _number(cell, empty_words)
    if found is None:
        return None, []
    remedy = "Write digits with a point, without a currency: 1250000."
    if not found.is_finite() or abs(found) >= MOST_MONEY or abs(found * field.times) >= MOST_MONEY:
        return None, [Finding("not_an_amount", "Is not an amount; left empty.", remedy)]
    if found < 0:
        return None, [Finding("negative_money", "A value cannot be negative.", "Write 0 or more.", REFUSED)]
    found *= field.times
    return format(found.quantize(Decimal("0.01")).normalize(), "f"), []


def points(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """Points from 0 to 4."""
    found = _number(cell, empty_words)
    if found is None:
        return None, []
    if found in range(MOST_POINTS + 1):
        return int(found), []
    remedy = f"Write a whole number from 0 to {MOST_POINTS}."
    return None, [Finding("points_range", f"Is not between 0 and {MOST_POINTS}.", remedy, REFUSED)]


def metric(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A business metric in one cell, as the fields that it becomes."""
    text, findings = cleaned(cell)
    if not text or fold(text) in empty_words:
        return {}, findings
    if found := METRIC.fullmatch(" ".join(text.split())):
        name, baseline, target, unit = found.groups()
        values = [_number(said) for said in (baseline, target)]
        if all(value is not None and value.is_finite() and abs(value) < MOST_MONEY for value in values):
            before, after = (value.quantize(SMALLEST).normalize() for value in values if value is not None)
            return {
                "metric_name": name,
                "metric_unit": unit or "",
                "metric_baseline": format(before, "f"),
                "metric_target": format(after, "f"),
                "metric_direction": "up" if after > before else "down",
            }, findings
    remedy = "Write it as: name, today's value -> target, unit; such as Cycle time 9.4 -> 6.0 days."
    return {}, [*findings, Finding("metric_unclear", "Is no metric with two values; left empty.", remedy)]


def standing(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """Open blockers with semicolons between them, each severity:category:age:overdue:owner."""
    text = cell.strip()
    if not text or fold(text) in empty_words:
        return "", []
    entries = [entry.strip() for entry in text.split(";") if entry.strip()]
    if len(entries) > MOST_BLOCKERS:
        reason = f"These are {len(entries)} blockers of one project."
        return "", [Finding("too_many", reason, f"Name at most {MOST_BLOCKERS}.", REFUSED)]
    read = [_blocker(entry) for entry in entries]
    findings = [finding for _entry, found in read for finding in found]
    return ";".join(entry for entry, _found in read if entry), findings


def _blocker(entry: str) -> tuple[str, list[Finding]]:
    parts = [fold(part) for part in entry.split(":")]
    shown = f"“{entry[:80]}”"
    if not 3 <= len(parts) <= 5:
        return "", [Finding("blocker_unclear", f"{shown} is no blocker.", f"Write {SHAPE}.", REFUSED)]
    severity, category, age, overdue, owner = [*parts, "", ""][:5]
    findings = [
        *_one_of(severity, [one.code for one in POLICY.severities], "severity"),
        *_one_of(category, [one.code for one in POLICY.categories], "category"),
        *_one_of(overdue or "0", ["0", "1"], "mark of being overdue"),
        *_one_of(owner or "1", ["0", "1"], "mark of having an owner"),
    ]
    if not (age.isascii() and age.isdigit() and len(age) <= 5 and int(age) <= MOST_DAYS):
        remedy = "Write the days since it was raised as a whole number."
        findings.append(Finding("not_days", f"“{age[:40]}” is no age of a blocker.", remedy, REFUSED))
    if findings:
        return "", findings
    is_past = int(age) > POLICY.severity(severity).sla_days
    if overdue and (overdue == "1") != is_past:
        word = "past" if is_past else "not past"
        reason = f"{shown} is {word} its deadline by its age, which is what counts."
        findings.append(Finding("deadline_by_age", reason, severity=NOTED))
    return f"{severity}:{category}:{int(age)}:{owner or '1'}", findings


def _one_of(said: str, known: list[str], what: str) -> list[Finding]:
    if said in known:
        return []
    remedy = f"Use one of {', '.join(known)}."
    return [Finding("blocker_unclear", f"“{said[:40]}” is no {what} of a blocker.", remedy, REFUSED)]


def _number(cell: str, empty_words: frozenset[str] = frozenset()) -> Decimal | None:
    """The number of a cell, NaN when it is none; None when the cell says nothing."""
    text = cell.strip()
    if not text or fold(text) in empty_words:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


KINDS: dict[str, Callable[[str, Field, frozenset[str]], Converted]] = {
    "letters": letters,
    "letter": letter,
    "days": days,
    "amount": amount,
    "points": points,
    "metric": metric,
    "blockers": standing,
}
