"""Request bodies of unknown length: browsers never send them, programs do (Transfer-Encoding: chunked)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def readable(application: Application) -> Application:
    """Let such a body be read to its end; without a length Django would take it for empty.

    The server ends the stream itself. The length given here is the most that may come, so that a body
    without end is cut off as one with a length is refused.
    """

    def handle(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("CONTENT_LENGTH") and environ.get("HTTP_TRANSFER_ENCODING"):
            environ["CONTENT_LENGTH"] = str(_most(environ) if environ.get("wsgi.input_terminated") else 0)
        return application(environ, start_response)

    return handle


def _most(environ: dict[str, Any]) -> int:
    from projects.transfers import FORM_SLACK  # this module is read before the models can be

    if str(environ.get("CONTENT_TYPE", "")).startswith("multipart/form-data"):
        return max(settings.MAX_UPLOAD_MB, settings.EVIDENCE_MAX_MB) * 1024 * 1024 + FORM_SLACK
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
