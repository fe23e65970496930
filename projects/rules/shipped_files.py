"""Documents that ship with the product, as YAML."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

# libyaml reads all of them in 0.05 s, plain Python in 0.4 s, and every process does. Both make plain values.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Traversable) -> Any:
    """What a file says."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - safe, see above
