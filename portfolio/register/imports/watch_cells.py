"""Signals and metric pairs of a project, as files write them: one cell for all of a sort."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolio.register.imports.findings import REFUSED, Finding, cleaned
from portfolio.register.imports.profiles import Field
from projects.rules import metric_pairs as pair_rules
from projects.rules import signals as signal_rules
from projects.rules.facts import Obstacle
from projects.rules.metric_pairs import NUMBERS, MetricPair
from projects.rules.names import fold

SIGNALS, PAIRS = "signals", "metric_pairs"
DIRECTIONS = {"up": True, "down": False}
# What may stand at the end of a pair.
WORDS = {"share": "gap_is_share", "segments": "by_segment"}
Converted = tuple[Any, list[Finding]]
# An entry and how many stand before it become its text, and what is wrong with it.
Read = Callable[[str, int], tuple[str, list[Obstacle]]]


def signals(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A cell such as nightly:1;weekly:7;odd, as `write_signals` has it: name, and days if they are known."""
    return _convert(cell, empty_words, _signal, "name:days", "nightly:1;weekly:7")


def metric_pairs(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A cell such as recall:recall_test:recall_live:up:0.05; what is not known at its end is left out.

    At the very end may stand `share`, the gap is a part of the value offline, and `segments`, each keeps it.
    """
    shape = "name:offline:online:up or down:gap:baseline:ceiling"
    return _convert(cell, empty_words, _pair, shape, "recall:recall_test:recall_live:up:0.05")


def read_signals(text: str) -> dict[str, int | None]:
    """What `write_signals` has written: name -> days."""
    split = (part.partition(":") for part in _parts(text))
    return {name: int(days) if days else None for name, _, days in split}


def read_pairs(text: str) -> list[MetricPair]:
    """What `write_pairs` has written."""
    return [_parse_pair(part) for part in _parts(text)]


def write_signals(stored: Mapping[str, Mapping[str, Any]]) -> str:
    """The signals of a project as one text; when they were seen is no affair of a file."""
    return ";".join(_signal_text(each.name, each.every_days) for each in signal_rules.read(stored))


def write_pairs(stored: Mapping[str, Mapping[str, Any]]) -> str:
    """The metric pairs of a project as one text."""
    return ";".join(map(_pair_text, pair_rules.read(stored)))


def _convert(cell: str, empty_words: frozenset[str], read: Read, shape: str, example: str) -> Converted:
    """Every entry as it is written, by name; refused with the first thing that is wrong."""
    text, findings = cleaned(cell)
    if fold(text) in empty_words:
        return "", findings
    entries: dict[str, str] = {}
    for part in _parts(text):
        try:
            entry, wrong = read(part, len(entries))
        except (ValueError, InvalidOperation, KeyError):
            reason, remedy = f"“{part[:60]}” is not {shape}.", f"Write it as {example}, with ; between."
            return None, [*findings, Finding("not_declared", reason, remedy, REFUSED)]
        name = entry.partition(":")[0]
        if name in entries:
            reason, remedy = f"Names {name} twice.", "Leave one out."
            return None, [*findings, Finding("named_twice", reason, remedy, REFUSED)]
        if wrong:
            return None, [*findings, Finding(wrong[0].code, wrong[0].message, wrong[0].remedy, REFUSED)]
        entries[name] = entry
    return ";".join(entries[name] for name in sorted(entries)), findings


def _signal(part: str, others: int) -> tuple[str, list[Obstacle]]:
    name, _, days = (each.strip() for each in part.partition(":"))
    every_days = int(days) if days else None
    return _signal_text(name, every_days), signal_rules.obstacles(name, every_days, others)


def _pair(part: str, others: int) -> tuple[str, list[Obstacle]]:
    pair = _parse_pair(part)
    wrong = pair_rules.obstacles(pair, others)
    return (pair.name if wrong else _pair_text(pair)), wrong


def _parse_pair(part: str) -> MetricPair:
    name, offline, online, direction, *numbers = (each.strip() for each in part.split(":"))
    ticks: dict[str, Any] = {}
    while numbers and fold(numbers[-1]) in WORDS:
        ticks[WORDS[fold(numbers.pop())]] = True
    if len(numbers) > len(NUMBERS):
        raise ValueError(part)
    said: dict[str, Any] = dict(zip(NUMBERS, (Decimal(n) if n else None for n in numbers), strict=False))
    return MetricPair(name, offline, online, DIRECTIONS[fold(direction)], **said, **ticks)


def _signal_text(name: str, every_days: int | None) -> str:
    return name if every_days is None else f"{name}:{every_days}"


def _pair_text(pair: MetricPair) -> str:
    direction = "up" if pair.higher_is_better else "down"
    numbers = [pair.stored[number] or "" for number in NUMBERS]
    ticks = [word for word, tick in WORDS.items() if getattr(pair, tick)]
    return ":".join([pair.name, pair.offline, pair.online, direction, *numbers, *ticks]).rstrip(":")


def _parts(text: str) -> Iterable[str]:
    return filter(None, map(str.strip, text.split(";")))


KINDS: dict[str, Callable[[str, Field, frozenset[str]], Converted]] = {
    SIGNALS: signals,
    PAIRS: metric_pairs,
}
