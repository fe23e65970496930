"""What observations change of the project itself: its measurements, its signals, and its flags at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from projects.actions import measurements, metric_pairs, observations, signals
from projects.models import Flag, Observation, Project
from projects.rules import metric_pairs as rules
from projects.rules.measurements import Measurement
from projects.rules.metric_pairs import MetricPair
from projects.rules.observations import Observed
from projects.rules.signals import Limits
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
PAIR = MetricPair("recall", "recall", "recall", gap=Decimal("0.05"))


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


def declare(project, pair=PAIR):
    metric_pairs.declare(project.pk, pair=pair, actor=SYSTEM)


def post(project, *rows):
    return observations.post_many(project.pk, given=rows, actor=SYSTEM)


def seen(environment, value, at, **more):
    return Observed("recall", environment, value, at, **more)


def kept(project):
    return Project.objects.values_list("measurements", flat=True).get(pk=project.pk)


def open_flags(project):
    return set(Flag.objects.filter(project=project, cleared_at=None).values_list("rule", flat=True))


def test_both_sides_of_one_metric_are_kept_and_the_gap_is_a_flag_at_once(project, now):
    declare(project)
    post(project, seen("offline", 0.83, now), seen("online", 0.8, now), seen("shadow", 0.1, now))
    assert kept(project)["recall@offline"]["value"] == "0.83" and "recall" not in kept(project)
    assert "OFFLINE_ONLINE_GAP" not in open_flags(project)
    post(project, seen("online", 0.7, now + timedelta(seconds=1)))
    assert kept(project)["recall@online"]["value"] == "0.7"
    assert "OFFLINE_ONLINE_GAP" in open_flags(project)
    post(
        project,
        seen("online", 0.5, now - timedelta(days=1)),
        seen("online", 0.79, now + timedelta(seconds=2)),
    )
    assert "OFFLINE_ONLINE_GAP" not in open_flags(project)


def test_a_pair_that_is_declared_later_finds_what_was_observed_and_takes_it_along(project, now):
    post(project, seen("offline", 0.83, now), seen("online", 0.7, now))
    assert kept(project) == {}
    declare(project)
    assert "OFFLINE_ONLINE_GAP" in open_flags(project)
    metric_pairs.remove(project.pk, name="recall", actor=SYSTEM)
    assert kept(project) == {} and "OFFLINE_ONLINE_GAP" not in open_flags(project)


def test_a_gap_may_be_a_part_of_the_value_offline(project, now):
    declare(project, MetricPair("delay", "recall", "recall", False, Decimal("0.1"), gap_is_share=True))
    post(project, seen("offline", 200, now), seen("online", 219, now))
    assert "OFFLINE_ONLINE_GAP" not in open_flags(project)
    post(project, seen("online", 221, now))
    assert "OFFLINE_ONLINE_GAP" in open_flags(project)


def test_each_segment_keeps_the_gap_where_that_is_asked(project, now):
    sides = [seen(side, 0.8, now) for side in ("offline", "online")]
    new = [seen("offline", 0.8, now, segment="new"), seen("online", 0.6, now, segment="new")]
    declare(project)
    post(project, *sides, *new, seen("online", 0.1, now, segment="old"))
    assert "OFFLINE_ONLINE_GAP" not in open_flags(project)
    declare(project, MetricPair("recall", "recall", "recall", gap=Decimal("0.05"), by_segment=True))
    flag = Flag.objects.get(project=project, rule="OFFLINE_ONLINE_GAP", cleared_at=None)
    assert flag.facts["name"] == "recall of new"
    project.refresh_from_db()
    (found,) = rules.compare(project.metric_pairs, project.measurements)
    assert [part.segment for part in found.parts] == ["new"]
    assert found.sentence.endswith("Too far in new.") and found.standing.is_kept is False


def test_two_metrics_are_kept_under_their_own_names_beside_what_was_measured_by_hand(project, now):
    declare(project, MetricPair("recall", "recall_test", "recall_live", gap=Decimal("0.05")))
    today = now.date()
    by_hand = Measurement("recall_test", Decimal("0.9"), today - timedelta(days=2))
    measurements.post_many(project.pk, given=[by_hand], actor=SYSTEM)
    post(project, Observed("recall_test", "offline", 0.8, now - timedelta(days=5)))
    assert kept(project)["recall_test"]["value"] == "0.9"
    post(project, Observed("recall_test", "offline", 0.85, now), Observed("recall_test", "online", 0.1, now))
    assert kept(project)["recall_test"]["value"] == "0.85"
    other = Measurement("latency_p95_ms", Decimal(3), today - timedelta(days=2))
    measurements.post_many(project.pk, given=[other], actor=SYSTEM)
    assert "observed_at" in kept(project)["recall_test"]


def test_what_a_gate_or_the_goal_asks_for_is_kept_too(project, now):
    Project.objects.filter(pk=project.pk).update(metric_name="Cost per claim")
    post(project, Observed("cost_per_claim", "online", 1234.5, now), Observed("other", "online", 1, now))
    assert {name: said["value"] for name, said in kept(project).items()} == {"cost_per_claim": "1234.5"}


def test_one_that_is_taken_back_gives_way_to_the_one_before(project, now):
    declare(project)
    post(project, seen("online", 0.8, now - timedelta(days=1)), seen("online", 8, now))
    person = acting(a_member(project.portfolio, "contributor"))
    for expected in ("0.8", None):
        row = Observation.objects.order_by("-at").first()
        observations.remove(project.pk, observation_id=row.pk, actor=person)
        assert kept(project).get("recall@online", {}).get("value") == expected


def test_offline_up_and_online_flat_is_a_flag_until_online_follows(project, now):
    declare(project)
    versions = range(6)
    at = [now - timedelta(days=40 - 5 * place) for place in versions]
    rising = [seen("offline", 0.7 + place / 50, at[place], version=str(place)) for place in versions]
    flat = [seen("online", 0.7 + place % 2 / 200, at[place], version=str(place)) for place in versions]
    post(project, *rising, *flat)
    assert "OFFLINE_ONLINE_SPLIT" in open_flags(project)
    flag = Flag.objects.get(project=project, rule="OFFLINE_ONLINE_SPLIT")
    assert (flag.severity, flag.facts["by"], flag.facts["offline"]) == ("warn", "version", "+14.3%")
    post(project, *(row._replace(environment="online", value=row.value - 0.01) for row in rising))
    assert "OFFLINE_ONLINE_SPLIT" not in open_flags(project)


def test_a_signal_that_is_a_metric_is_seen_and_flagged_beyond_its_limits(project, now):
    signals.declare(project.pk, name="psi", every_days=1, actor=SYSTEM, limits=Limits(above=Decimal("0.2")))
    post(project, Observed("psi", "online", 0.25, now), Observed("psi", "online", 0.1, now, segment="new"))
    found = Project.objects.get(pk=project.pk).signals["psi"]
    assert (found["value"], found["seen_on"], found["above"]) == ("0.25", now.date().isoformat(), "0.2")
    assert "METRIC_BEYOND" in open_flags(project)
    signals.declare(project.pk, name="psi", every_days=7, actor=SYSTEM)
    signals.remove(project.pk, name="psi", actor=SYSTEM)
    assert "METRIC_BEYOND" not in open_flags(project)
    again = signals.declare(
        project.pk, name="psi", every_days=7, actor=SYSTEM, limits=Limits(above=Decimal("0.2"))
    )
    assert again.value == Decimal("0.25") and again.seen_on == now.date()
    assert "METRIC_BEYOND" in open_flags(project)
    post(project, Observed("psi", "shadow", 0.19, now + timedelta(seconds=1)))
    assert "METRIC_BEYOND" not in open_flags(project)


def test_what_a_pair_expects_online_is_silent_after_twice_its_rhythm(project, now):
    declare(project)
    Project.objects.filter(pk=project.pk).update(stage="pilot", standard_stage="pilot")
    post(project, *(seen("online", 0.8, now - timedelta(days=60 - 3 * step)) for step in range(5)))
    assert kept(project)["recall@online"]["every_days"] == 3
    flag = Flag.objects.get(project=project, rule="SIGNAL_SILENT", cleared_at=None)
    assert flag.facts["name"] == "recall@online"
    post(project, seen("online", 0.8, now))
    assert "SIGNAL_SILENT" not in open_flags(project)


def test_a_gate_reads_the_pair_from_the_project(project, now):
    declare(project)
    post(project, seen("offline", 0.83, now), seen("online", 0.7, now))
    project.refresh_from_db()
    (found,) = rules.compare(project.metric_pairs, project.measurements)
    assert found.standing.is_kept is False and found.standing.measured_on == now.date()
