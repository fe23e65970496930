"""The door for other systems: one address each, open to whoever can sign."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portfolio.integrations.sources.actions import receptions
from portfolio.integrations.sources.queries import sources
from portfolio.tries import too_many

# Ten times what GitHub, GitLab or MLflow send of an event with many parts.
LARGEST_BODY = 1024 * 1024
# A push may start hundreds of checks, each with several messages.
SECONDS, MOST_MESSAGES, MOST_GUESSES = 60, 1_200, 60


@csrf_exempt  # the signature says who it is; no session is looked at
@never_cache
@require_POST
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Keep a genuine message and say so; a worker carries it out."""
    source = sources.by_token(token)
    if source is None:
        if too_many("hook-guess", request.META.get("REMOTE_ADDR", ""), most=MOST_GUESSES, seconds=SECONDS):
            return _busy()
        return _answer(404, "not_found", "There is nothing at this address.")
    if too_many("hook", str(source.pk), most=MOST_MESSAGES, seconds=SECONDS):
        return _busy()
    body = _body(request)
    if body is None:
        return _answer(413, "body_too_large", "A message is at most 1 MB. Have less sent.")
    try:
        kept = receptions.receive(source, headers=request.headers, body=body, now=timezone.now())
    except receptions.NotGenuine:
        return _answer(401, "not_genuine", "The signature or its time is wrong. Compare the secrets.")
    except receptions.Unreadable as unreadable:
        return _answer(400, "unreadable", str(unreadable))
    if kept.is_known:
        return _answer(200, "known", "This message came before.", message=kept.message.pk)
    return _answer(202, "kept", "It will be carried out.", message=kept.message.pk)


def _body(request: HttpRequest) -> bytes | None:
    """The body, unless it is too large; a length that is stated falsely is noticed while reading."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return None
    body = request.read(LARGEST_BODY + 1)
    return body if len(body) <= LARGEST_BODY else None


def _busy() -> HttpResponse:
    answer = _answer(429, "too_many", "Too many messages within a minute. Send it again later.")
    answer["Retry-After"] = str(SECONDS)
    return answer


def _answer(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    return JsonResponse({"code": code, "detail": detail, **more}, status=status)
