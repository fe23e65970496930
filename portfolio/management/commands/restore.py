"""Put a backup in place of what is here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portfolio.operations import backups


class Command(BaseCommand):
    help = "Read a backup into this installation, all or nothing; from either database into either."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="even though this installation holds data")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        call_command("migrate", interactive=False, verbosity=0)
        try:
            contents = backups.read(file, replace=replace)
        except backups.BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(contents.rows.values())
        self.stdout.write(
            f"Restored {rows} rows and {contents.files} files. Start the web and the worker again."
        )
