"""Rules of messages: which fit, whose project is meant, what they say; and hostile bodies and documents."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portfolio.integrations.sources.rules import meanings, paths, presets, reading, verbs, words
from projects.rules import yaml_texts

ALWAYS = {"project": {"fixed": "CHN-3"}}


def rule(**said):
    (found,) = reading.read([{**ALWAYS, "do": "signal", "with": {"name": "x"}, **said}])
    return found


def filled(body, verb="signal", **values):
    return meanings.fill(rule(do=verb, **{"with": values}), body)


BODY = {
    "a": {"b": [{"c": 1}, {"c": "two"}]},
    "tags": {"team.project": "CHN-3"},
    "variables": [{"key": "X", "value": "no"}, {"key": "PROJECT", "value": "CHN-4"}],
    "yes": True,
    "nothing": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b.0.c", 1),
        ("a.b[1].c", "two"),
        ("a.b.2.c", None),
        ("a.b.c", None),
        ("a.x.y", None),
        ("tags[team.project]", "CHN-3"),
        ("variables[key=PROJECT].value", "CHN-4"),
        ("variables[key=Y].value", None),
        ("yes", True),
        ("nothing", None),
        ("a.b.-1", None),
    ],
)
def test_a_place_in_a_message(path, value):
    assert paths.is_path(path)
    assert paths.found(BODY, path) == value


@pytest.mark.parametrize("path", ["", ".", "a..b", ".a", "a.", "a[", "a[]", "a]b", "{a}", "x" * 201, "a\nb"])
def test_what_is_no_place(path):
    assert not paths.is_path(path)


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"a.b.1.c": "two"}, True),
        ({"a.b.1.c": "TWO"}, True),
        ({"a.b.1.c": ["one", "two"]}, True),
        ({"a.b.1.c": "three"}, False),
        ({"a.b.0.c": 1}, True),
        ({"a.b.0.c": "1"}, False),
        ({"a.b.0.c": True}, False),
        ({"yes": True}, True),
        ({"yes": 1}, False),
        ({"nothing": None}, True),
        ({"missing": None}, True),
        ({"yes": True, "a.b.0.c": 2}, False),
    ],
)
def test_conditions(when, fits):
    assert meanings.fits(rule(when=when), "any", BODY) is fits


def test_kinds_and_rest():
    assert meanings.fits(rule(kind="x"), "x", {})
    assert meanings.fits(rule(kind=["y", "x"]), "x", {})
    assert not meanings.fits(rule(kind="y"), "x", {})
    assert not meanings.fits(rule(paused=True), "x", {})


def test_the_project_is_found_in_order():
    finders = [
        {"key": "tags[team.project]"},
        {"key": "a.b"},
        {"map": "a.b.1.c", "to": {"two": "chn-5"}},
        {"map": "a.b.1.c", "to": {"three": "CHN-6"}},
        {"model": "a.b.1.c"},
        {"fixed": "CHN-9"},
    ]
    with pytest.raises(reading.RulesInvalid):
        rule(project=finders)  # one more than anybody needs
    found = meanings.sought(rule(project=finders[:5]), BODY)
    named = [(each.by, each.name) for each in found]
    assert named == [("key", "CHN-3"), ("key", "CHN-5"), ("model", "two")]


def test_values_are_what_they_say():
    body = {"n": 0.5, "state": "failed", "when": "2026-03-02T10:00:00Z", "m": {"auc": 0.9}}
    got = filled(body, "observe", values={"path": "m"}, version="v{n}", at={"path": "when"}).values
    assert got["values"] == {"auc": 0.9}
    assert got["version"] == "v0.5"
    assert got["at"].isoformat() == "2026-03-02T10:00:00+00:00"
    one = filled(body, "observe", values={"auc": {"path": "m.auc"}, "half": "{n}"}).values
    assert one == {"values": {"auc": 0.9, "half": 0.5}}
    points = {"path": "state", "map": {"passed": "1"}, "else": "0"}
    assert filled(body, "check", checklist="ml_test", item="D1", points=points).values["points"] == "0"
    assert (
        filled({"state": "passed"}, "check", checklist="ml_test", item="D1", points=points).values["points"]
        == "1"
    )


def test_what_is_missing_or_does_not_fit_is_said():
    lacking = filled({}, "update", health="on_track", text="Built {build}.")
    assert [(each.code, each.field) for each in lacking.obstacles] == [("value_missing", "text")]
    needed = filled({}, "signal", name={"path": "who"})
    assert needed.obstacles[0].code == "value_missing"
    wrong = filled({"x": "splendid"}, "update", health={"path": "x"}, text="T.")
    assert [(each.code, each.field) for each in wrong.obstacles] == [("value_unfit", "health")]
    # What is optional and not there is left out.
    assert filled({}, "update", health="on_track", text="T.", next_step={"path": "x"}).obstacles == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"do": "dance"}, "rules[0].do"),
        ({"do": "signal"}, "rules[0].with"),
        ({"with": {"name": "x", "more": "y"}}, "rules[0].with"),
        ({"project": None}, "rules[0].project"),
        ({"project": {"key": "a..b"}}, "rules[0].project.key"),
        ({"project": {"fixed": "nothing"}}, "rules[0].project.fixed"),
        ({"project": {"map": "a", "to": {"x": "y"}}}, "rules[0].project.to.x"),
        ({"project": {"tag": "a"}}, "rules[0].project"),
        ({"when": {"a..b": 1}}, "rules[0].when.a..b"),
        ({"when": {"a": {"b": 1}}}, "rules[0].when.a"),
        ({"when": {}}, "rules[0].when"),
        ({"paused": "no"}, "rules[0].paused"),
        ({"unknown": 1}, "rules[0]"),
        ({"do": "move", "with": {"note": "x"}}, "rules[0].with"),
        ({"do": "observe", "with": {"metric": "x"}}, "rules[0].with"),
        ({"do": "update", "with": {"health": "fine", "text": "x"}}, "rules[0].with.health"),
        ({"do": "move", "with": {"to": "{a..b}"}}, "rules[0].with.to"),
        ({"do": "move", "with": {"to": {"path": "a", "map": {"x": {"y": 1}}}}}, "rules[0].with.to.map.x"),
    ],
)
def test_every_problem_has_its_place_and_a_remedy(said, place):
    base = {**ALWAYS, "do": "signal", "with": {"name": "x"}, **said}
    if said == {"do": "signal"}:
        del base["with"]
    with pytest.raises(reading.RulesInvalid) as found:
        reading.read([base])
    problems = found.value.problems
    assert place in [each.path for each in problems]
    assert all(each.message and each.remedy for each in problems)


@pytest.mark.parametrize("style", presets.STYLES)
def test_what_ships_can_be_read_and_every_example_meets_a_rule(style):
    preset = presets.of(style)
    every = reading.read([{**each, "paused": False} for each in preset.rules])
    for example in preset.examples:
        fitting = meanings.matching(every, example.kind, example.body)
        assert fitting or style == "mlflow", example.kind
        for one in fitting:
            assert not meanings.fill(one, example.body).obstacles
    written = yaml_texts.text({"rules": preset.rules})
    document, problems = yaml_texts.read(written, reading.plain, noun="list of rules")
    assert (document, problems) == ({"rules": preset.rules}, [])


def test_a_rule_in_words_and_in_boxes():
    preset = presets.of("github")
    said = words.sentence(reading.read(preset.rules)[0])
    assert said.startswith("of deployment_status, deployment_status.state is success, ")
    assert said.endswith("move it (production)")
    for stored in [each for style in presets.STYLES for each in presets.of(style).rules]:
        when = stored.get("when", {})
        assert words.from_lines(words.lines(when)) == when
        for value in stored["with"].values():
            assert words.meant(words.shown(value)) == value


HOSTILE = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(
            some.sampled_from(["a", "b", "key", "value", "project", "data", "0"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(body=HOSTILE, kind=some.text(max_size=10), verb=some.sampled_from(sorted(verbs.VERBS)))
def test_no_body_breaks_a_rule(body, kind, verb):
    fields = verbs.VERBS[verb].fields
    values = {name: {"path": "a"} for name in fields if name not in ("value", "metric")}
    one = rule(
        do=verb,
        when={"b": [1, "x", None]},
        project=[{"key": "project"}, {"map": "a.b", "to": {"x": "CHN-1"}}, {"model": "data.key"}],
        **{"with": values},
    )
    meanings.fits(one, kind, body)
    for each in meanings.sought(one, body):
        assert each.name
        assert len(each.name) <= 500
    got = meanings.fill(one, body)
    assert all(each.message and each.remedy for each in got.obstacles)
    json.dumps(got.values, default=str, allow_nan=False)


@given(document=HOSTILE)
def test_no_document_breaks_the_reading_of_rules(document):
    for said in (
        document,
        {"rules": document},
        {"rules": [document]},
        {"rules": [{"do": "move", "with": document}]},
    ):
        rules, problems = read(said)
        assert bool(problems) or all(words.sentence(one) for one in rules)


def read(said):
    try:
        return reading.parse(said), ()
    except reading.RulesInvalid as invalid:
        return (), invalid.problems
