"""A draft tried on the projects of a portfolio: what would close and open, for the same few queries."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import evidence
from projects.actions import workflows as publishing
from projects.actions.decisions import Asked
from projects.models import Project, SignOff
from projects.queries import facts, gate_facts, gates, signings, simulations
from projects.rules import presets
from projects.rules import workflow as workflows
from tests.factories import (
    SYSTEM,
    a_crowd,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    asked,
    on_team,
    signed_off,
    signs,
)

pytestmark = pytest.mark.django_db
MODEL_CARD = {"kind": "evidence", "name": "model_card"}


@pytest.fixture
def portfolio():
    return a_portfolio()


def draft(at="G0", /, **changes):
    """The standard workflow with another gate; `drop` and `more` change its criteria."""
    document = presets.document("standard")
    gate = next(each for each in document["gates"] if each["code"] == at)
    gate["criteria"] = [*gate["criteria"], *changes.pop("more", [])]
    gate |= changes
    return workflows.parse(document)


def tried(portfolio, flow, actor=SYSTEM):
    found = simulations.simulate(portfolio, flow, actor)
    return found, {row.key: row.outcome for row in found.rows}


def everything():
    """Every row of every table of the product."""
    models = [
        m for app in ("projects", "accounts", "integrations") for m in apps.get_app_config(app).get_models()
    ]
    return {m.__name__: list(m._base_manager.order_by("pk").values()) for m in models}


def in_stage(project, code):
    standard = project.workflow.rules.stage(code).standard
    Project.objects.filter(pk=project.pk).update(stage=code, standard_stage=standard, furthest_stage=code)
    project.refresh_from_db()
    return project


def test_the_workflow_that_is_followed_changes_nothing(portfolio):
    projects = [a_project(portfolio, name) for name in ("One", "Two")]
    found, outcomes = tried(portfolio, presets.workflow("standard"))
    assert (found.total, found.tried, found.changed, found.fallen) == (2, 2, 0, 0)
    assert {key: each.kind for key, each in outcomes.items()} == {each.key: "same" for each in projects}
    (gate,) = found.gates
    state = gates.ahead(projects[0])
    assert (gate.projects, gate.lacking, gate.closed) == (2, (2, 2), (0, 0))
    assert outcomes[projects[0].key].before.missing == state.missing


def test_a_gate_that_blocks_closes_and_one_that_only_warns_opens(portfolio):
    project = a_project(portfolio)
    found, outcomes = tried(portfolio, draft(enforcement="block"))
    assert outcomes[project.key].kind == "closed"
    assert found.gates[0].words == "1 of 1 would be refused at G0, 0 today."
    in_stage(project, "data")
    _, outcomes = tried(portfolio, draft("G2", enforcement="warn"))
    assert outcomes[project.key].kind == "opened"


def test_more_and_less_is_told_in_words(portfolio):
    project = a_project(portfolio)
    found, outcomes = tried(portfolio, draft(more=[MODEL_CARD]))
    outcome = outcomes[project.key]
    assert (outcome.kind, [each.message for each in outcome.added], outcome.removed) == (
        "more",
        ["Model card: nobody has added it."],
        (),
    )
    assert found.gates[0].words == (
        "1 of 1 would lack something at G0, 1 today. Most often new: Model card: nobody has added it (1)."
    )
    _, outcomes = tried(portfolio, draft(criteria=[]))
    assert outcomes[project.key].kind == "fewer"
    assert {each.code for each in outcomes[project.key].removed} == {"field_missing"}


def test_what_would_be_missing_is_what_is_missing_once_it_is_published(portfolio):
    """The simulation and the product must never disagree: the same gate, asked both ways."""
    project = in_stage(a_project(portfolio), "framing")
    Project.objects.filter(pk=project.pk).update(gate_planned_on=timezone.now().date())
    on_team(project, "PO")
    flow = draft("G1", more=[MODEL_CARD, {"kind": "todo", "name": "training", "label": "Trained"}], code="GF")
    _, outcomes = tried(portfolio, flow)
    version = publishing.publish(portfolio.pk, definition=workflows.dump(flow), actor=SYSTEM)
    publishing.adopt(project.pk, version_id=version.pk, actor=SYSTEM)
    project = Project.objects.get(pk=project.pk)
    assert outcomes[project.key].after.missing == gates.ahead(project).missing
    assert outcomes[project.key].after.gate.code == "GF"


@pytest.mark.parametrize(
    ("preset", "stage", "place"), [("lean", "framing", "build"), ("lean", "data", "build")]
)
def test_a_stage_that_is_gone_asks_for_a_new_place(portfolio, preset, stage, place):
    project = in_stage(a_project(portfolio), stage)
    found, outcomes = tried(portfolio, presets.workflow(preset))
    assert outcomes[project.key].kind == "placeless"
    assert outcomes[project.key].place is not None
    assert found.gates == ()


def test_a_stage_of_another_code_is_found_by_its_name(portfolio):
    project = in_stage(a_project(portfolio), "data")
    document = presets.document("standard")
    text = str(document["stages"][2]["label"])
    document["stages"][2]["code"] = "sources"
    for gate in document["gates"]:
        for end in ("from", "to"):
            if gate.get(end) == "data":
                gate[end] = "sources"
    _, outcomes = tried(portfolio, workflows.parse(document))
    assert (outcomes[project.key].kind, outcomes[project.key].place.label) == ("placeless", text)


def test_a_live_project_stands_before_its_next_certification(portfolio):
    project = in_stage(a_project(portfolio), "production")
    _, outcomes = tried(portfolio, draft("G7", more=[MODEL_CARD], enforcement="block"))
    assert outcomes[project.key].kind == "closed"
    assert outcomes[project.key].after.gate.code == "G7"


def test_signatures_count_as_they_are_and_fall_away_with_their_packet(portfolio):
    project = a_project(portfolio)
    given = signed_off(project, "G0")
    assert given
    _, same = tried(portfolio, draft(enforcement="block"))
    assert same[project.key].fallen == 0
    _, asks_more = tried(portfolio, draft(more=[MODEL_CARD]))
    assert asks_more[project.key].fallen == 0  # there is no such evidence, so the packet is the same
    evidence.add(project.pk, kind="model_card", title="Card", url="https://example.org/card", actor=SYSTEM)
    found, outcomes = tried(portfolio, draft(more=[MODEL_CARD]))
    assert outcomes[project.key].fallen == found.fallen == len(given)
    assert {each.code for each in outcomes[project.key].added} == {"signature_invalidated"}
    _, other_code = tried(portfolio, draft(code="GI"))
    assert other_code[project.key].fallen == len(given)


def test_only_running_projects_that_the_actor_may_see(portfolio):
    project, hidden = a_project(portfolio, "Mine"), a_project(portfolio, "Other")
    a_project(a_portfolio(), "Elsewhere")
    person = on_team(project, "ML")
    assert tried(portfolio, draft())[1].keys() == {project.key, hidden.key}
    assert tried(portfolio, draft(), acting(person))[1].keys() == {project.key}
    assert tried(portfolio, draft(), acting(a_person()))[1] == {}
    Project.objects.filter(pk=hidden.pk).update(archived_at=timezone.now())
    assert tried(portfolio, draft(), acting(a_member(portfolio, "manager")))[1].keys() == {project.key}


def test_a_simulation_writes_nothing(portfolio):
    project = a_project(portfolio)
    signed_off(project, "G0")
    before = everything()
    tried(portfolio, draft(more=[MODEL_CARD], enforcement="block"))
    assert everything() == before


def test_the_queries_do_not_depend_on_the_projects(portfolio):
    kinds = [MODEL_CARD, {"kind": "answer", "name": "WP1", "at_least": "yes"}]
    kinds += [
        {"kind": "blockers", "at_most": "none"},
        {"kind": "todo", "name": "training", "label": "Trained"},
    ]
    flow = draft(more=kinds)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            simulations.simulate(portfolio, flow, SYSTEM)
        return len(captured)

    signed_off(a_project(portfolio), "G0")
    a_crowd(portfolio, 1)  # of one project alone everything is one statement
    few = statements()
    a_crowd(portfolio, 20)
    assert (statements(), few <= 8) == (few, True)


def test_a_very_large_portfolio_is_tried_in_part_and_says_so(portfolio, monkeypatch):
    monkeypatch.setattr(simulations, "CHUNK", 2)
    monkeypatch.setattr(simulations, "MOST_TRIED", 4)
    a_crowd(portfolio, 5)
    found, _ = tried(portfolio, draft())
    assert (found.tried, found.total, found.is_partial) == (4, 5, True)


def in_play(ids):
    return signings.by_project(signings.in_play(ids))


def test_used_sign_offs_are_left_out_only_where_no_rule_looks_at_them(portfolio):
    """Facts are the same with and without them: a carried condition and an answered rejection stay."""
    project = in_stage(a_project(portfolio), "framing")
    roles = {role: on_team(project, role) for role in ("SP", "PO", "ML")}
    rows, ids = asked(project, "G1", "SP", "PO"), [project.pk]
    condition = Asked("Measure it", "before_next_gate")
    signs(rows["SP"], roles["SP"], "approved_with_conditions", conditions=[condition])
    signs(rows["PO"], roles["PO"])
    SignOff.objects.filter(project=project).update(used_at=timezone.now() - timedelta(days=1))
    assert [each.id for each in in_play(ids)[project.pk]] == [rows["SP"].pk]
    gate = facts.workflow(project).gate("G2")
    carried = gate_facts.of(project, [gate]).signing["G2"].carried
    assert [each.text for each in carried] == ["Measure it"]
    rows["SP"].conditions.update(closed_on=timezone.now().date())
    assert in_play(ids) == {}
    again = asked(project, "G1", "ML")["ML"]
    signs(again, roles["ML"], "rejected", reason="No.", would_change="A number.")
    assert len(in_play(ids)[project.pk]) == len(signings.of(ids)[project.pk]) == 3
