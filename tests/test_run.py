"""The one command: what it makes, what it says when it cannot, and the whole product started and stopped."""

import ast
import importlib.util
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from tests.services.programs import free_port

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
PARTS = ("manage.py", "portfolio", "projects", "templates", "static")


def load(script):
    """A checkout's run script as a module."""
    loader = SourceFileLoader("run_script", str(script))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def bare(tmp_path):
    """A fresh checkout without an environment."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("run", "requirements.lock", "requirements-dev.lock"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    (checkout / "run").chmod(0o755)
    for name in PARTS:
        (checkout / name).symlink_to(ROOT / name)
    return checkout


@pytest.fixture
def checkout(bare):
    """A checkout with an environment that counts as installed: it borrows this one's Python."""
    programs = bare / ".venv" / "bin"
    programs.mkdir(parents=True)
    python = programs / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    script = load(bare / "run")
    script.stamp_file(script.LOCK).write_text(script.stamp(script.LOCK))
    return bare


def environment(**changes):
    """This environment without what the tests have set for themselves."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PLIMSOLL_", "DJANGO_"))
    }
    return kept | changes


def run(checkout, *words, before="", **changes):
    """Run the script; `before` is Python that bends the machine first."""
    script = [sys.executable, str(checkout / "run")]
    if before:
        as_main = (
            "import runpy, sys; sys.argv[0:1] = []; {}; runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        script[1:1] = ["-c", as_main.format(before)]
    return subprocess.run(
        [*script, *words],
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def assert_refused(done, *words):
    """One plain sentence or two, exit code 1, no traceback."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_old_pythons_can_read_far_enough_to_refuse():
    ast.parse((ROOT / "run").read_text(), feature_version=(3, 6))


def test_an_old_python_is_refused_in_a_sentence(bare):
    done = run(bare, before="sys.version_info = (3, 9, 2, 'final', 0)", PATH="/nowhere")
    assert_refused(done, "Plimsoll needs Python 3.11 or newer", "this is Python 3.9", "apt install")


def test_an_old_python_makes_way_for_a_newer_one_of_the_machine(checkout, tmp_path):
    newer = tmp_path / "bin"
    newer.mkdir()
    (newer / "python3.12").symlink_to(checkout / ".venv" / "bin" / "python")
    done = run(
        checkout, "manage", "version", before="sys.version_info = (3, 9, 2, 'final', 0)", PATH=f"{newer}:/bin"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5.2")


def test_a_python_without_venv_is_refused_in_a_sentence(bare):
    hide = "import importlib.util as u; u.find_spec = {'ensurepip': None}.get"
    assert_refused(run(bare, before=hide), "venv", "apt install python3-venv")


def test_a_first_install_without_network_is_refused_in_a_sentence(bare):
    nobody_there = f"http://127.0.0.1:{free_port()}/simple"
    done = run(
        bare, PIP_INDEX_URL=nobody_there, PIP_CONFIG_FILE=os.devnull, PIP_RETRIES="1", PIP_NO_CACHE_DIR="1"
    )
    assert_refused(done, "could not be downloaded", "network")
    again = load(bare / "run")
    assert not again.installed(again.LOCK), "half an environment does not count as one"


def test_a_data_folder_that_cannot_be_made_is_refused_in_a_sentence(checkout):
    done = run(checkout, "manage", "version", PLIMSOLL_DATA=str(checkout / "run" / "data"))
    assert_refused(done, str(checkout / "run" / "data"), "PLIMSOLL_DATA")


def test_a_data_folder_that_nothing_can_be_written_to_is_refused_in_a_sentence(checkout, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    # Root may write anywhere but here.
    closed = "/proc/self" if os.geteuid() == 0 else str(folder)
    assert_refused(
        run(checkout, "manage", "version", PLIMSOLL_DATA=closed), "cannot be used", "PLIMSOLL_DATA"
    )


def test_a_taken_port_is_refused_in_a_sentence(checkout):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(run(checkout, "--port", str(port)), f"Port {port}", "./run --port")


def test_a_host_that_does_not_exist_is_refused_in_a_sentence(checkout):
    assert_refused(run(checkout, "--host", "256.0.0.1"), "256.0.0.1")


def test_a_bad_value_in_the_environment_is_refused_in_a_sentence(checkout):
    done = run(checkout, "--port", str(free_port()), PLIMSOLL_MAX_UPLOAD_MB="plenty")
    assert_refused(done, "PLIMSOLL_MAX_UPLOAD_MB", "plenty", "whole number")


def test_a_misspelt_word_installs_nothing(bare):
    done = run(bare, "mange")
    assert done.returncode == 2
    assert "unrecognized arguments: mange" in done.stderr
    assert not (bare / ".venv").exists()


def test_the_environment_is_made_again_when_its_lock_changes(checkout):
    script = load(checkout / "run")
    assert script.installed(script.LOCK) == script.stamp(script.LOCK)
    with script.LOCK.open("a") as lock:
        lock.write("# changed\n")
    assert script.installed(script.LOCK) != script.stamp(script.LOCK)


def test_the_developers_lock_holds_everything_of_the_other():
    """Installing it may therefore count as installing both."""
    plain, developers = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert plain < developers


def test_the_secret_key_is_made_once_for_its_owner_alone(checkout):
    ask = ("manage", "shell", "-v0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    first, second = run(checkout, *ask), run(checkout, *ask)
    key = checkout / "data" / "secret-key"
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout == key.read_text() + "\n"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_product_starts_signs_its_administrator_in_and_stops(checkout):
    port = free_port()
    command = [sys.executable, str(checkout / "run"), "--port", str(port)]
    product = subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = []
    try:
        for line in product.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        children = processes_of(product.pid)
        link = re.search(r"http://\S+/sign-in/link/\S+", "".join(said))
        assert link, said
        assert f"http://127.0.0.1:{port}/" in link.group()
        assert any("sample" in line for line in said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/") as page:
            assert page.status == 200
        product.send_signal(signal.SIGINT)
        said += product.stdout.readlines()
        assert product.wait(30) == 0, said
    finally:
        product.kill()
        product.stdout.close()
    assert children or sys.platform != "linux"  # only Linux lists them in files
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def processes_of(parent):
    """The processes that a process has started, and theirs."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(") ")[2].split()[1]) == parent:
                child = int(status.parent.name)
                found += [child, *processes_of(child)]
        except OSError:
            continue
    return found
