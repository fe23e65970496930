"""The answer to a page or a list that is asked for as a file: `?export=csv`, `xlsx` or `json`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from projects.exports import csv_files, json_files, workbooks
from projects.exports.tables import Table

View = Callable[..., HttpResponseBase]
ASKED = "export"  # the word in the address
MOST_OF_A_PAGE = 5_000  # rows; lists that can be longer come from the database


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file, and how it is written piece by piece."""

    label: str
    content_type: str
    pieces: Callable[[Sequence[Table]], Iterator[bytes]]


FORMS = {
    "csv": Form("CSV", "text/csv; charset=utf-8", csv_files.pieces),
    "xlsx": Form("Workbook (XLSX)", workbooks.TYPE, workbooks.pieces),
    "json": Form("JSON", "application/json", json_files.pieces),
}


def asked(request: HttpRequest) -> str:
    """The kind of file that the address asks for; empty where it asks for the page."""
    form = request.GET.get(ASKED, "")
    return form if form in FORMS else ""


def either(page: View, file: View) -> View:
    """One address for a page and for what it lists as a file."""

    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (file if asked(request) else page)(request, *args, **kwargs)

    return show


def rows_of_a_page(request: HttpRequest, usual: int) -> int:
    """How many rows a page of a short list has: as a file all of them, as many as a page can be read from."""
    return MOST_OF_A_PAGE if asked(request) else usual


def name(noun: str, portfolio: str = "") -> str:
    """What a file is called: the list, and the portfolio whose list it is."""
    return f"{noun}-{portfolio}" if portfolio else noun


def answer(request: HttpRequest, called: str, day: date, *tables: Table) -> StreamingHttpResponse:
    """Tables as one file of this name and day; CSV where the address does not say."""
    return sent(asked(request) or "csv", called, day, *tables)


def sent(ending: str, called: str, day: date, *tables: Table) -> StreamingHttpResponse:
    """The same of a kind that is known."""
    form = FORMS[ending]
    return StreamingHttpResponse(
        _by_the_clock(timezone.get_current_timezone(), form.pieces(tables)),
        content_type=form.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{called}-{day.isoformat()}.{ending}"',
            "Cache-Control": "no-store, private",
        },
    )


def _by_the_clock(zone: tzinfo, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Moments as the reader's clock shows them: the file is read when the request's own clock is gone."""
    with timezone.override(zone):
        yield from pieces
