"""Measurements posted: which one of a metric counts, and what cannot be one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from projects.actions import measurements, projects
from projects.errors import NotAllowed, Refused
from projects.models import Event, Project
from projects.queries import facts, timelines
from projects.rules import measurements as rules
from projects.rules.measurements import Measurement
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture
def project():
    return a_project(a_portfolio())


def kept(project):
    return Project.objects.values_list("measurements", flat=True).get(pk=project.pk)


def post(project, value="0.8", on=DAY, metric="recall", actor=SYSTEM, **more):
    return measurements.post(
        project.pk, metric=metric, value=Decimal(value), measured_on=on, actor=actor, **more
    )


def test_the_latest_day_counts_and_of_one_day_what_came_last(project):
    assert post(project, "0.80", source=" run 7 ").stored
    assert kept(project) == {"recall": {"value": "0.8", "measured_on": "2026-03-01", "source": "run 7"}}
    late = post(project, "0.9", DAY - timedelta(days=1))
    assert not late.stored and kept(project)["recall"]["value"] == "0.8"
    assert post(project, "0.7").stored and kept(project)["recall"]["value"] == "0.7"
    assert post(project, "0.6", DAY + timedelta(days=1)).stored
    assert kept(project)["recall"] == {"value": "0.6", "measured_on": "2026-03-02", "source": ""}
    events = Event.objects.filter(kind="measurement.posted").order_by("pk")
    assert [event.payload["measurements"]["recall"]["value"] for event in events] == ["0.8", "0.7", "0.6"]


def test_the_same_again_changes_nothing_and_says_that_it_is_there(project):
    post(project)
    before = Event.objects.count()
    assert post(project, "0.800").stored
    assert Event.objects.count() == before


def test_several_are_one_event_in_which_only_what_changed_is_named(project):
    post(project)
    given = [Measurement("recall", Decimal("0.8"), DAY), Measurement("latency_p95_ms", Decimal(118), DAY)]
    found = measurements.post_many(project.pk, given=given, actor=SYSTEM)
    assert [each.stored for each in found] == [True, True]
    event = Event.objects.filter(kind="measurement.posted").order_by("pk").last()
    assert list(event.payload["measurements"]) == ["latency_p95_ms"]
    (entry, *_) = timelines.page(project, "all").entries
    assert entry.text == "posted latency_p95_ms 118 of 2026-03-01"


def test_in_one_batch_the_order_of_the_list_does_not_make_an_older_day_count(project):
    given = [Measurement("recall", Decimal(2), DAY), Measurement("recall", Decimal(1), DAY - timedelta(1))]
    found = measurements.post_many(project.pk, given=given, actor=SYSTEM)
    assert [each.stored for each in found] == [True, False]
    assert kept(project)["recall"]["value"] == "2"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"metric": "Recall"}, "metric_name"),
        ({"metric": ""}, "metric_name"),
        ({"metric": "1st"}, "metric_name"),
        ({"metric": "a" * 61}, "metric_name"),
        ({"metric": "recall\n"}, "metric_name"),
        ({"metric": "rückruf"}, "metric_name"),
        ({"value": "NaN"}, "not_a_number"),
        ({"value": "sNaN"}, "not_a_number"),
        ({"value": "Infinity"}, "not_a_number"),
        ({"value": "-Infinity"}, "not_a_number"),
        ({"value": "1e15"}, "not_a_number"),
        ({"value": "-1e15"}, "not_a_number"),
        ({"value": "1e1000000"}, "not_a_number"),
        ({"value": "1e-13"}, "not_a_number"),
        ({"value": "1e-1000000"}, "not_a_number"),
        ({"value": "1." + "0" * 61}, "not_a_number"),
        ({"on": date(1999, 12, 31)}, "unlikely_date"),
        ({"on": date(2100, 1, 1)}, "unlikely_date"),
        ({"source": "x" * 501}, "too_long"),
        ({"source": "a\0b"}, "unusable_character"),
        ({"source": "\ud800"}, "unusable_character"),
    ],
)
def test_what_cannot_be_is_refused(project, changed, code):
    before = Event.objects.count()
    with pytest.raises(Refused) as caught:
        post(project, **changed)
    assert [each.code for each in caught.value.obstacles] == [code]
    assert all(each.remedy and each.field.startswith("0.") for each in caught.value.obstacles)
    assert kept(project) == {} and Event.objects.count() == before


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("999999999999999.999999999999", "999999999999999.999999999999"),
        ("-0.000000000001", "-0.000000000001"),
        ("1E+3", "1000"),
        ("1.50", "1.5"),
        ("-0", "0"),
        ("0E-60", "0"),
    ],
)
def test_every_digit_within_the_bounds_is_kept(project, value, text):
    post(project, value)
    assert kept(project)["recall"]["value"] == text


def test_today_is_the_portfolios_and_tomorrow_is_refused(project):
    today = facts.today(project)
    assert post(project, on=today).stored
    with pytest.raises(Refused):
        post(project, on=today + timedelta(days=1))


def test_one_wrong_measurement_keeps_the_others_out(project):
    given = [Measurement("good", Decimal(1), DAY), Measurement("Bad", Decimal(1), DAY)]
    with pytest.raises(Refused) as caught:
        measurements.post_many(project.pk, given=given, actor=SYSTEM)
    assert [each.field for each in caught.value.obstacles] == ["1.metric"]
    assert kept(project) == {}


def test_a_project_has_a_limit_of_metrics_but_those_that_are_there_go_on(project):
    many = [Measurement(f"m{number}", Decimal(1), DAY) for number in range(rules.MOST_METRICS)]
    measurements.post_many(project.pk, given=many, actor=SYSTEM)
    with pytest.raises(Refused, match="at most 200 metrics"):
        post(project)
    assert post(project, "2", metric="m7").stored
    assert len(kept(project)) == rules.MOST_METRICS


def test_a_viewer_may_not_and_what_is_archived_stays(project):
    with pytest.raises(NotAllowed):
        post(project, actor=acting(a_member(project.portfolio, "viewer")))
    projects.archive(project.pk, actor=SYSTEM)
    with pytest.raises(Refused, match="archived"):
        post(project)
    assert kept(project) == {}
