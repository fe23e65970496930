"""Signing in and out."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portfolio.accounts import attempts
from portfolio.accounts.actions import links

HOME = "/projects/"
BACKEND = "portfolio.accounts.backends.Accounts"


class SignInForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    password = forms.CharField(label="Password", max_length=512, strip=False, widget=forms.PasswordInput)
    email.widget.attrs.update(autocomplete="username", autofocus=True)
    password.widget.attrs.update(autocomplete="current-password")


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; whichever is wrong, the answer is the same."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email, address = form.cleaned_data["email"], request.META.get("REMOTE_ADDR", "")
        if attempts.too_many(email, address):
            form.add_error(None, "Too many wrong passwords. Wait 15 minutes, or ask for a new password.")
            return _page(request, form, status=429)
        user = authenticate(request, username=email, password=form.cleaned_data["password"])
        if user is not None:
            login(request, user)
            return redirect(_next(request))
        attempts.failed(email, address)
        form.add_error(
            None, "No account has this e-mail and password. Check both, or ask for a new password."
        )
    return _page(request, form, status=422 if request.method == "POST" else 200)


@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: opening it shows whom it signs in (mail scanners open links), the button uses it."""
    if request.method == "POST":
        user = links.use(token)
        if user is not None:
            login(request, user, backend=BACKEND)
            request.session["signed_in_by_link"] = True
            return redirect(HOME)
    elif (holder := links.holder(token)) is not None:
        return render(request, "accounts/link.html", {"holder": holder})
    return render(request, "accounts/link_used.html", status=410)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("/sign-in/")


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is on this site."""
    target = request.POST.get("next") or request.GET.get("next") or HOME
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else HOME


def _page(request: HttpRequest, form: SignInForm, *, status: int) -> HttpResponse:
    return render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)}, status=status)
