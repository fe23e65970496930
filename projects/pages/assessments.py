"""The assessment: every question with one keypress for its answer, saved at once."""

from itertools import zip_longest
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects import permissions
from projects.actions import answers as answer_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Answer, Project
from projects.pages import answers, asked, figures, headers, sheets, subjects
from projects.pages.answer_forms import AnswerForm, again
from projects.queries import assessments
from projects.queries import projects as project_queries
from projects.rules.answers import CODES


@require_GET
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Every question, section by section, as far as the filter goes."""
    return _sheet(request, project_queries.one(Actor.of(request), key))


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Answer one question; a GET opens the field for what the letter needs more."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    current = _current(project, question)
    permissions.require(actor, "answer.give", project)
    if request.method == "GET":
        letter = request.GET.get("letter", "")
        opened = AnswerForm(question=question, letter=letter, current=current) if letter in CODES else None
        return _row(request, project, question, opened)
    form = AnswerForm(request.POST, question=question, current=current)
    if not form.is_valid():
        return _row(request, project, question, form, status=answers.INVALID)
    try:
        row = answer_actions.give(project.pk, given=form.given(), actor=actor)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _row(request, project, question, form, status=status)
    words = asked.WORDS[row.letter]
    if current and row.pk == current.pk:
        return _saved(request, project, question, f"{question}: {words}, confirmed.")
    return _saved(request, project, question, f"{question}: {words}.", undo=current.pk if current else 0)


@require_POST
def undo(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Take one's last answer back: the former one, which ?to= names, stands again; 0 stands for none."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    _current(project, question)
    permissions.require(actor, "answer.give", project)
    rows = assessments.history(project, question)
    wanted, former = request.GET.get("to", ""), rows[1] if len(rows) > 1 else None
    if wanted not in {"0", *(str(row.pk) for row in rows)}:
        raise Http404
    if not rows or rows[0].given_by_id != actor.user_id or wanted != (str(former.pk) if former else "0"):
        return _saved(request, project, question, f"{question} has been answered since: it stays as it is.")
    try:
        answer_actions.give(project.pk, given=again(question, former), actor=actor)
    except Refused as refusal:
        said = " ".join(each.message for each in refusal.obstacles) or refusal.message
        return _saved(request, project, question, f"{question} stays as it is: {said}")
    words = asked.WORDS[former.letter if former else "U"]
    return _saved(request, project, question, f"{question}: {words} again.")


@require_POST
def agree(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """The second person says that a question does not apply."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    _current(project, question)
    permissions.require(actor, "answer.give", project)
    try:
        answer_actions.agree(project.pk, question=question, actor=actor)
    except Refused as refusal:
        form = AnswerForm({"letter": "X"}, question=question)
        form.take(refusal)
        return _row(request, project, question, form, status=answers.CONFLICT)
    return _saved(request, project, question, f"{question} does not apply: agreed.")


@require_POST
def confirm(request: HttpRequest, key: str, group: str) -> HttpResponse:
    """Every answer of a group is still true."""
    actor, project = subjects.project(request, key, "answer.give")
    asked_here = [each for each in asked.questions(project) if each.group == group]
    if not asked_here:
        raise Http404
    questions = [each.id for each in asked_here]
    try:
        number = answer_actions.confirm(project.pk, questions=questions, actor=actor)
    except Refused as refusal:
        return answers.go(request, _address(project, request), refusal.message)
    said = "1 answer holds" if number == 1 else f"{number} answers hold"
    return _saved(request, project, questions[0], f"{said} as of today.", whole_group=True)


@require_GET
def history(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """Every answer ever given to a question: a sheet at the side."""
    project = project_queries.one(Actor.of(request), key)
    found = next((each for each in asked.questions(project) if each.id == question), None)
    if found is None:
        raise Http404
    rows = assessments.history(project, question)
    context = {
        "nav": "projects",
        "project": project,
        "question": found,
        "rows": [
            (row, asked.WORDS[row.letter], asked.WORDS[before.letter] if before else asked.WORDS["U"])
            for row, before in zip_longest(rows, rows[1:])
        ],
        "due": asked.stage_names(project)[found.due],
        "may": headers.may(Actor.of(request), project),
    }
    return render(request, "projects/assessment/history.html", context)


def _current(project: Project, question: str) -> Answer | None:
    """The present answer; 404 for what is not asked of the project."""
    if question not in {each.id for each in asked.questions(project)}:
        raise Http404
    return next(iter(assessments.history(project, question)[:1]), None)


def _sheet(request: HttpRequest, project: Project, status: int = answers.OK, **context: Any) -> HttpResponse:
    found = sheets.context(project, assessments.sheet(project), request.GET.get("show", "all"))
    if request.headers.get("HX-Target") == "list" and not context:
        actor = Actor.of(request)
        context = {**found, "project": project, "may": headers.may(actor, project)}
        return render(request, "projects/assessment/_list.html", context)
    page = "projects/assessment/sheet.html"
    return answers.project_page(request, project, page, tab="risk", status=status, **found, **context)


def _row(
    request: HttpRequest, project: Project, question: str, form: AnswerForm | None, status: int = answers.OK
) -> HttpResponse:
    """The question with its inline form open; without script on the whole tab."""
    if not answers.is_part(request):
        return _sheet(request, project, status, form=form, form_of=question)
    context = _parts(request, project, question)
    return render(
        request,
        "projects/assessment/_row.html",
        {**context, "form": form, "form_of": question},
        status=status,
    )


def _saved(
    request: HttpRequest,
    project: Project,
    question: str,
    said: str,
    *,
    undo: int | None = None,
    whole_group: bool = False,
) -> HttpResponse:
    """The row, and whatever else of the page it has changed; a toast says what came of it."""
    before = project.risk
    project = project_queries.one(Actor.of(request), project.key)
    back = ""
    if undo is not None:
        back = reverse("project_answer_undo", args=[project.key, question])
        back += f"?to={undo}&show={_show(request)}"
    said = f"{said} {_effect(before, project.risk)}".strip()
    if not answers.is_part(request):
        return answers.go(request, _address(project, request, question), said, undo=back)
    answers.say(request, said, undo=back)
    context = {
        **_parts(request, project, question),
        "figures": figures.of(project),
        "whole_group": whole_group,
    }
    return render(request, "projects/assessment/_saved.html", context)


def _parts(request: HttpRequest, project: Project, question: str) -> dict[str, Any]:
    found = sheets.context(project, assessments.sheet(project), _show(request))
    group, each = sheets.group_of(found["groups"], question)
    may = headers.may(Actor.of(request), project)
    heads = [other for other in found["groups"] if other.shown and other != group]
    return {**found, "project": project, "may": may, "group": group, "asked": each, "heads": heads}


def _effect(before: float | None, after: float | None) -> str:
    """What an answer has done to the risk."""
    if before is None or after is None or round(before) == round(after):
        return "" if after is None else f"Risk stays {after:.0f}."
    return f"Risk {after:.0f}, was {before:.0f}."


def _show(request: HttpRequest) -> str:
    """The filter in force: of the address, or of the page that htmx asks from."""
    if name := request.GET.get("show"):
        return name if name in sheets.FILTERS else "all"
    shown = request.headers.get("HX-Current-URL", "")
    return next((name for name in sheets.FILTERS if f"show={name}" in shown), "all")


def _address(project: Project, request: HttpRequest, question: str = "") -> str:
    url = reverse("project_assessment", args=[project.key])
    show = _show(request)
    return url + (f"?show={show}" if show != "all" else "") + (f"#row-{question}" if question else "")
