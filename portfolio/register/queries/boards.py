"""Open projects by stage: which lane is full, and who has been in it longest."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from portfolio.register.queries import scores
from portfolio.register.queries.projects import days_in_stage
from projects.actors import Actor
from projects.models import Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.rules import presets
from projects.rules.stages import Stage
from projects.rules.workflow import Workflow

CARDS = 30  # in one lane; the register has the others
COLUMNS = (
    *("pk", "key", "name", "portfolio_id", "status", "health"),
    *("stage", "standard_stage", "stage_since", "stage_shift", "hold_since"),
    *("risk", "has_critical_gap"),
)


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage with its cards, longest stay first; an ending lane only counts."""

    stage: Stage
    number: int
    cards: list[dict[str, Any]]
    is_last: bool

    @property
    def is_over(self) -> bool:
        return bool(self.stage.wip_limit and self.number > self.stage.wip_limit)

    @property
    def is_full(self) -> bool:
        return self.number == self.stage.wip_limit

    @property
    def more(self) -> int:
        """Projects that have no card here."""
        return self.number - len(self.cards)


def lanes(actor: Actor, portfolio: Portfolio | None) -> list[Lane]:
    """A lane for each stage of the portfolio's workflow, or for each standard stage; two queries."""
    chosen = Project.objects.visible_to(actor).running()
    own = portfolio is not None and portfolio.workflow_id is not None
    workflow = parsed(portfolio.workflow_id) if portfolio and own else presets.workflow("standard")
    if portfolio is not None:
        chosen = chosen.filter(portfolio_id=portfolio.pk)
    numbers: dict[str, int] = defaultdict(int)
    for stage, standard, number in (
        chosen.order_by().values_list("stage", "standard_stage").annotate(Count("pk"))
    ):
        numbers[_lane(workflow, stage, standard, own=own)] += number
    cards = _cards(chosen, workflow, own=own)
    return [
        Lane(stage, numbers[stage.code], cards[stage.code], is_last=stage is workflow.stages[-1])
        for stage in workflow.stages
    ]


def _lane(workflow: Workflow, stage: str, standard: str, *, own: bool) -> str:
    """Where a project stands; one that follows an older workflow, in the stage nearest to its own."""
    return stage if own and workflow.has(stage) else workflow.nearest_stage(standard).code


def _cards(chosen: Any, workflow: Workflow, *, own: bool) -> dict[str, list[dict[str, Any]]]:
    """The first cards of every lane but the last; one query."""
    place = Window(RowNumber(), partition_by=[F("stage")], order_by=[F("stage_since").asc(), F("pk").asc()])
    rows = (
        chosen.annotate(place=place)
        .filter(place__lte=CARDS)
        .order_by("stage_since", "pk")
        .values(*COLUMNS, owner_name=F("owner__name"))
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    now = timezone.now()
    for row in rows:
        code = _lane(workflow, row["stage"], row["standard_stage"], own=own)
        if code == workflow.stages[-1].code or len(found[code]) == CARDS:
            continue
        typical = workflow.stage(code).typical_days
        row["days"] = days_in_stage(row, now)
        row["is_long"] = typical is not None and row["days"] > typical.p85
        row["is_held"] = row["status"] == Status.ON_HOLD
        row["risk_words"] = scores.risk_words(row)
        found[code].append(row)
    return found
