"""Who belongs to a portfolio: members, their roles, and inviting more."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio.accounts import mails
from portfolio.accounts.actions import invitations
from portfolio.accounts.models import Invitation
from portfolio.accounts.urls_of import invitation_url
from projects import permissions
from projects.actions import members as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Membership, Portfolio, PortfolioRole
from projects.queries import delegations, standing_roles

MEANS = {
    "viewer": "Reads everything",
    "contributor": "Adds and edits projects, posts updates, moves stages",
    "approver": "As a contributor; who signs a gate is decided by the roles on its project",
    "manager": "As an approver, and stops, archives, imports and waives",
    "administrator": "As a manager, and changes settings, people and keys",
}


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.ChoiceField(choices=PortfolioRole.choices, initial=PortfolioRole.CONTRIBUTOR)


def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with a role here, and who is invited."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    may_edit = permissions.granted(actor, "member.edit", portfolio)
    context = {
        "portfolio": portfolio,
        "members": Membership.objects.filter(portfolio=portfolio).select_related("user"),
        "roles": PortfolioRole.choices,
        "meanings": [(label, MEANS[role]) for role, label in PortfolioRole.choices],
        "invitations": _open_invitations(portfolio) if may_edit else [],
        "may_edit": may_edit,
        "invite_url": f"/portfolios/{slug}/members/invite/",
        "nav": "settings",
        **_signing(actor, portfolio),
    }
    return render(request, "accounts/members.html", context)


def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Add somebody who is here already, or invite by mail and link."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "member.edit", portfolio)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = invitations.invite(
                portfolio_id=portfolio.pk, actor=actor, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("email", refusal.message)
        else:
            return _invited(request, portfolio, invitation, token)
    context = {"form": form, "portfolio": portfolio}
    return render(request, "accounts/invite_member.html", context, status=422 if form.errors else 200)


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role, or take them out."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), portfolio=portfolio, pk=pk)
    try:
        if "remove" in request.POST:
            actions.remove(portfolio.pk, user_id=membership.user_id, actor=actor)
            messages.success(request, f"{membership.user} was taken out of {portfolio.name}")
        else:
            role = request.POST.get("role", "")
            actions.set_role(portfolio.pk, user_id=membership.user_id, role=role, actor=actor)
            messages.success(request, f"{membership.user} is now {role}")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("members", slug=slug)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation to this portfolio back."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    get_object_or_404(Invitation, portfolio=portfolio, pk=pk)
    invitations.revoke(pk, actor=actor)
    messages.success(request, "Invitation taken back")
    return redirect("members", slug=slug)


def _signing(actor: Actor, portfolio: Portfolio) -> dict[str, Any]:
    """Who signs where projects name nobody, and, for managers, who signs for whom."""
    may_manage = permissions.granted(actor, "delegation.manage", portfolio)
    return {
        "standing_roles": standing_roles.of(portfolio),
        "may_name": permissions.granted(actor, "standing_role.edit", portfolio),
        "name_url": reverse("name-standing-role", args=[portfolio.slug]),
        "may_delegate": may_manage,
        "delegations": delegations.of_portfolio(portfolio) if may_manage else [],
        "delegate_url": reverse("give-delegation", args=[portfolio.slug]) + "?for_whom=others",
    }


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)


def _open_invitations(portfolio: Portfolio) -> list[Invitation]:
    found = Invitation.objects.filter(portfolio=portfolio, accepted_at=None, revoked_at=None)
    return list(found.filter(expires_at__gt=timezone.now()))


def _invited(
    request: HttpRequest, portfolio: Portfolio, invitation: Invitation | None, token: str
) -> HttpResponse:
    """The link, once; or straight back, when the person has an account and has joined already."""
    back = f"/portfolios/{portfolio.slug}/members/"
    if invitation is None:
        messages.success(request, "Added: this person has an account already")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = back
        return response if request.htmx else redirect(back)  # type: ignore[attr-defined]
    url = invitation_url(token)
    context = {
        "invitation": invitation,
        "url": url,
        "problem": mails.invitation(invitation.email, url, str(request.user), portfolio.name),
        "files": mails.goes_to_files(),
        "back": back,
    }
    return render(request, "accounts/invited.html", context)
