"""The way in for the first administrator where nobody watches the start, such as in containers."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portfolio.accounts.actions.links import first_administrator_link


class Command(BaseCommand):
    help = "Print a one-time sign-in link for the first administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        link = first_administrator_link(settings.BASE_URL)
        if link is None:
            raise CommandError("An administrator has a password already: sign in with it.")
        self.stdout.write(link)
