"""The way back from a dialog: the page on which it was opened."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000


def below(request: HttpRequest, usual: str) -> str:
    """The page below a dialog, carried along by its form and its links as `back`; else `usual`.

    A dialog has an address of its own, so it has to be remembered when the first one opens.
    """
    said = request.POST.get("back") or request.GET.get("back") or _opened_on(request)
    is_ours = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if is_ours and len(said) <= LONGEST and "\0" not in said else usual


def _opened_on(request: HttpRequest) -> str:
    """Path and query of the page that htmx is on."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    return current.path + (f"?{current.query}" if current.query else "")
