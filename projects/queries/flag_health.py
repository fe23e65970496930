"""What became of a portfolio's flags by rule; three queries whatever their number."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from projects.models import Flag, Portfolio
from projects.rules import survivals
from projects.rules.flag_health import GRACE, WINDOW, Health
from projects.rules.flags import RULES
from projects.rules.survivals import Stay

COUNTED = ("opened", "judged", "led", "snoozed")


def of(portfolio: Portfolio, *, now: datetime | None = None) -> list[Health]:
    """Every rule that has raised a flag lately or has one open, in the rules' order."""
    now = now or timezone.now()
    flags = Flag.objects.filter(portfolio=portfolio).order_by()
    lately = flags.filter(opened_at__gt=now - WINDOW, opened_at__lte=now)
    is_open = dict(flags.filter(cleared_at=None).values_list("rule").annotate(Count("pk")))
    counted: dict[str, dict[str, Any]] = {row["rule"]: row for row in _counted(lately, now)}
    medians = _medians(lately, now.date())
    return [
        Health(
            rule=code,
            open=is_open.get(code, 0),
            flaps=counted.get(code, {}).get("came_back") or 0,
            median_days=medians.get(code),
            **{name: counted.get(code, {}).get(name) or 0 for name in COUNTED},
        )
        for code in RULES
        if code in is_open or code in counted
    ]


def _counted(lately: QuerySet[Flag], now: datetime) -> QuerySet[Flag, Any]:
    judged = Q(opened_at__lte=now - GRACE)
    in_time = F("opened_at") + GRACE
    led = judged & (Q(answered_at__lte=in_time) | Q(cleared_at__lte=in_time))
    return lately.values("rule").annotate(
        opened=Count("pk"),
        judged=Count("pk", filter=judged),
        led=Count("pk", filter=led),
        came_back=Sum("flaps"),
        snoozed=Count("pk", filter=Q(snoozed_at__isnull=False)),
    )


def _medians(lately: QuerySet[Flag], today: date) -> dict[str, int | None]:
    """Days by which half are cleared; those that are open count as they last."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    days = lately.annotate(opened_on=TruncDate("opened_at"), cleared_on=TruncDate("cleared_at"))
    rows = days.values_list("rule", "opened_on", "cleared_on").annotate(Count("pk"))
    for rule, opened_on, cleared_on, number in rows:
        lasted = ((cleared_on or today) - opened_on).days
        stays[rule] += [Stay(max(0, lasted), "cleared" if cleared_on else "")] * number
    return {rule: survivals.quantile(found, 0.5) for rule, found in stays.items()}
