"""API keys from the command line: create and rotate print a secret once, list and revoke look after them."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolio.integrations.keys.actions import keys
from portfolio.integrations.keys.queries import keys as key_queries
from portfolio.integrations.keys.rules import lives as key_lives
from portfolio.integrations.models import ApiKey
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

USUAL_HOURS = key_lives.USUAL_OVERLAP // timedelta(hours=1)


class Command(BaseCommand):
    help = "Create, list, rotate and revoke the API keys of a portfolio."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        create = words.add_parser("create", help="make a key and print it, this once")
        create.add_argument("--portfolio", required=True, metavar="SLUG")
        create.add_argument("--scopes", required=True, help=f"with commas between: {','.join(keys.SCOPES)}")
        create.add_argument("--name", default="Command line")
        create.add_argument("--role", default="contributor", choices=keys.ROLES)
        create.add_argument("--expires", type=int, default=keys.USUAL_DAYS, metavar="DAYS")
        listed = words.add_parser("list", help="show the keys of a portfolio")
        listed.add_argument("--portfolio", required=True, metavar="SLUG")
        rotate = words.add_parser("rotate", help="give a key a new secret and print it, this once")
        rotate.add_argument("key", help="its number or its first letters, as in the list")
        rotate.add_argument(
            "--overlap",
            type=int,
            default=USUAL_HOURS,
            metavar="HOURS",
            help="the present secret goes on so long",
        )
        rotate.add_argument("--expires", type=int, metavar="DAYS", help="as before when left out")
        revoke = words.add_parser("revoke", help="end a key")
        revoke.add_argument("key", help="its number or its first letters, as in the list")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        try:
            getattr(self, word)(**options)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def create(
        self, *, portfolio: str, scopes: str, name: str, role: str, expires: int, **options: Any
    ) -> None:
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        actor = Actor.system("command")
        key, secret = keys.create(
            _portfolio(portfolio).pk, name=name, scopes=wanted, role=role, days=expires, actor=actor
        )
        self.stderr.write(f"Key {key.pk}, valid until {key.expires_at:%Y-%m-%d}. It is shown this once:")
        self.stdout.write(secret)

    def list(self, *, portfolio: str, **options: Any) -> None:
        for key in key_queries.of(_portfolio(portfolio)):
            state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
            used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            scopes = ",".join(key.scopes)
            self.stdout.write(f"{key.pk}  {key.prefix}…  {state}  {used}  {scopes}  {key.name}")

    def rotate(self, *, key: str, overlap: int, expires: int | None, **options: Any) -> None:
        found = _key(key)
        hours = timedelta(hours=overlap)
        row, secret = keys.rotate(found.pk, overlap=hours, days=expires, actor=Actor.system("command"))
        until = f"is good until {row.former_until:%Y-%m-%d %H:%M} UTC" if row.former_until else "has ended"
        self.stderr.write(
            f"Key {row.pk}, valid until {row.expires_at:%Y-%m-%d}. The secret before {until}. "
            "The new one is shown this once:"
        )
        self.stdout.write(secret)

    def revoke(self, *, key: str, **options: Any) -> None:
        found = _key(key)
        keys.revoke(found.pk, actor=Actor.system("command"))
        self.stdout.write(f"{found} is revoked.")


def _key(said: str) -> ApiKey:
    found = ApiKey.objects.filter(pk=int(said)) if said.isdigit() else ApiKey.objects.filter(prefix=said[:9])
    if len(found) != 1:
        raise CommandError(f"{len(found)} keys are called {said}. Give the number that the list shows.")
    return found[0]


def _portfolio(slug: str) -> Portfolio:
    found = Portfolio.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Portfolio.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no portfolio {slug}. There are: {known}.")
    return found
