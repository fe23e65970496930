"""Adopting a scenario: each change by the action that people would use for it, gates and rights included."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from portfolio.insights.actions import scenarios
from portfolio.insights.models import Scenario
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.changes import Change, parse
from portfolio.insights.rules.scenario.changes_reading import TO_PROJECTS
from portfolio.insights.rules.scenario.scenarios import Outcome
from projects import events
from projects.actions import capacity, moves, portfolios
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Portfolio, Project, Supply
from projects.queries import capacities, facts
from projects.rules.facts import Obstacle

NO_BUDGET = "A portfolio keeps no budget of its own; the amount stays with the scenario."


@dataclass(frozen=True, slots=True)
class Terms:
    """What stopping and holding ask for beside the change itself."""

    stop_reason: str = ""
    stop_note: str = ""
    hold_note: str = ""
    hold_until: date | None = None
    hold_approver: Any = None
    start_note: str = ""


@transaction.atomic
def adopt(
    scenario_id: int,
    *,
    version: int | None,
    reason: str,
    actor: Actor,
    terms: Terms | None = None,
    only: Collection[str] | None = None,
) -> Scenario:
    """Carry out what is still open, or only the changes named (in their compact form).

    Each change asks for its own abilities and is done or refused by itself; what became of it is kept.
    """
    scenario = scenarios.held(scenario_id, version, actor)
    if not reason.strip():
        raise Refused("Say why this is adopted. The reason is kept with it.", code="reason_needed")
    open_ones = rules.open_ones(parse(scenario.changes), scenario.adoption)
    chosen = [change for change in open_ones if only is None or change.compact() in only]
    if not chosen:
        raise Refused("There is nothing left to adopt.", code="nothing_open")
    outcomes = [
        _carry_out(change, scenario.portfolio, terms or Terms(), actor) for change in _in_order(chosen)
    ]
    said = {"by": actor.user_id, "at": actor.now().isoformat(), "why": reason.strip()}
    scenario.adoption = rules.with_outcomes(scenario.adoption, [each.plain(**said) for each in outcomes])
    scenario.version += 1
    if any(each.state in rules.OVER for each in outcomes):
        scenario.adopted_by, scenario.adopted_at = actor.user, actor.now()
    scenario.save(update_fields=["adoption", "version", "adopted_by", "adopted_at"])
    events.record(
        scenario.portfolio,
        "scenario.adopted",
        actor,
        scenario=scenario.pk,
        name=scenario.name,
        note=reason.strip(),
        outcomes={each.change.compact(): each.state for each in outcomes},
    )
    return scenario


def _in_order(changes: list[Change]) -> list[Change]:
    """Projects in the order of their ids, as everybody locks them who needs several; then the rest."""
    keys = [change.project for change in changes if change.project]
    places = dict(Project.objects.filter(key__in=keys).values_list("key", "pk"))
    return sorted(changes, key=lambda change: (change.do not in TO_PROJECTS, places.get(change.project, 0)))


def _carry_out(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    """One change, which leaves nothing behind if it is refused."""
    try:
        with transaction.atomic():
            return _BY_KIND[change.do](change, portfolio, terms, actor)
    except Refused as refusal:
        obstacles = refusal.obstacles or [Obstacle(refusal.code, refusal.message, "")]
        return Outcome(change, rules.REFUSED, refusal.message, obstacles)
    except NotAllowed as refusal:
        message = str(refusal)
        return Outcome(change, rules.REFUSED, message, [Obstacle(refusal.code, message, "")])


def _project(change: Change, portfolio: Portfolio, actor: Actor) -> Project:
    """The project, if this person may know of it."""
    found = Project.objects.visible_to(actor).filter(portfolio=portfolio, key=change.project).first()
    if found is None:
        raise Refused(f"There is no project {change.project} in this portfolio.", code="unknown_project")
    return found


def _stop(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    project = _project(change, portfolio, actor)
    moves.make(project.pk, kind="stop", reason_code=terms.stop_reason, note=terms.stop_note, actor=actor)
    return Outcome(change, rules.DONE)


def _hold(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    project = _project(change, portfolio, actor)
    if project.status == "on_hold":
        return Outcome(change, rules.NOTED, f"{project.key} is on hold already.")
    moves.make(
        project.pk,
        kind="hold",
        note=terms.hold_note,
        until=terms.hold_until,
        approver=terms.hold_approver,
        actor=actor,
    )
    return Outcome(change, rules.DONE)


def _start(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    """A held project goes on; one of the intake passes its first gate."""
    project = _project(change, portfolio, actor)
    if project.status == "on_hold":
        moves.make(project.pk, kind="resume", note=terms.start_note, actor=actor)
        return Outcome(change, rules.DONE)
    following = facts.workflow(project).next_stage(project.stage)
    if project.standard_stage != "idea" or following is None:
        return Outcome(change, rules.NOTED, f"{project.key} is under way already.")
    moves.make(project.pk, kind="advance", to=following.code, note=terms.start_note, actor=actor)
    return Outcome(change, rules.DONE)


def _people(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    """So many more from the month on, in every later month as well."""
    kind = capacities.named(portfolio, change.capability)
    if kind is None:
        message = f"There is no kind of work called {change.capability}."
        remedy = "Add it to the capacity of the portfolio first."
        raise Refused(
            message, code="unknown_capability", obstacles=[Obstacle("unknown_capability", message, remedy)]
        )
    held = dict(Supply.objects.filter(capability=kind).values_list("from_month", "fte"))
    since = change.since or _today(portfolio, actor).replace(day=1)
    before, more = [month for month in held if month <= since], Decimal(str(change.fte))
    wanted: dict[date, Decimal | None] = {since: (held[max(before)] if before else 0) + more}
    wanted |= {month: fte + more for month, fte in held.items() if month > since}
    capacity.set_supply(kind.pk, supplies=wanted, actor=actor)
    return Outcome(change, rules.DONE)


def _today(portfolio: Portfolio, actor: Actor) -> date:
    return actor.now().astimezone(ZoneInfo(portfolio.time_zone)).date()


def _mix(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    portfolios.edit(portfolio.pk, version=None, target_mix=dict(change.target), actor=actor)
    return Outcome(change, rules.DONE)


def _budget(change: Change, portfolio: Portfolio, terms: Terms, actor: Actor) -> Outcome:
    return Outcome(change, rules.NOTED, NO_BUDGET)


_BY_KIND: dict[str, Callable[[Change, Portfolio, Terms, Actor], Outcome]] = {
    "stop": _stop,
    "hold": _hold,
    "start": _start,
    "people": _people,
    "mix": _mix,
    "budget": _budget,
}
