"""Whom a file says that projects need: stated by the action of the domain, kinds of work added on the way."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from portfolio.register.imports import people_cells
from portfolio.register.imports.people_cells import NAME
from portfolio.register.imports.planning import Line
from projects.actions import capacity, demands
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.queries import capacities
from projects.rules.names import fold


class People:
    """States people of lines of one run; each kind of work is looked up once."""

    def __init__(self, portfolio_id: int, actor: Actor) -> None:
        self._portfolio_id, self._actor = portfolio_id, actor
        self._known: set[str] = set()

    def of_new(self, added: Iterable[tuple[Line, Project]]) -> Iterator[tuple[Line, Refused]]:
        """State whom new projects need; gives the lines of which that was refused, whose projects stay."""
        for line, project in added:
            try:
                with transaction.atomic():
                    self._state(project.pk, line.values.get(NAME) or "")
            except Refused as refusal:
                yield line, refusal

    def of_changed(self, line: Line, project_id: int) -> None:
        """What the file says anew; a kind of work that it no longer names is not needed any more."""
        if NAME not in line.changes:
            return
        said = str(line.changes[NAME][1] or "")
        named = {fold(entry.kind) for entry in people_cells.read(said)}
        for row in capacities.of_project(Project(pk=project_id)):
            if fold(row.capability.name) not in named:
                demands.remove(project_id, capability=row.capability.name, actor=self._actor)
        self._state(project_id, said)

    def _state(self, project_id: int, said: str) -> None:
        for kind, need in people_cells.read(said):
            if kind not in self._known:
                capacity.add(self._portfolio_id, name=kind, actor=self._actor)
                self._known.add(kind)
            demands.state(project_id, capability=kind, actor=self._actor, **need._asdict())
