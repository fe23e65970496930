"""A store that speaks S3 on this machine, and the setting that its address makes."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from portfolio import environment
from tests.services import programs

START_SECONDS = 60
BUCKET = "evidence"


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory):
    """The address of an empty bucket of a server in a process of its own."""
    log, port = tmp_path_factory.mktemp("s3") / "log", programs.free_port()
    program = "from moto.server import main; main()"
    parent = os.getpid()
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: programs.stop_with(parent, signal.SIGTERM),  # noqa: PLW1509 - no threads yet
        )
    try:
        _wait(server, port, log)
        url = f"s3://key:se%2Fcret@127.0.0.1:{port}/{BUCKET}?region=eu-central-1&tls=0"
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def bucket(s3_url, settings, monkeypatch, tmp_path):
    """An empty bucket, in which evidence is kept as if the installation had been started with it."""
    from django.core.files.storage import storages

    monkeypatch.setenv("PLIMSOLL_EVIDENCE_URL", s3_url)
    told = environment.evidence("PLIMSOLL_EVIDENCE_URL", tmp_path)
    settings.STORAGES = {**settings.STORAGES, "evidence": told}
    found = storages["evidence"].bucket
    found.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield found
    found.objects.all().delete()
    found.delete()
    found.meta.client.close()


def _wait(server, port, log):
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The store did not start. It said: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
