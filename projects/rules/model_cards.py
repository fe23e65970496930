"""Model cards: Markdown with a head of YAML, as model hubs read them; written from facts, and read back.

The head has the names that Hugging Face has given them; the sections are those of Mitchell et al. (2019).
What is not known is said to be not known: nothing is made up to fill a card.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from projects.rules import yaml_texts

NOT_KNOWN = "Not known."
MOST_CHARACTERS = 500_000  # longer than any card that somebody reads
MOST_HEAD = 50_000  # results of some hundred metrics
MOST_DEPTH = 12  # a result lies six deep
HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
HEADING = re.compile(r"^##?#?[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Signs that Markdown, or the HTML within it, would take for its own.
MARKED = re.compile(r"([\\`*_\[\]<>|#~$])")


@dataclass(frozen=True, slots=True)
class Result:
    """One value of a metric for `model-index` and for the table of results."""

    metric: str
    value: float
    where: str
    segment: str = ""
    version: str = ""
    low: float | None = None
    high: float | None = None
    samples: int | None = None
    on: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a model; empty is not known."""

    name: str
    summary: str = ""
    tags: Sequence[str] = ()
    datasets: Sequence[str] = ()
    metrics: Sequence[str] = ()
    results: Sequence[Result] = ()
    # Heading of a section, with its lines: (label, text) or ("", text).
    sections: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What a card brought from outside says of the facts that a project has a place for."""

    name: str = ""
    description: str = ""
    datasets: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    version: str = ""
    # What the head says besides; it is kept with the file.
    others: tuple[str, ...] = ()


class BadCard(ValueError):
    """A card that cannot be read, and why."""


def text(card: Card) -> str:
    """The card as Markdown."""
    head: dict[str, Any] = {
        "tags": list(card.tags),
        "datasets": list(card.datasets),
        "metrics": list(card.metrics),
    }
    head = {name: value for name, value in head.items() if value}
    if card.results:
        head["model-index"] = [{"name": card.name, "results": [_result(card, each) for each in card.results]}]
    parts = [f"---\n{yaml_texts.text(head) if head else ''}---\n", f"# {plain(card.name)}\n"]
    parts.append(f"{paragraph(card.summary)}\n" if card.summary else f"{NOT_KNOWN}\n")
    for heading, lines in card.sections.items():
        parts.append(f"## {heading}\n")
        known = [(label, value) for label, value in lines if value]
        parts += [_line(label, value) for label, value in known] or [f"{NOT_KNOWN}\n"]
        if unknown := [label for label, value in lines if label and not value and known]:
            parts.append(f"Not known: {', '.join(unknown)}.\n")
        if heading == "Results" and card.results:
            parts.append(_table(card.results))
    return "\n".join(parts)


def plain(words: str) -> str:
    """A text of one line in which Markdown finds nothing to do."""
    return MARKED.sub(r"\\\1", " ".join(words.split()))


def paragraph(words: str) -> str:
    """A text of several lines; no line of it becomes a heading, a list or the end of a head."""
    lines = [plain(line) for line in words.splitlines()]
    return "\n".join(re.sub(r"^(?=[-+=]|\d+[.)])", r"\\", line) for line in lines).strip()


def _line(label: str, value: str) -> str:
    said = paragraph(value)
    return f"**{label}:** {said}\n" if label else f"{said}\n"


def _result(card: Card, each: Result) -> dict[str, Any]:
    metric: dict[str, Any] = {"type": each.metric, "value": each.value}
    if each.low is not None and each.high is not None:
        metric["args"] = {"low": each.low, "high": each.high}
    name = ", ".join(filter(None, (each.where, each.segment, each.version, each.on)))
    return {
        # Hubs ask for a task and a data set; which of theirs it is, nobody has said here.
        "task": {"type": "other"},
        "dataset": {"type": each.where, "name": name},
        "metrics": [metric],
    }


def _table(results: Sequence[Result]) -> str:
    heads = ("Metric", "Where", "Segment", "Version", "Value", "Interval", "Samples", "On")
    rows = [heads, ("---",) * len(heads)]
    for each in results:
        interval = f"{_number(each.low)} to {_number(each.high)}" if each.low is not None else ""
        samples = "" if each.samples is None else f"{each.samples:,}"
        named = (each.metric, each.where, each.segment or "all", each.version)
        rows.append((*map(plain, named), _number(each.value), interval, samples, each.on))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def read(written: str) -> Read:
    """What a card says; raises BadCard with a sentence for people."""
    if len(written) > MOST_CHARACTERS:
        raise BadCard(f"The card has more than {MOST_CHARACTERS:,} characters.")
    found = HEAD.match(written)
    head = _head(found[1]) if found else {}
    body = COMMENT.sub("", written[found.end() :] if found else written)
    if not head and not HEADING.search(body):
        raise BadCard("This is no model card: it has neither a head between two lines of --- nor a heading.")
    index = head.get("model-index")
    first = index[0] if isinstance(index, list) and index and isinstance(index[0], dict) else {}
    title = TITLE.search(body)
    ours = {"datasets", "metrics", "model-index", "version"}
    return Read(
        name=_one(first.get("name")) or _unmarked(title[1] if title else ""),
        description=_first_paragraph(body[title.end() :] if title else ""),
        datasets=_several(head.get("datasets")),
        metrics=_several(head.get("metrics")),
        version=_one(head.get("version")),
        others=tuple(sorted(str(name)[:60] for name in head if name not in ours)),
    )


def _head(written: str) -> dict[str, Any]:
    if len(written) > MOST_HEAD:
        raise BadCard(f"The head has more than {MOST_HEAD:,} characters.")
    try:
        depth = 0
        for event in yaml.parse(written, yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise BadCard("Aliases (*name) in the head are not read: write out what they stand for.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                raise BadCard(f"The head is nested more than {MOST_DEPTH} deep.")
        said = yaml.safe_load(written)
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, BadCard):
            raise
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        raise BadCard(f"The head cannot be read as YAML{where}.") from error
    if not isinstance(said, dict | None):
        raise BadCard("The head is not a list of names with their values.")
    return said or {}


def _one(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _several(value: Any) -> tuple[str, ...]:
    """One text, a list of texts, or a list of objects with a name, as hubs take them."""
    listed = value if isinstance(value, list) else [value]
    names = (
        _one(each.get("name") or each.get("type")) if isinstance(each, dict) else _one(each)
        for each in listed
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _first_paragraph(body: str) -> str:
    """What stands below the title, up to the first heading; empty where a card says it is not known."""
    end = HEADING.search(body)
    above = body[: end.start()] if end else body
    blocks = [block.strip() for block in re.split(r"\n\s*\n", above) if block.strip()]
    kept = [block for block in blocks if not block.startswith(("|", "```", "![", "[![", "<"))]
    said = _unmarked("\n\n".join(kept))
    return "" if said == NOT_KNOWN else said


def _unmarked(words: str) -> str:
    """The text without the marks that `plain` sets, and without those of emphasis and links."""
    words = re.sub(r"(?<!\\)!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", words)
    words = re.sub(r"(?<!\\)(\*\*|__|`)", "", words)
    return re.sub(r"\\(?=[\\`*_\[\]<>|#~$+=.)-]|\d)", "", words).strip()
