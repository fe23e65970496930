"""Many flags let sleep at once: each by its own action, each with its own answer."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio.register.pages.flags import address
from portfolio.register.queries import flags as register
from projects.actions import snoozes as actions
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Flag
from projects.pages import answers
from projects.pages.snooze_forms import SnoozeForm
from projects.queries.filters import MOST_PER_PAGE
from projects.queries.flag_filters import parse

PICK_FIRST = "Tick at least one flag first."


class Result(NamedTuple):
    """What became of one flag; no problem means that it sleeps."""

    label: str
    key: str
    problem: str


@require_POST
def snooze(request: HttpRequest) -> HttpResponse:
    """First the dialog that asks until when and why, then all of them and a report of it."""
    actor = Actor.of(request)
    ids = [int(each) for each in request.POST.getlist("flag")[:MOST_PER_PAGE] if _is_id(each)]
    found = register.tickable(actor, ids)
    back = address(parse(QueryDict(request.POST.get("list", ""))))
    if not found:
        messages.error(request, PICK_FIRST)
        return answers.go(request, back)
    is_sure = "sure" in request.POST
    form = SnoozeForm(request.POST if is_sure else None, today=timezone.localdate(), back=back)
    context = {"found": found, "form": form, "back": back, "list": request.POST.get("list", "")}
    context["nav"] = "flags"
    if not is_sure or not form.is_valid():
        status = answers.INVALID if is_sure else answers.OK
        return render(request, "register/flags/bulk.html", context, status=status)
    results = [_let_sleep(flag, actor, form) for flag in found]
    refused = [result for result in results if result.problem]
    if not refused:
        return answers.go(request, back, f"{_flags(len(results))} asleep")
    report = {"done": len(results) - len(refused), "refused": refused}
    return render(request, "register/flags/bulk_report.html", {**context, **report})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _let_sleep(flag: Flag, actor: Actor, form: SnoozeForm) -> Result:
    """One flag; a refusal is its answer and does not stop the others."""
    key = flag.project.key if flag.project else flag.portfolio.name
    try:
        actions.snooze(flag.pk, actor=actor, **form.said)
    except Refused as refusal:
        reasons = [f"{each.message} {each.remedy}" for each in refusal.obstacles]
        return Result(flag.label, key, " ".join(reasons) or refusal.message)
    except NotAllowed as refusal:
        return Result(flag.label, key, refusal.message)
    return Result(flag.label, key, "")


def _flags(number: int) -> str:
    return "1 flag" if number == 1 else f"{number} flags"
