"""What a file says anew of answers and blockers of a project that is already here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portfolio.register.imports.findings import Finding
from portfolio.register.imports.judgement_rows import AGE, ASSESSED_ON, BLOCKERS
from portfolio.register.imports.profiles import ANSWERS, QUESTION

Values = Mapping[str, Any]
Change = tuple[Any, Any]


def is_judgement(name: str) -> bool:
    """Whether a value is compared here and not as a field."""
    return name.startswith((ANSWERS, QUESTION)) or name == BLOCKERS


def changes(said: Values, before: Values, now: Values, key: str) -> Iterator[tuple[str, Change | Finding]]:
    """Each value that the source changed, or why it stays: what people changed here is theirs."""
    for name in filter(is_judgement, said):
        if name == BLOCKERS:
            yield from _blockers(said, before, now)
        elif name == ASSESSED_ON:
            yield from _date(said, before, now)
        elif name != AGE:
            yield from _letters(name, (before.get(name) or "", now.get(name) or "", said[name]), key)


def added(change: Change) -> list[str]:
    """The blockers of a change that were never heard of, as severity:category:age:owner."""
    left = _kinds(change[0])
    found = []
    for entry in filter(None, change[1].split(";")):
        kind = _kind(entry)
        if left[kind]:
            left[kind] -= 1
        else:
            found.append(entry)
    return found


def _letters(name: str, versions: tuple[str, str, str], key: str) -> Iterator[tuple[str, Change | Finding]]:
    before, now, new = versions
    # An empty cell is nobody's answer, and takes none away.
    if not new or new in (before, now):
        return
    if now in (before, ""):
        yield name, (now, new)
        return
    reason = f"{key} was answered here since the last import; the answers stay “{now}”."
    yield name, Finding("edited_here", reason, "Answer by hand if the source is right.")


def _date(said: Values, before: Values, now: Values) -> Iterator[tuple[str, Change]]:
    """A later day says that the answers are still true."""
    new, here = said[ASSESSED_ON], now.get(ASSESSED_ON)
    if new and here and new != before.get(ASSESSED_ON) and new > here:
        yield ASSESSED_ON, (here, new)


def _blockers(said: Values, before: Values, now: Values) -> Iterator[tuple[str, Change | Finding]]:
    """Kinds that the file names more often than before and than there are open ones here."""
    new, old, here = (_kinds(values.get(BLOCKERS) or "") for values in (said, before, now))
    if new - (old | here):
        yield BLOCKERS, (";".join(sorted((old | here).elements())), said[BLOCKERS])
    elif gone := (old & here) - new:
        reason = f"The file no longer names {', '.join(sorted(gone))}; it stays open here."
        yield BLOCKERS, Finding("blocker_gone", reason, "Resolve it by hand, and say how.")


def _kinds(entries: str) -> Counter[str]:
    """How many blockers of each severity and category; ages tell nothing apart."""
    return Counter(map(_kind, filter(None, entries.split(";"))))


def _kind(entry: str) -> str:
    return ":".join(entry.split(":")[:2])
