"""The files that a document can be had as."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from portfolio.reports.prints import sheets, slides, tables
from projects.prints import pdf
from projects.prints.documents import Document


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file, and how it is written."""

    label: str
    content_type: str
    write: Callable[[Document], bytes]


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS = {
    "pdf": Form("PDF", "application/pdf", lambda document: pdf.write(document, settings.BASE_URL)),
    "pptx": Form("Slides", f"{OFFICE}.presentationml.presentation", slides.write),
    "xlsx": Form("Workbook", f"{OFFICE}.spreadsheetml.sheet", sheets.write),
    "csv": Form("CSV", "text/csv; charset=utf-8", tables.write),
}
