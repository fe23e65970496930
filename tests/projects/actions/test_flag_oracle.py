"""The sweep of what is due beside a plain reckoning of all projects: random lives in two far time zones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import (
    Assessment,
    Blocker,
    Condition,
    Flag,
    Packet,
    Presence,
    Project,
    SignOff,
    TeamRole,
)
from projects.queries.flags import NEVER
from tests.factories import a_member, a_person, a_portfolio, a_project
from tests.projects.actions import flag_oracle
from tests.projects.actions.test_flags import sweep

# Clocks change in Anchorage on 8 March; both places are most of a day away from each other.
START = datetime(2026, 2, 20, 10, 30, tzinfo=UTC)
ZONES = ("Pacific/Kiritimati", "America/Anchorage")


@pytest.fixture(scope="module")
def world(for_the_module):
    """Two projects in each of the two places, with an owner and two packets to sign."""
    return for_the_module(_world)


def _world():
    found = []
    for zone in ZONES:
        portfolio = a_portfolio(time_zone=zone)
        owner = a_member(portfolio)
        for name in ("First", "Second"):
            project = a_project(portfolio, name, owner=owner)
            for letter in "ab":
                Packet.objects.create(project=project, gate="G0", sha256=letter * 64, content="{}")
            found.append(project.pk)
    return found


def maybe(values, *, often=2):
    return st.one_of(*[st.none()] * often, values)


near, past, moments = st.integers(-45, 45), st.integers(0, 130), st.floats(0, 130)
numbers = st.sampled_from(["0.5", "0.9", "1.0", "2.9", "3.1"])
blockers = st.tuples(st.sampled_from(["low", "medium", "high", "critical"]), near, past, st.booleans())
pairs = st.fixed_dictionaries(
    {
        "higher_is_better": st.booleans(),
        "gap": st.sampled_from([None, "0.1", "0.4", "1"]),
        "baseline": st.sampled_from([None, "0", "0.3", "1"]),
        "ceiling": st.sampled_from([None, "0.95", "2"]),
    }
)
signals = st.tuples(maybe(st.sampled_from([1, 7, 30])), maybe(past, often=1))
signatures = st.fixed_dictionaries(
    {
        "gate": st.sampled_from(["G2", "G5", "G6", "G7"]),
        "role": st.sampled_from(["SP", "PO"]),
        "decision": st.sampled_from(["", "approved", "approved_with_conditions", "rejected", "recused"]),
        "ago": st.floats(0, 120),
        "withdrawn": st.booleans(),
        "superseded": st.sampled_from([False, False, True]),
        "used": maybe(near, often=1),
        "told": st.booleans(),
        "binding": st.sampled_from([True, True, False]),
        "packet": st.integers(0, 1),
        "condition": maybe(near),
    }
)
lives = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(flag_oracle.STAGES),
        "created": st.floats(0, 100),
        "since": st.floats(0, 190),
        "shift": st.sampled_from([0, 0, 20]),
        "held": maybe(st.tuples(st.floats(0, 80), near)),
        "spoke": maybe(moments, often=1),
        "planned": maybe(near, often=1),
        "gone": st.sampled_from([None, None, None, None, "archived", "stopped"]),
        "owner": st.sampled_from(["here", "here", "closed", "none"]),
        "seen": maybe(moments, often=1),
        "steward": st.booleans(),
        "answered": maybe(st.floats(0, 400), often=1),
        "letters": st.fixed_dictionaries(
            {q: st.sampled_from([None, *"YCPNUT"]) for q in ("NT1", "NT3", "DQ2")}
        ),
        "metric": st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "up", "down"])),
        "realised": maybe(st.integers(0, 2)),
        "pivot": maybe(st.tuples(st.integers(0, 120), st.sampled_from(flag_oracle.STAGES))),
        "days": st.tuples(*[maybe(near, often=1)] * 6),
        "value": maybe(st.integers(0, 40)),
        "recertify": maybe(near),
        "monitored": maybe(past, often=1),
        "checks": st.sampled_from([{}, {"C5": "1", "C7": "0"}, {"C5": "0.5", "C7": "1"}, {"C7": "1"}]),
        "pairs": st.lists(pairs, max_size=2),
        "measured": st.tuples(maybe(numbers, often=1), maybe(numbers, often=1), st.integers(0, 60)),
        "reviewed": maybe(past, often=1),
        "audited": maybe(st.integers(0, 400), often=1),
        "signals": st.lists(signals, max_size=2),
        "blockers": st.lists(blockers, max_size=3),
        "signatures": st.lists(signatures, max_size=4),
    }
)
# Some time goes by, or just so much that the next project is due.
BRINK = "brink"
waits = st.one_of(st.floats(0, 35), st.just(BRINK), st.just(BRINK))
steps = st.lists(st.tuples(st.integers(0, 3), maybe(lives, often=1), waits), min_size=3, max_size=6)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.lists(lives, min_size=4, max_size=4), happens=steps)
def test_what_is_due_is_all_that_changes(world, time_machine, first, happens):
    with transaction.atomic():
        time_machine.move_to(START, tick=False)
        for project_id, life in zip(world, first, strict=True):
            live(project_id, life)
        _sweep_and_compare(world)
        for place, life, wait in happens:
            if wait == BRINK:
                _to_the_brink(world, time_machine)
            else:
                time_machine.shift(timedelta(days=wait))
            if life is not None:
                live(world[place], life)
            _sweep_and_compare(world)
        assert sweep(full=True) == (0, 0, 0)
        transaction.set_rollback(True)


def _to_the_brink(world, time_machine):
    """Until a second before a project is due nothing may have changed, although nobody looks."""
    due = Project.objects.filter(pk__in=world, flags_due_at__gt=timezone.now())
    due_at = min(due.values_list("flags_due_at", flat=True), default=NEVER)
    if due_at < NEVER:
        time_machine.move_to(due_at - timedelta(seconds=1), tick=False)
        _sweep_and_compare(world)
        time_machine.move_to(due_at, tick=False)


def _sweep_and_compare(world):
    sweep()
    now = timezone.now()
    assert not Project.objects.filter(flags_due_at__lte=now).exists()
    for project_id in world:
        open_ones = Flag.objects.filter(project=project_id, cleared_at=None).values_list("rule", "severity")
        wanted = flag_oracle.expected(project_id, now)
        assert dict(open_ones) == wanted
        level = 2 if "critical" in wanted.values() else 1 if wanted else 0
        assert Project.objects.get(pk=project_id).flag_level == level


def live(project_id, life):
    """Give a project another life, as rows; an action would have it looked at, and so does this."""
    now, project = timezone.now(), Project.objects.get(pk=project_id)
    project.team.all().delete()
    project.signoffs.all().delete()
    Blocker.objects.filter(project=project).delete()
    Project.objects.filter(pk=project_id).update(
        **_course(life, now), **_people(project, life, now), **_worth(life, now), flags_due_at=now
    )
    letters = {name: [letter, "2026-01-01", None] for name, letter in life["letters"].items() if letter}
    answered_at = None if life["answered"] is None else now - timedelta(days=life["answered"])
    Assessment.objects.update_or_create(
        project=project, defaults={"answers": letters, "answered_at": answered_at}
    )
    for severity, due, raised, is_owned in life["blockers"]:
        Blocker.objects.create(
            project=project,
            portfolio_id=project.portfolio_id,
            category="budget",
            severity=severity,
            owner_id=project.owner_id if is_owned else None,
            raised_on=_day(now, -raised),
            respond_by=now.date(),
            due_on=_day(now, due),
        )
    for signature in life["signatures"]:
        _sign(project, signature, now)


def _day(now, days):
    return None if days is None else now.date() + timedelta(days=days)


def _before(now, days):
    return None if days is None else now - timedelta(days=days)


def _course(life, now):
    is_live, held = life["stage"] == "production", life["held"]
    outcome = "stopped" if life["gone"] == "stopped" else "in_production" if is_live else "open"
    return {
        "stage": life["stage"],
        "standard_stage": life["stage"],
        "furthest_stage": life["stage"],
        "ever_in_production": is_live,
        "outcome": outcome,
        "ended_at": now if outcome == "stopped" else None,
        "archived_at": now if life["gone"] == "archived" else None,
        "created_at": _before(now, life["created"]),
        "stage_since": _before(now, life["since"]),
        "stage_shift": timedelta(days=life["shift"]),
        "status": "on_hold" if held else "active",
        "hold_since": _before(now, held[0]) if held else None,
        "resume_on": _day(now, held[1]) if held else None,
        "last_update_at": _before(now, life["spoke"]),
        "gate_planned_on": _day(now, life["planned"]),
        "recertify_on": _day(now, life["recertify"]),
        "monitoring_seen_on": _before(now, life["monitored"]),
        "checklists": {"production": life["checks"]} if life["checks"] else {},
    }


def _people(project, life, now):
    """People of this life only: owners who come and go are another test's."""
    if life["steward"]:
        TeamRole.objects.create(project=project, user=a_person(), role="OW")
    if life["owner"] == "none":
        return {"owner": None}
    owner = a_person(is_active=life["owner"] == "here")
    if life["seen"] is not None:
        Presence.objects.create(user=owner, acted_at=_before(now, life["seen"]))
    return {"owner": owner}


def _worth(life, now):
    named, with_target, direction = life["metric"]
    offline, online, ago = life["measured"]
    measured = {"value": None, "measured_on": _day(now, -ago).isoformat(), "source": ""}
    days = ("committed_on", "p05_on", "p50_on", "p80_on", "p95_on", "stated_on")
    pivoted, pivot_stage = life["pivot"] or (None, "")
    return {
        "metric_name": "Hours" if named else "",
        "metric_baseline": 1,
        "metric_target": 2 if with_target else None,
        "metric_direction": direction,
        "metric_realised": life["realised"],
        "pivoted_on": _day(now, None if pivoted is None else -pivoted),
        "pivot_stage": pivot_stage,
        **{name: _day(now, each) for name, each in zip(days, life["days"], strict=True)},
        "stated_value": life["value"],
        "value_low": 10,
        "value_high": 30,
        "leakage_reviewed_on": _before(now, life["reviewed"]),
        "audited_on": _before(now, life["audited"]),
        "metric_pairs": {
            f"pair {number}": {"offline": "auc", "online": "auc_live", **pair}
            for number, pair in enumerate(life["pairs"])
        },
        "measurements": {
            name: {**measured, "value": value}
            for name, value in (("auc", offline), ("auc_live", online))
            if value
        },
        "signals": {
            f"signal {number}": {
                "every_days": every,
                "seen_on": None if seen is None else _day(now, -seen).isoformat(),
            }
            for number, (every, seen) in enumerate(life["signals"])
        },
    }


def _sign(project, said, now):
    at, is_approval = _before(now, said["ago"]), said["decision"].startswith("approved")
    is_used = said["used"] is not None and is_approval and not said["withdrawn"]
    waits = not said["decision"] and not said["withdrawn"]
    twin = SignOff.objects.filter(project=project, gate=said["gate"], role=said["role"], decision="")
    if waits and twin.filter(withdrawn_at=None, superseded_at=None).exists():
        return  # A role is asked once at a time.
    row = SignOff.objects.create(
        project=project,
        gate=said["gate"],
        role=said["role"],
        is_binding=said["binding"],
        packet=project.packets.order_by("pk")[said["packet"]],
        requested_at=at,
        decision=said["decision"],
        signer_id=project.created_by_id or a_person().pk if said["decision"] else None,
        decided_at=at if said["decision"] else None,
        withdrawn_at=now if said["withdrawn"] else None,
        superseded_at=now if said["superseded"] else None,
        used_at=now if is_used else None,
        lives_until=_day(now, said["used"]) if is_used else None,
        told_hash="c" * 64 if said["told"] else "",
    )
    if said["condition"] is not None:
        Condition.objects.create(
            signoff=row, text="Do it.", kind="by_date", due_on=_day(now, said["condition"])
        )
