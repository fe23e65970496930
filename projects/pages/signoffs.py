"""One sign-off: what it rests on, what has changed, and the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects.actions import decisions
from projects.actions import signoffs as actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import SignOff
from projects.pages import answers, figures, gates, headers, returns, signoff_words
from projects.pages.signoff_forms import WITH_CONDITIONS, Decision
from projects.queries import facts, reviews
from projects.queries.reviews import Review
from projects.rules import roles

FADED = ("invalidated", "expired", "lapsed")
DONE = {
    "approved": "Approved",
    WITH_CONDITIONS: "Approved with {conditions}",
    "rejected": "Rejected",
    "feedback_given": "Feedback given",
}


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, signoff_id: int) -> HttpResponse:
    """The packet and the decision; sending it decides."""
    actor = Actor.of(request)
    if request.method == "GET":
        review = reviews.of(actor, signoff_id)
        return _page(request, review, Decision(review.signoff))
    review = reviews.of(actor, signoff_id, seen=request.POST.get("seen", "").replace("\0", "")[:64])
    if "add" in request.POST:
        return _page(request, review, Decision(review.signoff, request.POST, one_more=True), added=True)
    typed = Decision(review.signoff, request.POST)
    if not typed.is_valid():
        return _page(request, review, typed, status=answers.INVALID)
    try:
        decided = decisions.decide(signoff_id, seen=typed.seen, actor=actor, **typed.said)
    except Stale as refusal:
        return _page(request, review, typed, status=answers.CONFLICT, stale=refusal)
    except Refused as refusal:
        typed.take(refusal)
        return _page(request, review, typed, status=answers.CONFLICT)
    return answers.go(request, returns.below(request, _home(decided)), _said(decided, review))


@require_POST
def remind(request: HttpRequest, signoff_id: int) -> HttpResponse:
    """Remind those who may answer."""
    signoff = reviews.of(Actor.of(request), signoff_id).signoff
    try:
        actions.remind(signoff_id, actor=Actor.of(request))
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
    else:
        answers.say(request, "Reminded")
    return gates.changed(request, _home(signoff))


def _home(signoff: SignOff) -> str:
    return reverse("project_gate_of", args=[signoff.project.key, signoff.gate])


def _said(decided: SignOff, review: Review) -> str:
    words = DONE[decided.decision].format(conditions=signoff_words.counted(decided.conditions.count()))
    return f"{words}: {review.project.name}"


def _page(
    request: HttpRequest,
    review: Review,
    typed: Decision,
    *,
    status: int = answers.OK,
    stale: Stale | None = None,
    added: bool = False,
) -> HttpResponse:
    signoff, sheet = review.signoff, review.sheet
    may = headers.may(Actor.of(request), review.project)
    state, says = signoff_words.ICONS[review.state], signoff_words.says(signoff, review.state, review.today)
    context: dict[str, Any] = {
        "nav": "work",
        "review": review,
        "project": review.project,
        "signoff": signoff,
        "sheet": sheet,
        "figures": figures.of(review.project),
        "unknowns": figures.of(review.project).asked - figures.of(review.project).answered,
        "typed": typed,
        "stale": stale,
        "added": added,
        "may_decide": _may_decide(review, may),
        "may_withdraw": _may_withdraw(request, review, may),
        "state": state,
        "says": says,
        "why_not": _why_not(review, may),
        # What the signer saw stays what they saw, until they have been shown what has changed.
        "seen": typed.seen if typed.seen and not stale else (sheet.sha256 if sheet else ""),
        "conditions_words": signoff_words.counted(len(typed.rows)),
        "way": _way(review),
        "records": [(each, *_record(each.signoff, each.state, review)) for each in review.records],
        "other_rows": [(row, *signoff_words.of_role(row, review.today)) for row in review.others],
        "back": returns.below(request, _home(signoff)),
    }
    return render(request, "projects/signoffs/show.html", context, status=status)


def _may_decide(review: Review, may: dict[str, bool]) -> bool:
    """Whether this person can answer it here: a waiting one, or their own signature that has faded."""
    if review.sheet is None or review.me is None or not may["sign"]:
        return False
    is_own = review.signoff.signer_id == review.me.user_id
    return review.state == "requested" or (is_own and review.state in FADED)


def _may_withdraw(request: HttpRequest, review: Review, may: dict[str, bool]) -> bool:
    signoff = review.signoff
    is_mine = signoff.signer_id == Actor.of(request).user_id
    can_be = signoff.decision not in ("", "recused") and signoff.used_at is None
    return may["sign"] and is_mine and can_be and review.state not in ("withdrawn", "superseded")


def _why_not(review: Review, may: dict[str, bool]) -> str:
    """Why this person cannot answer a request that waits."""
    if review.state != "requested" or _may_decide(review, may):
        return ""
    if review.sheet is None:
        return "The project comes to this gate no more."
    role = roles.label(review.signoff.role)
    return f"Only who acts as {role} can answer this; you do not today."


def _way(review: Review) -> str:
    """Between which stages the gate is."""
    gate = review.gate
    if gate is None:
        return review.signoff.gate
    if not gate.to_stage:
        return gate.label
    workflow = facts.workflow(review.project)
    return f"{workflow.stage(gate.from_stage).label} to {workflow.stage(gate.to_stage).label}"


def _record(signoff: SignOff, state: str, review: Review) -> tuple[str, str]:
    return signoff_words.ICONS[state], signoff_words.says(signoff, state, review.today)
