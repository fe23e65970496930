"""What docs/gates.md shows can be published as it stands, and it leaves no kind and no field out."""

import re
from pathlib import Path

import pytest
import yaml

from projects.rules import criteria, criteria_reading, presets, workflow
from projects.rules.documents import Reader
from projects.rules.facts import CONDITIONS
from projects.rules.stages import ENFORCEMENTS

pytestmark = pytest.mark.once

TEXT = (Path(__file__).parents[3] / "docs" / "gates.md").read_text(encoding="utf-8")


def test_the_example_of_a_workflow_is_one():
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert workflow.parse(yaml.safe_load(example)).gate("G6").criteria


def test_the_examples_of_criteria_are_read():
    examples = [yaml.safe_load(each) for each in re.findall(r"`(\{kind: .*\})` \|", TEXT)]
    problems = []
    found = criteria_reading.read(Reader(examples, "", problems), "G6")
    assert not problems
    assert {criterion.kind for criterion in found} == set(criteria.KINDS)


@pytest.mark.parametrize("word", [*criteria.FIELDS, *CONDITIONS, *ENFORCEMENTS, *criteria.KINDS])
def test_every_word_of_the_file_is_explained(word):
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("name", presets.names())
def test_the_number_of_criteria_is_the_one_that_ships(name):
    column = ["standard", "regulated", "lean"].index(name)
    (row,) = re.findall(r"^\| Asks \|(.*)\|$", TEXT, re.MULTILINE)
    shipped = sum(len(gate.criteria) for gate in presets.workflow(name).gates)
    assert re.search(r"\d+", row.split("|")[column])[0] == str(shipped)
