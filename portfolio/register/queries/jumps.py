"""Projects to jump to: what the palette offers while somebody types a key or a part of a name."""

import re
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Length, StrIndex

from projects.actors import Actor
from projects.models import orders
from projects.models.workflows import parsed
from projects.queries import reach
from projects.queries.filters import LONGEST_SEARCH, MOST_WORDS
from projects.rules.names import fold

OFFERED = 8  # what is read at a glance; the rest is one key away, in the register
CANDIDATES = 40  # among which those with a word that begins so come first
COLUMNS = ("key", "name", "health", "workflow_id", "stage")
# Two letters at least, so that a word of one letter is no key; from then on the index of keys helps.
KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{1,5}-[0-9]{0,9}")


def offered(actor: Actor, said: str) -> list[dict[str, Any]]:
    """Running projects with this key, or with all of these words in their key or name; one query.

    By name they come in the order of the index that holds running projects, so that the database stops
    at the last one offered. By key the shortest is first: PRJ-1 before PRJ-10.
    """
    words = fold(said[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    if not words or "\0" in said:
        return []
    found = reach.of(actor).filter(orders.LISTED)
    if KEY.fullmatch(said.strip()):
        found = found.filter(key__startswith=said.strip().upper()).order_by(Length("key"), "key")
    else:
        # Folded, as key, name, owner and problem in this order: a place in it tells which one was hit.
        end = Length("key") + Length("name") + Value(1)
        for number, word in enumerate(words):
            place = f"place_{number}"
            found = found.alias(**{place: StrIndex("search_text", Value(word))})
            found = found.filter(Q(**{f"{place}__gt": 0}) & Q(**{f"{place}__lte": end}))
        found = found.order_by(orders.name(), *orders.TIES)
    rows = sorted(found.values(*COLUMNS)[:CANDIDATES], key=lambda row: not _begins(row, words[0]))
    return [_labelled(row) for row in rows[:OFFERED]]


def _begins(row: dict[str, Any], word: str) -> bool:
    """Whether the key or a word of the name begins with what was typed first."""
    return any(each.startswith(word) for each in fold(f"{row['key']} {row['name']}").split())


def _labelled(row: dict[str, Any]) -> dict[str, Any]:
    stages = parsed(row["workflow_id"])
    return row | {"stage_label": stages.stage(row["stage"]).label}
