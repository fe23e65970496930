"""How each figure of a balance is computed: in words, in symbols, where it comes from, what it needs."""

from dataclasses import dataclass
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class Formula:
    """One figure; `keys` are those of the balance (rules/balances.py) that it makes."""

    title: str
    words: str
    symbols: str
    needs: str
    source: str
    keys: tuple[str, ...]


def _read() -> dict[str, Formula]:
    text = (
        resources.files("portfolio.insights.rules.balance")
        .joinpath("formulas.yaml")
        .read_text(encoding="utf-8")
    )
    found = yaml.safe_load(text)
    return {code: Formula(**entry | {"keys": tuple(entry["keys"])}) for code, entry in found.items()}


FORMULAS = _read()
# Keys that show no figure of their own.
PLAIN = ("day", "currency", "missing", "generated")
