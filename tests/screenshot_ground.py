"""What the sample does not hold, made by the doors that people and machines use, so that it can be looked at.

Webhooks with messages that were taken and that were not, messages in, a chat, a registry that is away,
proposals, mentions, to-dos, views, a scenario, an import and a job that failed.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, APIResponse, BrowserContext

ROOT = Path(__file__).resolve().parent.parent
OWNER, OWNED = "maya.rivera@sample.example", "PRJ-1"  # at a gate that refuses
# Nobody of the sample can sign in, and no door makes a job fail.
BY_HAND = """
from django.utils import timezone
from portfolio.accounts.actions import links
from portfolio.accounts.models import User
from portfolio.operations.models import JobRun
now = timezone.now()
JobRun.objects.create(name="sweep", slot="failed", state="failed", due_at=now, attempts=3, started_at=now,
    finished_at=now, error="OperationalError: the connection was lost while flags were being read")
print(links.create(User.objects.get(email="%s")))
"""
LINES = (
    "name,problem,stage,health\nReturns forecast,Too many returns,Data readiness,on track\n,No name,,green\n"
)


class Receiver(BaseHTTPRequestHandler):
    """Takes what is sent to /taken and /chat; everything else is broken."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(200 if self.path in ("/taken", "/chat") else 500)
        self.end_headers()
        self.wfile.write(b"ok" if self.path == "/chat" else b"")

    def log_message(self, *_: object) -> None:
        """Nothing: the pictures are what this is about."""


@contextmanager
def a_receiver() -> Iterator[str]:
    """The address of a server that webhooks and chats are sent to."""
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def owners_link(base_url: str, environment: Mapping[str, str]) -> str:
    """A sign-in link of somebody for whom a lot waits; also what no door makes."""
    words = [sys.executable, str(ROOT / "run"), "manage", "shell", "-c", BY_HAND % OWNER]
    said = subprocess.run(words, env=dict(environment), check=True, capture_output=True, text=True)
    return f"{base_url}/sign-in/link/{said.stdout.split()[-1]}/"


class Doors:
    """The REST API as the person of a window calls it."""

    def __init__(self, context: BrowserContext, slug: str) -> None:
        tokens = [one["value"] for one in context.cookies() if one["name"] == "csrftoken"]
        self.request: APIRequestContext = context.request
        self.headers = {"X-CSRFToken": tokens[0], "Referer": "same"}
        self.portfolio = f"/api/v1/portfolios/{slug}"

    def post(self, address: str, **sent: Any) -> Any:
        """Post JSON; what is refused ends the preparation with the reason."""
        return _answer(self.request.post(address, data=sent, headers=self.headers))

    def file(self, address: str, text: str, **fields: str) -> Any:
        """Post a file."""
        file = {"name": "projects.csv", "mimeType": "text/csv", "buffer": text.encode()}
        sent = {**fields, "file": file}
        return _answer(self.request.post(address, multipart=sent, headers=self.headers))  # type: ignore[arg-type]


def _answer(response: APIResponse) -> Any:
    if not response.ok:
        raise SystemExit(f"{response.url} answered {response.status}: {response.text()}")
    return response.json() if response.text() else None


def fill(doors: Doors, receiver: str) -> None:
    """Do what an administrator, a pipeline and colleagues do in a week."""
    project, portfolio = f"/api/v1/projects/{OWNED}", doors.portfolio
    doors.post(f"{portfolio}/webhooks", url=f"{receiver}/taken", name="Data warehouse")
    doors.post(f"{portfolio}/webhooks", url=f"{receiver}/broken", name="Old dashboard", untested=True)
    doors.post(f"{portfolio}/chat-hooks", name="Launches", style="slack", url=f"{receiver}/chat")
    doors.post(f"{portfolio}/registries", name="MLflow of research", url=f"{receiver}/mlflow")
    doors.post(f"{portfolio}/keys", name="Release pipeline", scopes=["projects:read", "moves:write"])
    _messages_in(doors)
    doors.post(
        f"{project}/proposals",
        kind="move",
        body={"to": "production"},
        reason="Version 7 is deployed to all regions since this morning.",
        cause="build-4182",
    )
    update = {"health": "at_risk", "text": "The second pilot is late; see @[Maya Rivera] for the plan."}
    doors.post(f"{project}/proposals", kind="update", body=update, cause="build-4183")
    doors.post(f"{project}/signoffs", gate="G6", note="The launch is planned for 1 March.")
    doors.post(f"{project}/comments", text="@[Maya Rivera] who is on call from the launch on?")
    doors.post(f"{project}/updates", **update)
    doors.post(f"{project}/todos", text="Name who is on call", owner=OWNER, due_on="2027-01-15")
    doors.post("/api/v1/views", name="Off track, with a gap", query="health=off_track&gap=yes")
    doors.post(f"{portfolio}/scenarios", name="Pause the two riskiest", changes=[])
    doors.file("/api/v1/imports", LINES, portfolio="sample", profile="plimsoll")


def _messages_in(doors: Doors) -> None:
    """A pipeline posts: one message is carried out, one refused by a gate, one of no project, one forged."""
    made = doors.post(
        f"{doors.portfolio}/sources", name="Nightly pipeline", style="generic", role="contributor"
    )
    said = [
        {"type": "metrics.measured", "project": OWNED, "version": "7", "metrics": {"recall": 0.81}},
        {"type": "deployment.succeeded", "project": OWNED, "stage": "production", "version": "v2.4.0"},
        {"type": "heartbeat", "project": "PRJ-999", "signal": "predictions"},
    ]
    for number, body in enumerate(said):
        headers = {"Authorization": f"Bearer {made['secret']}", "webhook-id": f"night-{number}"}
        _answer(doors.request.post(made["address"], data=body, headers=headers))
    doors.request.post(made["address"], data=said[0], headers={"Authorization": "Bearer wrong"})
