"""Assistants come in here: the Model Context Protocol over standard input and output, as one API key."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

MISSING = "This needs the package mcp: pip install 'mcp>=2.3,<3'."


class Command(BaseCommand):
    help = "Let an assistant read and propose, with the rights of the API key in PLIMSOLL_KEY."
    # What is printed belongs to the protocol.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        key = os.environ.pop("PLIMSOLL_KEY", "")
        if not key:
            raise CommandError("Set PLIMSOLL_KEY to an API key (Settings, API keys).")
        try:
            from portfolio.integrations.mcp import server
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic"):
                raise
            raise CommandError(MISSING) from error
        from portfolio.integrations.mcp.door import Door

        door = Door(key)
        status, said = door.read("projects", limit=1)
        if status == 401:
            raise CommandError(said.get("detail", "The key is not known."))
        server.made(lambda: door).run()
