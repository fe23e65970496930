"""A proposal in a dialog: what would change, what the gate still lacks, and a person's yes or no."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import proposals as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Proposal
from projects.pages import answers, returns
from projects.queries import proposal_lists
from projects.queries.proposal_lists import Row
from projects.rules.evidence import LONGEST

SHORT = 80  # letters in a toast


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal; sending it decides, and a refusal of the change is shown where it stands."""
    actor = Actor.of(request)
    row = proposal_lists.one(actor, proposal_id)
    if request.method == "GET":
        return _dialog(request, row)
    note = request.POST.get("note", "").replace("\0", "")[: LONGEST + 1]
    says_no = request.POST.get("decision") == "decline"
    decide: Callable[[], Proposal] = (
        (lambda: actions.decline(proposal_id, actor=actor, note=note))
        if says_no
        else (lambda: actions.confirm(proposal_id, actor=actor))
    )
    try:
        decided = decide()
    except Refused as refusal:
        return _dialog(request, row, refusal, note, status=answers.CONFLICT)
    return answers.go(request, _back(request, row), said(row, decided))


def said(row: Row, decided: Proposal) -> str:
    """What came of it, in the words of a toast."""
    state = {"confirmed": "Done", "declined": "Declined"}.get(decided.state, "Nothing was left to change")
    return f"{state}: {Truncator(row.words).chars(SHORT)}"


def _dialog(
    request: HttpRequest,
    row: Row,
    refusal: Refused | None = None,
    note: str = "",
    *,
    status: int = answers.OK,
) -> HttpResponse:
    actor = Actor.of(request)
    context: dict[str, Any] = {
        "nav": "work",
        "row": row,
        "project": row.project,
        "refusal": refusal,
        "note": note,
        "longest": LONGEST,
        "may_decide": not actor.is_machine and permissions.granted(actor, "proposal.decide", row.project),
        "back": _back(request, row),
    }
    return render(request, "projects/proposals/show.html", context, status=status)


def _back(request: HttpRequest, row: Row) -> str:
    return returns.below(request, reverse("project", args=[row.project.key]))
