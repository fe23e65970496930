"""The review of a rollback: what somebody other than whoever rolled back has found."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from projects.actions import rollback_reviews as actions
from projects.errors import Refused
from projects.pages import answers, subjects
from projects.pages.fields import TextField
from projects.pages.signoff_forms import RefusableForm


class ReviewForm(RefusableForm):
    """What was found."""

    note = TextField(
        label="What was found?",
        max_length=actions.MOST_NOTE,
        help_text="Why it had to be rolled back, and what is done so that it does not happen again.",
        error_messages={"required": "Say what was found."},
    )


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponse:
    """The dialog, and what comes of it."""
    actor, project = subjects.project(request, key, "rollback.review")
    form, status = ReviewForm(request.POST if request.method == "POST" else None), answers.OK
    if request.method == "POST":
        status = answers.INVALID
        if form.is_valid():
            try:
                actions.review(project.pk, actor=actor, **form.cleaned_data)
            except Refused as refusal:
                form.take(refusal)
                status = answers.CONFLICT
            else:
                return answers.to_project(request, project, "Rollback reviewed")
    context = {"nav": "projects", "project": project, "form": form}
    return render(request, "projects/rollback_review.html", context, status=status)
