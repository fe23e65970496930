"""Metric pairs: declared, compared with what was measured, and taken away."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from projects.actions import measurements, metric_pairs
from projects.errors import NotAllowed, Refused
from projects.models import Event, Flag, Project
from projects.rules import metric_pairs as rules
from projects.rules.metric_pairs import MetricPair
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
PAIR = MetricPair("recall", "recall_test", "recall_live", gap=Decimal("0.050"), baseline=Decimal("0.4"))


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def editor(project):
    return acting(a_member(project.portfolio))


def kept(project):
    return Project.objects.values_list("metric_pairs", flat=True).get(pk=project.pk)


def measure(project, **values):
    for metric, value in values.items():
        said = {"value": Decimal(value), "measured_on": date(2026, 3, 1)}
        measurements.post(project.pk, metric=metric, actor=SYSTEM, **said)


def compared(project):
    project.refresh_from_db()
    (found,) = rules.compare(project.metric_pairs, project.measurements)
    return found


def test_a_pair_is_declared_once_replaced_and_read_again(project, editor):
    higher = replace(PAIR, gap=Decimal("0.1"))
    for pair in (PAIR, PAIR, higher, higher):
        metric_pairs.declare(project.pk, pair=pair, actor=editor)
    assert rules.read(kept(project)) == [higher]
    assert Event.objects.filter(kind="metric_pair.declared").count() == 2


@pytest.mark.parametrize(
    ("higher", "test", "live", "sentence"),
    [
        (True, "0.83", "0.80", "Online is 0.03 worse, within the gap of 0.05."),
        (True, "0.83", "0.78", "Online is 0.05 worse, within the gap of 0.05."),
        (True, "0.83", "0.7", "Online is 0.13 worse, more than the gap of 0.05."),
        (False, "0.83", "0.7", "Online is 0.13 better, within the gap of 0.05."),
        (False, "0.1", "0.2", "Online is 0.1 worse, more than the gap of 0.05."),
        (True, "1", "1.0", "Online is as good, within the gap of 0.05."),
    ],
)
def test_the_gap_is_told_in_words(project, editor, higher, test, live, sentence):
    metric_pairs.declare(project.pk, pair=replace(PAIR, higher_is_better=higher), actor=editor)
    assert compared(project).sentence == "Not known: offline and online are not measured yet."
    measure(project, recall_test=test, recall_live=live)
    assert compared(project).sentence == sentence


def test_a_measurement_beyond_the_gap_raises_the_flag_once_the_pair_is_declared(project, editor):
    measure(project, recall_test="0.83", recall_live="0.7")
    metric_pairs.declare(project.pk, pair=replace(PAIR, gap=Decimal("0.1")), actor=editor)
    flags = Flag.objects.filter(project=project, rule="OFFLINE_ONLINE_GAP", cleared_at=None)
    assert [flag.severity for flag in flags] == ["warn"]
    metric_pairs.remove(project.pk, name="recall", actor=editor)
    assert not flags.all().exists()


def test_it_is_removed_and_removed_again(project, editor):
    metric_pairs.declare(project.pk, pair=PAIR, actor=editor)
    for _ in range(2):
        metric_pairs.remove(project.pk, name="recall", actor=editor)
    assert kept(project) == {}
    assert Event.objects.filter(kind="metric_pair.removed").count() == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": "Recall"}, ["name"]),
        ({"offline": "Recall @ 5"}, ["offline"]),
        ({"online": ""}, ["online"]),
        ({"gap": Decimal("-0.01")}, ["gap"]),
        ({"ceiling": Decimal("1e15")}, ["ceiling"]),
        ({"gap": Decimal("NaN")}, ["gap"]),
        ({"baseline": Decimal("sNaN"), "gap": Decimal("0.0000000000001")}, ["gap", "baseline"]),
    ],
)
def test_what_cannot_be_declared_is_named(project, editor, changes, fields):
    with pytest.raises(Refused) as refused:
        metric_pairs.declare(project.pk, pair=replace(PAIR, **changes), actor=editor)
    assert [each.field for each in refused.value.obstacles] == fields
    assert kept(project) == {}


def test_a_project_has_twenty_pairs_at_most(project, editor):
    for number in range(20):
        metric_pairs.declare(project.pk, pair=replace(PAIR, name=f"pair_{number}"), actor=SYSTEM)
    with pytest.raises(Refused, match="at most 20 metric pairs"):
        metric_pairs.declare(project.pk, pair=PAIR, actor=editor)
    metric_pairs.declare(project.pk, pair=replace(PAIR, name="pair_3", gap=None), actor=editor)


def test_who_only_looks_can_change_none(project):
    viewer = acting(a_member(project.portfolio, "viewer"))
    with pytest.raises(NotAllowed):
        metric_pairs.declare(project.pk, pair=PAIR, actor=viewer)
    with pytest.raises(NotAllowed):
        metric_pairs.remove(project.pk, name="recall", actor=viewer)
