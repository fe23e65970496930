"""People of the installation: who they are, who is invited, and what happens when somebody leaves."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio.accounts import mails
from portfolio.accounts.actions import invitations
from portfolio.accounts.actions import people as actions
from portfolio.accounts.models import Invitation, User
from portfolio.accounts.urls_of import invitation_url
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.exports import answers

PAGE = 50


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)


class LeaveForm(forms.Form):
    successor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
        label="Who takes over",
        help_text="Projects, team roles and memberships go to this person in the same step.",
    )

    def __init__(self, *args, leaver: User, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = _people().filter(is_active=True).exclude(pk=leaver.pk)  # type: ignore[attr-defined]


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the invitations still open."""
    actor = Actor.of(request)
    permissions.require(actor, "person.manage")
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _people().annotate(projects=Count("owned_projects", filter=Q(owned_projects__deleted_at=None)))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    rows = found.order_by("-is_active", "name", "pk")
    context = {
        "page": Paginator(rows, answers.rows_of_a_page(request, PAGE)).get_page(request.GET.get("page")),
        "words": words,
        "invitations": Invitation.objects.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        ).select_related("portfolio"),
        "mail_goes_to_files": mails.goes_to_files(),
        "nav": "settings",
    }
    return render(request, "accounts/people.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody without a portfolio role; members are invited from their portfolio's page."""
    actor = Actor.of(request)
    permissions.require(actor, "person.manage")
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = invitations.invite(actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("email", refusal.message)
        else:
            url = invitation_url(token)
            problem = mails.invitation(form.cleaned_data["email"], url, str(request.user), "")
            context = {
                "invitation": invitation,
                "url": url,
                "problem": problem,
                "files": mails.goes_to_files(),
                "back": "/people/",
            }
            return render(request, "accounts/invited.html", context)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    get_object_or_404(Invitation, pk=pk)
    invitations.revoke(pk, actor=Actor.of(request))
    messages.success(request, "Invitation taken back")
    return redirect("people")


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate somebody and hand over what they own."""
    actor = Actor.of(request)
    permissions.require(actor, "person.manage")
    leaver = get_object_or_404(_people(), pk=pk, is_active=True)
    form = LeaveForm(request.POST if request.method == "POST" else None, leaver=leaver)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        try:
            moved = actions.deactivate(
                leaver.pk, successor_id=successor.pk if successor else None, actor=actor
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _handed_over(leaver, successor, moved))
            response = HttpResponse(status=204)
            response["HX-Redirect"] = "/people/"
            return response if request.htmx else redirect("people")  # type: ignore[attr-defined]
    context = {
        "form": form,
        "leaver": leaver,
        "owned": leaver.owned_projects.filter(deleted_at=None).count(),
        "roles": leaver.team_roles.count(),
    }
    return render(request, "accounts/leave.html", context, status=422 if form.errors else 200)


@require_POST
def change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Let somebody in again, or change whether they administer the installation."""
    actor = Actor.of(request)
    person = get_object_or_404(_people(), pk=pk)
    try:
        if what == "reactivate":
            actions.reactivate(pk, actor=actor)
        else:
            actions.set_administrator(pk, is_administrator=what == "promote", actor=actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{person.name} was changed")
    return redirect("people")


@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send a test mail to oneself, and say what came of it."""
    permissions.require(Actor.of(request), "person.manage")
    if problem := mails.test(request.user.email):  # type: ignore[union-attr]
        messages.error(request, f"The mail did not go: {problem} Check PLIMSOLL_EMAIL_URL.")
    elif mails.goes_to_files():
        messages.success(
            request, "No mail server is set: the mail was written to the folder mail in the data folder"
        )
    else:
        messages.success(request, f"A test mail is on its way to {request.user.email}")  # type: ignore[union-attr]
    return redirect("people")


def _people() -> QuerySet[User]:
    return User.objects.filter(is_service=False)


def _handed_over(leaver: User, successor: User | None, moved: dict[str, int]) -> str:
    to = f"to {successor.name}" if successor else "to nobody yet"
    return f"{leaver.name} was deactivated; {moved['projects']} projects and {moved['roles']} roles went {to}"
