"""A turn at something that is to be compared and then changed: whoever else would change it waits."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from projects.models import Project


def take(address: str, rows: QuerySet[Any] | None) -> None:
    """Wait for this address and for the rows that pages lock too, until the transaction ends.

    Rows first, as actions lock them: two that wait for each other would be refused. SQLite has one
    writer, who holds everything.
    """
    if connection.vendor != "postgresql":
        return
    if rows is not None:
        list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    digest = hashlib.sha256(address.encode(errors="replace")).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def hold(project_ids: Iterable[int]) -> None:
    """Lock these projects by id, as actions do, where one transaction is about to carry out several."""
    if (ids := set(project_ids)) and connection.in_atomic_block:
        list(
            Project.objects.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk")
        )
