"""What callers may say of a portfolio."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api.inputs import LONG_TEXT, Choice, Day, In
from projects.rules import presets

QUADRANTS = ("quick_win", "big_bet", "fill_in", "reconsider")
CURRENCY: dict[str, Any] = {"invalid": "Use the three capital letters of a currency, such as EUR."}


def _percent(help_text: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=100, required=False, help_text=help_text or None)


class MixIn(In):
    """The shares of effort that a portfolio aims at, in percent; together 100."""

    quick_win = serializers.IntegerField(min_value=0, max_value=100)
    big_bet = serializers.IntegerField(min_value=0, max_value=100)
    fill_in = serializers.IntegerField(min_value=0, max_value=100)
    reconsider = serializers.IntegerField(min_value=0, max_value=100)

    def validate(self, attrs: dict[str, int]) -> dict[str, int]:
        if (total := sum(attrs.values())) != 100:
            raise ValidationError({"quick_win": [f"The four shares make {total}, not 100."]})
        return dict(attrs)


class PortfolioChanges(In):
    """Settings of a portfolio; what is left out stays as it is."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=min(2000, LONG_TEXT), allow_blank=True, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False, error_messages=CURRENCY)
    time_zone = serializers.CharField(max_length=60, required=False, help_text="Such as Europe/Lisbon.")
    risk_line = _percent("Risk from here on is high.")
    impact_line = _percent()
    risk_load_limit = _percent("Percent of effort.")
    target_mix = MixIn(required=False)
    working_days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        min_length=1,
        max_length=7,
        required=False,
        help_text="Days of the week, Monday as 0.",
    )
    holiday_region = serializers.CharField(max_length=60, allow_blank=True, required=False)
    holidays = serializers.ListField(child=Day(), max_length=500, required=False, help_text="Other days off.")


class PortfolioIn(In):
    """A new portfolio."""

    name = serializers.CharField(max_length=120)
    slug = serializers.SlugField(max_length=60, help_text="Its short name in addresses; it stays.")
    key_prefix = serializers.RegexField(
        r"^[A-Z][A-Z0-9]{1,5}\Z",
        help_text="Its projects are numbered with it for ever, as CLM-1.",
        error_messages={"invalid": "Use two to six capital letters or digits, beginning with a letter."},
    )
    preset = Choice(presets.names(), default=presets.DEFAULT, help_text="Its workflow.")
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", default="EUR", error_messages=CURRENCY)
    time_zone = serializers.CharField(max_length=60, default="UTC")


def settings(said: dict[str, Any]) -> dict[str, Any]:
    """Changes as the action takes them: days as text, each day once."""
    if "holidays" in said:
        said["holidays"] = sorted({day.isoformat() for day in said["holidays"]})
    if "working_days" in said:
        said["working_days"] = sorted(set(said["working_days"]))
    return said
