"""Numbers of metrics as people read them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.rules.lifts import Lift

register = template.Library()
# From here on digits after the point say nothing.
LARGE = 10_000
NOT_KNOWN = SafeString('<span class="quiet">not known</span>')


@register.filter
def metric(value: object) -> str:
    """A number with six digits that count, and with its thousands apart."""
    number = float(str(value))
    return f"{number:,.0f}" if abs(number) >= LARGE else f"{number:.6g}"


@register.simple_tag
def lift(found: Lift | None) -> SafeString:
    """A lift in percent, with its interval where that is known."""
    if found is None:
        return NOT_KNOWN
    ends = (
        "" if found.low is None or found.high is None else f"{_percent(found.low)} to {_percent(found.high)}"
    )
    return _with(_percent(found.value), ends)


@register.simple_tag
def ratio(found: Lift | None) -> SafeString:
    """How much of the offline lift arrived, with its interval where that is known."""
    if found is None:
        return NOT_KNOWN
    ends = "" if found.low is None or found.high is None else f"{found.low:.2g} to {found.high:.2g}"
    return _with(f"{found.value:.2g}", ends)


def _with(said: str, ends: str) -> SafeString:
    if not ends:
        return format_html("{}", said)
    return format_html('{} <span class="meta">{}</span>', said, ends)


def _percent(share: float) -> str:
    return f"{100 * share:+.3g}%"
