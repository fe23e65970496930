"""The report of an import as a file: every row with its outcome, every cell with what became of it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.register.models import ImportLine, ImportRun
from portfolio.register.pages import imports
from portfolio.register.queries import imports as import_queries
from projects.exports.answers import answer
from projects.exports.tables import Table

HEADERS = ["row", "outcome", "project", "name", "what", "column", "cell", "becomes", "reason", "remedy"]


@require_safe
def report(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """The rows of a file, sent while they are read."""
    run = imports.known_run(request, run_id)
    return answer(
        request, f"import-{run.pk}-report", timezone.localdate(), Table("rows", HEADERS, _rows(run))
    )


def _rows(run: ImportRun) -> Iterator[list[Any]]:
    for line in import_queries.lines(run).iterator(chunk_size=500):
        start: list[Any] = [line.row, line.outcome, line.project.key if line.project else "", line.name]
        for said in _said(line) or [[""] * 6]:
            yield [*start, *said]
    for name, filled in run.report.get("unmapped", []):
        yield [None, "", "", "", "kept, not mapped", name, f"{filled} cells", "", "", ""]


def _said(line: ImportLine) -> list[list[str]]:
    """Problems, changes and the stage of a line, each as: what, column, cell, becomes, reason, remedy."""
    found = [
        [each["severity"], each["column"], each["value"], "", each["reason"], each["remedy"]]
        for each in line.problems
    ]
    found += [["change", name, words(old), words(new), "", ""] for name, (old, new) in line.changes.items()]
    if line.stage:
        came, went = line.stage["came_from"], line.stage["went_to"]
        found.append(["reported stage", "stage", came, went, line.stage["outcome"], ""])
    return found


def words(value: Any) -> str:
    """A value of a change as people read it."""
    if isinstance(value, list):
        return " › ".join(filter(None, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
