"""What in a message means what: rules read strictly, matched against a message, and filled from it.

    rules:
      - name: Live
        kind: deployment_status
        when: {deployment_status.state: success}
        project: [{key: deployment.payload.project}, {map: repository.full_name, to: {acme/churn: CHN-3}}]
        do: move
        with: {to: production, note: "Deployed {deployment.ref}."}

Every rule that fits is carried out, in their order. A value is what it says; {places} in a text are filled
from the message; {path: a.b} takes what stands there, with `map` and `else` where that is needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.integrations.sources.rules import paths, verbs
from projects.rules import keys
from projects.rules.facts import Obstacle

# Ways to find a project: by its key, by a fixed key, by a table, by the name of its model.
FINDERS = ("key", "fixed", "map", "model")


@dataclass(frozen=True, slots=True)
class Finder:
    """One way to find the project: by key, by a fixed key, by a table, or by the name of its model."""

    by: str
    said: str  # the path, or the fixed key
    to: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `kinds` and `when` empty: of every message."""

    name: str
    kinds: tuple[str, ...]
    when: Mapping[str, tuple[Any, ...]]
    finders: tuple[Finder, ...]
    verb: str
    values: Mapping[str, Any]
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """A project that a message names: by its key or by the name of its model in the registry."""

    by: str  # key, model
    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of a rule with what the message says, and every reason why some are missing."""

    values: dict[str, Any]
    obstacles: list[Obstacle]


def matching(rules: Sequence[Rule], kind: str, body: Any) -> list[Rule]:
    """The rules that fit a message, in their order."""
    return [rule for rule in rules if fits(rule, kind, body)]


def fits(rule: Rule, kind: str, body: Any) -> bool:
    """Whether a message is of the rule's kinds and all its conditions hold."""
    if rule.is_paused or (rule.kinds and kind not in rule.kinds):
        return False
    return all(_is_one_of(paths.found(body, path), answers) for path, answers in rule.when.items())


def sought(rule: Rule, body: Any) -> list[Sought]:
    """The projects that may be meant, the likeliest first."""
    found = []
    for finder in rule.finders:
        said = finder.said if finder.by == "fixed" else paths.found(body, finder.said)
        if isinstance(said, bool) or not isinstance(said, str | int) or not str(said).strip():
            continue
        name = str(said).strip()
        if finder.by == "map":
            name = finder.to.get(name, "")
        if finder.by == "model":
            found.append(Sought("model", name[:500]))
        elif keys.parse(name.upper()):
            found.append(Sought("key", name.upper()))
    return found


def fill(rule: Rule, body: Any) -> Filled:
    """The fields of the rule's verb as this message fills them."""
    values: dict[str, Any] = {}
    found: list[Obstacle] = []
    for name, field in verbs.VERBS[rule.verb].fields.items():
        if name not in rule.values:
            continue
        said, lacking = _said(rule.values[name], body)
        if lacking:
            remedy = "Change the rule, or have it sent."
            found += [
                Obstacle("value_missing", f"The message says nothing at {each}.", remedy, name)
                for each in lacking
            ]
        elif said is not None:
            try:
                values[name] = verbs.read(field, said)
            except verbs.Unfit as unfit:
                shown = " ".join(str(said)[:40].split())
                found.append(Obstacle("value_unfit", f"{name} cannot be “{shown}”.", str(unfit), name))
        elif field.is_needed:
            nothing = f"The message says nothing at {rule.values[name]['path']}."
            found.append(Obstacle("value_missing", nothing, "Have it sent, or add an else.", name))
    return Filled(values, found)


def _said(value: Any, body: Any) -> tuple[Any, list[str]]:
    """What a rule's value is for this message, and the places where there was nothing."""
    if isinstance(value, str):
        return paths.filled(value, body)
    if not isinstance(value, Mapping):
        return value, []
    if "path" not in value:
        members = {name: _said(each, body) for name, each in value.items()}
        lacking = [place for _, places in members.values() for place in places]
        return {name: said for name, (said, _) in members.items()}, lacking
    said = paths.found(body, value["path"])
    if "map" in value:
        said = value["map"].get(_as_name(said))
    return (value.get("else") if said is None else said), []


def _is_one_of(said: Any, answers: tuple[Any, ...]) -> bool:
    """1 is not True here, and a text is compared without regard to capitals."""
    return any(
        isinstance(said, bool) is isinstance(answer, bool) and _folded(said) == _folded(answer)
        for answer in answers
    )


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _as_name(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else str(said)
