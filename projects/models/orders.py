"""What lists of projects are sorted by, in the words of the indexes: PostgreSQL compares the expressions."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Case, F, FloatField, Index, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Lower

from projects.rules.stages import STANDARD_STAGES

# The worst first: what people say, then what nobody says.
HEALTH_ORDER = ("off_track", "at_risk", "unknown", "on_track")
# No update at all is older than any; a value and not NULLS FIRST, which SQLite cannot index.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NO_SCORE = -1.0
# In the words of `registers.apply`; the first are those that lists show unless asked otherwise.
LISTED = Q(deleted_at=None, archived_at__isnull=True, outcome__in=["open", "in_production"])
IN_PLACE = Q(deleted_at=None, archived_at__isnull=True)
PUT_AWAY = Q(deleted_at=None, archived_at__isnull=False)
SCORES = {
    "risk": "project_by_risk",
    "impact": "project_by_impact",
    "p_production": "project_by_chance",
}
# Equals are sorted by key: keys are given in the order in which a portfolio's projects are added.
TIES = ("portfolio_id", "id")


def place(field: str, order: Sequence[str]) -> Case:
    """The position of a value in a list, as a number to sort by."""
    whens = [When(**{field: value}, then=Value(number)) for number, value in enumerate(order)]
    return Case(*whens, default=Value(len(whens)), output_field=IntegerField())


def health() -> Case:
    """How bad the health is, the worst first."""
    return place("health", HEALTH_ORDER)


def stage() -> Case:
    """Where in the standard lifecycle."""
    return place("standard_stage", STANDARD_STAGES)


def name() -> Lower:
    """The name without regard to case."""
    return Lower("name")


def said_at() -> Coalesce:
    """When somebody last said something."""
    return Coalesce("last_update_at", Value(NEVER))


def scored(field: str) -> Coalesce:
    """A score; what has none yet is below all."""
    return Coalesce(field, Value(NO_SCORE), output_field=FloatField())


def indexes() -> list[Index]:
    """One for each order that people choose often, and those that the saved views are counted with."""
    return [
        Index(F("flag_level").desc(), health(), *TIES, condition=LISTED, name="project_by_flag_level"),
        Index(said_at(), *TIES, condition=LISTED, name="project_by_last_word"),
        Index(name(), *TIES, condition=LISTED, name="project_by_folded_name"),
        Index(stage(), "stage", *TIES, condition=LISTED, name="project_by_place"),
        *(Index(scored(field).desc(), *TIES, condition=LISTED, name=name) for field, name in SCORES.items()),
        Index("quadrant", *TIES, condition=LISTED, name="project_by_quadrant"),
        Index(*TIES, condition=LISTED & Q(has_critical_gap=True), name="project_with_gap"),
        # What is under way, on hold, at a gate or ended is counted without looking at a row of the table.
        Index("outcome", "status", "gate_planned_on", *TIES, condition=IN_PLACE, name="project_by_state"),
        Index(*TIES, condition=PUT_AWAY, name="project_put_away"),
    ]
