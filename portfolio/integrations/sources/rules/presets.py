"""The rules with which a source begins, by its style, and an example of each message that they are about."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from portfolio.integrations.sources.rules.signatures import STYLES

# The project that examples name.
PROJECT = "CHN-3"


@dataclass(frozen=True, slots=True)
class Example:
    """A message as it comes, made as small as it can be."""

    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules as a source keeps them, and messages to try them with."""

    rules: list[dict[str, Any]]
    examples: tuple[Example, ...]


@cache
def of(style: str) -> Preset:
    """What ships for a style; KeyError for one that is not known."""
    if style not in STYLES:
        raise KeyError(style)
    text = (resources.files("portfolio.integrations.sources") / "presets" / f"{style}.yaml").read_text(
        "utf-8"
    )
    said = yaml.safe_load(text)
    return Preset(said["rules"], tuple(Example(**each) for each in said["examples"]))
