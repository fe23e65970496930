"""What can be said about the containers without an engine: users, commands, files, environment."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from portfolio import health
from tests.services.programs import free_port

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "plimsoll"}
THEIRS = {name: service for name, service in COMPOSE["services"].items() if name not in OURS}
A_NAME = re.compile(r"PLIMSOLL_(?!TEST_)[A-Z_]+")
# Read by somebody else's program: PostgreSQL's image, Celery.
FOREIGN_NAMES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REMAP_SIGTERM"}


def names_that_settings_read():
    sources = ("settings.py", "environment.py", "celery_settings.py")
    return {name for source in sources for name in A_NAME.findall((ROOT / "portfolio" / source).read_text())}


def instructions(word):
    """The arguments of an instruction, wherever the Dockerfile has it."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", joined, re.MULTILINE)


def command_of(service):
    """What a service of ours starts, with this environment's programs."""
    words = service.get("command") or yaml.safe_load(instructions("CMD")[-1])
    return [str(Path(sys.executable).parent / words[0]), *words[1:]]


def test_there_are_the_five_services_and_one_that_migrates():
    assert set(COMPOSE["services"]) == {"postgres", "redis", "migrate", "web", "worker", "beat"}


def test_the_example_environment_names_exactly_what_settings_read():
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert example - {"POSTGRES_PASSWORD"} == names_that_settings_read()


def test_every_name_of_the_environment_is_read_by_somebody():
    given = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    assert given - FOREIGN_NAMES <= names_that_settings_read()
    assert set(A_NAME.findall(DOCKERFILE)) <= names_that_settings_read()


def test_no_secret_is_written_down():
    assert all(
        not line.partition("=")[2]
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "PASSWORD=" in line
    )
    assert "SECRET_KEY" not in "".join(instructions("ENV") + instructions("ARG"))
    assert instructions("FROM")[-1] == "python:3.13-slim", (
        "the last stage starts fresh, without the first one's files"
    )


def test_nothing_runs_as_root():
    users = [service["user"] for service in THEIRS.values()] + [instructions("USER")[-1]]
    assert all(re.fullmatch(r"[1-9]\d*:[1-9]\d*", user) for user in users)
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    for service in COMPOSE["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]


def test_every_service_is_judged_or_says_that_it_cannot_be():
    assert instructions("HEALTHCHECK")
    judged = {
        name for name, service in COMPOSE["services"].items() if "test" in service.get("healthcheck", {})
    }
    excused = {name for name, service in OURS.items() if service.get("healthcheck") == {"disable": True}}
    assert judged == {"postgres", "redis", "worker"}
    assert excused == {"migrate", "beat"}  # web has the image's own check


def test_everything_but_the_migration_starts_again():
    policies = {name: service["restart"] for name, service in COMPOSE["services"].items()}
    assert policies.pop("migrate") == "no"
    assert set(policies.values()) == {"unless-stopped"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_command_exists_with_all_its_options(name):
    asked = subprocess.run(
        [*command_of(OURS[name]), "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    assert "usage" in asked.stdout.lower()


def test_the_check_of_the_worker_exists_with_all_its_options():
    words = shlex.split(OURS["worker"]["healthcheck"]["test"][1])
    asked = subprocess.run(
        [str(Path(sys.executable).parent / words[0]), *words[1:], "--help"], cwd=ROOT, check=False
    )
    assert asked.returncode == 0


def test_static_files_can_be_collected_from_what_the_image_is_given(tmp_path):
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = {words.split()[0] for words in instructions("COPY") if not words.startswith("--from")}
    assert sources == allowed
    for source in sources:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / source)
    collecting = next(words for words in instructions("RUN") if "collectstatic" in words)
    command = collecting.replace("/venv/bin/python", sys.executable).replace("=/tmp/", f"={tmp_path}/")
    clean = {key: os.environ[key] for key in os.environ if not key.startswith(("PLIMSOLL_", "DJANGO_"))}
    subprocess.run(["sh", "-c", command], cwd=tmp_path, env=clean, check=True, capture_output=True)
    assert (tmp_path / "staticfiles" / "staticfiles.json").exists()


def test_a_web_process_is_healthy_when_it_answers_under_a_name_of_its_own(live_server, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["plimsoll.example.org"]
    port = live_server.thread.port
    monkeypatch.setenv("PLIMSOLL_ALLOWED_HOSTS", "other.example.org")
    assert health.status("127.0.0.1", port) == 400
    monkeypatch.setenv("PLIMSOLL_ALLOWED_HOSTS", "plimsoll.example.org, www.example.org")
    assert health.status("127.0.0.1", port) == 200


def test_a_web_process_that_is_away_is_not_healthy():
    assert health.status("127.0.0.1", free_port()) == 0
