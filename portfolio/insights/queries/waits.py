"""What holds projects up on a day: open blockers, and signatures that somebody was asked for."""

from datetime import date, datetime

from django.db.models import Q

from projects.models import Blocker, Portfolio, SignOff

GRAVE = ("high", "critical")


def blocked(portfolio: Portfolio, day: date) -> set[int]:
    """Ids of the projects that an open high or critical blocker touches, another's too; two queries."""
    is_open = Q(resolved_on=None) | Q(resolved_on__gt=day)
    rows = Blocker.objects.filter(is_open, raised_on__lte=day, severity__in=GRAVE).order_by()
    own = rows.filter(portfolio=portfolio, project__deleted_at=None).values_list("project_id", flat=True)
    others = rows.filter(affected__portfolio=portfolio, project__deleted_at=None)
    return {*own, *others.values_list("affected", flat=True)}


def asked(portfolio: Portfolio, now: datetime) -> list[tuple[int, str, datetime]]:
    """Project, role and since when, of every signature that was waited for at that moment; one query."""
    waiting = (
        (Q(decided_at=None) | Q(decided_at__gt=now))
        & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))
        & (Q(superseded_at=None) | Q(superseded_at__gt=now))
    )
    rows = SignOff.objects.filter(
        waiting, project__portfolio=portfolio, is_binding=True, requested_at__lte=now
    )
    return list(rows.order_by("requested_at", "pk").values_list("project_id", "role", "requested_at"))
