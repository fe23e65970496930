"""The real command, as a process of its own, against a running server: what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from projects.models import Move, Observation, Proposal
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
CSV = "metric,value,at,samples\nrecall,0.81,2026-11-01T00:00:00Z,120\nrecall,0.82,2026-11-02T00:00:00Z,\n"


@pytest.fixture
def plimsoll(live_server, tmp_path):
    """Call the command with these words; the environment is the one of a fresh machine."""

    def call(*words, secret="", given="", **environment):
        told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "client" / "src"), "HOME": str(tmp_path)}
        if secret:
            told |= {"PLIMSOLL_URL": live_server.url, "PLIMSOLL_KEY": secret}
        command = [sys.executable, "-W", "error", "-m", "plimsoll", *words]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=60,
            input=given,
            cwd=tmp_path,
            env=told | environment,
            check=False,
        )

    return call


@pytest.mark.django_db(transaction=True)
def test_a_pipeline_brings_a_project_further_and_is_told_why_not(plimsoll):
    portfolio = factories.strict_gates(factories.a_portfolio(slug="fraud"))
    project = factories.a_project(portfolio, "Card fraud")
    secret = factories.a_key(portfolio)[1]
    run = {"secret": secret, "PLIMSOLL_PROJECT": project.key, "GITHUB_RUN_ID": "77"}
    run |= {"GITHUB_REPOSITORY": "acme/fraud"}

    listed = plimsoll("projects", "--portfolio", "fraud", **run)
    assert (listed.returncode, listed.stdout) == (0, f"{project.key}  idea  unknown  Card fraud\n")
    shut = plimsoll("advance", project.key, "--to", "framing", "--propose", **run)
    assert shut.returncode == 3, shut.stderr
    assert "  - " in shut.stdout and "Proposed to the owner: Advance from Idea to Framing" in shut.stdout
    assert Proposal.objects.get().cause == "github:acme/fraud/77:framing"
    gate = plimsoll("gate", "--json", **run)
    assert gate.returncode == 3 and json.loads(gate.stdout)["missing"]
    factories.signed_off(project, "G0")
    tried = plimsoll("advance", "--to", "framing", "--dry-run", **run)
    assert (tried.returncode, Move.objects.count()) == (0, 0), tried.stderr
    assert "Would be done" in tried.stdout
    assert plimsoll("advance", "--to", "framing", **run).stdout.startswith(
        f"{project.key}: idea → framing. Done."
    )
    assert "Done before by this run" in plimsoll("advance", "--to", "framing", **run).stdout
    move = Move.objects.get()
    assert (move.source, move.external_id) == ("github", "acme/fraud/77:framing")


@pytest.mark.django_db(transaction=True)
def test_metrics_come_from_words_files_and_the_input(plimsoll, tmp_path):
    project = factories.a_project()
    secret = factories.a_key(project.portfolio)[1]
    (tmp_path / "metrics.csv").write_text(CSV)
    one = plimsoll(
        "metric",
        project.key,
        "bias",
        "-0.2",
        "--env",
        "online",
        "--at",
        "2026-11-01T00:00:00Z",
        secret=secret,
    )
    assert (one.returncode, one.stdout) == (0, "1 stored, 0 changed, 0 known already.\n"), one.stderr
    assert "2 stored" in plimsoll("metric", project.key, "--file", "metrics.csv", secret=secret).stdout
    row = {"metric": "recall", "value": 0.81, "at": "2026-11-01T00:00:00Z", "samples": 120}
    again = plimsoll("metric", project.key, "--file", "-", secret=secret, given=json.dumps([row]))
    assert "1 known already" in again.stdout
    assert sorted(Observation.objects.values_list("metric", "value")) == [
        ("bias", -0.2),
        ("recall", 0.81),
        ("recall", 0.82),
    ]


@pytest.mark.django_db(transaction=True)
def test_every_end_has_its_code_and_no_end_shows_the_key(plimsoll):
    project = factories.a_project()
    secret = factories.a_key(project.portfolio)[1]
    ends = [
        (0, plimsoll("update", project.key, "--health", "on_track", "All", "fine.", secret=secret)),
        (0, plimsoll("open", project.key, "--print", secret=secret)),
        (2, plimsoll("gate", project.key)),
        (3, plimsoll("advance", project.key, "--to", "nowhere", secret=secret)),
        (2, plimsoll("metric", project.key, "recall", "much", secret=secret)),
        (4, plimsoll("gate", "XYZ-1", secret=secret)),
        (4, plimsoll("gate", project.key, secret="plm_" + "x" * 43)),
    ]
    for code, end in ends:
        said = end.stdout + end.stderr
        assert end.returncode == code, said
        assert said.strip() and secret not in said and "Traceback" not in said
    told = plimsoll("gate", "XYZ-1", "--json", secret=secret)
    assert json.loads(told.stdout)["code"] == "not_found"
