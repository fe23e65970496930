"""Evidence as the API shows it: an item with its present version and the places that rest on it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from rest_framework import serializers

from projects.api import people
from projects.models import EvidenceUse, EvidenceVersion
from projects.models.evidence import Form, Provenance

OF_A_VERSION = (
    *("id", "evidence_id", "number", "form", "sha256", "file_name", "content_type", "size", "url", "text"),
    *("holds", "provenance", "dated_on", "added_at", "by_machine", "replaced_at"),
    *people.columns("added_by"),
)
OF_AN_ITEM = ("kind", "title", "gate", "created_at", "removed_at", "project__key")
COLUMNS = (*OF_A_VERSION, *(f"evidence__{name}" for name in OF_AN_ITEM))
SHOWN = tuple(name for name in OF_A_VERSION if name not in ("id", "evidence_id", *people.columns("added_by")))


class VersionOut(serializers.Serializer[Any]):
    """One version: a file, a link or a statement."""

    number = serializers.IntegerField()
    form = serializers.ChoiceField(Form.choices)
    sha256 = serializers.CharField(help_text="Of a file its bytes, of a link its address.")
    file_name = serializers.CharField(allow_blank=True)
    content_type = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(help_text="Bytes.")
    file = serializers.CharField(allow_null=True, help_text="Address of the bytes, below the site's own.")
    url = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    holds = serializers.BooleanField(allow_null=True, help_text="Of a statement: whether it is true.")
    provenance = serializers.ChoiceField(Provenance.choices)
    dated_on = serializers.DateField(help_text="The day that it tells of.")
    added_by = people.PersonOut(allow_null=True)
    added_at = serializers.DateTimeField()
    by_machine = serializers.BooleanField()
    replaced_at = serializers.DateTimeField(allow_null=True)


class EvidenceOut(serializers.Serializer[Any]):
    """One item of evidence."""

    id = serializers.IntegerField()
    project = serializers.CharField(help_text="Key of its project.")
    kind = serializers.CharField(help_text="A kind of evidence, or the name of a statement.")
    title = serializers.CharField()
    gate = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    attached = serializers.ListField(child=serializers.CharField(), help_text="Places such as answer:WP1.")
    version = VersionOut(help_text="The present one.")


class EvidencePage(serializers.Serializer[Any]):
    """One part of a list of evidence, by the age of its present versions, oldest first."""

    items = EvidenceOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class VersionPage(serializers.Serializer[Any]):
    """One part of the versions of an item, newest first."""

    items = VersionOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of COLUMNS as items; one query for the places that rest on them."""
    places = _places({row["evidence_id"] for row in rows})
    return [_item(row, places) for row in rows]


def one(evidence_id: int) -> dict[str, Any]:
    """An item with its present version; two queries."""
    row = EvidenceVersion.objects.values(*COLUMNS).get(evidence=evidence_id, replaced_at=None)
    return items([row])[0]


def version(row: dict[str, Any]) -> dict[str, Any]:
    """A row of OF_A_VERSION."""
    address = f"/api/v1/evidence/{row['evidence_id']}/versions/{row['number']}/file"
    file = address if row["form"] == Form.FILE else None
    return {name: row[name] for name in SHOWN} | {"file": file, "added_by": people.of(row, "added_by")}


def _item(row: dict[str, Any], places: dict[int, list[str]]) -> dict[str, Any]:
    shown = {name: row[f"evidence__{name}"] for name in OF_AN_ITEM[:-1]}
    head = {"id": row["evidence_id"], "project": row["evidence__project__key"]}
    return head | shown | {"attached": places[row["evidence_id"]], "version": version(row)}


def _places(ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for use in EvidenceUse.objects.filter(evidence__in=ids):
        found[use.evidence_id].append(f"{use.place}:{use.ref}")
    return found
