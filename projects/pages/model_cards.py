"""The model card of a project: as a file, among the evidence, and brought from outside."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import permissions
from projects.actions import model_cards as actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Project
from projects.pages import answers, subjects
from projects.queries import model_cards as queries
from projects.queries import projects as project_queries
from projects.rules import model_cards as rules

MARKDOWN = "text/markdown; charset=utf-8"
# What people know the fields as.
LABELS = {
    "name": "Name",
    "description": "Description",
    "data_sources": "Data sources",
    "ml_metric": "Metric of the model",
    "model_version": "Model version",
}


class CardForm(forms.Form):
    """A card as text, or as a file."""

    card = forms.CharField(
        label="Text of the card",
        required=False,
        max_length=rules.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "class": "input--code"}),
        help_text="Markdown, with its head between two lines of ---.",
    )
    file = forms.FileField(
        label="Or its file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt"}),
    )

    def clean(self) -> dict[str, Any]:
        """The card as one text, wherever it came from."""
        said = super().clean() or {}
        file = said.get("file")
        if file and file.size > 4 * rules.MOST_CHARACTERS:
            self.add_error("file", f"The file has more than {rules.MOST_CHARACTERS:,} characters.")
        elif file:
            try:
                said["card"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "The file is no text in UTF-8. Save it as UTF-8.")
        elif not said.get("card"):
            self.add_error("card", "Paste the card, or choose its file.")
        return said


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponse:
    """The card as Markdown with its head."""
    project = project_queries.one(Actor.of(request), key)
    named = {"Content-Disposition": f'attachment; filename="{project.key.lower()}-model-card.md"'}
    return HttpResponse(rules.text(queries.of(project)), content_type=MARKDOWN, headers=named)


@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the card among the evidence, as it would be written now."""
    project = project_queries.one(Actor.of(request), key)
    version = actions.keep(project.pk, actor=Actor.of(request))
    said = "Model card kept as evidence" if version.is_new else "The same card is kept already"
    return answers.go(request, reverse("project_evidence", args=[project.key]), said)


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, key: str) -> HttpResponse:
    """A card from outside: first what it would change, then the fields that were ticked."""
    actor, project = subjects.project(request, key, "project.edit")
    permissions.require(actor, "evidence.edit", project)
    form = CardForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, project, form)
    written = form.cleaned_data["card"]
    try:
        said = actions.read(written)
        if "apply" not in request.POST:
            found = actions.differences(project, said)
            again = CardForm(initial={"card": written})
            return _page(request, project, again, changes=_changes(found), said=said, is_read=True)
        _take(request, project, written, actor)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, project, form, status=answers.CONFLICT)
    return answers.go(request, reverse("project", args=[project.key]), "Model card brought")


def _take(request: HttpRequest, project: Project, written: str, actor: Actor) -> None:
    version = request.POST.get("version", "")
    if version != str(project.version):
        raise Stale(f"{project.key} was changed since you read the card. Read it again.", code="stale")
    fields = request.POST.getlist("take")
    actions.bring(project.pk, written=written, fields=fields, version=project.version, actor=actor)


def _changes(found: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"field": name, "label": LABELS[name], "now": now, "says": says}
        for name, (now, says) in found.items()
    ]


def _page(
    request: HttpRequest, project: Project, form: CardForm, status: int = 0, **context: Any
) -> HttpResponse:
    status = status or (answers.INVALID if form.errors else answers.OK)
    context |= {"nav": "projects", "project": project, "form": form}
    return render(request, "projects/model_cards/bring.html", context, status=status)
