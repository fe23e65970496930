"""One flag: its rule, its numbers, who was told, what clears it; and letting it sleep."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.notifications.queries import told
from projects import permissions
from projects.actions import snoozes as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.pages import answers, clearing, returns
from projects.pages.snooze_forms import SnoozeForm
from projects.queries import flag_histories, flag_lists
from projects.queries.flag_lists import Row
from projects.rules import snoozes as rules
from projects.rules.flags import RULES
from projects.templatetags.times import exact


@require_safe
def show(request: HttpRequest, flag_id: int) -> HttpResponse:
    """The flag beside the list it was opened from, or as a page of its own."""
    actor = Actor.of(request)
    row = flag_lists.one(flag_id, actor)
    flag, rule = row.flag, RULES.get(row.flag.rule)
    steps = flag_histories.of(flag)
    context = {
        "nav": "flags",
        "row": row,
        "flag": flag,
        "rule": rule,
        "limits": flag_histories.measured_by(flag, flag.project) if flag.project else [],
        "way": clearing.way(flag, actor) if flag.cleared_at is None else None,
        "told": told.of(flag, [step.event for step in steps]),
        "steps": steps,
        "barred": rules.barred(rule, flag.snoozes) if rule else None,
        "back": returns.below(request, request.path),
    }
    return render(request, "register/flags/show.html", context)


@require_http_methods(["GET", "POST"])
def snooze(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Let it sleep until a day, for a reason."""
    actor = Actor.of(request)
    row = flag_lists.one(flag_id, actor)
    permissions.require(actor, "flag.snooze", row.flag.project or row.flag.portfolio)
    back = returns.below(request, reverse("flag", args=[flag_id]))
    data = request.POST if request.method == "POST" else None
    form = SnoozeForm(data, today=row.today, back=back)
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, row, form, back)
    try:
        flag = actions.snooze(flag_id, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, row, form, back, status=answers.CONFLICT)
    undo = reverse("flag-wake", args=[flag_id])
    assert flag.snoozed_until is not None  # noqa: S101 - for the type checker
    return answers.go(request, back, f"Asleep until {exact(flag.snoozed_until)}", undo=undo)


@require_POST
def wake(request: HttpRequest, flag_id: int) -> HttpResponse:
    """End its sleep."""
    actor = Actor.of(request)
    flag_lists.one(flag_id, actor)
    back = returns.below(request, reverse("flag", args=[flag_id]))
    try:
        actions.wake(flag_id, actor=actor)
    except Refused as refusal:
        return answers.go(request, back, refusal.message)
    return answers.go(request, back, "The flag is awake")


def _dialog(
    request: HttpRequest, row: Row, form: SnoozeForm, back: str, status: int = answers.OK
) -> HttpResponse:
    if form.errors and status == answers.OK:
        status = answers.INVALID
    context: dict[str, Any] = {"nav": "flags", "row": row, "flag": row.flag, "form": form, "back": back}
    return render(request, "register/flags/snooze.html", context, status=status)
