"""The matrix of risk and impact: the page, its filters, and the presentation without a shell."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from portfolio.insights.charts import boards, mixes, scenes
from portfolio.insights.pages import matrix_looks, matrix_panels, matrix_tables, subjects
from portfolio.insights.pages.matrix_forms import FilterForm
from portfolio.insights.queries import matrices, movements, sights, spans
from portfolio.insights.queries.matrices import Found
from portfolio.insights.queries.movements import Movement
from portfolio.insights.queries.sights import Sight
from portfolio.insights.rules.balance import mixes as mix_rules
from portfolio.insights.rules.matrix.movements import signed
from portfolio.insights.rules.matrix.readings import SIZES
from projects.actors import Actor
from projects.models import Portfolio
from projects.models.scorecards import card_of
from projects.rules import quadrants

# Rows of the table; more of them are in the download and in the register.
ROWS = 300
# Moves that are told at once; the others unfold.
FIRST = 8
# Names beside a move; the project's history has all of them.
PEOPLE = 3


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix as it is or was on a day; parts of it where htmx asks for them."""
    portfolio = subjects.portfolio(request, slug)
    found = look(request, portfolio)
    context = _context(request, portfolio, found)
    target = request.htmx.target  # type: ignore[attr-defined]
    template = {"mx-side": "_selected", "matrix": "_body"}.get(target, "page")
    return _rendered(request, template, context | {"is_part": target == "mx-side"})


@require_GET
def present(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix without anything around it, with a sentence as its title."""
    portfolio = subjects.portfolio(request, slug)
    found = look(request, portfolio)
    drawn = scenes.drawn(found, pitfalls(portfolio))
    context = {
        "portfolio": portfolio,
        "found": found,
        "sight": found.sight,
        "sentence": scenes.headline(found),
        "big": drawn.draw(boards.BIG),
        "bars": bars(found),
        "fields": scenes.fields(found),
        "days": matrix_looks.days(found),
        "unit": SIZES[found.size],
        "base": found.sight.base(project=""),
        "query": found.sight.query(),
    }
    part = request.htmx.target == "present"  # type: ignore[attr-defined]
    return _rendered(request, "_present" if part else "present", context)


@require_GET
def filters(request: HttpRequest, slug: str) -> HttpResponse:
    """All filters, in a dialog."""
    portfolio = subjects.portfolio(request, slug)
    sight = asked(request, portfolio)
    form = FilterForm(portfolio, initial=request.GET.dict())
    hidden = sights.hidden(sight, "project", "x", "y", *form.fields)
    return render(
        request,
        "insights/matrix/filters.html",
        {"nav": "matrix", "portfolio": portfolio, "form": form, "hidden": hidden, "query": sight.query()},
    )


def asked(request: HttpRequest, portfolio: Portfolio) -> Sight:
    """What the address asks for; a day that is none does not exist."""
    subjects.day(request)
    return sights.parse(request.GET.dict(), pitfalls(portfolio))


def look(request: HttpRequest, portfolio: Portfolio) -> Found:
    """What is found for it; a day before the first one that was kept does not exist."""
    found = matrices.find(portfolio, asked(request, portfolio), timezone.now())
    if found is None:
        raise Http404
    return found


def pitfalls(portfolio: Portfolio) -> dict[str, str]:
    """The pitfalls of the portfolio's questions, by code."""
    return {each.code: each.label for each in card_of(portfolio).pitfalls} if portfolio.scorecard_id else {}


def bars(found: Found) -> list[mixes.Bar]:
    """The mix as it is and as it was planned."""
    shares = {field.code: field.share for field in scenes.fields(found)}
    target = mix_rules.target(found.frame.target)
    is_known = any(share is not None for share in shares.values())
    found_bars = [mixes.bar("Actual", shares if is_known else None)]
    return [*found_bars, mixes.bar("Target", target)] if target and found.size != "value" else found_bars


def _rendered(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page or a part of it, which no cache takes for one another."""
    response = render(request, f"insights/matrix/{template}.html", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _context(request: HttpRequest, portfolio: Portfolio, found: Found) -> dict[str, Any]:
    sight, names = found.sight, pitfalls(portfolio)
    drawn = scenes.drawn(found, names)
    full, compact = drawn.draw(boards.FULL), drawn.draw(boards.COMPACT)
    people = found.totals.amounts["effort"] if found.totals.known["effort"] == found.totals.n else {}
    return {
        "nav": "matrix",
        "portfolio": portfolio,
        "found": found,
        "sight": sight,
        "full": full,
        "compact": compact,
        "drawn": drawn,
        "load": scenes.load(found),
        "unit": SIZES[found.size],
        "bars": bars(found),
        "quadrants": _quadrants(found),
        "legend": scenes.legend(drawn.scene, boards.FULL, found.frame.currency),
        "rows": matrix_tables.rows(found)[:ROWS],
        "heads": matrix_tables.heads(found, drawn),
        "cells": matrix_tables.cells(drawn),
        "people": sum(people.values()),
        "chips": matrix_looks.chips(portfolio, sight),
        "views": matrix_looks.views(sight, Actor.of(request).user_id),
        "menus": matrix_looks.menus(sight, found.size, names),
        "days": matrix_looks.days(found),
        "starts": matrix_looks.starts(found),
        "base": sight.base(project=""),
        "propose": _propose(portfolio, found),
        "query": sight.query(),
        "hidden": sights.hidden(sight, "day"),
        "unselected": sight.query(project=""),
        "whole": sight.query(x=None, y=None),
        "trails_query": sight.query(has_trails=not sight.has_trails),
        "unknowns_query": sight.query(has_unknowns=not sight.has_unknowns),
        **matrix_panels.selected(request, portfolio, found, names),
    }


def _propose(portfolio: Portfolio, found: Found) -> str:
    """Where to ask what would have to change, for the script; empty where nothing can be put elsewhere."""
    if found.frame.is_past or not found.sight.is_plain:
        return ""
    return reverse("matrix-propose", args=[portfolio.slug, "KEY"])


def _quadrants(found: Found) -> list[dict[str, Any]]:
    """The quadrants with the projects of each, as the list below a small drawing has them."""
    listed = scenes.listed(found)
    numbers = {entry.key: at for at, entry in enumerate(listed, 1)}
    return [
        {
            "field": field,
            "words": field.share_words(SIZES[found.size]),
            "entries": [(numbers[each.key], each) for each in listed if each.quadrant == field.code],
        }
        for field in scenes.fields(found)
    ]


@require_GET
def moved(request: HttpRequest, slug: str) -> HttpResponse:
    """Who moved since a day, and why; within the page, or by itself."""
    portfolio = subjects.portfolio(request, slug)
    sight = asked(request, portfolio)
    start = spans.of(portfolio, sight, timezone.now())
    day = None if start is None else start.day
    moves = movements.between(portfolio, sight.choice, start.since, day, pitfalls(portfolio)) if start else []
    context = {
        "nav": "matrix",
        "portfolio": portfolio,
        "moves": [_told(move) for move in moves[:FIRST]],
        "further": [_told(move) for move in moves[FIRST:]],
        "since": start and start.since,
        "until": day,
        "has_generated": bool(start and start.has_generated),
        "base": sight.base(project=""),
        "query": sight.query(),
    }
    part = request.htmx.target == "mx-moved"  # type: ignore[attr-defined]
    return _rendered(request, "_moved" if part else "moved", context)


def _told(move: Movement) -> dict[str, Any]:
    before = move.before
    return {
        "move": move,
        "risk": signed(move.risk) if move.risk else "",
        "impact": signed(move.impact) if move.impact else "",
        "was": quadrants.LABELS.get(before.quadrant, "no place") if before else "not there yet",
        "is": quadrants.LABELS.get(move.after.quadrant, "no place"),
        "why": "; ".join(move.reasons),
        "who": ", ".join(move.people[:PEOPLE]),
    }
