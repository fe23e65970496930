"""Model cards are written so that what was typed stays text, and read without trusting them."""

import pytest
import yaml

from projects.rules import model_cards
from projects.rules.model_cards import BadCard, Card, Result

CARD = Card(
    name="Claims triage",
    summary="Sorts claims.\n# Not a heading\n--- nor the end of a head",
    tags=["llm"],
    datasets=["claims-2025", "weather: hourly"],
    metrics=["recall"],
    results=[Result("recall", 0.71, "online", "new_customers", "v3", 0.65, 0.75, 1200, "2026-11-20")],
    sections={"Model details": [("Version", "v3"), ("Licence", "")], "How to start": [("How to start", "")]},
)


def head(written):
    return yaml.safe_load(written.split("---\n")[1])


def test_the_head_has_the_names_that_hubs_read():
    said = head(model_cards.text(CARD))
    assert said["datasets"] == ["claims-2025", "weather: hourly"]
    assert said["metrics"] == ["recall"]
    assert said["tags"] == ["llm"]
    [result] = said["model-index"][0]["results"]
    assert result["metrics"] == [{"type": "recall", "value": 0.71, "args": {"low": 0.65, "high": 0.75}}]
    assert result["dataset"]["type"] == "online"
    assert "license" not in said


def test_what_is_not_known_is_said_and_not_made_up():
    written = model_cards.text(CARD)
    assert "**Version:** v3" in written
    assert "Not known: Licence." in written
    assert "## How to start\n\nNot known." in written
    assert "| recall | online | new\\_customers | v3 | 0.71 | 0.65 to 0.75 | 1,200 | 2026-11-20 |" in (
        model_cards.text(Card("X", results=CARD.results, sections={"Results": [("", "Newest.")]}))
    )


def test_what_is_written_is_read_again():
    read = model_cards.read(model_cards.text(CARD))
    assert (read.name, read.datasets, read.metrics) == ("Claims triage", tuple(CARD.datasets), ("recall",))
    assert read.description == CARD.summary
    assert read.others == ("tags",)


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "[x](javascript:y)", "# top", "| a | b |", "---", "1. one"]
)
def test_markup_that_somebody_typed_is_no_markup_of_the_card(typed):
    written = model_cards.text(Card("X", summary=typed))
    body = written.split("---\n", 2)[2]
    assert typed not in body.splitlines()
    assert model_cards.read(written).description == typed


def test_a_card_of_a_hub():
    read = model_cards.read(
        "---\nlicense: apache-2.0\nlanguage: [en]\nbase_model: org/base\ndatasets:\n- a/b\n"
        "metrics:\n- f1\n- {name: accuracy}\nmodel-index:\n- name: tiny\n  results: []\n---\n"
        "<!-- generated -->\n# Tiny model\n\nA **small** [model](https://example.org) for `text`.\n\n"
        "## Uses\n\nMany.\n"
    )
    assert read.name == "tiny"
    assert read.description == "A small model for text."
    assert (read.datasets, read.metrics) == (("a/b",), ("f1", "accuracy"))
    assert read.others == ("base_model", "language", "license")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nothing of the kind", "no model card"),
        ("---\n!!python/object/apply:os.system [id]\n---\n", "cannot be read as YAML"),
        ("---\na: &x [1]\nb: *x\n---\n", "Aliases"),
        (f"---\na: {'[' * 40}{']' * 40}\n---\n", "nested"),
        ("---\n- a\n---\n", "not a list of names"),
        (f"---\na: {'x' * 60_000}\n---\n", "50,000"),
        ("x" * 600_000, "500,000"),
        ("---\na: 2026-99-99\n---\n", "YAML"),
    ],
)
def test_a_hostile_card_is_refused_in_words(written, why):
    with pytest.raises(BadCard, match=why):
        model_cards.read(written)


def test_a_head_of_any_kind_of_values_is_read_without_an_error():
    read = model_cards.read(
        "---\ndatasets: {a: 1}\nmetrics: [null, 3, {x: y}]\nmodel-index: 5\nversion: 2\n---\n"
    )
    assert (read.datasets, read.metrics, read.version) == ((), ("3",), "2")
