"""What MLflow posts: never taken at its word, only as a reason to read the model again at once."""

from typing import Any

from portfolio.integrations.models import Registry


def heard(registry: Registry, body: dict[str, Any]) -> list[dict[str, str]]:
    """Read at once what a verified message is about; outcomes in words, as {code, message, remedy}."""
    raise NotImplementedError
