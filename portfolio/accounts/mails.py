"""Mails: how one is sent, and those about accounts, which go after the change and never in its way."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A short mail: what it says, the one thing to do, and what is to be known of that."""

    subject: str
    says: tuple[str, ...]
    url: str = ""
    button: str = ""
    closing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole of it as plain text."""
        link = f"{self.button}:\n{self.url}" if self.url else ""
        return "\n\n".join(part for part in (*self.says, link, *self.closing) if part) + "\n"

    @property
    def html(self) -> str:
        """The same to be looked at."""
        return render_to_string("mails/letter.html", {"letter": self})


def send(
    to: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    files: Iterable[tuple[str, bytes, str]] = (),
) -> str:
    """Send one mail now, with files (name, content, type); an empty text, or the reason why it did not go."""
    sender = settings.DEFAULT_FROM_EMAIL
    mail = EmailMultiAlternatives(subject, text, sender, [to], headers=dict(headers or {}))
    if html:
        mail.attach_alternative(html, "text/html")
    for name, content, content_type in files:
        mail.attach(name, content, content_type)
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are OSErrors too.
        log.warning("A mail to one person did not go: %s", error)
        return str(error) or type(error).__name__
    return ""


def goes_to_files() -> bool:
    """Whether no mail server is set, so that mails only land in the data folder."""
    return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def invitation(to: str, url: str, inviter: str, portfolio: str) -> str:
    """Invite somebody."""
    where = f" to {portfolio}" if portfolio else ""
    invites = f"{inviter} invites you{where} on Plimsoll"
    return _write(
        to,
        Letter(
            invites,
            (f"{invites}, where machine-learning projects are tracked.",),
            url,
            "Open your account",
            ("The link works once, for seven days.",),
        ),
    )


def sign_in_link(to: str, url: str) -> str:
    """Send the link that somebody asked for because a password was forgotten."""
    return _write(
        to,
        Letter(
            "Your sign-in link for Plimsoll",
            ("Somebody, hopefully you, asked for a link to sign in.",),
            url,
            "Sign in",
            (
                "It works once, for 30 minutes. After that you can set a new password in your profile.",
                "If you did not ask for it, you can ignore this mail.",
            ),
        ),
    )


def test(to: str) -> str:
    """Show that mail works."""
    return _write(to, Letter("A test mail from Plimsoll", ("Mail works. Nothing else to do.",)))


def _write(to: str, letter: Letter) -> str:
    # Names are what people chose; a line break in a subject would be refused.
    return send(to, " ".join(letter.subject.split()), letter.text, html=letter.html)
