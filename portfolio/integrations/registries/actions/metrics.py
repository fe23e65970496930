"""Metrics of a model's versions, taken over as observations of its project."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction

from portfolio.integrations.models import ModelVersion, RegistryLink
from portfolio.integrations.registries.rules import registries as rules
from projects.actions import observations
from projects.actors import Actor
from projects.errors import Refused
from projects.rules.observations import LARGEST, MOST_AT_ONCE, MOST_METRICS_AT_ONCE, Observed, key

PRODUCT = Actor.system("mlflow")


def post(link: RegistryLink, rows: Sequence[ModelVersion]) -> int:
    """Post what these versions measured, as the link says under which names; how many were new."""
    given: dict[object, Observed] = {}
    names: set[str] = set()
    for observed in (each for row in rows for each in _observed(link, row)):
        if observed.metric not in names and len(names) >= MOST_METRICS_AT_ONCE:
            continue
        names.add(observed.metric)
        # Two names there may be one here: the first counts.
        given.setdefault(key(observed), observed)
    if not given:
        return 0
    source = f"{link.registry.name}: {link.name}"[:200]
    try:
        with transaction.atomic():
            batch = list(given.values())[:MOST_AT_ONCE]
            return observations.post_many(link.project_id, given=batch, actor=PRODUCT, source=source).stored
    except Refused:
        # Nobody waits for an answer: what cannot be kept is left out, and the card still shows it.
        return 0


def _observed(link: RegistryLink, row: ModelVersion) -> Iterator[Observed]:
    chosen = {each["theirs"]: each for each in link.metrics}
    latest = datetime.now(UTC)
    for theirs, said in row.metrics.items():
        if link.metrics and theirs not in chosen:
            continue
        as_ = chosen.get(theirs, {})
        name = as_.get("ours") or rules.ours(theirs)
        at = datetime.fromisoformat(said["at"]) if said["at"] else row.made_at
        if not name or at is None or not abs(said["value"]) < LARGEST:
            continue
        place, segment = as_.get("environment") or "offline", as_.get("segment") or ""
        # A clock there may go ahead of ours.
        yield Observed(name, place, said["value"], min(at, latest), segment, row.version)
