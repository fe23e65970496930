"""Who is there to do the work: kinds of work by month, changed one by one or taken from a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import permissions
from projects.actions import capacity as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.exports.answers import answer
from projects.exports.tables import Table
from projects.models import Capability, Portfolio
from projects.pages import answers
from projects.pages.capacity_forms import KindForm, SupplyForm, TableForm
from projects.queries import capacities
from projects.rules import capacities as rules
from projects.rules import supply_tables
from projects.rules.names import fold

MONTHS = 12  # a year fits the page, and people plan in years


@dataclass(frozen=True, slots=True)
class Cell:
    """How many are there in a month; whether it was said of this very month."""

    month: date
    fte: Decimal | None
    is_said: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of work with its months, and how many are needed today."""

    kind: Capability
    cells: list[Cell]
    needed: Decimal
    there: Decimal | None  # this month

    @property
    def lacking(self) -> Decimal:
        """How many more are needed today than are there."""
        return max(Decimal(0), self.needed - self.there) if self.there is not None else Decimal(0)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The table; ?from=2027-01 begins it in another month."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    this_month = rules.month(timezone.localdate())
    first = supply_tables.month_of(request.GET.get("from", "")) or this_month
    months = list(rules.months(first, MONTHS))
    needed = capacities.needed(portfolio, timezone.localdate())
    lines = [_line(kind, months, needed) for kind in capacities.of_portfolio(portfolio)]
    context = {
        "portfolio": portfolio,
        "months": months,
        "lines": lines,
        "this_month": this_month,
        "earlier": _year_away(first, -1),
        "later": _year_away(first, 1),
        "may_edit": permissions.granted(actor, "capacity.edit", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/capacity/show.html", context)


@require_safe
def file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The table as a file that can be changed and brought back."""
    portfolio = _portfolio(Actor.of(request), slug)
    today = timezone.localdate()
    months = list(rules.months(rules.month(today), MONTHS))
    lines = [_line(kind, months, {}) for kind in capacities.of_portfolio(portfolio)]
    rows = ([line.kind.name, *(cell.fte for cell in line.cells)] for line in lines)
    headers = ["kind of work", *(f"{month:%Y-%m}" for month in months)]
    return answer(request, f"capacity-{portfolio.slug}", today, Table("capacity", headers, rows))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new kind of work."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "capacity.edit", portfolio)
    form = KindForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, portfolio, "kind", form)
    try:
        kind = actions.add(portfolio.pk, name=form.cleaned_data["name"], actor=actor)
    except Refused as refusal:
        form.add_error("name", refusal.message)
        return _dialog(request, portfolio, "kind", form, status=answers.CONFLICT)
    return answers.go(request, _home(portfolio), f"{kind.name} added")


@require_http_methods(["GET", "POST"])
def supply(request: HttpRequest, slug: str, kind_id: int) -> HttpResponse:
    """How many there are from a month on, and the name of the kind of work."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "capacity.edit", portfolio)
    kind = _kind(portfolio, kind_id)
    if request.method == "GET":
        month = supply_tables.month_of(request.GET.get("month", "")) or rules.month(timezone.localdate())
        return _dialog(request, portfolio, "supply", SupplyForm.of(kind, month), kind=kind)
    form = SupplyForm(request.POST)
    if not form.is_valid():
        return _dialog(request, portfolio, "supply", form, kind=kind)
    said = form.cleaned_data
    try:
        actions.rename(kind.pk, name=said["name"], actor=actor)
    except Refused as refusal:
        form.add_error("name", refusal.message)
        return _dialog(request, portfolio, "supply", form, kind=kind, status=answers.CONFLICT)
    actions.set_supply(kind.pk, supplies={said["month"]: said["fte"]}, actor=actor)
    return answers.go(request, _home(portfolio), f"{said['name']} saved")


@require_POST
def remove(request: HttpRequest, slug: str, kind_id: int) -> HttpResponse:
    """Take a kind of work away, unless projects need it."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "capacity.edit", portfolio)
    kind = _kind(portfolio, kind_id)
    try:
        actions.remove(kind.pk, actor=actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return answers.go(request, _home(portfolio))
    return answers.go(request, _home(portfolio), f"{kind.name} removed")


@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """A table pasted or uploaded: first everything that it would do and that is wrong, then it is taken."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "capacity.edit", portfolio)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, portfolio, "table", form)
    found = supply_tables.read(form.cleaned_data["table"])
    if found.wrong or "apply" not in request.POST:
        trial = _trial(portfolio, found)
        form = TableForm(initial={"table": form.cleaned_data["table"]})
        status = answers.INVALID if found.wrong else answers.OK
        return _dialog(request, portfolio, "table", form, status=status, wrong=found.wrong[:50], trial=trial)
    try:
        changed = actions.set_table(portfolio.pk, table=found.supplies, actor=actor)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _dialog(request, portfolio, "table", form, status=answers.CONFLICT)
    return answers.go(request, _home(portfolio), f"{changed} month{'' if changed == 1 else 's'} changed")


def _trial(portfolio: Portfolio, found: supply_tables.Table) -> dict[str, Any]:
    """What taking the table would do: new kinds of work, and months that would say something else."""
    held = {
        fold(kind.name): {row.from_month: row.fte for row in kind.supplies.all()}
        for kind in capacities.of_portfolio(portfolio)
    }
    new = [name for name in found.supplies if fold(name) not in held]
    changed = sum(
        held.get(fold(name), {}).get(month) != fte
        for name, supplies in found.supplies.items()
        for month, fte in supplies.items()
    )
    return {"new": new, "changed": changed, "kinds": len(found.supplies)}


def _line(kind: Capability, months: Sequence[date], needed: dict[int, Decimal]) -> Line:
    said = {row.from_month: row.fte for row in kind.supplies.all()}
    cells = [Cell(month, rules.in_force(said, month), month in said) for month in months]
    there = rules.in_force(said, timezone.localdate())
    return Line(kind, cells, needed.get(kind.pk, Decimal(0)), there)


def _year_away(first: date, years: int) -> date | None:
    year = first.year + years
    return first.replace(year=year) if year in supply_tables.YEARS else None


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    permissions.require(actor, "balance.view", portfolio)
    return portfolio


def _kind(portfolio: Portfolio, kind_id: int) -> Capability:
    found = capacities.of_id(portfolio.pk, kind_id)
    if found is None:
        raise Http404
    return found


def _home(portfolio: Portfolio) -> str:
    return reverse("capacity", args=[portfolio.slug])


def _dialog(
    request: HttpRequest, portfolio: Portfolio, name: str, form: Any, status: int = 0, **context: Any
) -> HttpResponse:
    status = status or (answers.INVALID if form.errors else answers.OK)
    context |= {"portfolio": portfolio, "form": form, "home": _home(portfolio), "nav": "settings"}
    return render(request, f"projects/capacity/{name}.html", context, status=status)
