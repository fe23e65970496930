"""API keys, as the settings page lists them."""

from django.db.models import F, QuerySet

from portfolio.integrations.models import ApiKey
from projects.models import Portfolio


def of(portfolio: Portfolio) -> QuerySet[ApiKey]:
    """The keys of a portfolio, those in force first; one query."""
    in_force_first = F("revoked_at").desc(nulls_first=True)
    return ApiKey.objects.with_role().filter(portfolio=portfolio).order_by(in_force_first, "name", "pk")
