"""What the address of a balance asks for, and the addresses that its links lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest

from portfolio.insights.pages import subjects
from portfolio.insights.rules.entries import MEASURES

MEASURE_NAMES = {"effort": "People", "cost": "Cost", "count": "Projects"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The day, the day to compare with, the measure, and the changes of the what-if."""

    day: date | None = None
    compare: date | None = None
    measure: str = ""
    wi: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """As the address has it; a measure that nobody knows is as if it were not there."""
        measure = request.GET.get("measure", "")
        return cls(
            day=subjects.day(request),
            compare=subjects.day(request, "compare"),
            measure=measure if measure in MEASURES else "",
            wi=tuple(dict.fromkeys(request.GET.getlist("wi"))),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Its parameters in order, for a form or an address."""
        days = [
            (name, value.isoformat())
            for name, value in (("day", self.day), ("compare", self.compare))
            if value
        ]
        measure = [("measure", self.measure)] if self.measure else []
        return [*days, *measure, *(("wi", each) for each in self.wi)]

    def at(self, path: str, **changed: object) -> str:
        """The address with some of it changed."""
        query = urlencode(replace(self, **changed).pairs())  # type: ignore[arg-type]
        return f"{path}?{query}" if query else path

    def switched(self, changes: Iterable[str]) -> "Asked":
        """With all of these changes, or without them where all of them are on already."""
        these = list(changes)
        rest = [each for each in self.wi if each not in these]
        is_on = all(each in self.wi for each in these)
        return replace(self, wi=tuple(rest if is_on else [*rest, *these]))


def measures(asked: Asked, path: str, current: str) -> list[dict[str, object]]:
    """The choice of measures, each with its address."""
    return [
        {
            "code": code,
            "label": MEASURE_NAMES[code],
            "href": asked.at(path, measure=code),
            "is_current": code == current,
        }
        for code in MEASURES
    ]
