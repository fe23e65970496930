"""What callers send of evidence: a form with a file, or JSON with an address."""

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from projects.api import cursors
from projects.api.inputs import Choice, Day, In
from projects.models.evidence import Provenance
from projects.rules import evidence_items as rules
from projects.rules import evidence_kinds

PLACES = "answer:WP1, criterion:G5:validation_report or signoff: and an id."
LONGEST_PLACE = 80
LINK = OpenApiExample(
    "A run of a pipeline",
    {
        "kind": "ci_run",
        "title": "Nightly evaluation",
        "url": "https://ci.example.org/runs/4182",
        "gate": "G5",
        "attach": ["answer:MP1"],
    },
    request_only=True,
    media_type="application/json",
)


class VersionIn(In):
    """What a version says of itself."""

    dated_on = Day(required=False, allow_null=True, help_text="The day that it tells of; else today.")
    provenance = Choice(Provenance.choices, default=Provenance.PRIMARY)
    text = serializers.CharField(max_length=rules.LONGEST_TEXT, allow_blank=True, default="")


class VersionFileIn(VersionIn):
    """A version as a file, in a form."""

    file = serializers.FileField(allow_empty_file=True)


class VersionLinkIn(VersionIn):
    """A version as an address."""

    url = serializers.CharField(max_length=rules.LONGEST_URL, help_text="http(s).")


class ItemIn(In):
    """How a new item is named and placed."""

    kind = Choice(evidence_kinds.codes())
    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    gate = serializers.CharField(max_length=12, allow_blank=True, default="", help_text="Code of a gate.")
    attach = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_PLACE), max_length=50, required=False, help_text=PLACES
    )


class EvidenceFileIn(ItemIn, VersionFileIn):
    """A new item with a file, in a form."""


class EvidenceLinkIn(ItemIn, VersionLinkIn):
    """A new item with an address."""


class PlaceIn(In):
    """A place that evidence can be attached to."""

    place = serializers.CharField(max_length=LONGEST_PLACE, help_text=PLACES)


class EvidenceQuery(cursors.PageQuery):
    """Which evidence of a project."""

    kind = serializers.CharField(max_length=40, default="", allow_blank=True, help_text="Code of a kind.")
