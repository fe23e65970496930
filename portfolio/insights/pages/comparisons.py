"""Two days of a portfolio side by side: what came, what went and why, what changed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.pages import subjects
from portfolio.insights.queries import choices, comparisons, pictures
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.history.comparisons import Changed, Comparison
from projects.exports.answers import answer
from projects.exports.tables import Table
from projects.models import Portfolio
from projects.rules import differences

# Unless asked otherwise, a quarter is looked at: the rhythm in which portfolios are reviewed.
QUARTER = timedelta(days=90)
HEADERS = ("what", "key", "name", "business unit", "field", "before", "after", "date", "by", "reason")
# Ways to put the changed projects together: by project, or by what changed.
BY_FIELD = "field"


@dataclass(frozen=True, slots=True)
class Asked:
    """The two days (`to` None: now), the filters, one field or all, and how it is grouped."""

    since: date
    to: date | None
    choice: Choice
    field: str = ""
    group: str = ""

    def query(self, **more: Any) -> str:
        """As a query string with some of it changed."""
        values = {"from": self.since, "to": self.to, "field": self.field, "group": self.group} | more
        return self.choice.query(**values)


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; without a stored day at or before the first one, it says from when on there is one."""
    portfolio = subjects.portfolio(request, slug)
    asked = _asked(request, portfolio)
    found = _compared(portfolio, asked)
    context = {
        "nav": "more",
        "portfolio": portfolio,
        "asked": asked,
        "found": found,
        "today": _today(portfolio),
        "first": pictures.first_day(portfolio),
        "fields": _fields(found, asked) if found else [],
        "changed": _changed(found, asked) if found else [],
        "by_field": _by_field(found, asked) if found and asked.group == BY_FIELD else [],
        "grouped": {"project": f"?{asked.query(group='')}", "field": f"?{asked.query(group=BY_FIELD)}"},
        "all_fields": f"?{asked.query(field='')}",
        "hidden": [(name, value) for name, value in asdict(asked.choice).items() if value],
        "everything": f"?{Asked(asked.since, asked.to, Choice()).query()}",
    }
    return render(request, "insights/compare/page.html", context)


@require_GET
def rows(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Everything that happened, a row for each project that came or went and for each changed field."""
    portfolio = subjects.portfolio(request, slug)
    asked = _asked(request, portfolio)
    found = _compared(portfolio, asked)
    if found is None:
        raise Http404
    table = Table("changes", HEADERS, _cells(found, asked))
    return answer(request, f"changes-{slug}-since-{asked.since}", found.after.day, table)


def _asked(request: HttpRequest, portfolio: Portfolio) -> Asked:
    since, to = subjects.day(request, "from"), subjects.day(request, "to")
    field = request.GET.get("field", "")
    return Asked(
        since=since or (to or _today(portfolio)) - QUARTER,
        to=to,
        choice=choices.parse(request.GET.dict()),
        field=field if field in differences.CODES else "",
        group=BY_FIELD if request.GET.get("group") == BY_FIELD else "",
    )


def _today(portfolio: Portfolio) -> date:
    return timezone.now().astimezone(ZoneInfo(portfolio.time_zone)).date()


def _compared(portfolio: Portfolio, asked: Asked) -> Comparison | None:
    """None where one of the days lies before the first that was stored."""
    return comparisons.days(portfolio, asked.since, asked.to, timezone.now(), asked.choice)


def _changed(found: Comparison, asked: Asked) -> list[Changed]:
    """Those with the field asked for, or all."""
    return [each for each in found.changed if not asked.field or each.of(asked.field)]


def _fields(found: Comparison, asked: Asked) -> list[dict[str, Any]]:
    """Each field in which something changed, with how many projects, to choose by."""
    counts = {
        field: sum(each.of(field.code) is not None for each in found.changed) for field in differences.FIELDS
    }
    return [
        {
            "label": field.label,
            "n": n,
            "url": f"?{asked.query(field=field.code)}",
            "is_chosen": field.code == asked.field,
        }
        for field, n in counts.items()
        if n
    ]


def _by_field(found: Comparison, asked: Asked) -> list[dict[str, Any]]:
    groups = []
    for field in differences.FIELDS:
        rows = [(each, change) for each in found.changed if (change := each.of(field.code))]
        if rows and asked.field in ("", field.code):
            groups.append({"field": field, "rows": rows})
    return groups


def _cells(found: Comparison, asked: Asked) -> Iterator[list[Any]]:
    for added in found.added:
        yield [*_about("added", added.entry), "", "", "", None, "", added.label]
    for gone in found.removed:
        day = gone.at.date() if gone.at else None
        why = ", ".join(filter(None, (gone.label, gone.why)))
        yield [*_about("removed", gone.entry), "", "", "", day, gone.by, why]
    for each in _changed(found, asked):
        for change in each.changes:
            if asked.field in ("", change.field.code):
                yield [
                    *_about("changed", each.entry),
                    change.field.label,
                    change.was,
                    change.now,
                    None,
                    "",
                    "",
                ]
    for change in found.settings:
        yield ["settings", "", "", "", change.field.label, change.was, change.now, None, "", ""]


def _about(what: str, entry: Any) -> tuple[str, str, str, str]:
    return what, entry.key, entry.name, entry.unit
