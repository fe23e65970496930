"""Rules in words, and as the lines of a form: what a person types becomes what a rule says, and back."""

from collections.abc import Mapping
from typing import Any

import yaml

from portfolio.integrations.sources.rules import paths, verbs
from portfolio.integrations.sources.rules.meanings import Finder, Rule

BY = {
    "key": "its key, at a place in the message",
    "fixed": "always this one",
    "map": "by a table",
    "model": "the one linked to this model",
}


def sentence(rule: Rule) -> str:
    """What a rule does, in one line."""
    verb = verbs.VERBS[rule.verb].label.lower()
    when = f"of {', '.join(rule.kinds)}" if rule.kinds else "of any kind"
    for path, answers in rule.when.items():
        said = " or ".join(_shown_constant(each) for each in answers)
        when += f", {path} is {said}"
    return f"{when}: {verb}{_target(rule)}"


def finder_words(finder: Finder) -> str:
    """How the project is found."""
    if finder.by == "fixed":
        return finder.said
    if finder.by == "model":
        return f"linked to the model at {finder.said}"
    if finder.by == "map":
        number = len(finder.to)
        return (
            f"by {finder.said} ({number} in the table)"
            if number
            else f"by {finder.said} (the table is empty)"
        )
    return f"key at {finder.said}"


def lines(said: Mapping[str, Any], sign: str = "=") -> str:
    """A mapping as lines to edit: path = value."""
    return "\n".join(f"{name} {sign} {_answers(value)}" for name, value in said.items())


def from_lines(text: str, sign: str = "=") -> dict[str, Any]:
    """What such lines say; several values stand with commas between them. Empty lines are skipped."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        # A path can hold the sign in brackets: variables[key=NAME].value.
        name, _, value = line.partition(f" {sign} ")
        found[name.strip()] = _constants(value)
    return found


def shown(value: Any) -> str:
    """A field's value in a box: its text, {a.place} for what stands in the message, else as YAML."""
    if isinstance(value, Mapping):
        if set(value) == {"path"}:
            return f"{{{value['path']}}}"
        return yaml.safe_dump(dict(value), default_flow_style=True, sort_keys=False, width=10_000).strip()
    return str(value)


def meant(text: str) -> Any:
    """What somebody typed into such a box."""
    text = text.strip()
    if not text.startswith("{"):
        return text
    try:
        said = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    if isinstance(said, dict) and said and None not in said.values():
        return said
    # {a.place} is to YAML a name without a value.
    return {"path": text[1:-1]} if text.endswith("}") and paths.is_path(text[1:-1]) else text


def _target(rule: Rule) -> str:
    for name in ("to", "item", "title", "metric", "name", "health"):
        if name in rule.values:
            value = rule.values[name]
            return f" ({_within(value)})"
    return ""


def _within(value: Any) -> str:
    return f"by {value['path']}" if isinstance(value, Mapping) and "path" in value else str(value)


def _answers(value: Any) -> str:
    members = value if isinstance(value, list | tuple) else [value]
    return ", ".join(_shown_constant(each) for each in members)


def _shown_constant(value: Any) -> str:
    return (
        {True: "true", False: "false", None: "null"}.get(value, str(value))
        if not _is_number(value)
        else str(value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _constants(text: str) -> Any:
    found = [_constant(each.strip()) for each in text.split(",")]
    return found[0] if len(found) == 1 else found


def _constant(text: str) -> Any:
    words: dict[str, Any] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    try:
        return int(text) if text.lstrip("-").isdigit() and len(text) < 16 else text
    except ValueError:
        return text
