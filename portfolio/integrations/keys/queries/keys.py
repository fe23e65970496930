"""API keys, as the settings page lists them, and what each of them has changed."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404

from portfolio.integrations.models import ApiKey
from projects.models import Event, Portfolio
from projects.models.workflows import parsed
from projects.queries import sentences, timelines
from projects.queries.timelines import Entry

PAGE = 30


@dataclass(frozen=True, slots=True)
class Uses:
    """Some uses of a key that changed something, newest first, and the number of the last one shown."""

    entries: list[Entry]
    older: int | None


def of(portfolio: Portfolio) -> QuerySet[ApiKey]:
    """The keys of a portfolio, those in force first; one query."""
    in_force_first = F("revoked_at").desc(nulls_first=True)
    rows = ApiKey.objects.with_role().select_related("created_by")
    return rows.filter(portfolio=portfolio).order_by(in_force_first, "name", "pk")


def one_or_404(portfolio: Portfolio, key_id: int) -> ApiKey:
    """One of them, with its role and who made it."""
    return get_object_or_404(of(portfolio), pk=key_id)


def uses(key: ApiKey, portfolio: Portfolio, before: int | None = None) -> Uses:
    """What a key has changed, a page of it; a number of queries that does not depend on how much."""
    rows = Event.objects.filter(actor_id=key.user_id, by_machine=True, actor__isnull=False).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Uses(_entries(shown, portfolio), shown[-1].pk if len(found) > PAGE else None)


def _entries(events: list[Event], portfolio: Portfolio) -> list[Entry]:
    """Of projects each in the words of its own workflow, the others in those of the portfolio's."""
    of_projects = timelines.across(event for event in events if event.project_id)
    said = {entry.event.pk: entry for entry in of_projects}
    rest = [event for event in events if not event.project_id]
    if rest and portfolio.workflow_id:
        names = sentences.Names(parsed(portfolio.workflow_id))
        said |= {event.pk: _of_portfolio(event, names) for event in rest}
    return [said[event.pk] for event in events if event.pk in said]


def _of_portfolio(event: Event, names: sentences.Names) -> Entry:
    text, detail = sentences.write(event, names)
    return Entry(event, "", sentences.icon(event.kind), text, detail)
