"""Rules of messages as people write them: read strictly, each problem with its place and its remedy."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from portfolio.integrations.sources.rules import paths, verbs
from portfolio.integrations.sources.rules.meanings import FINDERS, Finder, Rule
from projects.rules import keys
from projects.rules.documents import Problem, Reader

# More is a program, and belongs where the messages come from.
MOST_RULES, MOST_CONDITIONS, MOST_ANSWERS, MOST_MAPPED = 30, 10, 20, 500
MOST_FINDERS, LONGEST_NAME, LONGEST_VALUE = 5, 80, 2_000
NUL = "\\u0000"


class RulesInvalid(ValueError):
    """A document holds no usable rules; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{each.path}: {each.message}" for each in problems))


def plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as a database keeps it: days as texts, every name a text; raises RulesInvalid."""
    with suppress(TypeError, ValueError, RecursionError):
        written = json.dumps(document, default=str, allow_nan=False, ensure_ascii=False)
        written.encode()  # Half of a surrogate pair is no character.
        if NUL not in written:
            found: dict[str, Any] = json.loads(written)
            return found
    remedy = "Write texts, numbers, true and false."
    raise RulesInvalid([Problem("", "This holds something that cannot be kept.", remedy)])


def parse(document: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of a document; raises RulesInvalid with every problem."""
    problems: list[Problem] = []
    root = Reader(plain(document), "", problems)
    found: list[Rule] = []
    if root.keys(required=("rules",)):
        found = [_rule(each) for each in root.at("rules").items(most=MOST_RULES)]
    if problems:
        raise RulesInvalid(problems)
    return tuple(found)


def read(stored: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules as a source keeps them."""
    return parse({"rules": stored})


def _rule(reader: Reader) -> Rule:
    known = ("name", "kind", "when", "project", "with", "paused")
    if not reader.keys(required=("do",), optional=known):
        return Rule("", (), {}, (), "move", {}, True)
    verb = reader.at("do").choice(tuple(verbs.VERBS)) or "move"
    return Rule(
        name=reader.at("name").text(most=LONGEST_NAME) if reader.has("name") else verbs.VERBS[verb].label,
        kinds=tuple(each.text(most=80) for each in _one_or_more(reader.at("kind"))),
        when=_conditions(reader.at("when")) if reader.has("when") else {},
        finders=tuple(_finder(each) for each in _finders(reader)),
        verb=verb,
        values=_values(reader.at("with"), verb) if reader.has("with") else _values_missing(reader, verb),
        is_paused=_is_on(reader.at("paused")),
    )


def _one_or_more(reader: Reader) -> Iterator[Reader]:
    if isinstance(reader.value, list):
        yield from reader.items(most=MOST_ANSWERS)
    elif reader.value is not None:
        yield reader


def _finders(reader: Reader) -> list[Reader]:
    found = list(_one_or_more(reader.at("project")))
    if not 0 < len(found) <= MOST_FINDERS:
        remedy = "Say how the project is found, such as {key: project} or {fixed: CHN-3}."
        reader.at("project").wrong("It is not said which project is meant.", remedy)
    return found[:MOST_FINDERS]


def _is_on(reader: Reader) -> bool:
    if reader.value not in (None, True, False):
        reader.wrong("This must be true or false.", "Write paused: true to let the rule rest.")
    return reader.value is True


def _conditions(reader: Reader) -> dict[str, tuple[Any, ...]]:
    if not isinstance(reader.value, Mapping) or not 0 < len(reader.value) <= MOST_CONDITIONS:
        reader.wrong("These are no conditions.", f"Write 1 to {MOST_CONDITIONS} lines of `path: value`.")
        return {}
    found = {}
    for path in reader.value:
        place = _place(Reader(path, f"{reader.path}.{path}", reader.problems))
        answers = list(_one_or_more(reader.at(path))) or [reader.at(path)]
        found[place] = tuple(_plain(each) for each in answers)
    return found


def _finder(reader: Reader) -> Finder:
    nothing = Finder("fixed", "", {})
    if not isinstance(reader.value, Mapping):
        reader.wrong("This does not say how the project is found.", "Write {key: …}, {fixed: …} or {map: …}.")
        return nothing
    by = next((each for each in FINDERS if each in reader.value), "")
    if not by:
        reader.wrong("This does not say how the project is found.", f"Use one of {', '.join(FINDERS)}.")
        return nothing
    reader.keys(required=(by, "to") if by == "map" else (by,))
    if by == "fixed":
        return Finder(by, _key(reader.at(by)), {})
    return Finder(by, _place(reader.at(by)), _table(reader.at("to")) if by == "map" else {})


def _table(reader: Reader) -> dict[str, str]:
    if not isinstance(reader.value, Mapping) or len(reader.value) > MOST_MAPPED:
        reader.wrong("This is no table.", f"Write up to {MOST_MAPPED} lines of `name there: key here`.")
        return {}
    return {str(name)[:LONGEST_VALUE]: _key(reader.at(name)) for name in reader.value}


def _key(reader: Reader) -> str:
    said = reader.value.strip().upper() if isinstance(reader.value, str) else ""
    if not keys.parse(said):
        reader.wrong("This is no project's key.", "Write it as on its page, such as CHN-3.")
    return said


def _place(reader: Reader) -> str:
    if isinstance(reader.value, str) and paths.is_path(reader.value):
        return reader.value
    reader.wrong(f"“{str(reader.value)[:40]}” is no place in a message.", paths.SAYS)
    return ""


def _plain(reader: Reader) -> Any:
    value = reader.value
    if (value is None or isinstance(value, str | bool | int | float)) and len(str(value)) <= LONGEST_VALUE:
        return value
    reader.wrong("This can only be a text, a number, true, false or null.", "Write one value, or a list.")
    return None


def _values_missing(reader: Reader, verb: str) -> dict[str, Any]:
    return _values(Reader({}, f"{reader.path}.with", reader.problems), verb)


def _values(reader: Reader, verb: str) -> dict[str, Any]:
    """The fields of a verb: known ones, the needed ones there, constants that fit."""
    fields = verbs.VERBS[verb].fields
    needed = tuple(name for name, field in fields.items() if field.is_needed)
    if not reader.keys(required=needed, optional=tuple(name for name in fields if name not in needed)):
        return {}
    known = {name: reader.at(name) for name in fields if reader.has(name)}
    if verb in ("move", "propose") and not {"to", "kind"} & set(known):
        reader.wrong("It is not said where it goes.", "Add “to” with the code of a stage.")
    if verb == "observe" and ("values" in known) == ("metric" in known and "value" in known):
        reader.wrong("It is not said what is posted.", "Add “metric” and “value”, or “values” alone.")
    for name, each in known.items():
        _check_value(each, fields[name])
    return {name: each.value for name, each in known.items()}


NUMBER = verbs.Field("number")


def _check_value(reader: Reader, field: verbs.Field) -> None:
    value = reader.value
    if isinstance(value, Mapping) and field.reads == "numbers" and "path" not in value:
        for name in value:
            _check_value(Reader(value[name], f"{reader.path}.{name}", reader.problems), NUMBER)
    elif isinstance(value, Mapping):
        if reader.keys(required=("path",), optional=("map", "else")):
            _place(reader.at("path"))
            if reader.has("else"):
                _check_constant(reader.at("else"), field)
            _check_table(reader.at("map"), field)
    elif isinstance(value, str) and (named := paths.holes(value)):
        if wrong := [each for each in named if not paths.is_path(each)]:
            reader.wrong(f"“{wrong[0][:40]}” is no place in a message.", paths.SAYS)
        elif len(value) > LONGEST_VALUE:
            reader.wrong(f"This is longer than {LONGEST_VALUE} letters.", "Make it shorter.")
    else:
        _check_constant(reader, field)


def _check_table(reader: Reader, field: verbs.Field) -> None:
    if reader.value is None:
        return
    if not isinstance(reader.value, Mapping) or len(reader.value) > MOST_MAPPED:
        reader.wrong("This is no table.", f"Write up to {MOST_MAPPED} lines of `value there: value here`.")
        return
    for name, value in reader.value.items():
        _check_constant(Reader(value, f"{reader.path}.{name}", reader.problems), field)


def _check_constant(reader: Reader, field: verbs.Field) -> None:
    try:
        verbs.read(field, reader.value)
    except verbs.Unfit as unfit:
        reader.wrong(f"“{str(reader.value)[:40]}” does not fit.", str(unfit))
