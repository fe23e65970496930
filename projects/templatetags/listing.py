"""What lists share: sorting heads, filter chips, pages. Every link keeps the other filters of the address."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.exports.answers import ASKED, FORMS
from projects.templatetags.parts import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def sort_head(
    context: RequestContext,
    name: str,
    label: str,
    current: str = "",
    classes: str = "",
    *,
    falls: bool = False,
) -> SafeString:
    """A table head that sorts by `name`; `current` is the order in force, "-" before it turns it round.

    `falls`: the highest come first when it is chosen.
    """
    is_down, is_up = current == f"-{name}", current == name
    turns = is_up or (falls and not is_down)
    href = address(context["request"], sort=f"-{name}" if turns else name, page=None)
    order = ' aria-sort="descending"' if is_down else ' aria-sort="ascending"' if is_up else ""
    arrow = icon("down", "icon--s") if is_down else icon("up", "icon--s") if is_up else ""
    return format_html(
        '<th scope="col"{}{}><a href="{}" {}>{} {}</a></th>',
        format_html(' class="{}"', classes) if classes else "",
        SafeString(order),
        href,
        swaps_list(href),
        label,
        arrow,
    )


@register.simple_tag(takes_context=True)
def chip(context: RequestContext, name: str, label: str, value: str, verb: str = "") -> SafeString:
    """An active filter with the cross that takes it away; `name` is its parameter."""
    href = address(context["request"], **{name: None}, page=None)
    return format_html(
        '<span class="chip"><span class="f">{}{}</span><b class="cut">{}</b>'
        '<a href="{}" {} aria-label="Remove the filter {}">{}</a></span>',
        label,
        f" {verb}" if verb else "",
        value,
        href,
        swaps_list(href),
        label,
        icon("x", "icon--s"),
    )


@register.inclusion_tag("parts/_pager.html", takes_context=True)
def pager(context: RequestContext, page: Page, noun: str = "projects") -> dict[str, Any]:
    """Where one is in a long list, with links to the page before and after."""
    request = context["request"]
    return {
        "page": page,
        "noun": noun,
        "before": address(request, page=page.previous_page_number()) if page.has_previous() else "",
        "after": address(request, page=page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("parts/_exports.html", takes_context=True)
def export_menu(context: RequestContext, **more: str) -> dict[str, Any]:
    """The files that this page's list can be had as, with its filters and its order.

    `more`: further files by the word for them, each with its address; they take the filters along.
    """
    request = context["request"]
    files = [(form.label, address(request, page=None, **{ASKED: ending})) for ending, form in FORMS.items()]
    query = address(request, page=None).partition("?")[2]
    files += [(label.replace("_", " "), f"{url}?{query}" if query else url) for label, url in more.items()]
    return {"files": files, "is_part": context.get("is_part", False)}


@register.simple_tag
def opens(url: str) -> SafeString:
    """Attributes of a link whose page opens as a dialog; without script it is a page of its own."""
    return format_html('href="{}" hx-get="{}" hx-target="#overlay"', url, url)


def address(request: HttpRequest, **changes: Any) -> str:
    """This address with some parameters changed; None takes one away."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.simple_tag
def swaps_list(url: str) -> SafeString:
    """Attributes of a link that changes the list only (#list); the address follows."""
    return format_html('hx-get="{}" hx-target="#list" hx-push-url="true"', url)
