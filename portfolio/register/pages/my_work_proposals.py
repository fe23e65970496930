"""A yes or no to a proposal where it stands in My work; a refusal is a toast that says why."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from portfolio.register.pages import my_work
from projects.actions import proposals
from projects.actors import Actor
from projects.errors import Refused
from projects.pages import answers
from projects.pages.proposals import said
from projects.queries import proposal_lists


@require_POST
def confirm(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Carry it out as this person."""
    return _decided(request, proposal_id, proposals.confirm)


@require_POST
def decline(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Say no without a word; the dialog takes one."""
    return _decided(request, proposal_id, proposals.decline)


def _decided(request: HttpRequest, proposal_id: int, decide: Callable[..., Any]) -> HttpResponse:
    actor = Actor.of(request)
    row = proposal_lists.one(actor, proposal_id)
    try:
        answers.say(request, said(row, decide(proposal_id, actor=actor)))
    except Refused as refusal:
        why = " ".join(f"{each.message} {each.remedy}".strip() for each in refusal.obstacles[:2])
        messages.error(request, f"Not done. {refusal.message} {why}".strip())
    return my_work.after(request)
