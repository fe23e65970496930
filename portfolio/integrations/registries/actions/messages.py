"""What MLflow posts: never taken at its word, only as a reason to read the model again at once."""

from collections.abc import Mapping
from typing import Any

from portfolio.integrations.models import Registry, RegistryLink
from portfolio.integrations.registries.actions import links as registry_links
from portfolio.integrations.registries.rules import mlflow_messages as rules


def heard(registry: Registry, body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Have what a verified message is about read at once; outcomes in words, as {code, message, remedy}.

    Nothing is asked of the server here: a worker does that once the transaction is committed.
    """
    news = rules.read(body)
    if news is None:
        return [_entry("nothing_to_do", "This message is not about a registered model.")]
    links = RegistryLink.objects.filter(registry=registry, kind=RegistryLink.Kind.MODEL, name=news.model)
    keys = sorted(links.values_list("project__key", flat=True))
    if not keys:
        remedy = "Link it on the page of its project."
        return [_entry("nothing_to_do", f"No project is linked to the model {news.model}.", remedy)]
    registry_links.read_soon(links)
    return [_entry("will_be_read", f"{news.words} It is read again for {', '.join(keys)}.")]


def _entry(code: str, message: str, remedy: str = "") -> dict[str, str]:
    return {"code": code, "message": message, "remedy": remedy}
