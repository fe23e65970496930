"""The one page that somebody outside sees: a question, and the place for their answer."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portfolio.tries import too_many
from projects.actions import outside as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import OutsideRequest
from projects.pages.fields import DayField, TextField
from projects.queries import outside
from projects.rules import outside as rules

# A person opens it a few times; whoever knocks more often is a program.
MOST_LOOKS, MOST_ANSWERS, SECONDS = 60, 10, 600
GONE, INVALID, TOO_MANY = 410, 422, 429
# The address is the key: it is handed to no other site, and no search engine keeps it.
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class AnswerForm(forms.Form):
    answer = TextField(
        label="Your answer",
        max_length=rules.LONGEST_ANSWER,
        rows=6,
        error_messages={"required": "Write at least one sentence."},
    )
    expected_on = DayField(
        label="By when do you expect it to be settled",
        required=False,
        help_text="Leave it empty if you cannot say.",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The question while it is open; what became of it afterwards; nothing behind any other link."""
    knocker = request.META.get("REMOTE_ADDR", "")
    if too_many("outside", knocker, most=MOST_LOOKS, seconds=SECONDS):
        return _page(request, "busy", TOO_MANY)
    asked = outside.behind(token)
    if asked is None:
        raise Http404
    state = outside.state(asked, timezone.now())
    if state != rules.OPEN:
        return _page(request, state, 200 if state == rules.ANSWERED else GONE)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, state, 200, form=form, asked=asked)
    if too_many("outside-answer", knocker, most=MOST_ANSWERS, seconds=SECONDS):
        return _page(request, "busy", TOO_MANY)
    if form.is_valid() and _answered(request, token, form):
        return redirect(request.path)
    return _page(request, state, INVALID, form=form, asked=asked)


def _answered(request: HttpRequest, token: str, form: AnswerForm) -> bool:
    """Whether the answer was taken, or somebody ended the question meanwhile; else the form says why not."""
    # Whoever is signed in here answers as the person who was asked all the same.
    actor = Actor(None, "outside", request_id=getattr(request, "request_id", ""))
    try:
        actions.answer(token, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        for reason in refusal.obstacles:
            name = getattr(reason, "field", "")
            form.add_error(name if name in form.fields else None, f"{reason.message} {reason.remedy}")
        return not refusal.obstacles
    return True


def _page(
    request: HttpRequest,
    state: str,
    status: int,
    *,
    form: AnswerForm | None = None,
    asked: OutsideRequest | None = None,
) -> HttpResponse:
    context = {"state": state, "form": form, "asked": asked}
    response = render(request, "notifications/outside.html", context, status=status)
    for name, value in HEADERS.items():
        response[name] = value
    return response
