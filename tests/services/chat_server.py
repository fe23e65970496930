"""A chat on this machine: takes what is posted to its incoming webhooks, and answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Chat:
    """Keeps what was posted, as (path, JSON); `answer` is status, headers and text for each path or all.

    While `holds` is clear it has the post and answers nothing.
    """

    def __init__(self):
        self.posts = []
        self.answers = {}
        self.answer = (200, {}, "ok")
        self.holds = threading.Event()
        self.holds.set()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.posts.append((self.path, json.loads(body)))
                chat.holds.wait()
                status, headers, said = chat.answers.get(self.path, chat.answer)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_):
                """Tests need no log of requests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks/secret"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.holds.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def chat(settings):
    """A chat in the installation's own network, to which posts may go."""
    settings.ALLOW_PRIVATE_HOOKS = True
    with Chat() as server:
        yield server
