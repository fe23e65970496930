"""Public holidays beside the field that chooses whose they are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.models import Portfolio
from projects.rules import public_holidays

LONGEST = 60


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the settings that changes with the choice."""
    portfolio = get_object_or_404(Portfolio.objects.visible_to(Actor.of(request)), slug=slug)
    context = shown(request.GET.get("holiday_region", "")[:LONGEST])
    return render(request, "projects/portfolios/_public_holidays.html", {"portfolio": portfolio, **context})


def shown(text: str) -> dict[str, Any]:
    """What can be chosen, and this year's days of what was chosen."""
    region, year = public_holidays.known(text), timezone.localdate().year
    country = (region or "").partition("-")[0]
    parts = {part: public_holidays.label(part) for part in public_holidays.parts(country)}
    return {
        "regions": {**parts, **public_holidays.countries()},
        "region": region and public_holidays.label(region),
        "parts": list(parts),
        "year": year,
        "days": public_holidays.of(region or "", year),
    }


def unknown(text: str) -> str:
    """Why a region cannot be taken, and what can."""
    country = public_holidays.known(text.partition("-")[0])
    if country is None:
        return "This is no country with known public holidays. Choose one from the list, such as DE."
    parts = public_holidays.parts(country)
    choice = ", ".join(parts) if parts else "none"
    return f"{public_holidays.label(country)} has no region of this name. Its regions: {choice}."
