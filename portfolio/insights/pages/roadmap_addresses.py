"""What the address of a roadmap asks for, and the addresses that its links lead to."""

from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl

from django.http import HttpRequest

from portfolio.insights.pages import subjects
from portfolio.insights.queries import choices
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.forecast.roadmaps import BYS

LARGEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How the rows are grouped, on which day, which of them, and which part."""

    by: str = "unit"
    day: date | None = None
    choice: Choice = field(default_factory=Choice)
    opened: str | None = None  # the group that shows its rows where groups are folded
    page: int = 1

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """As the address has it; what no roadmap knows is as if it were not there."""
        by, page = request.GET.get("by", ""), request.GET.get("page", "")
        number = int(page) if page.isdecimal() and len(page) < 6 else 1
        return cls(
            by if by in BYS else "unit",
            subjects.day(request),
            choices.parse(request.GET),
            request.GET.get("open"),
            min(max(number, 1), LARGEST_PAGE),
        )

    def query(self) -> str:
        """Its query string; what is as usual is left out, but an opened group may have no name."""
        query = self.choice.query(
            by="" if self.by == "unit" else self.by,
            day=self.day or "",
            page="" if self.page == 1 else self.page,
        )
        opened = "" if self.opened is None else Choice().query(open=self.opened) or "open="
        return "&".join(filter(None, [query, opened]))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form that asks for a day has to carry along."""
        return parse_qsl(replace(self, day=None, opened=None, page=1).query())

    def at(self, path: str, **changed: object) -> str:
        """The address with some of it changed."""
        query = replace(self, **changed).query()  # type: ignore[arg-type]
        return f"{path}?{query}" if query else path

    def opening(self, code: str) -> str:
        """The query string that opens a group, or folds it where it is open."""
        return replace(self, opened=None if code == self.opened else code, page=1).query()
