"""The business units of a portfolio."""

from projects.models import BusinessUnit, Portfolio


def names(portfolio: Portfolio) -> dict[str, list[str]]:
    """The names to pick from on the upper and on the lower level; one query."""
    rows = BusinessUnit.objects.filter(portfolio=portfolio).order_by("name")
    upper: list[str] = []
    lower: set[str] = set()
    for parent_id, name in rows.values_list("parent_id", "name"):
        if parent_id is None:
            upper.append(name)
        else:
            lower.add(name)
    return {"upper": upper, "lower": sorted(lower)}
