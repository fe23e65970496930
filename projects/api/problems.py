"""What the doors of the API refuse by themselves, before any action is asked."""

from collections.abc import Iterable
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"

    def __init__(self, most_mb: int = 1) -> None:
        super().__init__(f"The body is larger than {most_mb} MB. Send less at once.")


class FileTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "file_too_large"

    def __init__(self, most_mb: int) -> None:
        super().__init__(f"The file is larger than {most_mb} MB. Keep it elsewhere and send its address.")


class FileLost(APIException):
    status_code = status.HTTP_410_GONE
    default_code = "file_lost"
    default_detail = "The file is no longer where files are kept. Whoever runs the installation has backups."


class LengthNeeded(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_needed"
    default_detail = "Send the body with a Content-Length."


class JsonNeeded(APIException):
    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "json_needed"

    def __init__(self, types: Iterable[str] = ("application/json",)) -> None:
        first, *others = types
        other = f", or what is here taken beside it: {', '.join(others)}" if others else ""
        super().__init__(f"Send JSON, with the header Content-Type: {first}{other}.")


class EncodingNotTaken(APIException):
    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "encoding_not_taken"
    default_detail = "Send the body as it is, without a Content-Encoding."


class CharsetNotTaken(APIException):
    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "charset_not_taken"
    default_detail = "Send the body in UTF-8, and no other charset in its Content-Type."


class IfMatchNeeded(APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "if_match_needed"
    default_detail = "Send If-Match with the ETag that you read, so that nobody's change is overwritten."


class Changed(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "changed"
    default_detail = "It is not what you read any more. Read it again and decide anew."


class KeyReused(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key came with another request before. Use a new key for a new request."


class InFlight(APIException):
    """A twin of this request has not been answered yet; `wait` is the Retry-After in seconds."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "request_in_flight"
    default_detail = "The same request is being carried out at this moment. Repeat it in a second."
    wait = 1


def document(
    status_code: int, code: str, title: str, detail: str, request_id: str, **more: Any
) -> dict[str, Any]:
    """A problem document of RFC 9457; `more` holds obstacles and errors."""
    problem = {
        "type": f"urn:plimsoll:problem:{code}",
        "title": title,
        "status": status_code,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    return problem | {name: value for name, value in more.items() if value}
