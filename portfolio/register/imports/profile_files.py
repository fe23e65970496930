"""Read a mapping profile from YAML; every problem of it is named at once."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from portfolio.register.imports import plain_yaml
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.profiles import (
    AGES,
    ANSWERS,
    DEFAULT_DATE_FORMATS,
    ENTERED,
    PEOPLE,
    QUESTION,
    TARGETS,
    Field,
    Profile,
    Stages,
    Target,
)
from projects.rules import answers, capacities
from projects.rules.names import fold
from projects.rules.scorecards_reading import CODE
from projects.rules.stages import STANDARD_STAGES

SHIPPED = Path(__file__).resolve().parent.parent / "profiles"
LETTER = Target("letter", choices=answers.CODES)
A_DAY = dt.date(2023, 5, 17)
PROFILE_KEYS = {
    "name", "source", "description", "identity", "never_import", "empty_words", "fields", "stage", "entered",
    "answers", "questions", "people",
}  # fmt: skip
FIELD_KEYS = {"column", "columns", "words", "formats", "shorten_up_to", "times"}
STAGE_KEYS = {"column", "words", "ended", "retired", "stopped", "empty", "otherwise"}


def shipped() -> dict[str, str]:
    """The profiles that come with the product: name of the file without its ending, and its text."""
    return {path.stem: path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.yaml"))}


def parse(text: str) -> Profile:
    """The profile that a YAML text describes; raises BadProfile."""
    problems: list[str] = []
    data = _Part(plain_yaml.load(text), "", problems)
    data.only(PROFILE_KEYS)
    identity = data.part("identity")
    identity.only({"id"})
    profile = Profile(
        name=data.text("name", needed=True),
        source=data.text("source", needed=True),
        description=data.text("description"),
        id_column=identity.text("id"),
        never=tuple(data.texts("never_import")),
        empty_words=frozenset(map(fold, data.texts("empty_words"))),
        fields={
            **_fields(data.part("fields")),
            **_entered(data.part("entered")),
            **_answers(data.part("answers")),
            **_questions(data.part("questions")),
            **_people(data.part("people")),
        },
        stages=_stages(data.part("stage")),
    )
    _check_together(profile, problems)
    if problems:
        raise BadProfile(problems)
    return profile


class _Part:
    """A mapping inside the profile; reading from it notes what is wrong instead of stopping."""

    def __init__(self, value: Any, path: str, problems: list[str]) -> None:
        self.path, self.problems = path, problems
        if value is not None and not isinstance(value, Mapping):
            self.note("must be a list of “name: value” lines.")
        self.data: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}

    def note(self, problem: str, key: str = "") -> None:
        place = ".".join(filter(None, (self.path, key)))
        self.problems.append(f"{place or 'The profile'}: {problem}" if place else f"The profile {problem}")

    def only(self, known: set[str]) -> None:
        for key in self.data:
            if key not in known:
                self.note(f"is not known. Use one of: {', '.join(sorted(known))}.", str(key)[:80])

    def part(self, key: str) -> "_Part":
        return _Part(self.data.get(key), ".".join(filter(None, (self.path, key))), self.problems)

    def text(self, key: str, *, needed: bool = False, default: str = "") -> str:
        value = self.data.get(key)
        if value is None or value == "":
            if needed:
                self.note("is missing.", key)
            return default
        if isinstance(value, str):
            return value.strip()
        self.note("must be a text; put it in quotation marks.", key)
        return default

    def texts(self, key: str) -> list[str]:
        value = self.data.get(key) or []
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return value
        self.note("must be a list of texts.", key)
        return []

    def number(self, key: str) -> int:
        value = self.data.get(key, 0)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.note("must be a whole number.", key)
        return 0

    def words(self, key: str, read: Callable[[Any], Any], wanted: str) -> dict[str, Any]:
        part, found = self.part(key), {}
        for word, value in part.data.items():
            if isinstance(word, bool) or word is None:
                part.note("put the word in quotation marks.", str(word))
                continue
            result = read(value)
            if result is ...:
                part.note(f"must be {wanted}.", f"“{str(word)[:80]}”")
            elif fold(str(word)) in found:
                part.note("comes twice (in another case or spacing).", f"“{str(word)[:80]}”")
            else:
                found[fold(str(word))] = result
        return found


def _fields(part: _Part) -> dict[str, Field]:
    part.only(set(TARGETS))
    return {name: _field(part, name, TARGETS[name]) for name in part.data if name in TARGETS}


def _entered(part: _Part) -> dict[str, Field]:
    part.only(set(ENTERED))
    names = [name for name in part.data if name in ENTERED]
    return {f"entered.{name}": _field(part, name, Target("date"), f"entered.{name}") for name in names}


def _answers(part: _Part) -> dict[str, Field]:
    """Columns of letters by pitfall or panel, and the column that says how old they are."""
    found = {}
    for code in part.data:
        if code in AGES or (isinstance(code, str) and CODE.fullmatch(code)):
            target = AGES.get(code, Target("letters"))
            found[f"{ANSWERS}{code}"] = _field(part, code, target, f"{ANSWERS}{code}")
        else:
            part.note(
                f"is not known. Use P1 to P5, the code of a panel, {' or '.join(AGES)}.", str(code)[:80]
            )
    return found


def _questions(part: _Part) -> dict[str, Field]:
    """Columns that each answer one question."""
    found = {}
    for code in part.data:
        if isinstance(code, str) and CODE.fullmatch(code):
            found[f"{QUESTION}{code}"] = _field(part, code, LETTER, f"{QUESTION}{code}")
        else:
            part.note("is not the code of a question, such as MP5.", str(code)[:80])
    return found


def _people(part: _Part) -> dict[str, Field]:
    """Columns of full-time people, each of one kind of work."""
    found = {}
    for kind in part.data:
        wrong = capacities.name_obstacles(kind) if isinstance(kind, str) else []
        if wrong or not isinstance(kind, str):
            part.note("is not the name of a kind of work, such as Data engineer.", str(kind)[:80])
        else:
            found[f"{PEOPLE}{kind}"] = _field(part, kind, Target("fte"), f"{PEOPLE}{kind}")
    return found


def _field(parent: _Part, key: str, target: Target, name: str = "") -> Field:
    """A field is a column's name, or a mapping with the column and how to read it."""
    if isinstance(parent.data[key], str):
        return Field(name or key, (parent.text(key, needed=True),), target.kind, target.longest)
    part = parent.part(key)
    part.only(FIELD_KEYS)
    columns = tuple(part.texts("columns")) or ((part.text("column"),) if part.text("column") else ())
    if not columns:
        part.note("names no column. Write “column: Its header”.")
    return Field(
        name or key,
        columns,
        target.kind,
        target.longest,
        shorten_up_to=part.number("shorten_up_to"),
        words=part.words("words", _reader(target), _wanted(target)),
        formats=_formats(part),
        times=_times(part, target),
    )


def _times(part: _Part, target: Target) -> int:
    """What amounts of the source are multiplied by, such as 1000."""
    if "times" in part.data and target.kind != "amount":
        part.note("is for amounts of money only.", "times")
    return part.number("times") or 1


def _formats(part: _Part) -> tuple[str, ...]:
    """Date formats in Python's notation; each must at least know the year."""
    for pattern in (found := part.texts("formats")):
        try:
            readable = _year_of(A_DAY.strftime(pattern), pattern) == A_DAY.year
        except (ValueError, re.error):
            readable = False
        if not readable:
            part.note(f"“{pattern[:80]}” is no date format. Write one such as %m/%d/%Y or %b %Y.", "formats")
    return tuple(found) or DEFAULT_DATE_FORMATS


def _year_of(text: str, pattern: str) -> int:
    return dt.datetime.strptime(text, pattern).year  # noqa: DTZ007 -- a date has no zone


def _reader(target: Target) -> Callable[[Any], Any]:
    if target.kind == "yes_no":
        return lambda value: value if value is None or isinstance(value, bool) else ...
    if target.choices:
        return lambda value: value or "" if value in (None, "", *target.choices) else ...
    return lambda value: value if isinstance(value, str) else ...


def _wanted(target: Target) -> str:
    if target.kind == "yes_no":
        return "yes, no or nothing"
    return f"one of {', '.join(target.choices)}, or nothing" if target.choices else "a text"


def _stages(part: _Part) -> Stages:
    part.only(STAGE_KEYS)
    for key in ("empty", "otherwise"):
        if part.text(key) not in ("", *STANDARD_STAGES):
            part.note(f"must be one of {', '.join(STANDARD_STAGES)}.", key)
    return Stages(
        column=part.text("column"),
        words=part.words("words", _stage_words, f"one or several of {', '.join(STANDARD_STAGES)}"),
        ended=frozenset(map(fold, part.texts("ended"))),
        retired=frozenset(map(fold, part.texts("retired"))),
        stopped=frozenset(map(fold, part.texts("stopped"))),
        empty=part.text("empty", default="idea"),
        otherwise=part.text("otherwise"),
    )


def _stage_words(value: Any) -> Any:
    stages = tuple(value) if isinstance(value, list) else (value,)
    return stages if stages and all(stage in STANDARD_STAGES for stage in stages) else ...


def _check_together(profile: Profile, problems: list[str]) -> None:
    if "name" not in profile.fields:
        problems.append("fields.name: is missing. Every project needs a name.")
    if "sub_unit" in profile.fields and "unit" not in profile.fields:
        problems.append("fields.sub_unit: needs fields.unit, the unit above it.")
    both = profile.mapped_columns() & set(map(fold, profile.never))
    problems.extend(
        f"never_import: “{column}” is also mapped. Remove one of the two." for column in sorted(both)
    )
    if {f"{ANSWERS}{name}" for name in AGES} <= profile.fields.keys():
        problems.append("answers: age_days and assessed_on say the same. Remove one of the two.")
    stages = profile.stages
    if not stages.column and (stages.words or stages.ended or stages.retired or stages.stopped):
        problems.append("stage.column: is missing.")
    seen: set[str] = set()
    for words in (set(stages.words), stages.ended, stages.retired, stages.stopped):
        problems.extend(f"stage: “{word}” stands in two lists." for word in sorted(words & seen))
        seen |= words
