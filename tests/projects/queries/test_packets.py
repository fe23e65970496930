"""Packets of real projects: what changes their hash, what does not, and that the database keeps it."""

import json
from decimal import Decimal
from unicodedata import normalize

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions import evidence, projects
from projects.models import Project
from projects.queries import gate_facts, packets
from projects.rules import packets as rules
from tests.factories import SYSTEM, a_portfolio, a_project

pytestmark = pytest.mark.django_db
ANOTHER = {
    "metric_name": "Cost of a claim",
    "metric_unit": "EUR",
    "metric_baseline": Decimal("9.5"),
    "metric_target": Decimal("6.01"),
    "ml_metric": "precision",
    "objective": "Find more of them",
    "tier": "high",
    "ai_act_class": "limited",
    "personal_data": None,
    "vendor": True,
    "data_sources": "Claims\nCalls\nMails",
    "users_affected": 401,
    "model_version": "3",
}
FIRST = {
    "metric_name": "Cycle time",
    "metric_unit": "days",
    "metric_baseline": Decimal("9.4"),
    "metric_target": Decimal(6),
    "ml_metric": "recall",
    "objective": "Find them early",
    "tier": "medium",
    "ai_act_class": "minimal",
    "personal_data": True,
    "vendor": False,
    "data_sources": "Claims\nCalls",
    "users_affected": 400,
    "model_version": "2",
}
# Everything else that people may edit says nothing about what was signed.
IMMATERIAL = {
    "name": "Another name",
    "description": "Longer",
    "problem": "Slow answers",
    "metric_owner": "Ines",
    "metric_is_measured": True,
    "guardrails": "No more complaints",
    "strategic": 3,
    "reach": 2,
    "expectation": "Good enough by May",
    "value_likely": Decimal(100_000),
    "llm": True,
    "capacity_fte": Decimal("1.5"),
}
# As exactly as SQLite keeps numbers: 15 digits.
AMOUNTS = st.decimals(min_value=-(10**8), max_value=10**8, places=6, allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@pytest.fixture
def project():
    return a_project(a_portfolio(), **FIRST)


def content(project, gate="G5", items=None):
    rule = project.workflow.rules.gate(gate)
    items = gate_facts.evidence_of(project) if items is None else items
    return packets.content(project, rule, items)


def digest(project, gate="G5", items=None):
    return rules.digest(content(project, gate, items))


def edited(project, **fields):
    projects.edit(project.pk, version=None, actor=SYSTEM, **fields)
    return Project.objects.get(pk=project.pk)


def test_the_columns_that_change_it_are_the_material_ones():
    assert sorted(ANOTHER) == sorted(FIRST) == sorted(packets.MATERIAL)
    assert not set(IMMATERIAL) & set(packets.MATERIAL)
    assert set(IMMATERIAL) < set(projects.EDITABLE)


@pytest.mark.parametrize("name", packets.MATERIAL)
def test_each_material_column_changes_it_and_is_named(name, project):
    before = content(project)
    after = content(edited(project, **{name: ANOTHER[name]}))
    assert rules.digest(before) != rules.digest(after)
    (changed,) = packets.words(rules.differences(before, after))
    assert changed in packets.LABELS.values()


@pytest.mark.parametrize("name", sorted({*packets.MATERIAL} - {"tier"}))  # that one cannot be emptied
def test_a_column_that_is_emptied_is_another_packet(name, project):
    nothing = None if Project._meta.get_field(name).null else ""
    assert digest(edited(project, **{name: nothing})) != digest(project)


@pytest.mark.parametrize("name", IMMATERIAL)
def test_other_columns_do_not(name, project):
    assert digest(edited(project, **{name: IMMATERIAL[name]})) == digest(project)


def test_each_gate_and_each_project_has_its_own(project):
    other = a_project(project.portfolio, **FIRST)
    codes = [gate.code for gate in project.workflow.rules.gates]
    hashes = [digest(each, code) for each in (project, other) for code in codes]
    assert len(set(hashes)) == len(hashes)


def test_the_version_of_the_model_is_signed_from_readiness_on(project):
    changed = edited(project, model_version="3")
    differs = {
        gate.code
        for gate in project.workflow.rules.gates
        if digest(project, gate.code) != digest(changed, gate.code)
    }
    assert differs == {"G5", "G6", "G7"}


def test_the_order_of_evidence_does_not_matter_and_its_content_does(project):
    for number in range(3):
        evidence.add(
            project.pk, kind="model_card", title=f"Card {number}", gate="G5", actor=SYSTEM,
            url=f"https://reports.example.org/{number}",
        )  # fmt: skip
    items = gate_facts.evidence_of(project)
    before = digest(project, items=items)
    assert digest(project, items=items[::-1]) == before
    assert digest(project, items=items[1:]) != before
    other = items[0]._replace(sha256="ab" * 32)
    assert digest(project, items=[other, *items[1:]]) != before
    # Who brought it, and of which day it is, are no part of what it says.
    same = items[0]._replace(added_by=7, dated_on=items[0].dated_on.replace(year=2020))
    assert digest(project, items=[same, *items[1:]]) == before


def test_evidence_of_another_gate_is_not_in_it(project):
    before = digest(project), digest(project, "G6")
    evidence.add(
        project.pk, kind="estimate", title="Minutes", gate="G6", actor=SYSTEM,
        url="https://reports.example.org/minutes",
    )  # fmt: skip
    assert (digest(project) == before[0], digest(project, "G6") == before[1]) == (True, False)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    amounts=st.tuples(AMOUNTS, AMOUNTS), words=st.tuples(WORDS, WORDS), people=st.integers(0, 2_000_000_000)
)
def test_what_the_database_gives_back_has_the_same_hash(amounts, words, people):
    with transaction.atomic():
        told = {"metric_baseline": amounts[0], "metric_target": amounts[1], "users_affected": people}
        project = a_project(a_portfolio(), **told, objective=words[0], data_sources="\n".join(words))
        again = Project.objects.get(pk=project.pk)
        packet = content(again)
        assert rules.canonical(packet) == rules.canonical(content(project))
        text = rules.canonical(packet)
        # Amounts are text and ids whole numbers: nothing is left to how a machine writes a float.
        assert json.loads(text, parse_float=pytest.fail)
        assert Decimal(packet["business_metric"]["target"]) == amounts[1]
        assert rules.digest(json.loads(text)) == rules.digest(packet)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"metric_target": Decimal("9.40")}, {"metric_target": Decimal("9.4")}),
        ({"metric_target": 100}, {"metric_target": Decimal("1E+2")}),
        ({"metric_target": Decimal("-0.0")}, {"metric_target": 0}),
        ({"objective": normalize("NFC", "Größe prüfen")}, {"objective": normalize("NFD", "Größe prüfen")}),
        ({"objective": "  Early \n"}, {"objective": "Early"}),
        ({"data_sources": "Calls\nClaims"}, {"data_sources": " Claims \n\n Calls"}),
    ],
)  # fmt: skip
def test_what_means_the_same_is_the_same(one, other, project):
    before = content(edited(project, **one))
    after = content(edited(project, **other))
    assert rules.digest(after) == rules.digest(before)
    assert rules.differences(before, after) == ()


def test_an_edit_tells_the_signers_nothing_where_the_database_keeps_the_same(project):
    """The row in hand has what was typed, the database what it keeps: both are the same packet."""
    for name, values in {"metric_target": [9, Decimal("9.0"), Decimal("-0")], "users_affected": [7]}.items():
        for value in values:
            setattr(project, name, value)
            project.save(update_fields=[name])
            assert digest(project) == digest(Project.objects.get(pk=project.pk)), (name, value)
