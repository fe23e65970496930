"""A real MLflow server, in an environment of its own: what it needs is no affair of the product."""

import atexit
import base64
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.services import programs

ADDRESS = "PLIMSOLL_TEST_MLFLOW_URL"
ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "tests" / "requirements-mlflow.lock"
VENV = ROOT / ".venv-mlflow"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
# It makes its tables at the first start; a busy machine takes long over that.
START_SECONDS = 120.0
# Its webhooks go to this machine, without TLS, and to those that were added a moment ago.
SETTINGS = {
    "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
    "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
    "MLFLOW_WEBHOOK_CACHE_TTL": "0",
    "MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


def url() -> str:
    """The server's address once it answers; started once and shared with child processes."""
    address = begin()
    deadline = time.monotonic() + START_SECONDS
    while not _answers(address):
        if time.monotonic() > deadline:
            raise programs.Unavailable("MLflow did not start within two minutes.")
        time.sleep(0.05)
    return address


def begin() -> str:
    """Start the server without waiting for it: it takes some seconds, in which other tests can run."""
    if not os.environ.get(ADDRESS):
        if not is_prepared():
            raise programs.Unavailable(f"No MLflow in {VENV.name}. `./run test` installs it once.")
        os.environ[ADDRESS] = _start()
    return os.environ[ADDRESS]


def name() -> str:
    """Which version it is."""
    version = re.search(r"^mlflow-skinny==([\d.]+)", LOCK.read_text(), re.MULTILINE)
    return f"MLflow {version[1] if version else ''}"


def prepare() -> None:
    """Make the environment from the hashed lock; again only when the lock or the Python has changed."""
    if os.environ.get(ADDRESS):
        return
    with LOCK.open("rb") as taken:
        # Two of these at once take turns.
        fcntl.flock(taken, fcntl.LOCK_EX)
        if is_prepared():
            return
        print(f"Setting up {VENV.name} from {LOCK.name}; this takes about a minute, once.", flush=True)
        _call(sys.executable, "-m", "venv", "--clear", str(VENV))
        pip = (str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet")
        _call(*pip, "--require-hashes", "-r", str(LOCK))
        STAMP.write_text(_stamp())


def is_prepared() -> bool:
    """Whether the environment is there and current."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == _stamp()


def _stamp() -> str:
    content = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{sys.version_info.major}.{sys.version_info.minor} {content}\n"


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise programs.Unavailable(f"MLflow could not be installed: {said[-1] if said else command[0]}")


def _start() -> str:
    home, port = Path(tempfile.mkdtemp(prefix="plimsoll-mlflow-")), programs.free_port()
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    environment = {**os.environ, **SETTINGS, "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": key}
    # Its plainest web server: the usual one needs numpy, pandas and more, and starts slower.
    store, files = f"sqlite:///{home}/mlflow.db", f"{home}/files"
    places = ["--backend-store-uri", store, "--default-artifact-root", files]
    listens = ["--host", "127.0.0.1", "--port", str(port), "--waitress-opts", "--threads=8"]
    parent = os.getpid()
    with (home / "log").open("wb") as output:
        server = subprocess.Popen(
            [str(PYTHON), "-m", "mlflow", "server", *places, *listens],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: programs.stop_with(parent, signal.SIGTERM),  # noqa: PLW1509 - no threads yet
        )
    atexit.register(_stop, server, home)
    return f"http://127.0.0.1:{port}"


def _stop(server: "subprocess.Popen[bytes]", home: Path) -> None:
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(10)
    # It has a process of its own behind it.
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    shutil.rmtree(home, ignore_errors=True)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False
