"""Files over HTTP: counted while they come in, and sent so that no browser runs what is in them."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse, HttpRequest

from projects.models import EvidenceVersion
from projects.models.evidence import storage
from projects.rules import evidence_files

# Room for the other fields and the boundaries of a form.
FORM_SLACK = 64 * 1024
# Nothing loads, nothing runs, and what is shown counts as a site of its own.
SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class UploadTooLarge(Exception):
    """More bytes came than a file may have; the rest is not read."""

    def __init__(self, most_mb: int) -> None:
        super().__init__(f"The file is larger than {most_mb} MB.")
        self.most_mb = most_mb


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes files to disk as they arrive; a length that says too much is refused before the first byte."""

    def __init__(self, request: HttpRequest, most_mb: int) -> None:
        super().__init__(request)
        self.most_mb = most_mb
        self.limit = most_mb * 1024 * 1024
        self.received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 -- the name of the method that this one replaces
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        # A body sent in chunks tells no length of its own.
        if content_length > self.limit + FORM_SLACK and not is_chunked(META):
            raise UploadTooLarge(self.most_mb)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.upload_interrupted()
            raise UploadTooLarge(self.most_mb)
        return super().receive_data_chunk(raw_data, start)


def is_chunked(meta: Mapping[str, Any]) -> bool:
    """Whether the length of a request's body is only the most that it may have."""
    return bool(meta.get("HTTP_TRANSFER_ENCODING"))


def served(version: EvidenceVersion, *, inline: bool = False) -> FileResponse:
    """The bytes of a version; FileNotFoundError when the storage has lost them.

    `inline` shows what a browser shows without running anything, and downloads everything else.
    """
    shown_as = evidence_files.shown_as(version.file_name) if inline else ""
    # Texts are shown in the one encoding that all of them should have.
    shown_as += "; charset=utf-8" if shown_as == evidence_files.PLAIN else ""
    answer = FileResponse(
        storage().open(version.file.name or ""),
        as_attachment=not shown_as,
        filename=version.file_name,
        content_type=shown_as or evidence_files.content_type(version.file_name),
    )
    answer["Content-Security-Policy"] = SEALED
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-cache"
    return answer
