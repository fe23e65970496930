"""The whole product in one foreground process tree: web, worker and beat."""

import os
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from portfolio import health
from portfolio.supervisor import Supervisor
from projects.models import Portfolio

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROBES = 10  # of the health page, a second apart, before a start is given up
# One worker has nobody to talk to.
WORKER = ("--concurrency=2", "--without-gossip", "--without-mingle")
# Beat's ticks claim due rows in the database, so it has nothing to remember on disk.
BEAT = ("--scheduler=celery.beat:Scheduler", "--pidfile=")


class Command(BaseCommand):
    help = "Migrate, load the sample portfolio the first time, and start web, worker and beat until Ctrl-C."
    requires_system_checks = ()  # `./run check` and the tests run them; a start should not wait for them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--empty", action="store_true", help="do not load the sample portfolio")

    def handle(self, *args: Any, host: str, port: int, empty: bool, **options: Any) -> None:
        require_free_port(host, port)
        url = address(host, port)
        set_defaults_for_children(url, host)
        self.prepare(empty)
        connections.close_all()  # no pool thread and no open file may be shared with the children
        with Supervisor(self.say) as family:
            family.start("web", web_command(host, port))
            if family.keep_running(until=lambda: health.status(reachable(host), port) != 0):
                require_health(host, port)
                self.announce(url)
                family.start("worker", celery_command("worker", *WORKER), is_quiet=True)
                family.start("beat", celery_command("beat", *BEAT), is_quiet=True)
                family.keep_running()
            self.say("Stopping; Ctrl-C again stops at once.")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def prepare(self, empty: bool) -> None:
        """Bring database and static files up to date; load the sample if nobody has been here yet."""
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        except OperationalError as error:
            reason = " ".join(str(error).split()).rstrip(".")
            sys.exit(f"The database does not answer ({reason}). Check PLIMSOLL_DATABASE_URL.")
        collect_static_files()
        if not (empty or get_user_model().objects.exists() or Portfolio.objects.exists()):
            self.say("First start: loading the sample portfolio (start with --empty to go without it).")
            call_command("load_sample", verbosity=0)

    def announce(self, url: str) -> None:
        """Say where it is, and how the first administrator gets in."""
        from portfolio.accounts.actions.links import first_administrator_link

        self.say(f"Plimsoll is ready: {url}/")
        if link := first_administrator_link(url):
            self.say(f"Sign in as its first administrator (this link works once): {link}")
        self.say("Ctrl-C stops it.")
        connections.close_all()


def require_free_port(host: str, port: int) -> None:
    """End with one sentence if nothing can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        sys.exit(
            f"Port {port} on {host} cannot be used: {getattr(error, 'strerror', None) or error}. "
            f"Stop what uses it, or choose another one: ./run --port {port + 1 if port < 65535 else 8000}"
        )


def require_health(host: str, port: int) -> None:
    """End with one sentence if the web process answers, but with an error; a busy machine gets a while."""
    for _ in range(PROBES):
        if (status := health.status(reachable(host), port)) == 200:
            return
        if status:
            sys.exit(f"The web process answers with status {status}; what it printed above says why.")
        time.sleep(1)
    sys.exit(f"The web process has not answered {PROBES} times in a row; what it printed above may say why.")


def reachable(host: str) -> str:
    """The host under which this machine itself reaches the server."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound


def address(host: str, port: int) -> str:
    """The address as a browser on this machine writes it."""
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def set_defaults_for_children(url: str, host: str) -> None:
    """Derive what the environment leaves open: the address in mails, and the names it answers to."""
    os.environ.setdefault("PLIMSOLL_BASE_URL", url)
    if host not in LOOPBACK:
        names = [*settings.ALLOWED_HOSTS, socket.gethostname(), host]
        os.environ.setdefault("PLIMSOLL_ALLOWED_HOSTS", ",".join(names))
    # A stop hands unfinished work back at once instead of waiting for its end.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")


def web_command(host: str, port: int) -> list[str]:
    """Two processes of four threads; without respawning, one killed worker would end the server."""
    options = ["--interface=wsgi", "--workers=2", "--blocking-threads=4", "--respawn-failed-workers"]
    options += [f"--host={host}", f"--port={port}", "--log-level=warning", "--workers-kill-timeout=5"]
    return [sys.executable, "-m", "granian", *options, "portfolio.wsgi:application"]


def celery_command(*words: str) -> list[str]:
    """Celery without its banner, and without the advice not to be root: Plimsoll's tasks are not pickles."""
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    return [*python, "-m", "celery", "--quiet", "--app=portfolio", *words, "--loglevel=WARNING"]


def collect_static_files() -> None:
    """Copy and compress static files only when one of them is new, changed or gone."""
    if settings.DEBUG:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    current = "\n".join(
        f"{path} {(status := os.stat(storage.path(path))).st_size} {status.st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list(["CVS", ".*", "*~"])
    )
    if not stamp.exists() or stamp.read_text() != current:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(current)
