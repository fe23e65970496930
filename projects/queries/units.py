"""The business units of a portfolio."""

from projects.models import BusinessUnit, Portfolio


def names(portfolio: Portfolio) -> dict[str, list[str]]:
    """The names to pick from on the upper and on the lower level; two queries."""
    rows = BusinessUnit.objects.filter(portfolio=portfolio).order_by("name").values_list("name", flat=True)
    return {"upper": list(rows.filter(parent=None)), "lower": list(rows.exclude(parent=None).distinct())}
