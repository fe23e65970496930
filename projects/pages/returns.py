"""The way back from a dialog: the page on which it was opened."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def opened_on(request: HttpRequest, usual: str) -> str:
    """Path and query of the page below the dialog, as htmx tells it, if it is one of ours; else `usual`."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    said = current.path + (f"?{current.query}" if current.query else "")
    if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return said
    return usual
