"""What can be done with a blocker besides changing its fields: one small dialog for each verb."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import blockers as actions
from projects.actions import outside
from projects.actors import Actor
from projects.errors import Refused
from projects.models.blockers import POLICY
from projects.pages import answers, blocker_forms, returns
from projects.pages import outside as outside_pages
from projects.pages.refusals import RefusalForm
from projects.queries import blockers
from projects.queries.blockers import Row
from projects.rules import blockers as rules
from projects.rules.outside import OPEN_FOR

Values = Mapping[str, Any]
OPEN_DAYS = OPEN_FOR.days


class Reader(NamedTuple):
    """Who looks at a blocker, and the roles in which they can decide on its project."""

    id: Any
    roles: frozenset[str]


class Verb(NamedTuple):
    """One thing to do: its words, its form, what it does, and when it is there to be done."""

    title: str
    button: str
    icon: str
    done: str
    form: Callable[[Row, Actor, Any], RefusalForm]
    act: Callable[[int, Actor, Values], Any]
    exists: Callable[[Row, Reader], bool]
    ability: str = "blocker.edit"
    hint: str = ""


def _is_open(row: Row, _reader: Reader) -> bool:
    return row.blocker.is_open


def _may_agree(row: Row, reader: Reader) -> bool:
    agreed = row.blocker.accepted_by
    if row.blocker.severity != "critical" or not row.blocker.is_open or reader.id in agreed.values():
        return False
    return any(role in reader.roles and role not in agreed for role in POLICY.accept_critical)


def _may_extend(row: Row, reader: Reader) -> bool:
    return row.blocker.is_open and not rules.extend_obstacles(POLICY, held=reader.roles)


def _may_give_back(row: Row, reader: Reader) -> bool:
    level = row.blocker.level
    return row.blocker.is_open and not rules.set_back_obstacles(POLICY, level=level, to=0, held=reader.roles)


def _said(action: Callable[..., Any]) -> Callable[[int, Actor, Values], Any]:
    """The action with the form's values under their names."""
    return lambda pk, actor, values: action(pk, actor=actor, **values)


def _plain(form: type[RefusalForm]) -> Callable[[Row, Actor, Any], RefusalForm]:
    return lambda _row, _actor, data: form(data)


VERBS = {
    "resolve": Verb(
        "Resolve",
        "Resolve",
        "check",
        "Blocker resolved",
        lambda row, _actor, data: blocker_forms.ResolveForm(data, blocker=row.blocker),
        _said(actions.resolve),
        _is_open,
    ),
    "note": Verb(
        "Write a note",
        "Write note",
        "note",
        "Note written",
        _plain(blocker_forms.NoteForm),
        _said(actions.note),
        lambda _row, _reader: True,
    ),
    "respond": Verb(
        "First response",
        "Note the response",
        "pulse",
        "Response noted",
        _plain(blocker_forms.RespondForm),
        _said(actions.respond),
        lambda row, _reader: row.blocker.is_open and row.blocker.responded_on is None,
        hint="Somebody has taken it up. It escalates nothing and is shown in the report.",
    ),
    "ask-outside": Verb(
        "Ask somebody outside",
        "Send the question",
        "people",
        "They get a mail with a link to answer",
        lambda row, _actor, data: outside_pages.AskForm(data, blocker=row.blocker),
        _said(outside.ask),
        _is_open,
        hint=f"No account is needed: the link shows only your question, and holds {OPEN_DAYS} days.",
    ),
    "escalate": Verb(
        "Escalate",
        "Escalate",
        "up",
        "Blocker escalated",
        lambda row, _actor, data: blocker_forms.LevelForm(data, row=row, up=True),
        _said(actions.escalate),
        lambda row, _reader: row.blocker.is_open and row.blocker.level < len(POLICY.levels) - 1,
        hint="It goes to them now, before its clock takes it there.",
    ),
    "give-back": Verb(
        "Give back",
        "Give back",
        "down",
        "Blocker given back",
        lambda row, _actor, data: blocker_forms.LevelForm(data, row=row, up=False),
        _said(actions.set_back),
        _may_give_back,
        hint="Those who hold it give it back; it rises again with its next step.",
    ),
    "extend": Verb(
        "Move the deadline",
        "Set deadline",
        "stage",
        "Deadline moved",
        _plain(blocker_forms.ExtendForm),
        _said(actions.extend),
        _may_extend,
        hint="The steps to come keep their distance from it.",
    ),
    "agree": Verb(
        "Agree to accept it",
        "Agree",
        "met",
        "You have agreed",
        lambda row, actor, data: blocker_forms.AgreeForm(data, blocker=row.blocker, actor=actor),
        _said(actions.agree),
        _may_agree,
        hint="A critical blocker is accepted by the sponsor and the portfolio manager, two people.",
    ),
    "reopen": Verb(
        "Open again",
        "Open again",
        "undo",
        "Blocker opened again",
        _plain(blocker_forms.ReopenForm),
        _said(actions.reopen),
        lambda row, _reader: not row.blocker.is_open,
        hint=f"Within {POLICY.reopen_days} days it goes on from its first start.",
    ),
    "share": Verb(
        "Portfolio blocker",
        "Save",
        "people",
        "It is a portfolio blocker",
        lambda row, _actor, data: blocker_forms.ShareForm(data, blocker=row.blocker),
        _said(actions.share),
        lambda row, _reader: row.blocker.is_open and rules.is_shared(POLICY, len(row.projects)),
        ability="blocker.share",
        hint="It stops several projects and gets an owner of its own.",
    ),
    "unshare": Verb(
        "Give back to its project",
        "Give back",
        "undo",
        "It is a blocker of its project again",
        _plain(blocker_forms.SureForm),
        _said(actions.unshare),
        lambda row, _reader: row.blocker.is_open and row.blocker.is_shared,
        ability="blocker.share",
    ),
}


class Offer(NamedTuple):
    """A verb as a link."""

    name: str
    title: str
    icon: str
    url: str


def may(row: Row, actor: Actor) -> bool:
    """Whether this person may change it: never while its project is put away."""
    project = row.blocker.project
    return project.archived_at is None and permissions.granted(actor, "blocker.edit", project)


def offered(row: Row, actor: Actor) -> list[Offer]:
    """What this person may do with it now; what a rule refuses is said in the dialog."""
    project = row.blocker.project
    if not may(row, actor):
        return []
    reader = Reader(actor.user_id, permissions.stands_for(actor.user, project))
    return [
        Offer(name, verb.title, verb.icon, reverse("blocker_verb", args=[row.blocker.pk, name]))
        for name, verb in VERBS.items()
        if verb.exists(row, reader) and permissions.granted(actor, verb.ability, project)
    ]


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, blocker_id: int, name: str) -> HttpResponse:
    """The dialog of one verb, and what comes of it."""
    actor = Actor.of(request)
    row = blockers.one(blocker_id, actor)
    if (verb := VERBS.get(name)) is None:
        raise Http404
    permissions.require(actor, verb.ability, row.blocker.project)
    home = reverse("blocker", args=[blocker_id])
    back = returns.below(request, home)
    form = verb.form(row, actor, request.POST if request.method == "POST" else None)
    status = answers.OK
    if request.method == "POST":
        status = answers.INVALID
        if form.is_valid():
            try:
                verb.act(blocker_id, actor, form.cleaned_data)
            except Refused as refusal:
                form.take(refusal)
                status = answers.CONFLICT
            else:
                return answers.go(request, back, verb.done)
    context = {
        "nav": "blockers",
        "blocker": row.blocker,
        "blocker_url": home,
        "back": back,
        "verb": verb,
        "form": form,
    }
    return render(request, "projects/blockers/verb.html", context, status=status)
