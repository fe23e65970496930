"""Write everything into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolio.operations import backups


class Command(BaseCommand):
    help = "Write the database and all stored files into one file; people can go on working meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if file.is_dir() or not file.absolute().parent.is_dir():
            raise CommandError(
                f"{file} is not a file that can be written. Name a file in a folder that exists."
            )
        contents = backups.write(file)
        rows = sum(contents.rows.values())
        self.stdout.write(f"Wrote {rows} rows and {contents.files} files to {file}. Keep a copy elsewhere.")
        if contents.lost:
            self.stderr.write(
                f"{len(contents.lost)} files of evidence are not where they should be, such as "
                f"{contents.lost[0]}. They are not in the backup."
            )
