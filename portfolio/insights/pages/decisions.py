"""Decisions to stop and to hold: what they freed, what was learned, and which pitfall decides how often."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portfolio.insights.actions import generated_history
from portfolio.insights.pages import subjects
from portfolio.insights.queries import decisions
from portfolio.insights.queries.decisions import Wanted
from portfolio.insights.rules.history import decisions as rules
from portfolio.insights.rules.history.decisions import Decision, Totals
from projects import permissions
from projects.actors import Actor
from projects.exports.answers import answer
from projects.exports.tables import Table
from projects.models import Portfolio
from projects.pages import answers
from projects.pages.fields import pick
from projects.templatetags.amounts import amount

PER_PAGE = 25
SEARCH = {"maxlength": decisions.LONGEST_SEARCH, "placeholder": "Words of a lesson, a reason, a project"}
OTHER_LABEL = "No pitfall: strategy, budget, a duplicate"
HEADERS = (
    *("date", "decision", "key", "name", "business unit", "stage", "decided by", "reason", "pitfall", "note"),
    *("days since entry", "people freed", "cost freed", "spent", "what happened", "lesson", "team"),
    *("taken back", "generated"),
)


class Filters(forms.Form):
    """What to look for; the address is read by `decisions.parse`, so this is never bound."""

    use_required_attribute = False

    q = forms.CharField(widget=forms.TextInput(attrs={"type": "search", "class": "input", **SEARCH}))
    pitfall = forms.ChoiceField(widget=forms.Select(attrs={"class": "input w-m"}))
    kind = forms.ChoiceField(widget=forms.Select(attrs={"class": "input w-m"}))

    def __init__(self, wanted: Wanted, labels: dict[str, str]) -> None:
        super().__init__(initial={"q": wanted.q, "pitfall": wanted.pitfall, "kind": wanted.kind})
        pitfall: Any = self.fields["pitfall"]
        pitfall.choices = pick([*labels.items()], "Any pitfall")
        kind: Any = self.fields["kind"]
        kind.choices = pick([*rules.KINDS.items()], "Any decision")


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of all decisions chosen, and the decisions by page; for htmx what a filter changes."""
    portfolio = subjects.portfolio(request, slug)
    context = _context(request, portfolio)
    is_part = request.htmx.target == "decisions"  # type: ignore[attr-defined]
    template = "insights/decisions/_body.html" if is_part else "insights/decisions/page.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_GET
def rows(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The decisions chosen as a file."""
    portfolio = subjects.portfolio(request, slug)
    wanted = decisions.parse(request.GET.dict(), portfolio)
    labels = _labels(portfolio)
    table = Table("decisions", HEADERS, _cells(_found(portfolio, wanted), labels))
    return answer(request, f"decisions-{slug}", timezone.localdate(), table)


@require_http_methods(["GET", "POST"])
def remove_past(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, then take the invented past away."""
    portfolio = subjects.portfolio(request, slug)
    actor = Actor.of(request)
    permissions.require(actor, "portfolio.edit", portfolio)
    if request.method == "GET":
        context = {"nav": "more", "portfolio": portfolio, "there": generated_history.counted(portfolio)}
        return render(request, "insights/decisions/remove_past.html", context)
    gone = generated_history.remove(portfolio.pk, actor=actor)
    said = f"Removed: {gone.projects} generated projects and {gone.snapshots} generated days"
    return answers.go(request, reverse("decisions", args=[slug]), said)


@require_POST
def generate_past(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the sample its invented past (again)."""
    portfolio = subjects.portfolio(request, slug)
    made = generated_history.generate(portfolio.pk, actor=Actor.of(request), now=timezone.now())
    said = f"Generated: {made.projects} closed projects and {made.snapshots} past days"
    return answers.go(request, reverse("decisions", args=[slug]), said)


def _context(request: HttpRequest, portfolio: Portfolio) -> dict[str, Any]:
    wanted, labels = decisions.parse(request.GET.dict(), portfolio), _labels(portfolio)
    known = decisions.of(portfolio)
    in_sight = [each for each in known if not (wanted.generated and each.is_generated)]
    found = decisions.chosen(in_sight, wanted)
    may_edit = permissions.granted(Actor.of(request), "portfolio.edit", portfolio)
    return {
        "nav": "more",
        "portfolio": portfolio,
        "wanted": wanted,
        "form": Filters(wanted, labels),
        "query": wanted.query(),
        "totals": rules.totals(found),
        "rates": _rates(found, labels),
        "tiles": list(_tiles(rules.totals(found), portfolio.currency)),
        "page": _page(found, labels, request.GET.get("page")),
        "is_empty": not known,
        "generated": sum(each.is_generated for each in known),
        "with_generated": f"?{wanted.query(generated='')}",
        "without_generated": f"?{wanted.query(generated=decisions.NOT_GENERATED)}",
        "may_remove": may_edit and any(each.is_generated for each in known),
        "may_generate": may_edit and _could_have_a_past(portfolio, known),
    }


def _page(found: Sequence[Decision], labels: dict[str, str], number: str | None) -> Any:
    """Each decision with the label of its pitfall."""
    rows = [{"one": one, "pitfall": labels.get(one.pitfall, "")} for one in found]
    return Paginator(rows, PER_PAGE).get_page(number)


def _tiles(totals: Totals, currency: str) -> Iterator[dict[str, str]]:
    """What the decisions amount to; a sum of which nothing is known is no tile."""
    parts = {"stopped": totals.stopped, "on hold": totals.held, "retired": totals.retired}
    said = ", ".join(f"{n} {what}" for what, n in parts.items() if n)
    yield _tile("Decisions made", f"{totals.n}", note=said)
    if totals.days is not None:
        yield _tile(
            "From entry to a stop", f"{totals.days:g}", "days", "the median: the earlier, the cheaper"
        )
    if totals.people_known:
        yield _tile("People freed", f"{totals.people:g}", "full-time", _known(totals.people_known))
    if totals.cost_known:
        yield _tile("Not to be spent any more", amount(totals.cost), currency, _known(totals.cost_known))
    if totals.sunk_known:
        yield _tile("Spent until then", amount(totals.sunk), currency, _known(totals.sunk_known))
    yield _tile("With a lesson", f"{totals.with_lesson}", f"of {totals.n}")


def _tile(label: str, value: str, unit: str = "", note: str = "") -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "note": note}


def _known(n: int) -> str:
    return f"known of {n} decision{'' if n == 1 else 's'}"


def _could_have_a_past(portfolio: Portfolio, known: Sequence[Decision]) -> bool:
    return portfolio.slug == generated_history.SLUG and not any(each.is_generated for each in known)


def _found(portfolio: Portfolio, wanted: Wanted) -> list[Decision]:
    return decisions.chosen(decisions.of(portfolio, with_generated=not wanted.generated), wanted)


def _labels(portfolio: Portfolio) -> dict[str, str]:
    return {**decisions.pitfalls(portfolio), rules.OTHER: OTHER_LABEL}


def _rates(found: Sequence[Decision], labels: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each pitfall, in percent; none without a stop."""
    shares = rules.base_rates(found, {code: labels[code] for code in labels if code != rules.OTHER})
    return [
        {
            "code": code,
            "label": labels[code],
            "n": share.did,
            "of": share.n,
            "mean": 100 * share.mean,
            "low": 100 * share.low,
            "high": 100 * share.high,
        }
        for code, share in shares
        if share.n
    ]


def _cells(found: Sequence[Decision], labels: dict[str, str]) -> Iterator[list[Any]]:
    for each in found:
        learned = each.lessons[0] if each.lessons else None
        pitfall = labels.get(each.pitfall, "")
        yield [
            *(each.at.date(), each.label, each.key, each.name, each.unit, each.stage, each.by, each.reason),
            *(pitfall, each.note, each.days, each.people, each.cost, each.sunk_cost),
            *((learned.happened, learned.lesson, learned.team_effect) if learned else ("", "", "")),
            *(each.is_over, each.is_generated),
        ]
