"""Messages on their way in: known to be genuine, kept before they are acknowledged, each one once."""

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from django.db import transaction
from rest_framework.exceptions import ParseError, ValidationError

from portfolio import seals
from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources import turned_away
from portfolio.integrations.sources.queries import subjects
from portfolio.integrations.sources.rules import secrets, signatures
from portfolio.wake import wake
from projects.api.parsers import StrictJSON

TASK = "portfolio.tasks.take_messages"
# No honest message nests like that; databases and template engines give up beyond.
DEEPEST = 60


class NotGenuine(Exception):
    """Nobody who knows the secret has sent this, or it is too old."""


class Unreadable(Exception):
    """The body is not JSON that can be kept; says why."""


class Received(NamedTuple):
    """A message that is kept, and whether it was known already."""

    message: SourceMessage
    is_known: bool


def receive(source: Source, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Received:
    """Keep a message and have a worker told; the same one again is no second message."""
    if not signatures.is_genuine(source.style, _secrets(source, now), headers, body, now):
        turned_away.note(source.pk, now)
        raise NotGenuine
    said = _read(body)
    name = signatures.name(source.style, headers, said, body, now)
    project = subjects.first(source, name.kind, said)
    with transaction.atomic():
        message, is_new = SourceMessage.objects.get_or_create(
            source=source,
            external_id=name.external_id,
            defaults={"kind": name.kind, "body": said, "project": project, "received_at": now},
        )
        Source.objects.filter(pk=source.pk).update(last_heard_at=now)
        if is_new:
            wake(TASK)
    return Received(message, is_known=not is_new)


def _secrets(source: Source, now: datetime) -> list[str]:
    """None that can be opened: nobody is believed until the source has a new one."""
    try:
        return secrets.in_force(seals.opened(source.secret), now)
    except seals.Broken:
        return []


def _read(body: bytes) -> Any:
    try:
        said = StrictJSON().parse(BytesIO(body))
        json.dumps(said, allow_nan=False)  # 1e999 is read as infinite, and no database keeps that.
    except ParseError as error:
        raise Unreadable(str(error.detail)) from None
    except (ValidationError, ValueError, RecursionError):
        raise Unreadable("The body holds a text or a number that cannot be kept.") from None
    if _depth(said) > DEEPEST:
        raise Unreadable(f"The body is nested more than {DEEPEST} deep.")
    return said


def _depth(said: Any) -> int:
    """How many objects and lists lie within each other."""
    level, depth = [said], 0
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth
