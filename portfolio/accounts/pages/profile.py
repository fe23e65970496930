"""One's own profile, password, and the way back in when it is forgotten."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portfolio.accounts import attempts, mails
from portfolio.accounts.actions import links, people
from portfolio.accounts.models import User
from projects.actors import Actor
from projects.errors import Refused
from projects.pages import portfolios
from projects.queries import delegations

ZONES = [("", f"As the installation ({settings.TIME_ZONE})"), *portfolios.ZONES]


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "time_zone", "language", "single_keys"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "time_zone": forms.Select(choices=ZONES),
            "language": forms.Select(choices=settings.LANGUAGES),
        }
        help_texts = {"single_keys": "Keys such as U for an update. Off, only keys with Ctrl or Cmd work."}

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in dict(ZONES):
            raise forms.ValidationError("This is not a time zone. Choose one from the list.")
        return zone


class PasswordForm(forms.Form):
    """A new password; the old one is asked for unless a link has just signed the person in."""

    old = forms.CharField(label="Present password", max_length=512, strip=False, widget=forms.PasswordInput)
    new = forms.CharField(
        label="New password",
        max_length=512,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ten characters or more. Four unrelated words are strong and easy to keep.",
    )

    def __init__(self, *args, person: User, asks_for_old: bool, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.person = person
        if not asks_for_old:
            del self.fields["old"]

    def clean_old(self) -> str:
        if not self.person.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("This is not your present password.")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.person)
        return self.cleaned_data["new"]


def profile(request: HttpRequest) -> HttpResponse:
    """Name, address, time zone, language and keys."""
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        instance=User.objects.get(pk=Actor.of(request).user_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actor = Actor.of(request)
            people.edit_profile(actor.user_id, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, "Profile saved")
            return redirect("profile")
    status = 422 if form.errors else 200
    context = {"form": form, "nav": "profile", **_deputies(Actor.of(request).user_id)}
    return render(request, "accounts/profile.html", context, status=status)


def _deputies(person_id: int) -> dict[str, Any]:
    """Who signs for this person and for whom they sign, and where they have a role to lend."""
    mine = delegations.of_person(person_id)
    return {"given": mine.given, "held": mine.held, "lendable": delegations.lendable(person_id)}


@never_cache
@sensitive_post_parameters("old", "new")
def password(request: HttpRequest) -> HttpResponse:
    """A new password; other sessions of this person end."""
    person = User.objects.get(pk=Actor.of(request).user_id)
    by_link = request.session.get("signed_in_by_link", False)
    asks = person.has_usable_password() and not by_link
    form = PasswordForm(request.POST if request.method == "POST" else None, person=person, asks_for_old=asks)
    if request.method == "POST" and form.is_valid():
        person = people.set_password(person.pk, password=form.cleaned_data["new"], actor=Actor.of(request))
        update_session_auth_hash(request, person)
        request.session.pop("signed_in_by_link", None)
        messages.success(request, "Password saved")
        return redirect("/projects/")
    context = {"form": form, "is_first": not person.has_usable_password()}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


class ForgottenForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)


def forgotten(request: HttpRequest) -> HttpResponse:
    """Mail a one-time link; the answer is the same whether or not the address has an account."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email, address = form.cleaned_data["email"], request.META.get("REMOTE_ADDR", "")
        person = User.objects.filter(email__iexact=email, is_active=True, is_service=False).first()
        if not attempts.too_many(f"link:{email}", address):
            attempts.failed(f"link:{email}", address)  # Each asking counts: nobody's inbox is to be flooded.
            if person is not None:
                mails.sign_in_link(person.email, f"{settings.BASE_URL}/sign-in/link/{links.create(person)}/")
        return render(request, "accounts/link_sent.html", {"email": email})
    return render(request, "accounts/forgotten.html", {"form": form}, status=422 if form.errors else 200)
