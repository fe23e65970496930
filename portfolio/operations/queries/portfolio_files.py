"""Files of whole portfolios on their way in, as pages and REST show them."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from portfolio.operations.models import PortfolioFile, State
from portfolio.operations.whole.steps import FILING, READING, WRITING

SHOWN = 20
OF_RUN = ("state", "cursor", "rows", "error")
SAID = {
    READING: "Rows read and checked",
    WRITING: "Rows written",
    FILING: "Files of evidence stored",
}
FIGURES = (
    ("Projects", "projects.project"),
    ("Entries of the history", "projects.event"),
)


class Step(NamedTuple):
    """How far the worker is: with what, how much of how much. Nothing is begun while there is no worker."""

    is_begun: bool
    label: str
    done: int
    total: int
    # Why it begins anew, where it failed before.
    error: str


def files() -> QuerySet[PortfolioFile]:
    """Every file that is known, the newest first."""
    return PortfolioFile.objects.select_related("run", "asked_by")


def recent() -> QuerySet[PortfolioFile]:
    """The newest files."""
    return files()[:SHOWN]


def one(file_id: int) -> PortfolioFile | None:
    """One file with its run."""
    return files().filter(pk=file_id).first()


def step(file: PortfolioFile) -> Step:
    """How far a file is that is being brought."""
    return step_of(file.contents, {name: getattr(file.run, name, None) for name in OF_RUN})


def step_of(contents: dict[str, Any], run: dict[str, Any]) -> Step:
    """The same from the columns of its run."""
    if run["state"] != State.RUNNING:
        return Step(False, "", 0, 0, run["error"] or "")
    total = contents["files" if run["cursor"] == FILING else "row_count"]
    return Step(True, SAID.get(run["cursor"], ""), min(run["rows"], total), total, run["error"])


def figures(file: PortfolioFile) -> list[tuple[str, int]]:
    """What a file brings, in figures."""
    said = file.contents
    counts = [(label, said["rows"].get(table, 0)) for label, table in FIGURES]
    return [*counts, ("All rows", said["row_count"]), ("Files of evidence", said["files"])]
