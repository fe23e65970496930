"""YAML that people write, read as plain data: no aliases, no repeated keys, no depth to drown in."""

from typing import Any

import yaml

# The longest shipped profile has 3 kB and is 4 levels deep.
MAX_TEXT = 50_000
MAX_DEPTH = 12
OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class BadProfile(Exception):
    """A profile that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """A key that comes twice is an error, not an overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"“{key.value}” comes twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load(text: str) -> Any:
    """The data of a YAML text; raises BadProfile."""
    if len(text) > MAX_TEXT:
        raise BadProfile([f"The profile has more than {MAX_TEXT:,} characters."])
    try:
        _refuse_traps(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a subclass of SafeLoader
    except yaml.MarkedYAMLError as error:
        at = f"Line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadProfile([f"{at}this is not YAML: {error.problem or error.context}."]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadProfile(["This is not YAML that can be read."]) from error


def _refuse_traps(text: str) -> None:
    """Aliases grow a small text into a huge structure; deep nesting takes for ever to read."""
    depth = 0
    for token in yaml.scan(text, Loader=_Loader):
        if isinstance(token, yaml.AliasToken):
            raise BadProfile(["Write values out: YAML aliases (*name) are not read."])
        depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
        if depth > MAX_DEPTH:
            raise BadProfile([f"This is not YAML of a profile: it is nested more than {MAX_DEPTH} deep."])
