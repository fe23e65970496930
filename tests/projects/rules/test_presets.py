"""The workflows that ship with the product say what the lifecycle's tables say."""

from dataclasses import replace

import pytest

from projects.rules import presets, roles, workflow

pytestmark = pytest.mark.once

# Who signs where, one column per role; c is required when one of the letters holds
# (P personal data, V vendor, H tier high, M tier medium or high).
ROLES = ["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX"]
NEEDED = {
    "G0": "F R F . . . . . . . .",
    "G1": "R R R . F . . cH . F F",
    "G2": ". R R R . cM cP cHP . . F",
    "G3": "R R R F R . . cV cH F F",
    "G4": ". R R . R R cP . . R F",
    "G5": "F R R R R R cP cM cM R R",
    "G6": "R R R . R R cP cM cM R R",
    "G7": "cH R R F R cM cP cM cM R .",
    "G8": "R R . R R . cP . . R .",
    "GX": "R R F . . . . . . . .",
}
LETTERS = {"H": "tier_high", "M": "tier_medium", "P": "personal_data", "V": "vendor"}
# Update cadence; days in stage; the longest age of an assessment.
TIMES = {
    "idea": (30, (14, 30, 60), 180),
    "framing": (21, (30, 60, 90), 90),
    "data": (14, (45, 90, 150), 90),
    "poc": (14, (45, 90, 135), 60),
    "mvp": (14, (60, 120, 180), 60),
    "validation": (10, (30, 75, 120), 45),
    "pilot": (7, (45, 90, 135), 30),
    "production": (30, None, 90),
}


def test_the_default_comes_first():
    assert presets.names() == ("standard", "lean", "regulated")


def test_an_unknown_preset_is_a_key_error():
    with pytest.raises(KeyError):
        presets.workflow("../roles")


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_survives_the_round_trip(name):
    shipped = presets.workflow(name)
    assert shipped.name == name
    assert workflow.parse(presets.document(name)) == shipped


@pytest.mark.parametrize("code", NEEDED)
def test_the_standard_gates_need_the_roles_of_the_table(code):
    needs = {need.role: need for need in presets.workflow("standard").gate(code).roles}
    for role, cell in zip(ROLES, NEEDED[code].split(), strict=True):
        if cell == ".":
            assert role not in needs
        elif cell in "RF":
            assert needs[role].need == {"R": "required", "F": "feedback"}[cell]
        else:
            assert needs[role].need == "conditional"
            assert set(needs[role].when) == {LETTERS[letter] for letter in cell[1:]}


def test_the_standard_stages_carry_the_limits_of_the_table():
    stages = presets.workflow("standard").stages
    found = {
        s.code: (
            s.update_every_days,
            (s.typical_days.p50, s.typical_days.p85, s.typical_days.p95) if s.typical_days else None,
            s.assessment_max_days,
        )
        for s in stages
    }
    assert found == TIMES
    assert [s.code for s in stages] == [s.standard for s in stages] == list(workflow.STANDARD_STAGES)


def test_data_readiness_and_launch_block_in_the_standard_workflow():
    gates = presets.workflow("standard").gates
    assert {gate.code for gate in gates if gate.enforcement == "block"} == {"G2", "G5", "G6"}
    assert {gate.enforcement for gate in gates} == {"block", "warn"}


def test_standard_asks_for_a_planned_date_at_the_gates_after_framing():
    gates = presets.workflow("standard").gates
    dated = [g.code for g in gates if any(c.kind == "planned_date" for c in g.criteria)]
    assert dated == ["G1", "G2", "G3", "G4", "G5", "G6"]


def test_regulated_is_standard_with_every_gate_blocking_and_the_roles_of_a_high_tier():
    standard, regulated = presets.workflow("standard"), presets.workflow("regulated")

    def strict(need):
        if {"tier_high", "tier_medium"} & set(need.when):
            return replace(need, need="required", when=())
        return need

    expected = tuple(
        replace(gate, enforcement="block", criteria=(), roles=tuple(strict(need) for need in gate.roles))
        for gate in standard.gates
    )
    assert tuple(replace(gate, criteria=()) for gate in regulated.gates) == expected
    assert regulated.stages == standard.stages


def test_lean_has_four_stages_and_two_roles():
    lean = presets.workflow("lean")
    assert [(s.label, s.standard) for s in lean.stages] == [
        ("Idea", "idea"),
        ("Build", "mvp"),
        ("Pilot", "pilot"),
        ("Production", "production"),
    ]
    assert {need.role for gate in lean.gates for need in gate.roles} == {"PO", "ML"}


def test_shared_stages_of_lean_keep_the_limits_of_standard():
    lean, standard = presets.workflow("lean"), presets.workflow("standard")
    for stage in lean.stages:
        same = standard.stage(stage.standard)
        assert (stage.typical_days, stage.update_every_days) == (same.typical_days, same.update_every_days)


def test_there_are_twelve_roles_in_order():
    assert roles.codes() == (*ROLES, "PM")


@pytest.mark.parametrize(
    ("word", "code"), [("legal", "LE"), ("eng_mlops", "EN"), ("sp", "SP"), (" Privacy ", "PR"), ("ml", "ML")]
)
def test_a_role_is_found_by_code_and_by_the_word_used_in_files(word, code):
    found = roles.find(word)
    assert found
    assert found.code == code


def test_an_unknown_role_is_none():
    assert roles.find("boss") is None
    assert roles.label("ZZ") == "ZZ"
