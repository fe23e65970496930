"""The board: open projects by stage."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.register.queries import boards
from projects.actions import projects, workflows
from projects.models import Project
from projects.rules import presets
from projects.rules import workflow as workflow_rules
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, on_team

pytestmark = pytest.mark.django_db


def put(project, stage, standard, days=0, **fields):
    since = timezone.now() - timezone.timedelta(days=days)
    Project.objects.filter(pk=project.pk).update(
        stage=stage, standard_stage=standard, stage_since=since, **fields
    )


def shown(lanes):
    return {lane.stage.code: [card["name"] for card in lane.cards] for lane in lanes if lane.cards}


def test_a_lane_holds_the_running_projects_of_its_stage_longest_first():
    portfolio = a_portfolio(preset="lean")
    names = ["New", "Old", "Stopped", "Live", "Archived"]
    new, old, stopped, live, archived = (a_project(portfolio, name) for name in names)
    put(new, "build", "mvp", 3)
    put(old, "build", "mvp", 130)
    put(stopped, "build", "mvp", outcome="stopped", ended_at=timezone.now())
    put(live, "production", "production", outcome="in_production", ever_in_production=True)
    projects.archive(archived.pk, actor=SYSTEM)
    lanes = boards.lanes(SYSTEM, portfolio)
    assert shown(lanes) == {"build": ["Old", "New"]}
    assert [(lane.stage.label, lane.number) for lane in lanes] == [
        ("Idea", 0),
        ("Build", 2),
        ("Pilot", 0),
        ("Production", 1),
    ]
    assert [card["is_long"] for card in lanes[1].cards] == [True, False]  # the limit of Build is 120 days
    assert lanes[-1].is_last


def test_all_portfolios_together_stand_in_the_standard_stages():
    lean, standard = a_portfolio(preset="lean"), a_portfolio()
    put(a_project(lean, "Built"), "build", "mvp", 9)
    put(a_project(standard, "Shown"), "mvp", "mvp", 4)
    assert shown(boards.lanes(SYSTEM, None)) == {"mvp": ["Built", "Shown"]}


def test_a_project_on_an_older_workflow_stands_in_the_nearest_stage():
    portfolio = a_portfolio()
    put(a_project(portfolio, "Proof"), "poc", "poc")
    workflows.publish(portfolio.pk, definition=workflow_rules.dump(presets.workflow("lean")), actor=SYSTEM)
    portfolio.refresh_from_db()
    assert shown(boards.lanes(SYSTEM, portfolio)) == {"idea": ["Proof"]}


def test_a_full_lane_says_so_and_a_long_one_leads_to_the_list(client, monkeypatch):
    definition = workflow_rules.dump(presets.workflow("lean"))
    definition["stages"][0]["wip_limit"] = 2
    portfolio = a_portfolio(preset="lean", slug="lean")
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    monkeypatch.setattr(boards, "CARDS", 2)
    client.force_login(a_member(portfolio, "manager"))
    for number in range(3):
        if number == 2:
            assert "2 of 2, full" in client.get("/board/?portfolio=lean").content.decode()
        a_project(portfolio, f"Project {number}")
    text = client.get("/board/").content.decode()
    assert "3 of 2, over" in text
    assert "1 more in the list" in text
    assert "/projects/?stage=idea" in text
    assert text.count("/moves/advance/") > 0


def test_a_stranger_sees_no_card_and_a_viewer_moves_none(client):
    portfolio = a_portfolio(slug="ours")
    project = a_project(portfolio, "Ours")
    a_project(portfolio, "Ours too")
    client.force_login(a_person())
    assert client.get("/board/?portfolio=ours").status_code == 404
    assert "Ours" not in client.get("/board/").content.decode()
    client.force_login(a_member(portfolio, "viewer"))
    text = client.get("/board/?portfolio=ours").content.decode()
    assert "Ours too" in text
    assert "/moves/" not in text
    client.force_login(on_team(project, "DS"))
    assert "Ours too" not in client.get("/board/?portfolio=ours").content.decode()


def test_the_number_of_queries_does_not_depend_on_the_cards(client):
    portfolio = a_portfolio()
    client.force_login(a_member(portfolio))

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/board/").status_code == 200
        return len(captured)

    a_project(portfolio)
    asked()
    few = asked()
    for _ in range(20):
        a_project(portfolio)
    assert asked() == few
