"""What blockers do to the scores of every project that they stop."""

from datetime import date

import pytest

from projects.actions import blockers, moves
from projects.models import Blocker, Project
from tests.factories import (
    a_project,
    on_team,
)
from tests.projects.actions.blockers.cases import (
    answered,
    raised,
    risk,
    scored_anew,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


def test_a_blocker_raises_the_risk_as_the_rules_say_and_resolving_takes_it_back(project, maker):
    clean = risk(answered(project))
    blocker = raised(project, maker, severity="critical")
    assert risk(project) == scored_anew(project).risk > clean
    assert Project.objects.get(pk=project.pk).has_critical_gap
    blockers.edit(blocker.pk, version=None, severity="low", actor=maker)
    assert clean < risk(project) == scored_anew(project).risk
    assert not Project.objects.get(pk=project.pk).has_critical_gap
    blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    assert risk(project) == clean


def test_the_category_says_which_pitfall_rises(project, maker):
    blocker = raised(answered(project), maker, severity="critical")
    of = lambda: Project.objects.get(pk=project.pk).assessment.result["pitfalls"]  # noqa: E731
    security = of()
    blockers.edit(blocker.pk, version=None, category="data_access", actor=maker)
    assert of()["P2"] >= security["P2"]
    assert of() != security
    assert of() == dict(scored_anew(project).pitfalls)


def test_other_projects_that_it_stops_rise_and_fall_with_it(project, portfolio, maker):
    other = answered(a_project(portfolio))
    clean = risk(other)
    blocker = raised(project, maker, severity="critical", affected=[other.pk])
    assert risk(other) == scored_anew(other).risk > clean
    blockers.edit(blocker.pk, version=None, affected=[], actor=maker)
    assert risk(other) == clean
    blockers.edit(blocker.pk, version=None, affected=[other.pk], actor=maker)
    blockers.resolve(blocker.pk, resolution="obsolete", actor=maker)
    assert risk(other) == clean
    blockers.reopen(blocker.pk, reason="Back", actor=maker)
    assert risk(other) > clean


def test_an_accepted_one_weighs_until_its_project_passes_a_gate(project, maker):
    clean = risk(answered(project))
    blocker = raised(project, maker)
    open_risk = risk(project)
    blockers.resolve(blocker.pk, resolution="accepted", actor=maker)
    assert risk(project) == open_risk > clean
    moves.make(project.pk, kind="advance", to="framing", actor=maker)
    assert Blocker.objects.get().named_at is not None
    assert risk(project) == scored_anew(project).risk
    assert "blocker" not in Project.objects.get(pk=project.pk).assessment.result["gaps"]
    assert not Blocker.objects.counted().exists()
    blockers.reopen(blocker.pk, reason="It matters after all.", actor=maker)
    assert Blocker.objects.get().named_at is None
    assert risk(project) == scored_anew(project).risk


def test_other_moves_name_nothing(project, maker, portfolio):
    sponsor = on_team(project, "SP")
    blocker = raised(project, maker)
    blockers.resolve(blocker.pk, resolution="accepted", actor=maker)
    moves.make(project.pk, kind="hold", note="Money", until=date(2027, 4, 1), approver=sponsor, actor=maker)
    moves.make(project.pk, kind="resume", actor=maker)
    assert Blocker.objects.get().named_at is None
