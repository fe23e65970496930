"""Signals and metric pairs of a file reach their projects: only through the actions of the domain."""

from collections.abc import Iterable

from portfolio.register.imports import watch_cells
from portfolio.register.imports.planning import Line
from portfolio.register.imports.watch_cells import PAIRS, SIGNALS
from projects.actions import metric_pairs, signals
from projects.actors import Actor
from projects.models import Project


def of_new(added: Iterable[tuple[Line, Project]], actor: Actor) -> None:
    """Declare what the lines name of projects just added."""
    for line, project in added:
        _declare_signals(project.pk, line.values.get(SIGNALS) or "", actor)
        _declare_pairs(project.pk, line.values.get(PAIRS) or "", actor)


def of_changed(line: Line, project_id: int, actor: Actor) -> None:
    """What the file says anew; what it no longer names is taken away."""
    if SIGNALS in line.changes:
        before, said = (str(each or "") for each in line.changes[SIGNALS])
        for name in watch_cells.read_signals(before).keys() - watch_cells.read_signals(said):
            signals.remove(project_id, name=name, actor=actor)
        _declare_signals(project_id, said, actor)
    if PAIRS in line.changes:
        before, said = (str(each or "") for each in line.changes[PAIRS])
        kept = {pair.name for pair in watch_cells.read_pairs(said)}
        for pair in watch_cells.read_pairs(before):
            if pair.name not in kept:
                metric_pairs.remove(project_id, name=pair.name, actor=actor)
        _declare_pairs(project_id, said, actor)


def _declare_signals(project_id: int, said: str, actor: Actor) -> None:
    for name, every_days in watch_cells.read_signals(said).items():
        signals.declare(project_id, name=name, every_days=every_days, actor=actor)


def _declare_pairs(project_id: int, said: str, actor: Actor) -> None:
    for pair in watch_cells.read_pairs(said):
        metric_pairs.declare(project_id, pair=pair, actor=actor)
