"""If-Match: which version of a thing a caller has read."""

import re

from rest_framework.request import Request

from projects.api import problems


def stated(request: Request, present: int) -> int | None:
    """The version of If-Match that counts: the present one if it is named; None for any version."""
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise problems.IfMatchNeeded
    if said == "*":
        return None
    # A weak mark is ignored: the version says the same as the bytes.
    named = [int(number) for number in re.findall(r'(?:W/)?"(\d{1,9})"', said)]
    return present if present in named else max(named, default=0)
