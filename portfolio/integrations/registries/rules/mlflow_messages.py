"""What a message of MLflow's registry is about: the model, and in words what happened to it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from portfolio.integrations.registries.rules.mlflow_answers import mapping, text

LONGEST_MODEL = 500
# By entity and action, as MLflow names them; {} are the fields of its data.
WORDS = {
    "registered_model.created": "The model {name} was registered.",
    "model_version.created": "Version {version} of {name} was registered.",
    "model_version_tag.set": "Version {version} of {name} has the tag {key}.",
    "model_version_tag.deleted": "Version {version} of {name} lost the tag {key}.",
    "model_version_alias.created": "Version {version} of {name} has the alias {alias}.",
    "model_version_alias.deleted": "{name} has no alias {alias} any more.",
}


class News(NamedTuple):
    """A message as far as it matters here."""

    model: str
    words: str


def read(body: Mapping[str, Any]) -> News | None:
    """The model that a message is about; None for one about prompts, budgets or anything else."""
    kind = f"{text(body.get('entity'), 60)}.{text(body.get('action'), 60)}"
    data = mapping(body.get("data"))
    model = text(data.get("name"), LONGEST_MODEL)
    if kind not in WORDS or not model:
        return None
    said = {name: text(data.get(name), 255) or "?" for name in ("version", "key", "alias")}
    return News(model, WORDS[kind].format(name=model, **said))
