"""Files on their way in: counted while they arrive, and refused at the limit."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from portfolio.chunked import FORM_SLACK


class UploadTooLarge(Exception):
    """More bytes came than a file may have; the rest is not read."""


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes a file to disk as it arrives; a length that says too much is refused before the first byte."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.limit = settings.MAX_UPLOAD_MB * 1024 * 1024
        self.received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 -- the name of the method that this one replaces
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > self.limit + FORM_SLACK:
            raise UploadTooLarge

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.upload_interrupted()
            raise UploadTooLarge
        return super().receive_data_chunk(raw_data, start)
