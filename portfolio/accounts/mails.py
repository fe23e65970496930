"""Mails about accounts: sent after the change is safe, and never in its way."""

import logging
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)


def send(
    to: str,
    subject: str,
    text: str,
    *,
    headers: Mapping[str, str] | None = None,
    files: Iterable[tuple[str, bytes, str]] = (),
) -> str:
    """Send one mail now, with files (name, content, type); an empty text, or the reason why it did not go."""
    mail = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=dict(headers or {}))
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
    return send(
        to,
        f"{inviter} invites you{where} on Plimsoll",
        f"{inviter} invites you{where} on Plimsoll, where machine-learning projects are tracked.\n\n"
        f"Open your account here, within seven days:\n{url}\n",
    )


def sign_in_link(to: str, url: str) -> str:
    """Send the link that somebody asked for because a password was forgotten."""
    return send(
        to,
        "Your sign-in link for Plimsoll",
        f"Somebody, hopefully you, asked for a link to sign in.\n\n{url}\n\n"
        "It works once, for 30 minutes. After that you can set a new password in your profile.\n"
        "If you did not ask for it, you can ignore this mail.\n",
    )


def test(to: str) -> str:
    """Show that mail works."""
    return send(to, "A test mail from Plimsoll", "Mail works. Nothing else to do.\n")
