"""Which earlier record a row continues: by its id, else by unit, name and sub-unit, else by likeness."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portfolio.register.imports.mapping import Candidate

# Rows times records under one key that are compared cell by cell; beyond it nobody could tell them apart.
MOST_COMPARED = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register has for a record today."""

    key: str
    stage: str
    outcome: str
    values: Mapping[str, Any]
    was_live: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What an earlier import stored: who it was, what it said, and the project that came of it."""

    pk: int
    source_id: str
    identity: str
    ordinal: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    # None when the project was deleted here.
    project: Standing | None = None


@dataclass(slots=True)
class Matches:
    """The outcome for every row (by its number): a record, or that nobody can tell which."""

    record_of: dict[int, Record] = field(default_factory=dict)
    ambiguous: dict[int, list[Record]] = field(default_factory=dict)
    # Records that a row could be, so that they count neither as matched nor as gone.
    disputed: set[int] = field(default_factory=set)


def match(rows: Sequence[Candidate], records: Sequence[Record]) -> Matches:
    """Every row with the record that it continues; the same input always gives the same answer."""
    found = Matches()
    for key_of, only_sole in KEYS:
        open_rows = [row for row in rows if row.row not in found.record_of and row.row not in found.ambiguous]
        taken = {record.pk for record in found.record_of.values()} | found.disputed
        open_records = [record for record in sorted(records, key=_order) if record.pk not in taken]
        ours, theirs = _grouped(open_rows, key_of), _grouped(open_records, key_of)
        for key in ours.keys() & theirs.keys():
            if len(ours[key]) == len(theirs[key]) == 1:
                found.record_of[ours[key][0].row] = theirs[key][0]
            elif not only_sole:
                _match_group(ours[key], theirs[key], found)
    return found


def _short(identity: str) -> str:
    return identity.rsplit("|", 1)[0]


# From the surest key to the least sure. An id that comes twice is no id, and an id that is new, gone or
# made anew each year does not hide a use case that is otherwise the same.
KEYS: tuple[tuple[Callable[[Any], str], bool], ...] = (
    (lambda item: item.source_id, True),
    (lambda item: item.identity, False),
    (lambda item: _short(item.identity), True),
)


def _order(record: Record) -> tuple[str, int, int]:
    return record.identity, record.ordinal, record.pk


def _grouped(items: Iterable[Any], key_of: Callable[[Any], str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        if key := key_of(item):
            groups[key].append(item)
    return groups


def _match_group(rows: list[Candidate], records: list[Record], found: Matches) -> None:
    """Equal ones first, then the most alike; where that leaves a choice, the rows are ambiguous."""
    rows, records, twins = _match_equal(rows, records, found)
    if len(rows) * len(records) > MOST_COMPARED:
        _dispute([(row, record) for row in rows for record in records], found)
        return
    scores = {(row.row, record.pk): likeness(row, record) for row in rows for record in records}
    while rows and records:
        best = max(scores[row.row, record.pk] for row in rows for record in records)
        pairs = [(row, record) for row in rows for record in records if scores[row.row, record.pk] == best]
        settled = _settled(pairs, twins)
        if not settled:
            _dispute(pairs, found)
        found.record_of |= {row.row: record for row, record in settled}
        gone = {(row.row, record.pk) for row, record in settled or pairs}
        rows = [row for row in rows if row.row not in {number for number, _pk in gone}]
        records = [record for record in records if record.pk not in {pk for _number, pk in gone}]


def _match_equal(
    rows: list[Candidate], records: list[Record], found: Matches
) -> tuple[list[Candidate], list[Record], set[int]]:
    """Pair those that agree in every cell, in order; returns what is left, and left twins of the paired."""
    by_content = _grouped(records, _content)
    left, paired = [], set()
    for row in rows:
        if by_content.get(_content(row)):
            found.record_of[row.row] = by_content[_content(row)].pop(0)
            paired.add(_content(row))
        else:
            left.append(row)
    rest = [record for group in by_content.values() for record in group]
    twins = {record.pk for content in paired for record in by_content[content]}
    return left, sorted(rest, key=_order), twins


def _settled(pairs: list[tuple[Candidate, Record]], twins: set[int]) -> list[tuple[Candidate, Record]]:
    """Those of equally alike pairs that leave no choice, or a choice that makes no difference."""
    of_row = Counter(row.row for row, _record in pairs)
    of_record = Counter(record.pk for _row, record in pairs)
    sole = [
        (row, record)
        for row, record in pairs
        if of_row[row.row] == of_record[record.pk] == 1 and record.pk not in twins
    ]
    if sole:
        return sole
    rows, records = {row.row: row for row, _ in pairs}, {record.pk: record for _, record in pairs}
    alike = len(set(map(_content, rows.values()))) == len(set(map(_content, records.values()))) == 1
    if alike and len(rows) == len(records) and not twins & records.keys():
        return list(zip(rows.values(), records.values(), strict=True))
    return []


def _content(item: Candidate | Record) -> str:
    return repr(sorted(item.cells.items()))


def likeness(row: Candidate, record: Record) -> int:
    """How many cells and how many values agree; the values reach across editions with other headers."""
    cells = sum(record.cells.get(name) == cell for name, cell in row.cells.items())
    return cells + sum(record.values.get(name) == value for name, value in row.values.items())


def _dispute(pairs: list[tuple[Candidate, Record]], found: Matches) -> None:
    for row, record in pairs:
        found.ambiguous.setdefault(row.row, []).append(record)
        found.disputed.add(record.pk)
