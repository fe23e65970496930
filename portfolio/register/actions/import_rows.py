"""Rows of a plan become projects: only through the actions of the domain."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from portfolio.register.actions import import_watch
from portfolio.register.actions.import_judgements import Judgements
from portfolio.register.actions.import_people import People
from portfolio.register.imports.converting import NOTED, REFUSED
from portfolio.register.imports.planning import CHANGE, CREATE, ENDED, REFUSE, SAME, Line
from portfolio.register.imports.profiles import COLUMNS, TARGETS, Profile
from portfolio.register.models import ImportLine, ImportRun, SourceRecord
from portfolio.register.queries import imports as import_queries
from projects.actions import arrivals, projects, stages, units
from projects.actors import Actor
from projects.errors import Refused
from projects.models import BusinessUnit, Project
from projects.models.workflows import parsed
from projects.rules.names import fold
from projects.rules.stages import STANDARD_STAGES

FIELDS = frozenset((*COLUMNS, "unit", "sub_unit", "owner"))
PRECISION = {4: "year", 7: "month", 10: "day"}


class Applier:
    """Applies lines of one run; what they share (units, people) is looked up once."""

    def __init__(self, run: ImportRun, profile: Profile, columns: Sequence[str], actor: Actor) -> None:
        self.run, self.profile, self.actor = run, profile, actor
        self.columns = frozenset(columns)
        mapped = profile.mapped_columns()
        self._unmapped = frozenset(name for name in columns if fold(name) not in mapped)
        self._owners = import_queries.owners(run.portfolio)
        self._judged = Judgements(run, profile, actor)
        self._people = People(run.portfolio_id, actor)
        self._units: dict[tuple[str, str], BusinessUnit | None] = {}

    def apply(self, lines: Sequence[Line]) -> None:
        """Write a chunk inside the caller's transaction, and mark its lines as applied."""
        stored = {line.row: line for line in self.run.lines.filter(row__in=[line.row for line in lines])}
        self._create([line for line in lines if line.outcome == CREATE], stored)
        self._continue([line for line in lines if line.outcome in (CHANGE, SAME)], stored)
        for line in stored.values():
            line.is_applied = True
        ImportLine.objects.bulk_update(stored.values(), ["is_applied", "project"])

    def _create(self, lines: list[Line], stored: Mapping[int, ImportLine]) -> None:
        added = arrivals.bring_in(
            self.run.portfolio_id,
            arrivals=[self._arrival(line) for line in lines],
            source=self.profile.source,
            actor=self.actor,
        )
        for line, project in zip(lines, added, strict=True):
            stored[line.row].project = project
        self._judged.of_new(zip(lines, added, strict=True))
        import_watch.of_new(zip(lines, added, strict=True), self.actor)
        for line, refusal in self._people.of_new(zip(lines, added, strict=True)):
            _note(stored[line.row], refusal, NOTED)
        SourceRecord.objects.bulk_create(
            SourceRecord(
                portfolio_id=self.run.portfolio_id,
                source=self.profile.source,
                source_id=line.source_id,
                identity=line.identity,
                ordinal=line.ordinal,
                project=project,
                cells=line.cells,
                values=line.values,
                run=self.run,
            )
            for line, project in zip(lines, added, strict=True)
        )

    def _arrival(self, line: Line) -> arrivals.Arrival:
        workflow = parsed(self.run.portfolio.workflow_id)
        entries = [
            arrivals.Entry(workflow.nearest_stage(stage).code, *moment(line.values[f"entered.{stage}"]))
            for stage in STANDARD_STAGES
            if line.values.get(f"entered.{stage}")
        ]
        ended = line.values.get("entered.ended")
        report = line.stage
        if (days := line.values.get("days_in_stage")) is not None:
            present = workflow.nearest_stage(report.went_to if report else "idea").code
            since = timezone.now() - timedelta(days=days)
            entries = [
                *(entry for entry in entries if entry.stage != present),
                arrivals.Entry(present, since),
            ]
        return arrivals.Arrival(
            name=line.name,
            stage=workflow.nearest_stage(report.went_to if report else "idea").code,
            outcome=report.outcome if report and report.outcome in ENDED else "",
            fields={
                **self._fields(line.values, FIELDS & line.values.keys() - {"name"}),
                "source": self._rest(line.cells),
            },
            entries=tuple(entries),
            ended_at=moment(ended)[0] if ended else None,
        )

    def _fields(self, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """Values as the columns of a project take them."""
        fields = {
            name: _typed(name, values[name]) for name in names if name not in ("unit", "sub_unit", "owner")
        }
        if "unit" in names:
            fields["unit"] = self._unit(str(values.get("unit") or ""), str(values.get("sub_unit") or ""))
        if "owner" in names:
            fields["owner"] = self._owners.get(str(values["owner"] or "").casefold())
        return fields

    def _rest(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells that no field holds."""
        return {name: cell for name, cell in cells.items() if name in self._unmapped}

    def _unit(self, name: str, team: str) -> BusinessUnit | None:
        if (name, team) not in self._units:
            self._units[name, team] = units.find_or_create(
                self.run.portfolio_id, name=name, team=team, actor=self.actor
            )
        return self._units[name, team]

    def _continue(self, lines: list[Line], stored: Mapping[int, ImportLine]) -> None:
        kept = self._kept([line.record.pk for line in lines if line.record])
        for line in lines:
            if line.record is None:
                continue
            record = kept[line.record.pk]
            stored[line.row].project = record.project
            try:
                with transaction.atomic():
                    self._change(line, record)
                    self._remember(line, record)
            except Refused as refusal:
                stored[line.row].outcome = REFUSE
                _note(stored[line.row], refusal, REFUSED)

    def _kept(self, keys: list[int]) -> dict[int, SourceRecord]:
        """The records of these keys; a negative one is a project that no import has touched yet."""
        own = Project.objects.in_bulk([-key for key in keys if key < 0])
        fresh = {
            -pk: SourceRecord(portfolio_id=self.run.portfolio_id, source=self.profile.source, project=project)
            for pk, project in own.items()
        }
        return (
            SourceRecord.objects.select_related("project").in_bulk([key for key in keys if key > 0]) | fresh
        )

    def _change(self, line: Line, record: SourceRecord) -> None:
        # Before the fields: a number of people is taken once nobody is stated by kind of work.
        self._people.of_changed(line, record.project_id)
        names = [name for name in line.changes if name in FIELDS]
        if names:
            # Who edits the project between the plan and this moment is not overwritten.
            seen = line.record.project.version if line.record and line.record.project else None
            fields = self._fields(line.values, names)
            projects.edit(record.project_id, version=seen, actor=self.actor, is_reported=True, **fields)
        self._judged.of_changed(line, record.project_id)
        import_watch.of_changed(line, record.project_id, self.actor)
        if line.stage:
            workflow = parsed(record.project.workflow_id)
            has_ended = line.stage.outcome in ENDED
            said = line.values.get("entered.ended" if has_ended else f"entered.{line.stage.went_to}")
            since, precision = moment(said) if said else (None, "day")
            stages.report(
                record.project_id,
                to=workflow.nearest_stage(line.stage.went_to).code,
                outcome=line.stage.outcome if has_ended else "",
                source=self.profile.source,
                since=since if since and since <= timezone.now() else None,
                precision=precision,
                actor=self.actor,
            )
        if record.pk and self._rest(line.cells) != self._rest(record.cells):
            kept = {name: cell for name, cell in record.project.source.items() if name not in self.columns}
            arrivals.restate(record.project_id, cells=kept | self._rest(line.cells), actor=self.actor)

    def _remember(self, line: Line, record: SourceRecord) -> None:
        """What the source says now; columns that this edition lacks keep what they said."""
        older = {name: cell for name, cell in record.cells.items() if name not in self.columns}
        now = {
            "cells": older | dict(line.cells),
            "values": record.values | dict(line.values),
            "source_id": line.source_id or record.source_id,
            "identity": line.identity,
            "ordinal": line.ordinal,
        }
        if all(getattr(record, name) == value for name, value in now.items()):
            return
        for name, value in now.items():
            setattr(record, name, value)
        record.run, record.imported_at = self.run, timezone.now()
        record.save(update_fields=[*now, "run", "imported_at"] if record.pk else None)


def moment(said: str) -> tuple[datetime, str]:
    """The beginning of a day, a month or a year (2023-05-17, 2023-05, 2023), and which of them it is."""
    parts = [int(part) for part in said.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return datetime(year, month, day, tzinfo=UTC), PRECISION[len(said)]


def _typed(name: str, value: Any) -> Any:
    kind = TARGETS[name].kind
    if kind == "date":
        return date.fromisoformat(value) if value else None
    if kind in ("number", "amount", "fte"):
        return Decimal(value) if value else None
    if kind in ("points", "count", "percent"):
        return value
    return value if value is not None or kind == "yes_no" else ""


def _note(line: ImportLine, refusal: Refused, severity: str) -> None:
    """What the domain refuses stays out; its reason joins the report."""
    reasons = [str(found.message) for found in refusal.obstacles] or [refusal.message]
    line.problems = [
        *line.problems,
        {"row": line.row, "column": "(row)", "value": line.name, "code": refusal.code,
         "reason": " ".join(reasons), "remedy": "", "severity": severity},
    ]  # fmt: skip
    line.problem_count = len(line.problems)
    line.save(update_fields=["outcome", "problems", "problem_count"])
