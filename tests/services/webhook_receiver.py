"""Another system on this machine: takes messages of webhooks, checks them as the library says, answers."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook, WebhookVerificationError


class Receiver:
    """Keeps what was posted; `answers` are (status, headers, text) for the next messages, then `answer`.

    With a `secret` each message is verified by the library of Standard Webhooks; what fails is answered 401.
    While `holds` is clear it has the message and answers nothing.
    """

    def __init__(self):
        self.secret = ""
        self.messages = []
        self.answers = []
        self.answer = (200, {}, "ok")
        self.holds = threading.Event()
        self.holds.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, said = receiver.take(self.path, dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_):
                """Tests need no log of requests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/in/ml"

    def take(self, path, headers, body):
        """Keep a message; what to answer."""
        said = body.decode()
        self.messages.append((path, {name.lower(): value for name, value in headers.items()}, said))
        self.holds.wait()
        if self.secret:
            try:
                Webhook(self.secret).verify(said, headers)
            except (WebhookVerificationError, ValueError) as error:
                return (401, {}, str(error))
        return self.answers.pop(0) if self.answers else self.answer

    def kinds(self):
        """The kinds of event that came, in their order."""
        return [json.loads(body)["type"] for _, _, body in self.messages]

    def ids(self):
        """The ids of the messages that came."""
        return [headers["webhook-id"] for _, headers, _ in self.messages]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.holds.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(settings):
    """A system in the installation's own network, to which messages may go."""
    settings.ALLOW_PRIVATE_HOOKS = True
    with Receiver() as server:
        yield server
