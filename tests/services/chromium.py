"""A real browser: Chromium or Chrome of this machine, installed by apt where that is possible.

Its headless shell is the same engine without the windows around it: a test costs a second less with it.
"""

import ctypes.util
import os
import shutil
import subprocess
from pathlib import Path

from tests.services import programs

PROGRAM = "PLIMSOLL_TEST_CHROMIUM"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Playwright's driver needs libatomic, pages need letters to draw.
PACKAGES = ("chromium-headless-shell", "libatomic1", "fonts-liberation")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nothing outside of this machine is ever asked for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def program() -> Path:
    """The browser's program; found once and kept in the environment, so that child processes share it."""
    if not os.environ.get(PROGRAM):
        found = next((path for path in _candidates() if _version(path)), None)
        if found is None or ctypes.util.find_library("atomic") is None:
            raise programs.Unavailable(
                f"No Chromium. Install {' '.join(PACKAGES)} (as root, ./run test does), or set {PROGRAM}."
            )
        os.environ[PROGRAM] = str(found)
    return Path(os.environ[PROGRAM])


def name() -> str:
    """Which browser it is."""
    return _version(program()) or "a browser that does not start"


def install_if_possible() -> None:
    """Install the browser by apt when this is root and there is none; otherwise change nothing."""
    try:
        program()
    except programs.Unavailable:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            print(f"No browser found: installing {' '.join(PACKAGES)} by apt.", flush=True)
            for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
                _apt_get(*words)


def _apt_get(*words: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", "-q", *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"apt-get {words[0]} failed: {done.stderr.strip()}", flush=True)


def _candidates() -> list[Path]:
    found = [Path(path) for path in map(shutil.which, NAMES) if path]
    found += sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"), reverse=True)
    return [*found, Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")]


def _version(path: Path) -> str:
    """What it calls itself; empty for a missing program, and for the stub that only names a snap."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if "Chrom" in done.stdout and done.returncode == 0 else ""
