"""What every page shows around its content: destinations, portfolios, views, the theme."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portfolio.register.queries.projects import VIEWS
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio
from projects.queries import portfolios
from projects.queries.filters import Filters

THEMES = ("light", "dark")
LISTED = 12  # portfolios in the switcher; the rest are one click away
SHOWN_VIEWS = ("My projects", "Needs update", "At a gate", "Big bets")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The shell is built when a page asks for it: parts of pages never do."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else ""}
    # Parts that htmx put into #overlay are dialogs; the same address opened by itself is a page.
    for_overlay = request.headers.get("HX-Target") == "overlay"
    context["dialog_layout"] = "parts/_dialog.html" if for_overlay else "parts/dialog_page.html"
    if getattr(request, "user", None) and request.user.is_authenticated:
        context["shell"] = SimpleLazyObject(lambda: build(request))
    return context


def build(request: HttpRequest) -> dict[str, Any]:
    """At most one query (portfolios and roles), none where the page has asked it already.

    How many sign-offs wait is asked for when the page is there: no page waits for it.
    """
    actor = Actor.of(request)
    found = [one for one in portfolios.visible(actor) if not one.archived_at]
    current = _current(request, found)
    looked_into = _looked_into(actor, found, current)
    return {
        "portfolio": current,
        "portfolios": [_entry(one, one == current) for one in found[:LISTED]],
        "more_portfolios": max(len(found) - LISTED, 0),
        "places": _places(current, looked_into),
        "further": _further(actor, found, current, looked_into),
        "views": [view for view in _views(current) if view["label"] in SHOWN_VIEWS],
        "all_views": _views(current),
        "settings_href": _settings(current or _only(found)),
        "may": {"people": permissions.granted(actor, "person.manage"), "raise": may_raise(actor, found)},
    }


def may_raise(actor: Actor, found: list[Portfolio]) -> bool:
    """Whether there is a project on which this person may raise a blocker."""
    # Whoever knows of a portfolio without a role in it is on a team there.
    return any(
        permissions.granted(actor, "blocker.edit", one) or not permissions.portfolio_role(actor, one.pk)
        for one in found
    )


def _places(current: Portfolio | None, looked_into: str) -> list[dict[str, Any]]:
    """The destinations of the side bar; those who only take part see three."""
    places = [
        _place("work", "w", "inbox", "My work", "/my-work/") | {"count": "/my-work/count/"},
        _place("projects", "p", "list", "Projects", _register(current)),
        _place("blockers", "b", "block", "Blockers", _in(current, "/blockers/")),
    ]
    if looked_into:
        places += [
            _place("matrix", "m", "matrix", "Matrix", f"{looked_into}matrix/"),
            _place("balance", "l", "balance", "Balance", f"{looked_into}balance/"),
            _place("roadmap", "r", "road", "Roadmap", f"{looked_into}roadmap/"),
        ]
    return places


def _further(
    actor: Actor, found: list[Portfolio], current: Portfolio | None, looked_into: str
) -> list[dict[str, Any]]:
    """The destinations that are folded away."""
    summed = current or _only(found)
    summary = f"/portfolios/{summed.slug}/" if summed else "/portfolios/"
    places = [
        _place("flags", "f", "flag", "Flags", _in(current, "/flags/")),
        _place("summary", "s", "chart", "Summary", summary),
    ]
    if looked_into:
        places += [
            _place("scenarios", "c", "swap", "Scenarios", f"{looked_into}scenarios/"),
            _place("decisions", "d", "check", "Decisions", f"{looked_into}decisions/"),
            _place("report", "k", "note", "Leadership pack", f"{looked_into}report/"),
        ]
    if any(permissions.granted(actor, "import.run", one) for one in found):
        places.append(_place("imports", "i", "up-from", "Imports", "/imports/"))
    if permissions.granted(actor, "operations.view"):
        places.append(_place("worker", "o", "pulse", "Worker", "/operations/"))
    return places


def _looked_into(actor: Actor, found: list[Portfolio], current: Portfolio | None) -> str:
    """The address of the portfolio whose figures the side bar leads to: the one in hand, else the first.

    Empty where there is none whose figures this person may see.
    """
    open_to = [one for one in found if permissions.granted(actor, "balance.view", one)]
    chosen = current if current in open_to else open_to[0] if open_to and current is None else None
    return f"/portfolios/{chosen.slug}/" if chosen else ""


def _place(name: str, key: str, icon: str, label: str, href: str) -> dict[str, Any]:
    return {"name": name, "key": key, "icon": icon, "label": label, "href": href}


def _entry(portfolio: Portfolio, is_current: bool) -> dict[str, Any]:
    return {"name": portfolio.name, "href": _register(portfolio), "is_current": is_current}


def _views(current: Portfolio | None) -> list[dict[str, str]]:
    return [{"label": label, "href": _register(current, chosen)} for label, chosen in VIEWS if chosen]


def _register(portfolio: Portfolio | None, chosen: dict[str, Any] | None = None) -> str:
    """The register's address with these filters."""
    query = Filters(portfolio=portfolio.slug if portfolio else "", **chosen or {}).query()
    return f"/projects/?{query}" if query else "/projects/"


def _in(portfolio: Portfolio | None, path: str) -> str:
    """An address that is narrowed to the portfolio in hand."""
    return f"{path}?portfolio={portfolio.slug}" if portfolio else path


def _settings(portfolio: Portfolio | None) -> str:
    return f"/portfolios/{portfolio.slug}/settings/" if portfolio else "/portfolios/"


def _current(request: HttpRequest, found: list[Portfolio]) -> Portfolio | None:
    """The portfolio that the address names, if the person may see it."""
    match = request.resolver_match
    slug = request.GET.get("portfolio") or (match.kwargs.get("slug") if match else None)
    return next((one for one in found if one.slug == slug), None)


def _only(found: list[Portfolio]) -> Portfolio | None:
    return found[0] if len(found) == 1 else None
