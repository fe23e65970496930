"""The examples of docs/client.md are what they say: pipelines that their systems take, and code that runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from plimsoll import command

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "client.md").read_text(encoding="utf-8")
GITHUB, GITLAB = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
CHECKER = Path(sys.executable).parent / "check-jsonschema"


@pytest.mark.parametrize(("schema", "text"), [("github-workflows", GITHUB), ("gitlab-ci", GITLAB)])
def test_the_pipelines_are_what_their_systems_take(tmp_path, schema, text):
    path = tmp_path / "pipeline.yml"
    path.write_text(text)
    asked = [CHECKER, "--builtin-schema", f"vendor.{schema}", path]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    path.write_text(text.replace("script:", "scripts:").replace("runs-on:", "runs_on:"))
    assert subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 1


def calls():
    """Every call of the command in the page: in its table and in both pipelines."""
    lines = [line for line in re.findall(r"`(plimsoll \w+ [^`]+)`", PAGE) if "[" not in line]
    lines += [step["run"] for step in yaml.safe_load(GITHUB)["jobs"]["release"]["steps"] if "run" in step]
    lines += yaml.safe_load(GITLAB)["release"]["script"]
    lines += [line.strip() for line in re.findall(r"^    (plimsoll .*)$", PAGE, re.MULTILINE)]
    return sorted({line for line in lines if line.startswith("plimsoll ")})


@pytest.mark.parametrize("line", calls())
def test_every_call_in_the_page_is_one_that_the_command_takes(line):
    assert command.parser().parse_known_args(shlex.split(line)[1:])[0].do


def test_the_page_names_every_command():
    from plimsoll import verbs

    assert set(verbs.VERBS) <= set(re.findall(r"plimsoll (\w+)", PAGE))
