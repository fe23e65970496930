"""Links to models as the API takes and shows them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from portfolio.integrations.models import RegistryLink
from portfolio.integrations.registries.rules import registries as rules
from projects.api import inputs
from projects.api.inputs import Choice, In
from projects.api.schema import ObstacleOut
from projects.rules.observations import ENVIRONMENTS, LONGEST_SEGMENT

KINDS = RegistryLink.Kind.choices


class AliasRule(In):
    """What an alias does here once it is set there."""

    to = serializers.CharField(max_length=40, help_text="Code of the stage it leads to.")
    does = Choice(list(rules.DOES), help_text="`move` is done at once where the gates allow it.")


class MetricRule(In):
    """A metric there and its name here."""

    theirs = serializers.CharField(max_length=250)
    ours = serializers.CharField(max_length=rules.LONGEST_METRIC)
    environment = Choice(list(ENVIRONMENTS), default="offline")
    segment = serializers.CharField(max_length=LONGEST_SEGMENT, default="", allow_blank=True)


class RegistryLinkChanges(In):
    """What is to change."""

    aliases = serializers.DictField(child=AliasRule(), required=False, help_text="By alias, all of them.")
    metrics = MetricRule(many=True, required=False, help_text="None: all, as offline.")
    version_from = serializers.CharField(
        max_length=rules.LONGEST_ALIAS,
        required=False,
        allow_blank=True,
        help_text="The alias whose version is the project's model version.",
    )
    tells_stage = serializers.BooleanField(
        required=False, help_text="Write the stage back as a tag of the model."
    )


class RegistryLinkIn(RegistryLinkChanges):
    """A model or an experiment of a registry."""

    registry = serializers.IntegerField(min_value=1, max_value=inputs.LARGEST_ID, help_text="Its id.")
    kind = Choice(KINDS, default=rules.MODEL)
    name = serializers.CharField(max_length=rules.LONGEST_MODEL, help_text="As it is called there.")


class AliasRuleOut(serializers.Serializer[Any]):
    """What an alias does here."""

    to = serializers.CharField()
    does = serializers.ChoiceField(list(rules.DOES))


class MetricRuleOut(serializers.Serializer[Any]):
    """A metric there and its name here."""

    theirs = serializers.CharField()
    ours = serializers.CharField()
    environment = serializers.ChoiceField(list(ENVIRONMENTS))
    segment = serializers.CharField(allow_blank=True)


class AliasRefusalOut(serializers.Serializer[Any]):
    """A rule that could not be carried out; a proposal takes its place."""

    alias = serializers.CharField()
    version = serializers.CharField()
    to = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()
    obstacles = ObstacleOut(many=True)
    at = serializers.DateTimeField()


class RegistryLinkOut(serializers.Serializer[Any]):
    """A link, and whether it could be read."""

    id = serializers.IntegerField()
    registry = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    aliases = serializers.DictField(child=AliasRuleOut())
    metrics = MetricRuleOut(many=True)
    version_from = serializers.CharField(allow_blank=True)
    tells_stage = serializers.BooleanField()
    refusals = AliasRefusalOut(many=True)
    read_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_blank=True)


class RegistryLinksOut(serializers.Serializer[Any]):
    """All links of a project."""

    items = RegistryLinkOut(many=True)


class ModelMetricOut(serializers.Serializer[Any]):
    """The last value of a metric there."""

    value = serializers.FloatField()
    at = serializers.DateTimeField(allow_null=True)


class ModelVersionOut(serializers.Serializer[Any]):
    """A version of a model, or a run of an experiment, as it was last read."""

    version = serializers.CharField()
    run = serializers.CharField(allow_blank=True)
    aliases = serializers.ListField(child=serializers.CharField())
    tags = serializers.DictField(child=serializers.CharField(allow_blank=True))
    metrics = serializers.DictField(child=ModelMetricOut())
    status = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField()


class ModelVersionPage(serializers.Serializer[Any]):
    """One part of the versions."""

    items = ModelVersionOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class AliasTimeOut(serializers.Serializer[Any]):
    """A time in which an alias stood on one version, as far as it was seen."""

    alias = serializers.CharField()
    version = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null: still.")


class AliasTimesOut(serializers.Serializer[Any]):
    """Who was in use when, the latest of each alias first."""

    items = AliasTimeOut(many=True)


EXAMPLE = OpenApiExample(
    "A champion goes live",
    {
        "registry": 1,
        "name": "churn",
        "aliases": {"champion": {"to": "production", "does": "propose"}},
        "metrics": [{"theirs": "val_auc", "ours": "auc"}],
        "version_from": "champion",
    },
    request_only=True,
)
