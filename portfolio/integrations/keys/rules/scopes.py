"""Scopes of keys in plain words: a grid of nouns by reading and writing, and usual choices."""

from collections.abc import Iterable
from dataclasses import dataclass

from projects import permissions

# Higher roles are for people: a key may be a manager at most.
ROLES = tuple(
    role for role, rank in permissions.RANK.items() if rank <= permissions.RANK[permissions.MANAGER]
)
ALL = sorted({need.scope for need in permissions.MAY.values() if need.portfolio_role in ROLES})


@dataclass(frozen=True, slots=True)
class Noun:
    """One line of the grid; `read_with` is the noun whose scope reads this one as well.

    What only those who manage it may see is read with its own scope for writing.
    """

    code: str
    label: str
    read: str
    write: str = ""
    read_with: str = ""

    @property
    def reading(self) -> str:
        """The scope that reads it."""
        if self.read_with == self.code:
            return self.writing
        return f"{self.read_with or self.code}:read"

    @property
    def writing(self) -> str:
        """The scope that writes it; empty where nothing is to be written."""
        return f"{self.code}:write" if self.write else ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual choice: a role and the scopes that such a caller needs."""

    code: str
    label: str
    explanation: str
    role: str
    scopes: tuple[str, ...]


def _of(role: str) -> tuple[str, ...]:
    """All scopes by which this role may do anything."""
    rank = permissions.RANK[role]
    needs = permissions.MAY.values()
    return tuple(sorted({need.scope for need in needs if permissions.RANK[need.portfolio_role] <= rank}))


NOUNS = {
    noun.code: noun
    for noun in (
        Noun(
            "projects", "Projects", "projects, teams, flags, history", "add and change projects, teams, links"
        ),
        Noun("moves", "Stages", "moves and gates", "move stages", "projects"),
        Noun("updates", "Updates", "updates and comments", "post updates and comments", "projects"),
        Noun("assessments", "Answers", "answers and scores", "answer questions, fill checklists", "projects"),
        Noun("evidence", "Evidence", "items and files", "bring and attach evidence", "projects"),
        Noun("metrics", "Metrics", "values", "post values", "projects"),
        Noun("signals", "Signals", "which are alive", "say that a signal is alive", "projects"),
        Noun("blockers", "Blockers", "blockers", "raise, change and resolve blockers", "projects"),
        Noun("todos", "To-dos", "to-dos", "add and change to-dos", "projects"),
        Noun("flags", "Flags", "flags", "let flags sleep", "projects"),
        Noun(
            "signoffs", "Sign-offs", "requests and signatures", "ask for sign-offs, name deputies", "projects"
        ),
        Noun("proposals", "Proposals", "proposals", "propose what a person confirms", "projects"),
        Noun(
            "portfolios",
            "Portfolio",
            "summary, balance, forecasts, reports",
            "scenarios, capacity, rates, summaries",
        ),
        Noun(
            "registries", "Model registries", "models and versions", "bind registries and models", "projects"
        ),
        Noun("webhooks", "Webhooks", "addresses and deliveries", "manage webhooks", "webhooks"),
        Noun("imports", "Imports", "imports", "import files, report stages", "imports"),
        Noun("events", "Events", "the feed of events"),
    )
}
PRESETS = {
    preset.code: preset
    for preset in (
        Preset(
            "ci",
            "CI pipeline",
            "Moves stages, brings evidence and metrics, asks for sign-offs.",
            permissions.CONTRIBUTOR,
            (
                *("assessments:write", "evidence:write", "metrics:write", "moves:write"),
                *("projects:read", "signoffs:write", "updates:write"),
            ),
        ),
        Preset(
            "mlflow",
            "MLflow",
            "Reports metrics and signals, and proposes moves.",
            permissions.CONTRIBUTOR,
            ("metrics:write", "projects:read", "proposals:write", "registries:write", "signals:write"),
        ),
        Preset(
            "reader",
            "Report reader",
            "Reads everything and changes nothing.",
            permissions.VIEWER,
            ("events:read", "portfolios:read", "projects:read"),
        ),
        Preset(
            "contributor",
            "Everything a contributor may",
            "Works on projects as a member of the portfolio would.",
            permissions.CONTRIBUTOR,
            _of(permissions.CONTRIBUTOR),
        ),
    )
}
# What a key is asked for most often.
USUAL = PRESETS["ci"]


def short(scopes: Iterable[str]) -> str:
    """What these scopes allow, in a row of a list."""
    held = set(scopes)
    for preset in PRESETS.values():
        if held == set(preset.scopes):
            return preset.label
    reads = [noun.label.lower() for noun in NOUNS.values() if not noun.read_with and noun.reading in held]
    writes = [noun.label.lower() for noun in NOUNS.values() if noun.writing in held]
    told = [f"{verb} {', '.join(nouns)}" for verb, nouns in (("read", reads), ("write", writes)) if nouns]
    return "; ".join(told) or "nothing"
