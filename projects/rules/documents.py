"""Reading untrusted nested data strictly: every problem is collected with its place and its remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a workflow document: where, what, and how to put it right."""

    path: str
    message: str
    remedy: str


class WorkflowInvalid(ValueError):
    """A document is not a workflow; `problems` holds every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path or 'workflow'}: {p.message}" for p in self.problems))


class Reader:
    """One value of a document with its path; reading it wrongly adds to the shared list of problems."""

    def __init__(self, value: Any, path: str, problems: list[Problem]) -> None:
        self.value, self.path, self.problems = value, path, problems

    def wrong(self, message: str, remedy: str) -> None:
        """Note one problem here."""
        self.problems.append(Problem(self.path, message, remedy))

    def keys(self, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> bool:
        """Whether this is a mapping; its missing and unknown keys are noted."""
        if not isinstance(self.value, Mapping):
            self.wrong(
                "This must be a mapping of names to values.",
                "Write it as `name: value` lines.",
            )
            return False
        allowed = (*required, *optional)
        for key in required:
            if key not in self.value:
                self.wrong(f"“{key}” is missing.", f"Add “{key}”.")
        for key in self.value:
            if key not in allowed:
                self.wrong(
                    f"“{str(key)[:40]}” is not known here.",
                    f"Remove it; known are {', '.join(allowed)}.",
                )
        return True

    def at(self, key: str) -> "Reader":
        """The value under a key; None when it is absent."""
        path = f"{self.path}.{key}" if self.path else key
        return Reader(self.value.get(key), path, self.problems)

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return isinstance(self.value, Mapping) and self.value.get(key) is not None

    def items(self, *, most: int, least: int = 0) -> Iterator["Reader"]:
        """The members of a list."""
        if not isinstance(self.value, list | tuple):
            self.wrong("This must be a list.", "Write it as `- …` lines.")
            return
        if not least <= len(self.value) <= most:
            self.wrong(
                f"This list has {len(self.value)} members.",
                f"Give it {least} to {most}.",
            )
        for number, member in enumerate(self.value[:most]):
            yield Reader(member, f"{self.path}[{number}]", self.problems)

    def text(
        self,
        *,
        most: int,
        pattern: Any = None,
        shape: str = "",
        may_be_empty: bool = False,
    ) -> str:
        """A text on one line, trimmed; an empty text after any problem."""
        if not isinstance(self.value, str):
            self.wrong(
                "This must be a text.",
                "Write a text, in quotes if it looks like a number.",
            )
            return ""
        text = " ".join(self.value.split())
        if not text and not may_be_empty:
            self.wrong("This is empty.", "Write a text.")
        elif len(text) > most:
            self.wrong(f"This is longer than {most} characters.", "Make it shorter.")
        elif text and not text.isprintable():
            self.wrong(
                "This contains characters that cannot be shown.",
                "Remove control characters.",
            )
        elif text and pattern is not None and not pattern.fullmatch(text):
            self.wrong(f"“{text}” does not have the right form.", shape)
        else:
            return text
        return ""

    def choice(self, allowed: tuple[str, ...]) -> str:
        """One of the allowed words; an empty text after a problem."""
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        self.wrong(
            f"“{str(self.value)[:40]}” is not one of the choices.",
            f"Choose one of {', '.join(allowed)}.",
        )
        return ""

    def number(self, *, least: int, most: int) -> int:
        """A whole number in a range; `least` after a problem."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(
            f"“{str(value)[:40]}” is not a whole number that fits.",
            f"Give a number from {least} to {most}.",
        )
        return least


def unique(readers: list[Reader], values: list[str], what: str) -> None:
    """Note every value that comes a second time."""
    seen: set[str] = set()
    for reader, value in zip(readers, values, strict=True):
        if value and value in seen:
            reader.wrong(f"The {what} “{value}” comes twice.", f"Give each {what} once.")
        seen.add(value)
