"""Changes as they come from an address, a form, a program or a stored scenario."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from portfolio.insights.rules.entries import QUADRANTS
from projects.rules.facts import Obstacle

# What can be done to a project, and what to the portfolio around it.
TO_PROJECTS = ("stop", "hold", "start")
KINDS = (*TO_PROJECTS, "people", "budget", "mix")
# More than anybody reads; it keeps an address and a form within what servers take.
MOST_CHANGES = 500
# Figures beyond these are slips of the hand.
MOST_FTE, MOST_AMOUNT = 10_000, 1e13
HOW = "Write it like stop:PRJ-16, people:Data engineering:+2:2027-01, budget:1200000 or mix:30,25,40,5."


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done otherwise; which fields are used follows from `do`, one of KINDS."""

    do: str
    project: str = ""  # its key
    capability: str = ""
    fte: float = 0.0
    since: date | None = None  # people: the first of a month; None is from now on
    amount: float = 0.0
    target: Mapping[str, int] = field(default_factory=dict)  # quadrant -> percent

    @property
    def subject(self) -> tuple[str, ...]:
        """What two changes of one scenario may not both be about."""
        if self.do == "people":
            return ("people", self.capability.casefold(), str(self.since or ""))
        return ("project", self.project) if self.do in TO_PROJECTS else (self.do,)

    def plain(self) -> dict[str, Any]:
        """As it is stored and as REST shows it; `parse` reads it again."""
        if self.do == "people":
            month = {"from": f"{self.since:%Y-%m}"} if self.since else {}
            return {"do": self.do, "capability": self.capability, "fte": self.fte, **month}
        if self.do == "budget":
            return {"do": self.do, "amount": self.amount}
        if self.do == "mix":
            return {"do": self.do, "target": dict(self.target)}
        return {"do": self.do, "project": self.project}

    def compact(self) -> str:
        """As it stands in an address, such as `stop:PRJ-16`."""
        if self.do == "people":
            month = f":{self.since:%Y-%m}" if self.since else ""
            return f"people:{self.capability}:{self.fte:+g}{month}"
        if self.do == "budget":
            return f"budget:{self.amount:.2f}".removesuffix(".00")
        if self.do == "mix":
            return "mix:" + ",".join(str(self.target[code]) for code in QUADRANTS)
        return f"{self.do}:{self.project}"


class Unclear(ValueError):
    """What was asked for is no set of changes; `problems` names all that is wrong with it."""

    def __init__(self, problems: Iterable[Obstacle]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


def parse(asked: Iterable[str | Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes from their stored or their compact form; raises Unclear with every problem."""
    found: list[Change] = []
    problems: list[Obstacle] = []
    for item in asked:
        try:
            found.append(_one(_spread(item) if isinstance(item, str) else item))
        except Unclear as unclear:
            problems += unclear.problems
    problems += _twice(found)
    if len(found) > MOST_CHANGES:
        message = f"{len(found)} changes are more than a scenario takes."
        problems.append(Obstacle("too_many", message, f"Keep to {MOST_CHANGES}.", "changes"))
    if problems:
        raise Unclear(problems)
    return tuple(found)


def _twice(changes: list[Change]) -> list[Obstacle]:
    seen, found = set(), []
    for change in changes:
        if change.subject in seen:
            what = change.project or change.capability or {"mix": "target mix"}.get(change.do, change.do)
            message = f"Two changes are about the same thing: {what}."
            found.append(Obstacle("twice", message, "Keep one of them.", "changes"))
        seen.add(change.subject)
    return found


def _spread(text: str) -> dict[str, Any]:
    """The compact form as its stored one; the checks are those of the stored one."""
    do, _, rest = text.partition(":")
    if do == "people":
        # A kind of work may have a colon in its name; what follows it has none.
        parts = rest.rsplit(":", 2)
        if len(parts) == 3 and len(parts[2]) != 7:
            parts = rest.rsplit(":", 1)
        if len(parts) < 2:
            raise _unclear("unreadable", f"“{text[:60]}” is no change.", HOW)
        return dict(zip(("do", "capability", "fte", "from"), (do, *parts), strict=False))
    if do == "mix":
        shares = rest.split(",")
        is_whole = len(shares) == len(QUADRANTS)
        return {"do": do, "target": dict(zip(QUADRANTS, shares, strict=True)) if is_whole else None}
    return {"do": do, "amount" if do == "budget" else "project": rest}


def _one(item: Mapping[str, Any]) -> Change:
    do = item.get("do") if isinstance(item, Mapping) else None
    if do in TO_PROJECTS:
        key = item.get("project")
        if not isinstance(key, str) or not key.strip() or len(key) > 40:
            raise _unclear("no_project", f"This change names no project: {do}.", HOW, "project")
        return Change(do, project=key.strip().upper())
    if do == "people":
        return _people(item)
    if do == "budget":
        amount = _number(item.get("amount"), "amount")
        if not 0 <= amount <= MOST_AMOUNT:
            raise _unclear("amount", "A budget is an amount from 0 on.", "Give such an amount.", "amount")
        return Change(do, amount=amount)
    if do == "mix":
        return Change(do, target=_target(item.get("target")))
    said = str(do)[:60] if do else "empty"
    raise _unclear(
        "unknown_change", f"There is no change “{said}”.", f"Choose one of {', '.join(KINDS)}.", "do"
    )


def _people(item: Mapping[str, Any]) -> Change:
    name = item.get("capability")
    if not isinstance(name, str) or not name.strip() or len(name) > 80:
        raise _unclear("no_capability", "This change names no kind of work.", HOW, "capability")
    fte = _number(item.get("fte"), "fte")
    if fte == 0 or abs(fte) > MOST_FTE:
        message = f"{fte:g} people would change nothing, or cannot be meant."
        raise _unclear("fte", message, "Give how many are added, or taken away as below 0.", "fte")
    return Change("people", capability=name.strip(), fte=fte, since=_month(item.get("from")))


def _month(said: Any) -> date | None:
    if said in (None, ""):
        return None
    try:
        year, month = str(said).split("-")
        if len(year) != 4 or len(month) != 2:
            raise ValueError
        return date(int(year), int(month), 1)
    except ValueError:
        raise _unclear(
            "month", f"“{str(said)[:20]}” is no month.", "Write it like 2027-01.", "from"
        ) from None


def _target(said: Any) -> dict[str, int]:
    if not isinstance(said, Mapping) or set(said) != set(QUADRANTS):
        message = "A target mix names the share of each of the four quadrants."
        raise _unclear("mix", message, f"Give {', '.join(QUADRANTS)}, in percent.", "target")
    shares = {code: _number(said[code], "target") for code in QUADRANTS}
    are_whole = all(share == int(share) and 0 <= share <= 100 for share in shares.values())
    if not are_whole or sum(shares.values()) != 100:
        message = "The shares of a target mix are whole percents that add up to 100."
        raise _unclear("mix_sum", message, "Change them so that they do.", "target")
    return {code: int(share) for code, share in shares.items()}


def _number(said: Any, place: str) -> float:
    try:
        number = float("" if isinstance(said, bool) or said is None else said)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number):
        raise _unclear(
            "no_number", f"“{str(said)[:20]}” is no number.", "Give a number such as 2 or 0.5.", place
        )
    return number


def _unclear(code: str, message: str, remedy: str, place: str = "changes") -> Unclear:
    return Unclear([Obstacle(code, message, remedy, place)])
