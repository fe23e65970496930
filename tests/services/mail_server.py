"""A mail server on this machine, and the settings that its address makes."""

import asyncio
import email
import email.policy
import threading

import pytest
from aiosmtpd.controller import Controller

from portfolio import environment
from tests.services.programs import free_port


class Inbox:
    """Keeps what an SMTP client delivers; `answer` is what the server says to each mail.

    While `holds` is set it has the mail and has not said so yet.
    """

    def __init__(self, port):
        self.mails = []
        self.answer = "250 kept"
        self.holds = threading.Event()
        self.url = f"smtp://127.0.0.1:{port}?tls=none"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append((envelope.rcpt_tos, mail))
        while self.holds.is_set():
            await asyncio.sleep(0.02)
        return self.answer


@pytest.fixture
def mail_goes_to(settings, monkeypatch, tmp_path):
    """Call it with an address: mails go there, as if the installation had been started with it."""

    def go(url):
        monkeypatch.setenv("PLIMSOLL_EMAIL_URL", url)
        for name, value in environment.mail("PLIMSOLL_EMAIL_URL", tmp_path).items():
            setattr(settings, name, value)

    return go


@pytest.fixture
def smtp(mail_goes_to):
    """A mail server that takes mails, and to which they go."""
    port = free_port()
    inbox = Inbox(port)
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail_goes_to(inbox.url)
    yield inbox
    controller.stop()


@pytest.fixture
def no_smtp(mail_goes_to):
    """The address of a mail server that is away."""
    mail_goes_to(f"smtp://127.0.0.1:{free_port()}?tls=none")
