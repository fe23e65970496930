"""What somebody asks of a list of projects, read from a query string; what makes no sense is reported."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dateparse import parse_date

from projects.models import Health, Kind, Outcome, Status, Tier
from projects.rules import quadrants
from projects.rules.flags import OF_PROJECTS
from projects.rules.names import fold

DEFAULT_SORT = "-flagged"
SORTS = (
    *("flagged", "name", "key", "stage", "health", "owner", "target", "gate", "updated", "days"),
    *("risk", "impact", "chance"),
)
UNSCORED = "none"  # as a quadrant: nobody has worked the scores out yet
QUADRANTS = (*quadrants.LABELS, UNSCORED)
LISTED_OUTCOMES = (Outcome.OPEN.value, Outcome.IN_PRODUCTION.value)
ENDED_OUTCOMES = (Outcome.RETIRED.value, Outcome.STOPPED.value)
PAGE_SIZE, MOST_PER_PAGE = 50, 200
LAST_PAGE = 10_000  # deeper, a database would count through millions of rows for one page
LONGEST_SEARCH, MOST_WORDS = 200, 10
LARGEST_ID = 2**63 - 1
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
YES_OR_NO = ("yes", "no")
ARCHIVED = {"": "no", "no": "no", "false": "no", "0": "no", "any": "any"}
ARCHIVED |= {"only": "only", "yes": "only", "true": "only", "1": "only"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the query that was left out, and why."""

    field: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Filters:
    """One list of projects as it was asked for; an empty value means any."""

    portfolio: str = ""  # slug
    q: str = ""
    unit: int | None = None  # with the units below it
    stage: tuple[str, ...] = ()  # codes of a workflow or standard codes
    health: tuple[str, ...] = ()
    owner: str = ""  # an id, "me" or "none"
    flag: str = ""  # a rule's code, or "any"
    gate: str = ""  # "due": planned within two weeks or passed
    status: str = ""
    outcome: tuple[str, ...] = LISTED_OUTCOMES
    archived: str = "no"  # no, only, any
    kind: str = ""
    tier: str = ""
    quadrant: tuple[str, ...] = ()  # codes of quadrants, "intake", "unassessed" or "none"
    min_risk: int | None = None
    gap: str = ""  # a critical gap: "yes" or "no"
    unproven: str = ""  # "yes" or "no"
    compare: str = ""  # a past day: rows say what they were then; chooses no project
    sort: str = DEFAULT_SORT
    page: int = 1
    size: int = PAGE_SIZE
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def words(self) -> list[str]:
        """The folded words of the search, each of which must occur."""
        return list(dict.fromkeys(fold(self.q).split()))[:MOST_WORDS]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the portfolio, the order and the page was asked for."""
        return self.bare() != Filters(portfolio=self.portfolio)

    def bare(self) -> Self:
        """The same choice of projects without order, page and the day beside it, to compare and to count."""
        return replace(self, compare="", sort=DEFAULT_SORT, page=1, size=PAGE_SIZE)

    def parameters(self) -> list[tuple[str, str]]:
        """The query string's pairs; what is as usual is left out."""
        usual = Filters(outcome=_usual_outcomes(self.archived))
        pairs: list[tuple[str, str]] = []
        for name in NAMES:
            value = getattr(self, name)
            if value == getattr(usual, name):
                continue
            if name == "outcome" and not value:
                pairs.append((name, "any"))
            elif isinstance(value, tuple):
                pairs += [(name, each) for each in value]
            else:
                pairs.append((name, str(value)))
        return pairs

    def query(self, **changes: Any) -> str:
        """The query string with some filters changed, on its first page; may be empty."""
        return urlencode(replace(self, **{"page": 1, **changes}).parameters())


NAMES = tuple(name for name in Filters.__dataclass_fields__ if name != "problems")


def parse(query: QueryDict) -> Filters:
    """Read a query string; unknown values are left out and named in `problems`, never an error."""
    reading = Reading(query)
    archived = ARCHIVED.get(reading.one_of("archived", ARCHIVED), "no")
    return Filters(
        portfolio=reading.code("portfolio", longest=60),
        q=reading.text("q"),
        unit=reading.number("unit", LARGEST_ID),
        stage=reading.codes("stage"),
        health=reading.several("health", Health.values),
        owner=reading.owner("owner"),
        flag=reading.one_of("flag", [*OF_PROJECTS, "any"]),
        gate=reading.one_of("gate", ["due"]),
        status=reading.one_of("status", Status.values),
        outcome=reading.outcomes("outcome", archived),
        archived=archived,
        kind=reading.one_of("kind", Kind.values),
        tier=reading.one_of("tier", Tier.values),
        quadrant=reading.several("quadrant", QUADRANTS),
        min_risk=reading.number("min_risk", 100),
        gap=reading.one_of("gap", YES_OR_NO),
        unproven=reading.one_of("unproven", YES_OR_NO),
        compare=reading.day("compare"),
        sort=reading.one_of("sort", [*SORTS, *(f"-{name}" for name in SORTS)]) or DEFAULT_SORT,
        page=reading.number("page", LAST_PAGE) or 1,
        size=reading.number("size", MOST_PER_PAGE) or PAGE_SIZE,
        problems=tuple(reading.problems),
    )


def _usual_outcomes(archived: str) -> tuple[str, ...]:
    """Ended projects are listed on request, and always among what was put away."""
    return LISTED_OUTCOMES if archived == "no" else ()


class Reading:
    """Takes values out of a query string and keeps what was wrong with them."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        # PostgreSQL cannot take NUL, and no name contains a control character.
        text = " ".join("".join(c if c.isprintable() else " " for c in self._last(name)).split())
        if len(text) > LONGEST_SEARCH:
            self._report(name, text, f"Only the first {LONGEST_SEARCH} letters are searched for.")
        return text[:LONGEST_SEARCH].strip()

    def one_of(self, name: str, known: Collection[str]) -> str:
        value = self._last(name)
        if value and value not in known:
            self._report(name, value, f"There is no {name} {_short(value)}. Use one of {_listed(known)}.")
            return ""
        return value

    def several(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        values = self._all(name)
        for value in values:
            if value not in known:
                self._report(name, value, f"There is no {name} {_short(value)}. Use one of {_listed(known)}.")
        return tuple(value for value in values if value in known)

    def outcomes(self, name: str, archived: str) -> tuple[str, ...]:
        given = self._all(name)
        if "any" in given:
            return ()
        return self.several(name, Outcome.values) or _usual_outcomes(archived)

    def code(self, name: str, longest: int) -> str:
        value = self._last(name)
        if value and (len(value) > longest or not re.fullmatch(r"[\w-]+", value, re.ASCII)):
            self._report(name, value, f"{_short(value)} is not a short name.")
            return ""
        return value

    def codes(self, name: str) -> tuple[str, ...]:
        values = self._all(name)
        for value in values:
            if not CODE.fullmatch(value):
                self._report(name, value, f"{_short(value)} is not the code of a stage.")
        return tuple(value for value in values if CODE.fullmatch(value))

    def number(self, name: str, largest: int) -> int | None:
        value = self._last(name)
        if not value:
            return None
        # Twenty digits are more than any number here has; int() of a million digits is slow.
        if value.isascii() and value.isdigit() and len(value) < 20 and 0 < int(value) <= largest:
            return int(value)
        self._report(name, value, f"{name} is a number from 1 to {largest}.")
        return None

    def day(self, name: str) -> str:
        """A day as it is written, year first."""
        value = self._last(name)
        try:
            found = parse_date(value) if value else None
        except ValueError:
            found = None
        if value and found is None:
            self._report(name, value, f"{_short(value)} is not a date. Use a date like 2026-11-30.")
        return found.isoformat() if found else ""

    def owner(self, name: str) -> str:
        if self._last(name) in ("me", "none"):
            return self._last(name)
        found = self.number(name, LARGEST_ID)
        return "" if found is None else str(found)

    def _last(self, name: str) -> str:
        return (self.query.get(name) or "").strip()

    def _all(self, name: str) -> list[str]:
        """Every value of a name, given several times or divided by commas; each once."""
        parts = (part.strip() for value in self.query.getlist(name) for part in value.split(","))
        return list(dict.fromkeys(part for part in parts if part))

    def _report(self, name: str, value: str, message: str) -> None:
        self.problems.append(Problem(name, _short(value), message))


def _short(value: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in value[:40])
    return f"{printable}…" if len(value) > 40 else printable


def _listed(known: Iterable[str]) -> str:
    return ", ".join(value for value in known if value and not value.startswith("-"))
