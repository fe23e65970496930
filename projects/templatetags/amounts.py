"""Amounts of money in few words: 1.2 m EUR; the exact amount stands in the title."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

Amount = Decimal | float | int
UNITS = ((10**9, "bn"), (10**6, "m"), (10**3, "k"), (1, ""))
# An amount below a tenth of a unit would read as 0.
LEAST_SHARE = 0.1


@register.filter
def amount(value: Amount | None) -> str:
    """1.2 m, 45 k or 950; empty for what is not known."""
    return "" if value is None else " ".join(filter(None, _said(value, _unit(value))))


@register.filter
def plain(value: Decimal) -> str:
    """A number without idle zeros: 0.5, 14, 2.25."""
    return f"{value.normalize():f}"


@register.simple_tag
def value_a_year(project: Any) -> SafeString:
    """What a project is worth a year, with its range: 0.4 to 1.8 m EUR a year, likely 1.2 m."""
    low, likely, high = project.value_low, project.value_likely, project.value_high
    if likely is None:
        return SafeString("")
    currency = project.portfolio.currency
    title = " / ".join(f"{each:,.0f}" for each in (low, likely, high) if each is not None)
    return format_html('<span title="{} {}">{}</span>', title, currency, _range(low, likely, high, currency))


def _range(low: Amount | None, likely: Amount, high: Amount | None, currency: str) -> str:
    if low is None and high is None:
        return f"{amount(likely)} {currency} a year"
    if low is None:
        return f"at most {amount(high)} {currency} a year, likely {amount(likely)}"
    if high is None:
        return f"at least {amount(low)} {currency} a year, likely {amount(likely)}"
    number, unit = _said(low, _unit(high))
    if low and low < LEAST_SHARE * _unit(high):
        number, unit = amount(low), ""
    elif _said(high, _unit(high))[1] == unit:
        unit = ""  # said once, with the higher amount
    lower = f"{number} {unit}".strip()
    if amount(low) == amount(high):
        return f"{amount(likely)} {currency} a year"
    return f"{lower} to {amount(high)} {currency} a year, likely {amount(likely)}"


def _unit(value: Amount) -> int:
    """The largest unit of which it is one or more, as it will be rounded."""
    return next((size for size, _ in UNITS if round(float(value) / size, 1) >= 1), 1)


def _said(value: Amount, unit: int) -> tuple[str, str]:
    share = float(value) / unit
    return f"{share:.{0 if share >= 100 or unit == 1 else 1}f}".removesuffix(".0"), dict(UNITS)[unit]
