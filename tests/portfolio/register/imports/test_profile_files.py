import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.register.imports import profile_files
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.profile_files import parse, shipped

SMALL = "name: Small\nsource: small\nfields:\n  name: Title\n"


def problems_of(text: str) -> list[str]:
    with pytest.raises(BadProfile) as refusal:
        parse(text)
    return refusal.value.problems


@pytest.mark.parametrize("name", ["plimsoll", "us_federal_2023", "us_federal_2024", "us_federal_2025"])
def test_a_shipped_profile_can_be_used(name):
    assert parse(shipped()[name]).fields["name"].columns


def test_the_federal_editions_share_a_source_so_that_next_year_continues_this_year():
    assert {parse(text).source for name, text in shipped().items() if name.startswith("us_federal")} == {
        "us-federal-ai-inventory"
    }


def test_contact_addresses_are_never_read():
    assert parse(shipped()["us_federal_2025"]).never == ("contact_email",)


def test_a_name_is_all_that_a_profile_needs():
    profile = parse(SMALL)
    assert (profile.name, profile.source, profile.stages.empty) == ("Small", "small", "idea")
    assert profile.fields["name"].longest == 200


def test_everything_wrong_is_named_at_once():
    found = problems_of(
        """
        source: 12
        colour: red
        never_import: [Mail]
        fields:
          problem: {columns: Mail}
          sub_unit: Team
          tier: {column: Class, words: {Big: enormous, Small: low, small: low}}
          personal_data: {column: Mail, words: {Perhaps: maybe}}
          price: Cost
          committed_on: {column: Due, formats: "%Y", shape: round}
        entered: {lunch: At}
        stage: {words: {Done: finished}, ended: [Done], empty: nowhere}
        """
    )
    for expected in [
        "name: is missing",
        "source: must be a text",
        "colour: is not known",
        "never_import: “mail” is also mapped",
        "fields.problem.columns: must be a list",
        "fields.problem: names no column",
        "fields.sub_unit: needs fields.unit",
        "“Big”: must be one of low, medium, high",
        "“small”: comes twice",
        "“Perhaps”: must be yes, no or nothing",
        "fields.price: is not known",
        "fields.committed_on.formats: must be a list",
        "fields.committed_on.shape: is not known",
        "entered.lunch: is not known",
        "“Done”: must be one or several of idea",
        "stage.empty: must be one of idea",
        "stage.column: is missing",
        "fields.name: is missing",
    ]:
        assert any(expected in problem for problem in found), (expected, found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "name: is missing"),
        ("- a\n- b", "must be a list of"),
        ("name: [", "Line 1"),
        ("name: a\nname: b", "“name” comes twice"),
        (f"{SMALL}description: &a x\nnever_import: [*a]", "aliases"),
        ("a: " * 100_000, "characters"),
        ("[" * 20_000, "YAML"),
        ("name: !!python/object:os.system x", "YAML"),
        (SMALL + "entered: {framing: {column: On, formats: ['soon']}}", "formats"),
        ("name: \x00", "YAML"),
    ],
)
def test_a_text_that_is_no_profile_is_refused(text, says):
    assert any(says in problem for problem in problems_of(text))


@settings(deadline=None)  # how long an example takes is the machine's affair
@given(st.text(max_size=300))
def test_any_text_is_a_profile_or_a_list_of_problems(text):
    try:
        parse(text)
    except BadProfile as refusal:
        assert refusal.problems  # noqa: PT017 -- either answer is right


@settings(deadline=None)  # how long an example takes is the machine's affair
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(sorted(profile_files.PROFILE_KEYS | profile_files.STAGE_KEYS)), inner)
)))  # fmt: skip
def test_any_structure_is_a_profile_or_a_list_of_problems(data):
    import yaml

    try:
        parse(yaml.safe_dump(data))
    except BadProfile as refusal:
        assert refusal.problems  # noqa: PT017 -- either answer is right
