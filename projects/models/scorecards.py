"""Published scorecards: immutable data that says what is asked of projects and how answers are scored."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from projects.rules import scorecards

if TYPE_CHECKING:
    from projects.models.portfolios import Portfolio


class ScorecardVersion(models.Model):
    """One published version of a portfolio's questions and constants; an edit publishes the next one."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="scorecards")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    definition = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["portfolio", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "number"], name="scorecard_numbers_are_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    @property
    def rules(self) -> scorecards.Scorecard:
        """The scorecard as the rules read it, with the lines that it was published with."""
        return parsed(self.pk)


@lru_cache(maxsize=256)
def parsed(version_id: int) -> scorecards.Scorecard:
    """A version's rules; a published version never changes, so a process reads each one once."""
    definition: dict[str, Any] = ScorecardVersion.objects.values_list("definition", flat=True).get(
        pk=version_id
    )
    return _read(json.dumps(definition))


@lru_cache(maxsize=64)
def _read(definition: str) -> scorecards.Scorecard:
    """Portfolios that use what ships with the product share one copy of it."""
    return scorecards.parse(json.loads(definition))


def card_of(portfolio: "Portfolio") -> scorecards.Scorecard:
    """What a portfolio's projects are scored by now: its scorecard, with the lines of its settings."""
    if portfolio.scorecard_id is None:
        raise ValueError(f"{portfolio} has no scorecard.")
    return drawn(portfolio.scorecard_id, portfolio.risk_line, portfolio.impact_line)


@lru_cache(maxsize=256)
def drawn(version_id: int, risk_line: float, impact_line: float) -> scorecards.Scorecard:
    """A version's rules with a portfolio's lines of risk and impact."""
    card = parsed(version_id)
    return replace(card, quadrants=replace(card.quadrants, risk_line=risk_line, impact_line=impact_line))
