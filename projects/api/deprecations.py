"""Operations that will go away: they say so in every answer, long before they do."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.utils.http import http_date
from rest_framework.request import Request

if TYPE_CHECKING:
    from projects.api.views import ApiView

Handler = Callable[..., HttpResponseBase]
# Two releases and a summer: whoever looks after a pipeline has to find the time.
NOTICE = timedelta(days=180)


def deprecated(*, on: date, until: date, see: str) -> Callable[[Handler], Handler]:
    """Announce the end of an operation: deprecated `on` a day, answered `until` another, explained at `see`.

    Headers Deprecation (RFC 9745), Sunset (RFC 8594) and Link; the description marks it, too.
    """
    if until < on + NOTICE:
        raise ValueError(f"An operation is answered for {NOTICE.days} days after it is deprecated, at least.")
    told = {"Deprecation": f"@{_seconds(on)}", "Sunset": http_date(_seconds(until))}
    link = f'<{see}>; rel="deprecation"; type="text/html"'

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def answer(view: "ApiView", request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            view.headers |= told
            view.add_link(link)
            return handler(view, request, *args, **kwargs)

        answer.is_deprecated = True  # type: ignore[attr-defined]
        return answer

    return decorate


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
