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


class _Plain(yaml.SafeDumper):
    """What stands in two places is written twice: the text is read without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text(document: Mapping[str, Any]) -> str:
    """A document as YAML."""
    written: str = yaml.dump(dict(document), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
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
