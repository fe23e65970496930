"""Who may do what with a blocker, and what a change does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import blockers, moves
from projects.errors import NotAllowed, Stale
from projects.models import Blocker, Event, Project
from projects.queries import changes
from tests.factories import (
    SYSTEM,
    a_member,
    a_person,
    a_project,
    acting,
    on_team,
)
from tests.projects.actions.blockers.cases import (
    SAID,
    TODAY,
    everything,
    kinds,
    newest,
    raised,
    refused,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


VERBS = {
    "raise_": lambda b, who: raised(b.project, who),
    "edit": lambda b, who: blockers.edit(b.pk, version=None, title="New", actor=who),
    "note": lambda b, who: blockers.note(b.pk, text="Well.", actor=who),
    "respond": lambda b, who: blockers.respond(b.pk, actor=who),
    "escalate": lambda b, who: blockers.escalate(b.pk, to=2, actor=who),
    "resolve": lambda b, who: blockers.resolve(b.pk, resolution="solved", actor=who),
}
HELD = {
    "set_back": lambda b, who: blockers.set_back(b.pk, to=0, actor=who),
    "extend": lambda b, who: blockers.extend(b.pk, due_on=TODAY + timedelta(60), actor=who),
    "agree": lambda b, who: blockers.agree(b.pk, role="PM", actor=who),
    "reopen": lambda b, who: blockers.reopen(b.pk, reason="x", actor=who),
    "share": lambda b, who: blockers.share(b.pk, owner=None, actor=who),
    "unshare": lambda b, who: blockers.unshare(b.pk, actor=who),
}


@pytest.mark.parametrize("verb", [*VERBS, *HELD])
@pytest.mark.parametrize("role", ["viewer", "stranger", "key without the scope"])
def test_whoever_may_not_changes_nothing(project, portfolio, verb, role):
    blocker = raised(project, severity="critical")
    who = acting(a_person() if role == "stranger" else a_member(portfolio, "manager"))
    if role == "viewer":
        who = acting(a_member(portfolio, "viewer"))
    if role == "key without the scope":
        who = type(who)(who.user, "api", scopes=frozenset(["projects:write"]))
    before = everything()
    with pytest.raises(NotAllowed):
        {**VERBS, **HELD}[verb](blocker, who)
    assert everything() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ["contributor", "on the team"])
def test_contributors_and_the_team_may(project, portfolio, verb, role):
    blocker = raised(project)
    who = acting(a_member(portfolio) if role == "contributor" else on_team(project, "DX"))
    before = Event.objects.count()
    VERBS[verb](blocker, who)
    assert Event.objects.count() > before


def test_a_change_is_told_and_the_same_again_is_none(project, maker):
    blocker = raised(project, maker)
    again = blockers.edit(blocker.pk, version=1, title=SAID["title"], owner=None, actor=maker)
    assert (again.version, kinds(project)) == (1, ["blocker.raised"])
    edited = blockers.edit(blocker.pk, version=1, gate="G5", waiting_for="The regulator", actor=maker)
    assert edited.version == 2
    assert newest(project, "blocker.edited")["changes"] == {
        "gate": ["", "G5"],
        "waiting_for": ["", "The regulator"],
    }


def test_waiting_for_somebody_outside_and_a_hold_stop_no_clock(project, maker, portfolio, night):
    sponsor = on_team(project, "SP")
    blocker = raised(project, maker)
    blockers.edit(blocker.pk, version=None, waiting_for="The regulator", actor=maker)
    hold = {"kind": "hold", "note": "No money.", "until": date(2027, 4, 1), "approver": sponsor}
    moves.make(project.pk, actor=maker, **hold)
    before = [getattr(blocker, name) for name in ("due_on", "step_1_on", "step_2_on", "next_step_on")]
    blocker.refresh_from_db()
    assert [getattr(blocker, name) for name in ("due_on", "step_1_on", "step_2_on", "next_step_on")] == before
    night.shift(timedelta(7))
    assert blockers.rise(actor=SYSTEM, now=timezone.now()).steps == 1


def test_who_saw_an_older_version_is_told_what_changed(project, maker, portfolio):
    blocker, other = raised(project), acting(a_member(portfolio, name="Ada"))
    blockers.edit(blocker.pk, version=1, title="Theirs", actor=other)
    blockers.respond(blocker.pk, actor=other)
    with pytest.raises(Stale) as caught:
        blockers.edit(blocker.pk, version=1, title="Mine", actor=maker)
    first, second = caught.value.obstacles
    assert (first.field, first.before, first.after) == ("title", SAID["title"], "Theirs")
    assert "Ada" in first.message
    assert "responded" in second.message
    assert Blocker.objects.get().title == "Theirs"
    # The project's own version is another thing.
    assert changes.since(Project.objects.get(pk=project.pk), 1) == []


def test_a_graver_severity_brings_every_day_forward(project, maker, night):
    blocker = raised(project, severity="medium")
    night.shift(timedelta(10))
    edited = blockers.edit(blocker.pk, version=None, severity="critical", actor=maker)
    assert edited.due_on == TODAY + timedelta(17)
    # By the new days it is at level 1 today, and 2 and 3 are to come.
    assert (edited.level, edited.acted, edited.next_step_on) == (1, 1, TODAY + timedelta(17))
    assert kinds(project) == ["blocker.raised", "blocker.edited", "blocker.escalated"]


def test_a_milder_severity_moves_no_deadline_to_a_later_day(project, maker, night):
    blocker = raised(project)
    night.shift(timedelta(5))
    edited = blockers.edit(blocker.pk, version=None, severity="low", actor=maker)
    assert (edited.due_on, edited.respond_by) == (TODAY + timedelta(14), TODAY + timedelta(2))
    edited = blockers.edit(blocker.pk, version=None, severity="high", actor=maker)
    assert edited.due_on == TODAY + timedelta(14)


def test_what_is_resolved_is_not_changed(project, maker):
    blocker = raised(project)
    blockers.resolve(blocker.pk, resolution="solved", actor=maker)
    for verb in ("edit", "respond", "escalate"):
        assert refused(lambda verb=verb: VERBS[verb](blocker, maker)) == "resolved"
    assert blockers.note(blocker.pk, text="It went well.", actor=maker).pk


def test_a_field_that_is_no_field_is_a_bug(project, maker):
    with pytest.raises(ValueError, match="raised_on"):
        blockers.edit(raised(project).pk, version=None, raised_on=TODAY, actor=maker)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\0b"])
def test_a_note_that_cannot_be_kept_is_refused(project, maker, text):
    blocker = raised(project)
    assert set(refused(lambda: blockers.note(blocker.pk, text=text, actor=maker))) == {"text"}


def test_the_first_response_is_the_one_that_counts(project, maker, night):
    blocker = raised(project)
    night.shift(timedelta(3))
    tomorrow = TODAY + timedelta(4)
    assert refused(lambda: blockers.respond(blocker.pk, on=tomorrow, actor=maker)) == {
        "responded_on": "too_late"
    }
    before = TODAY - timedelta(1)
    assert refused(lambda: blockers.respond(blocker.pk, on=before, actor=maker)) == {
        "responded_on": "too_early"
    }
    assert blockers.respond(blocker.pk, on=TODAY + timedelta(1), actor=maker).responded_on == date(2027, 3, 3)
    again = blockers.respond(blocker.pk, actor=maker)
    assert (again.responded_on, again.version) == (date(2027, 3, 3), 2)
    assert kinds(project).count("blocker.responded") == 1


def test_nobody_takes_away_a_project_that_they_cannot_see(project, portfolio):
    other, third = a_project(portfolio), a_project(portfolio)
    blocker = raised(project, affected=[other.pk, third.pk])
    member = on_team(project, "PO")
    on_team(third, "PO", member)
    blockers.edit(blocker.pk, version=None, affected=[], actor=acting(member))
    assert list(blocker.affected.all()) == [other]
    blockers.edit(blocker.pk, version=None, affected=[], actor=SYSTEM)
    assert not blocker.affected.exists()
