"""A gate in full: every criterion and role with its state, and what has changed since people signed."""

import pytest

from projects.actions import projects
from projects.queries import gate_sheets
from tests.factories import SYSTEM, a_portfolio, a_project, asked, on_team, signs

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio(), tier="low", personal_data=False, vendor=False, llm=False, metric_target=6)


def sheet(project):
    project.refresh_from_db()
    return gate_sheets.of(project, project.workflow.rules.gate("G0"))


def row(project, role="PO"):
    return next(each for each in sheet(project).roles if each.role == role)


def test_a_role_goes_from_nobody_to_signed_and_falls_away_with_what_changed(project):
    assert (row(project).state, row(project).obstacles[0].code) == ("not_asked", "role_unfilled")
    po = on_team(project, "PO")
    assert (row(project).state, row(project).obstacles[0].code) == ("not_asked", "signature_missing")
    assert [each.role for each in sheet(project).to_ask] == ["PO"]
    request = asked(project, "G0", "PO")["PO"]
    assert (row(project).state, row(project).is_missing) == ("requested", True)
    signs(request, po)
    assert (row(project).state, row(project).counts, row(project).obstacles) == ("approved", True, ())
    assert sheet(project).signed == 1
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    assert (row(project).state, row(project).changed) == ("invalidated", ("Target of the business metric",))


def test_feedback_is_shown_and_is_never_missing(project):
    on_team(project, "SP")
    found = row(project, "SP")
    assert (found.need, found.is_missing) == ("feedback", False)


def test_every_obstacle_is_told_once(project):
    found = sheet(project)
    told = [each.finding.obstacle for each in found.missing_criteria]
    told += [each for role in found.roles for each in role.obstacles]
    told += found.others
    assert sorted(told, key=str) == sorted(found.state.missing, key=str)


def test_a_sheet_costs_the_same_whatever_there_is(project, django_assert_max_num_queries):
    on_team(project, "PO")
    asked(project, "G0", "PO")
    project.refresh_from_db()
    gate = project.workflow.rules.gate("G0")
    with django_assert_max_num_queries(12):
        gate_sheets.of(project, gate)
