# ruff: noqa: N999 -- the command is called import
"""Import a file from the command line: the same check and the same steps as on the page."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.register.actions import import_runs, imports
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.planning import OUTCOMES
from portfolio.register.models import ImportRun, RunState
from portfolio.register.queries import imports as import_queries
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio


class Command(BaseCommand):
    help = "Import a CSV or XLSX file into a portfolio by a mapping profile, and print the report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", required=True, help="shipped, or one of the portfolio's own")
        parser.add_argument("--portfolio", required=True, help="the portfolio's short name (slug)")
        parser.add_argument("--dry-run", action="store_true", help="only print what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("command")
        portfolio = _portfolio(options["portfolio"])
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            run = imports.upload(
                portfolio.pk,
                profile=options["profile"],
                file=options["file"],
                file_name=options["file"].name,
                actor=actor,
            )
        except BadProfile as bad:
            raise CommandError("\n".join(["The profile cannot be used.", *bad.problems])) from bad
        except Refused as refusal:
            known = ", ".join(sorted(import_queries.profiles(portfolio)))
            raise CommandError(f"{refusal.message} There are: {known}.") from refusal
        run = self._settled(run)
        self._report(run)
        if options["dry_run"]:
            imports.discard(run.pk, actor=actor)
            self.stdout.write("Nothing was changed: this was a dry run.")
            return
        imports.apply(run.pk, actor=actor)
        run = self._settled(run)
        self.stdout.write(f"Applied to “{portfolio.name}”: {_counts(run)}.")

    def _settled(self, run: ImportRun) -> ImportRun:
        """Do what waits to be done; where a worker was faster, wait for it."""
        while True:
            import_runs.take_up(run.pk)
            run.refresh_from_db()
            if run.state == RunState.FAILED:
                raise CommandError(f"{run.error} {run.remedy}".strip())
            if not run.is_under_way:
                return run
            time.sleep(1)

    def _report(self, run: ImportRun) -> None:
        report, say = run.report, self.stdout.write
        say(f"{run.file_name}: {report['form']}, {report['columns']} columns, {run.total} rows")
        say(f"Rows: {_counts(run)}")
        for line in import_queries.lines(run, only_problems=True).iterator(chunk_size=500):
            for found in line.problems:
                said = " ".join(found["value"].split())
                say(
                    f"  {found['severity']}: row {found['row']}, {found['column']}"
                    f"{f' “{said}”' if said else ''}: {found['reason']} {found['remedy']}".rstrip()
                )
        for name, filled in report["unmapped"]:
            say(f"  kept, not mapped: {name} ({filled} cells)")
        for name in report["missing"]:
            say(f"  not in this file: {name}")
        for name in report["left_out"]:
            say(f"  never imported: {name}")
        if report["gone"]:
            say(f"  projects that this file no longer names: {len(report['gone'])}")


def _portfolio(slug: str) -> Portfolio:
    found = Portfolio.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Portfolio.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no portfolio “{slug}”. There are: {known}.")
    return found


def _counts(run: ImportRun) -> str:
    return ", ".join(f"{run.counts[outcome]} {outcome}" for outcome in OUTCOMES)
