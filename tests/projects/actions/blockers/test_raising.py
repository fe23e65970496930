"""What can be said of a blocker when it is raised, and what is refused."""

from datetime import date, timedelta

import pytest

from projects.actions import blockers, projects
from projects.models import Event
from projects.models.blockers import POLICY
from tests.factories import (
    SYSTEM,
    a_member,
    a_person,
    on_team,
)
from tests.projects.actions.blockers.cases import (
    SAID,
    TODAY,
    kinds,
    newest,
    raised,
    refused,
    steps_told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


def test_the_days_of_a_clock_are_fixed_when_it_is_raised_by_the_portfolios_day(project, maker):
    blocker = raised(project, maker)
    assert blocker.raised_on == TODAY
    assert (blocker.respond_by, blocker.due_on) == (date(2027, 3, 4), date(2027, 3, 16))
    steps = (blocker.step_1_on, blocker.step_2_on, blocker.step_3_on)
    assert steps == (date(2027, 3, 9), date(2027, 3, 16), date(2027, 3, 30))
    assert (blocker.level, blocker.acted, blocker.next_step_on) == (0, 0, date(2027, 3, 9))
    assert blocker.raised_by == maker.user
    assert kinds(project) == ["blocker.raised"]


@pytest.mark.parametrize(
    ("severity", "respond", "due", "steps"),
    [
        ("low", 10, 60, [60, 120]),
        ("medium", 5, 30, [30, 60, 90]),
        ("high", 2, 14, [7, 14, 28]),
        ("critical", 1, 7, [0, 7, 14]),
    ],
)
def test_every_severity_has_its_own_days(project, severity, respond, due, steps):
    blocker = raised(project, severity=severity)
    blocker.refresh_from_db()
    days = [day and (day - TODAY).days for day in (blocker.step_1_on, blocker.step_2_on, blocker.step_3_on)]
    assert (blocker.respond_by - TODAY).days == respond
    assert (blocker.due_on - TODAY).days == due
    assert days == [*steps, None][:3]


def test_a_critical_one_is_at_level_one_at_once_and_its_people_are_named_in_one_event(project, maker):
    owner, lead = on_team(project, "PO"), on_team(project, "ML")
    on_team(project, "SP")
    blocker = raised(project, maker, severity="critical")
    assert (blocker.level, blocker.acted, blocker.next_step_on) == (1, 1, date(2027, 3, 9))
    assert kinds(project) == ["blocker.raised", "blocker.escalated"]
    said = newest(project, "blocker.escalated")
    assert said | {"people": None} == {
        "blocker": blocker.pk,
        "title": SAID["title"],
        "blocker_version": 1,
        "severity": "critical",
        "level": 1,
        "step": 1,
        "people": None,
        "project": project.key,
    }
    assert sorted(said["people"]) == sorted([owner.pk, lead.pk])
    assert Event.objects.get(kind="blocker.escalated").actor is None


def test_one_that_is_reported_late_has_taken_its_steps_already(project):
    """It may even be older than the project's row here."""
    blocker = raised(project, raised_on=TODAY - timedelta(70))
    assert blocker.raised_on < project.created_at.date()
    assert (blocker.level, blocker.next_step_on) == (3, None)
    assert steps_told() == [1, 2, 3]


def test_texts_are_kept_without_blanks_around_them(project):
    blocker = raised(project, title="  No data ", decision_from=" The board ", waiting_for=" A vendor ")
    assert (blocker.title, blocker.decision_from, blocker.waiting_for) == (
        "No data",
        "The board",
        "A vendor",
    )


@pytest.mark.parametrize(("category", "role"), [(kind.code, kind.owner) for kind in POLICY.categories])
def test_the_holder_of_the_categorys_role_is_its_owner(project, category, role):
    holder = on_team(project, role)
    on_team(project, next(code for code in ("SP", "PO") if code != role))
    assert raised(project, category=category).owner == holder


def test_without_such_a_holder_the_projects_owner_is(portfolio, project):
    owner = a_member(portfolio)
    projects.edit(project.pk, version=None, owner=owner, actor=SYSTEM)
    assert raised(project).owner == owner
    holder = on_team(project, "SE")
    holder.is_active = False
    holder.save()
    assert raised(project).owner == owner
    owner.is_active = False
    owner.save()
    assert raised(project).owner is None


def test_somebody_can_be_named_whose_account_nobody_knows(project):
    blocker = raised(project, decision_from="Head of law", decision_email="law@example.org")
    assert (blocker.decision_from, blocker.decision_email) == ("Head of law", "law@example.org")


BAD = {
    "no title": ({"title": " "}, "title", "title_missing"),
    "long title": ({"title": "x" * 201}, "title", "too_long"),
    "NUL in the title": ({"title": "a\0b"}, "title", "unusable_character"),
    "half a character": ({"workaround": "a\ud800b"}, "workaround", "unusable_character"),
    "long workaround": ({"workaround": "x" * 2001}, "workaround", "too_long"),
    "long waiting_for": ({"waiting_for": "x" * 201}, "waiting_for", "too_long"),
    "unknown category": ({"category": "weather"}, "category", "category_unknown"),
    "unknown severity": ({"severity": "awful"}, "severity", "severity_unknown"),
    "unknown gate": ({"gate": "G77"}, "gate", "gate_unknown"),
    "no address": ({"decision_email": "the boss"}, "decision_email", "address_unusable"),
    "raised tomorrow": ({"raised_on": TODAY + timedelta(1)}, "raised_on", "too_late"),
    "raised in the last century": ({"raised_on": date(1999, 12, 31)}, "raised_on", "too_early"),
    "expected before it began": ({"expected_on": TODAY - timedelta(1)}, "expected_on", "too_early"),
    "expected by great-grandchildren": ({"expected_on": date(2100, 1, 1)}, "expected_on", "too_late"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_its_field_and_nothing_is_stored(project, maker, case):
    said, field, code = BAD[case]
    assert refused(lambda: raised(project, maker, **said)) == {field: code}


def test_every_reason_is_given_at_once(project, maker):
    said = {"title": "", "category": "x", "severity": "y", "gate": "G1", "owner": a_person()}
    found = refused(lambda: raised(project, maker, **said))
    assert set(found) == {"title", "category", "severity", "owner"}


def test_an_owner_who_left_is_refused(project, portfolio, maker):
    leaver = a_member(portfolio)
    blocker = raised(project, owner=leaver)
    leaver.is_active = False
    leaver.save()
    assert refused(lambda: raised(project, maker, owner=leaver)) == {"owner": "owner_inactive"}
    other = raised(project)
    edit = lambda: blockers.edit(other.pk, version=None, owner=leaver, actor=maker)  # noqa: E731
    assert refused(edit) == {"owner": "owner_inactive"}
    # Whoever owns it already is no obstacle to other changes.
    assert blockers.edit(blocker.pk, version=None, owner=leaver, title="New", actor=maker).title == "New"


def test_an_owner_must_be_able_to_see_the_project(project, maker):
    assert refused(lambda: raised(project, maker, owner=a_person())) == {"owner": "owner_cannot_see"}


def test_an_archived_project_gets_no_blocker(project, maker):
    blocker = raised(project)
    projects.archive(project.pk, actor=SYSTEM)
    assert refused(lambda: raised(project, maker)) == "archived"
    assert refused(lambda: blockers.respond(blocker.pk, actor=maker)) == "archived"
