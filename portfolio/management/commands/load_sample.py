"""Load the sample portfolio, once."""

from typing import Any

from django.core.management.base import BaseCommand

from portfolio.register.actions import samples


class Command(BaseCommand):
    help = "Load the sample portfolio of 24 invented projects; does nothing when it was loaded before."

    def handle(self, *args: Any, **options: Any) -> None:
        if samples.is_loaded():
            self.stdout.write("The sample portfolio was loaded before.")
            return
        portfolio = samples.load()
        self.stdout.write(f"Loaded {portfolio.projects.count()} projects into “{portfolio.name}”.")
