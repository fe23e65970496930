"""Uploads over a real socket, by the server that the product runs on."""

import socket
import subprocess
import sys
import time

import pytest
from django.test import Client

from portfolio.register.actions import imports
from portfolio.register.models import ImportRun
from tests.factories import a_member, a_portfolio
from tests.portfolio.register.imports.files import use_case
from tests.portfolio.register.pages.test_imports import content_of
from tests.services.programs import free_port

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
LIMIT_MB = 1
BOUNDARY = "a-boundary-of-the-test"


@pytest.fixture
def site(worker_environment, tmp_path):
    """The site behind granian in a process of its own; gives its port."""
    port = free_port()
    environment = {
        **worker_environment,
        "PLIMSOLL_MAX_UPLOAD_MB": str(LIMIT_MB),
        # Static files are served from where they are: nobody has collected them for this process.
        "PLIMSOLL_DEBUG": "1",
        "PLIMSOLL_BASE_URL": f"http://127.0.0.1:{port}",
    }
    words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "portfolio.wsgi:application"]
    with open(tmp_path / "web.log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *words],
            env=environment,
            stdout=log,
            stderr=log,
        )
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert server.poll() is None, (tmp_path / "web.log").read_text()
            assert time.monotonic() < deadline, "granian did not answer"
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(20)
    assert "Traceback" not in (tmp_path / "web.log").read_text()


@pytest.fixture
def portfolio():
    return a_portfolio("Government")


@pytest.fixture
def head(site, portfolio):
    """The first lines of a signed-in upload, and the beginning of its form."""
    client = Client()
    client.force_login(a_member(portfolio, "manager"))
    client.get("/imports/new/")
    token = client.cookies["csrftoken"].value
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    lines = (
        "POST /imports/new/ HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{site}\r\n"
        f"Cookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    )
    fields = {"csrfmiddlewaretoken": token, "portfolio": portfolio.slug, "profile": "us_federal_2024"}
    form = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    form += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="inventory.csv"\r\n\r\n'
    return lines.encode(), form.encode()


END = f"\r\n--{BOUNDARY}--\r\n".encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def answer_to(connection) -> bytes:
    """The status line and what follows it, as far as the server sends it."""
    connection.settimeout(20)
    said = b""
    while b"\r\n\r\n" not in said and (more := connection.recv(65536)):
        said += more
    return said


def files():
    return list(imports.folder().iterdir())


def test_a_body_without_a_length_is_read_to_its_end(site, head):
    lines, form = head
    with socket.create_connection(("127.0.0.1", site)) as connection:
        connection.sendall(lines + b"Transfer-Encoding: chunked\r\n\r\n")
        content = content_of([use_case("Berth planner"), use_case("⚓ مراقبة")])
        for part in (form, content[:100], content[100:], END):
            connection.sendall(chunk(part))
        connection.sendall(b"0\r\n\r\n")
        said = answer_to(connection)
    assert said.startswith(b"HTTP/1.1 302"), said
    run = ImportRun.objects.get()
    assert (run.size, (imports.folder() / run.path).read_bytes()) == (len(content), content)


def test_a_body_without_a_length_or_an_end_is_refused_while_it_arrives(site, head):
    lines, form = head
    before = files()
    sent = 0
    with socket.create_connection(("127.0.0.1", site)) as connection:
        connection.settimeout(20)
        connection.sendall(lines + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(form))
        piece = chunk(b"Berth planner,Tides\n" * 3_000)
        try:
            while sent < 200 * 1024 * 1024:
                connection.sendall(piece)
                sent += len(piece)
                connection.setblocking(False)
                try:
                    said = connection.recv(65536)
                    break
                except BlockingIOError:
                    connection.settimeout(20)
        except (ConnectionResetError, BrokenPipeError):
            said = b"HTTP/1.1 413 the connection was closed"
    assert said.startswith(b"HTTP/1.1 413"), said[:200]
    assert sent < 50 * 1024 * 1024, "most of the 200 MB never left"
    assert not ImportRun.objects.exists()
    assert files() == before


def test_a_length_over_the_limit_is_refused_before_the_body(site, head):
    lines, _form = head
    with socket.create_connection(("127.0.0.1", site)) as connection:
        connection.sendall(lines + b"Content-Length: 209715200\r\n\r\n")
        said = answer_to(connection)
    assert said.startswith(b"HTTP/1.1 413"), said[:200]
    assert not ImportRun.objects.exists()
