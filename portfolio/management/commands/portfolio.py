"""A whole portfolio as one file: out of this installation, or into it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.operations.actions import portfolio_files
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

ACTOR = Actor.system("command")


class Command(BaseCommand):
    help = "Take a whole portfolio out as one file, or bring one into an installation that has none."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        out = verbs.add_parser("export", help="write a portfolio into a file")
        out.add_argument("slug", help="the portfolio's short name")
        out.add_argument("file", type=Path)
        into = verbs.add_parser("import", help="bring the portfolio of a file")
        into.add_argument("file", type=Path)
        into.add_argument(
            "--dry-run", action="store_true", help="read all of it and only say what would come"
        )

    def handle(self, *args: Any, verb: str, file: Path, **options: Any) -> None:
        try:
            if verb == "export":
                self._export(options["slug"], file)
            elif not file.is_file():
                raise CommandError(f"There is no file {file}.")
            else:
                self._import(file, dry_run=options["dry_run"])
        except Refused as refusal:
            reasons = [f"{each.message} {each.remedy}" for each in refusal.obstacles]
            raise CommandError("\n".join([refusal.message, *reasons])) from refusal

    def _export(self, slug: str, file: Path) -> None:
        portfolio = Portfolio.objects.filter(slug=slug).first()
        if portfolio is None:
            known = ", ".join(Portfolio.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no portfolio {slug}. There are: {known}.")
        unfinished = file.with_name(file.name + ".unfinished")
        try:
            with unfinished.open("wb") as out:
                for piece in portfolio_files.take_out(portfolio.pk, actor=ACTOR):
                    out.write(piece)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(f"Wrote “{portfolio.name}” to {file} ({file.stat().st_size:,} bytes).")

    def _import(self, file: Path, *, dry_run: bool) -> None:
        found = portfolio_files.look(file, actor=ACTOR)
        self.stdout.write(
            f"“{found.name}” of {found.taken_at[:10]}: {found.rows['projects.project']} projects, "
            f"{found.row_count:,} rows in all, {len(found.files)} files, {len(found.known)} people who are "
            f"here, {len(found.new)} who are not."
        )
        if found.lost:
            self.stderr.write(
                f"{len(found.lost)} files of evidence were lost before, such as {found.lost[0]}."
            )
        if dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
            return
        portfolio = portfolio_files.bring(file, actor=ACTOR)
        self.stdout.write(
            f"Brought “{portfolio.name}”. People who are new here cannot sign in until somebody lets them in "
            "on the people page. Chats and webhooks rest until their secrets are entered again."
        )
