"""Scenarios: what-ifs that somebody keeps, changes and removes; the portfolio itself stays as it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from portfolio.insights.models import Scenario
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.changes import Unclear, parse
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Portfolio

Said = Iterable[str | Mapping[str, Any]]


@transaction.atomic
def keep(
    portfolio_id: int,
    *,
    name: str,
    actor: Actor,
    changes: Said = (),
    note: str = "",
    asked: Mapping[str, Any] | None = None,
) -> Scenario:
    """Keep a what-if under a name; `asked`: the question whose answer it is, which then needs a reason."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "scenario.edit", portfolio)
    values = _checked(name=name, note=note, changes=changes)
    if asked and not values["note"]:
        raise _refused("Say why this choice is the right one. The reason is kept with it.", "note_needed")
    scenario = Scenario.objects.create(
        portfolio=portfolio, asked=dict(asked or {}), made_by=actor.user, made_at=actor.now(), **values
    )
    _record(scenario, "scenario.kept", actor, was_proposed=bool(asked))
    return scenario


@transaction.atomic
def change(
    scenario_id: int,
    *,
    version: int | None,
    actor: Actor,
    name: str | None = None,
    note: str | None = None,
    changes: Said | None = None,
) -> Scenario:
    """Change what is named; `version` is the one that the editor saw."""
    scenario = held(scenario_id, version, actor)
    values = _checked(
        name=scenario.name if name is None else name,
        note=scenario.note if note is None else note,
        changes=scenario.changes if changes is None else changes,
    )
    changed = [field for field, value in values.items() if getattr(scenario, field) != value]
    if not changed:
        return scenario
    for field in changed:
        setattr(scenario, field, values[field])
    scenario.version += 1
    scenario.adoption = rules.still_about(scenario.adoption, parse(scenario.changes))
    scenario.save(update_fields=[*changed, "version", "adoption"])
    _record(scenario, "scenario.changed", actor, changed=changed)
    return scenario


@transaction.atomic
def remove(scenario_id: int, *, version: int | None, actor: Actor) -> None:
    """Remove a scenario; what was adopted of it stays done, and the events stay."""
    scenario = held(scenario_id, version, actor)
    _record(scenario, "scenario.removed", actor)
    scenario.delete()


def held(scenario_id: int, version: int | None, actor: Actor) -> Scenario:
    """The row until the transaction ends, for somebody who may edit it and saw it as it is."""
    rows = Scenario.objects.select_for_update(of=("self",)).select_related("portfolio")
    scenario = rows.get(pk=scenario_id)
    permissions.require(actor, "scenario.edit", scenario.portfolio)
    if version is not None and version != scenario.version:
        raise Stale("Somebody changed this scenario since you opened it.", code="stale")
    return scenario


def _checked(*, name: str, note: str, changes: Said) -> dict[str, Any]:
    name = " ".join(name.split())
    if not name or len(name) > rules.LONGEST_NAME:
        raise _refused(f"A scenario has a name of at most {rules.LONGEST_NAME} characters.", "name_refused")
    if len(note) > rules.LONGEST_NOTE:
        raise _refused(f"Keep the reason to {rules.LONGEST_NOTE:,} characters.", "note_too_long")
    try:
        plain = [each.plain() for each in parse(changes)]
    except Unclear as unclear:
        problems = unclear.problems
        raise Refused(problems[0].message, code="changes_unclear", obstacles=problems) from unclear
    return {"name": name, "note": note.strip(), "changes": plain}


def _refused(message: str, code: str) -> Refused:
    return Refused(message, code=code)


def _record(scenario: Scenario, kind: str, actor: Actor, **said: Any) -> None:
    plain = [each.compact() for each in parse(scenario.changes)]
    said = {"scenario": scenario.pk, "name": scenario.name, "note": scenario.note, "changes": plain, **said}
    events.record(scenario.portfolio, kind, actor, **said)
