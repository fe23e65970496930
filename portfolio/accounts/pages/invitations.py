"""Accepting an invitation."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portfolio.accounts.actions import invitations
from portfolio.accounts.models import User
from portfolio.accounts.pages.sign_in import BACKEND
from projects.errors import Refused


class AcceptForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=150)
    password = forms.CharField(
        label="Password",
        max_length=512,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ten characters or more. Four unrelated words are strong and easy to keep.",
    )
    name.widget.attrs.update(autocomplete="name", autofocus=True)

    def __init__(self, *args, email: str, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        validate_password(self.cleaned_data["password"], person)
        return self.cleaned_data["password"]


@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account that an invitation offers."""
    invitation = invitations.open_one(token)
    if invitation is None:
        return render(request, "accounts/invitation_used.html", status=410)
    form = AcceptForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept(token, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            login(request, person, backend=BACKEND)
            return redirect("/projects/")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)
