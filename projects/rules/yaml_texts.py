"""Documents as people write them: YAML read strictly, each problem with its line, and written back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import yaml

from projects.rules.documents import Problem

MOST_CHARACTERS = 200_000  # Six times the longest shipped document.
STEP = re.compile(r"([^.\[\]]+)|\[([0-9]{1,6})\]")
Parsed = TypeVar("Parsed")


# What fits is written on one line, as people do: a workflow has a hundred criteria.
WIDTH, FITS = 100, 88


class _Plain(yaml.SafeDumper):
    """What stands in two places is written twice: the text is read without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node: yaml.MappingNode = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = _fits([part for pair in node.value for part in pair])
        return node

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        node: yaml.SequenceNode = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = _fits(node.value)
        return node


def _fits(parts: list[yaml.Node]) -> bool:
    """Whether these parts stand on one line: they are short, and each of them does."""
    inner = [part for part in parts if isinstance(part, yaml.CollectionNode)]
    return all(part.flow_style for part in inner) and sum(map(_length, parts)) <= FITS


def _length(part: yaml.Node) -> int:
    """How many letters a part takes, with the signs that divide it from the next."""
    if isinstance(part, yaml.MappingNode):
        return 2 + sum(_length(each) for pair in part.value for each in pair)
    if isinstance(part, yaml.SequenceNode):
        return 2 + sum(_length(each) for each in part.value)
    return len(str(part.value)) + 2


def text(document: Mapping[str, Any]) -> str:
    """A document as YAML."""
    style: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": WIDTH}
    written: str = yaml.dump(dict(document), Dumper=_Plain, **style)
    return written


def read(
    written: str, parse: Callable[[Mapping[str, Any]], Parsed], *, noun: str
) -> tuple[Parsed | None, list[Problem]]:
    """What a YAML text says, or everything that is wrong with it, by line and by path."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(written, yaml.SafeLoader)):
            remedy = "Write out what an alias (*name) stands for."
            return None, [Problem("the file", "Aliases are not read.", remedy)]
        document = yaml.safe_load(written)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}" if where else "the file"
        what = getattr(error, "problem", None) or "this is not YAML"
        remedy = "Check the indentation and the colons there."
        return None, [Problem(line, f"This cannot be read: {what}.", remedy)]
    if not isinstance(document, dict):
        return None, [Problem("the file", f"This is not a {noun}.", "Begin from the present version.")]
    try:
        return parse(document), []
    except ValueError as invalid:
        problems: tuple[Problem, ...] | None = getattr(invalid, "problems", None)
        if problems is None:
            raise
        return None, _with_lines(written, problems)


def _with_lines(written: str, problems: tuple[Problem, ...]) -> list[Problem]:
    root = yaml.compose(written, Loader=yaml.SafeLoader)
    return [replace(problem, path=_place(root, problem.path)) for problem in problems]


def _place(root: yaml.Node | None, path: str) -> str:
    """Where a path begins in the text: its line, then the path."""
    node, line = root, 1
    for name, number in STEP.findall(path):
        found = _member(node, name, number)
        if found is None:
            break
        node, line = found
    return f"line {line}, {path}" if path else f"line {line}"


def _member(node: yaml.Node | None, name: str, number: str) -> tuple[yaml.Node, int] | None:
    """A member of a mapping or a list, with the line on which it begins."""
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and number and int(number) < len(node.value):
        value = node.value[int(number)]
        return value, value.start_mark.line + 1
    return None
