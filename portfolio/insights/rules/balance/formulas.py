"""How each figure of a balance is computed: in words, in symbols, where it comes from, what it needs."""

from dataclasses import dataclass
from importlib import resources

from projects.rules import shipped_files


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
    found = shipped_files.read(resources.files("portfolio.insights.rules.balance") / "formulas.yaml")
    return {code: Formula(**entry | {"keys": tuple(entry["keys"])}) for code, entry in found.items()}


FORMULAS = _read()
# Keys that show no figure of their own.
PLAIN = ("day", "currency", "missing", "generated")
