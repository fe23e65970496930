"""Signals: declared, seen every day without flooding the history, told again after a silence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import signals
from projects.errors import NotAllowed, Refused
from projects.models import Event, Flag, Project
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting
from tests.races import at_once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def project(noon, db):
    return a_project(a_portfolio())


@pytest.fixture
def editor(project):
    return acting(a_member(project.portfolio))


def kept(project):
    return Project.objects.values_list("signals", flat=True).get(pk=project.pk)


def told():
    rows = Event.objects.filter(kind__startswith="signal.").order_by("pk")
    return [(event.kind, event.payload["signal"]) for event in rows]


def test_a_signal_is_declared_once_and_changed_by_another_period(project, editor):
    for period in (1, 1, 7, None):
        signals.declare(project.pk, name="nightly", every_days=period, actor=editor)
    assert kept(project) == {"nightly": {"every_days": None, "seen_on": None, "declared_on": "2026-03-02"}}
    assert told() == [("signal.declared", "nightly")] * 3


def test_it_is_seen_once_a_day_and_the_history_stays_as_it_was(project, editor, noon):
    signals.declare(project.pk, name="nightly", every_days=1, actor=editor)
    for _ in range(4):
        signals.see(project.pk, name="nightly", actor=editor)
        noon.shift(timedelta(hours=12))
    assert kept(project)["nightly"]["seen_on"] == "2026-03-04"
    assert told() == [("signal.declared", "nightly")]


def test_an_unknown_one_is_declared_by_its_first_sighting(project, editor):
    seen = signals.see(project.pk, name="nightly", actor=editor)
    assert (seen.every_days, seen.seen_on, seen.declared_on) == (None, date(2026, 3, 2), date(2026, 3, 2))
    assert told() == [("signal.declared", "nightly")]


@pytest.mark.parametrize(("days", "kinds"), [(2, []), (3, ["signal.returned"])])
def test_the_first_one_after_a_silence_is_told(project, editor, noon, days, kinds):
    signals.declare(project.pk, name="nightly", every_days=1, actor=editor)
    signals.see(project.pk, name="nightly", actor=editor)
    noon.shift(timedelta(days=days))
    for _ in range(2):
        signals.see(project.pk, name="nightly", actor=editor)
    assert [kind for kind, _ in told()[1:]] == kinds


def test_once_seen_today_nothing_is_locked_or_written(project, editor):
    signals.see(project.pk, name="nightly", actor=editor)
    with CaptureQueriesContext(connection) as captured:
        signals.see(project.pk, name="nightly", actor=acting(editor.user))
    said = [query["sql"] for query in captured]
    assert len(said) <= 3 and all(sql.startswith("SELECT") and "FOR UPDATE" not in sql for sql in said)


def test_a_silent_signal_raises_a_flag_in_pilot_and_a_sighting_clears_it(project, editor, noon):
    Project.objects.filter(pk=project.pk).update(stage="pilot", standard_stage="pilot")
    signals.declare(project.pk, name="nightly", every_days=1, actor=editor)
    noon.shift(timedelta(days=3))
    signals.declare(project.pk, name="weekly", every_days=7, actor=editor)
    silent = Flag.objects.filter(project=project, rule="SIGNAL_SILENT", cleared_at=None)
    assert [flag.severity for flag in silent] == ["warn"]
    signals.see(project.pk, name="nightly", actor=editor)
    assert not silent.all().exists()


def test_it_is_removed_and_removed_again(project, editor):
    signals.see(project.pk, name="nightly", actor=editor)
    for _ in range(2):
        signals.remove(project.pk, name="nightly", actor=editor)
    assert kept(project) == {}
    assert told() == [("signal.declared", "nightly"), ("signal.removed", "nightly")]


@pytest.mark.parametrize(
    ("name", "every_days", "fields"),
    [
        ("Nightly", 1, ["name"]),
        ("9lives", 1, ["name"]),
        ("x" * 61, None, ["name"]),
        ("nightly", 0, ["every_days"]),
        ("nightly", 366, ["every_days"]),
        ("", -1, ["name", "every_days"]),
    ],
)
def test_what_cannot_be_declared_is_named(project, editor, name, every_days, fields):
    with pytest.raises(Refused) as refused:
        signals.declare(project.pk, name=name, every_days=every_days, actor=editor)
    assert [each.field for each in refused.value.obstacles] == fields
    assert kept(project) == {}


def test_a_project_has_fifty_signals_at_most(project, editor):
    for number in range(50):
        signals.see(project.pk, name=f"signal_{number}", actor=SYSTEM)
    with pytest.raises(Refused, match="at most 50 signals"):
        signals.see(project.pk, name="one_more", actor=editor)
    assert signals.see(project.pk, name="signal_7", actor=editor).seen_on == date(2026, 3, 2)


def test_who_only_looks_can_neither_declare_nor_report(project):
    for person in (a_member(project.portfolio, "viewer"), a_person("Somebody")):
        with pytest.raises(NotAllowed):
            signals.see(project.pk, name="nightly", actor=acting(person))
        with pytest.raises(NotAllowed):
            signals.declare(project.pk, name="nightly", every_days=1, actor=acting(person))
        with pytest.raises(NotAllowed):
            signals.remove(project.pk, name="nightly", actor=acting(person))


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_who_see_at_once_lose_nothing():
    project = a_project(a_portfolio())

    def sees(name):
        return lambda: signals.see(project.pk, name=name, actor=SYSTEM)

    results = at_once(*[sees(f"signal_{number % 3}") for number in range(6)])
    assert not [result for result in results if isinstance(result, Exception)]
    assert set(kept(project)) == {"signal_0", "signal_1", "signal_2"}
    assert len(told()) == 3
