"""Observations: kept once however often posted, corrected by posting again, refused with the place."""

from datetime import UTC, datetime, timedelta

import pytest

from projects.actions import observations, projects
from projects.actions.observations import Posted
from projects.errors import NotAllowed, Refused
from projects.models import Event, Observation
from projects.rules.observations import Observed
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, 30, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def project():
    return a_project(a_portfolio())


def seen(value=0.8, at=AT, metric="recall", environment="online", **more):
    return Observed(metric, environment, value, at, **more)


def post(project, *given, actor=SYSTEM, **more):
    return observations.post_many(project.pk, given=given, actor=actor, **more)


def told(project):
    return Event.objects.filter(project=project, kind="observations.posted").order_by("pk")


def test_what_is_posted_is_kept_with_who_said_it_and_where_from(project):
    given = seen(segment="new users", version="7", low=0.75, high=0.85, samples=1200)
    assert post(project, given, source=" run 7 ") == Posted(stored=1, same=0, changed=0)
    row = Observation.objects.get()
    assert Observed(*(getattr(row, name) for name in Observed._fields)) == given
    assert (row.source, row.posted_by_id, row.project_id) == ("run 7", None, project.pk)


def test_the_same_again_is_no_change_and_no_event(project):
    rows = [seen(at=AT + timedelta(hours=hour), value=hour / 10) for hour in range(300)]
    assert post(project, *rows) == Posted(300, 0, 0)
    assert post(project, *rows) == Posted(0, 300, 0)
    assert post(project, *rows, seen(metric="delay")) == Posted(1, 300, 0)
    assert Observation.objects.count() == 301 and told(project).count() == 2


def test_another_value_under_the_same_key_corrects_it_and_is_told(project):
    post(project, seen(0.8), seen(0.7, AT + timedelta(hours=1)))
    found = post(project, seen(0.9), seen(0.7, AT + timedelta(hours=1)), source="run 8")
    assert found == Posted(stored=0, same=1, changed=1)
    assert [row.value for row in Observation.objects.order_by("at")] == [0.9, 0.7]
    payload = told(project).last().payload
    assert (payload["stored"], payload["same"], payload["changed"]) == (0, 1, 1)
    (correction,) = payload["corrections"]
    assert correction["value"] == [0.8, 0.9] and correction["at"] == AT.isoformat()


@pytest.mark.parametrize(
    "other", [{"segment": "new"}, {"version": "8"}, {"environment": "shadow"}, {"metric": "auc"}]
)
def test_another_part_version_place_or_metric_is_another_observation(project, other):
    post(project, seen())
    assert post(project, seen(**other)) == Posted(1, 0, 0)


def test_an_event_tells_how_many_and_from_when_to_when_of_each_metric(project):
    later = AT + timedelta(days=2)
    post(project, seen(), seen(at=later), seen(environment="offline"), seen(metric="delay", at=later))
    metrics = told(project).get().payload["metrics"]
    assert metrics["recall"] == {
        "number": 3,
        "environments": ["offline", "online"],
        "from": AT.isoformat(),
        "until": later.isoformat(),
    }
    assert metrics["delay"]["number"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"metric": "Recall"}, "metric"),
        ({"environment": "live"}, "environment"),
        ({"value": float("nan")}, "value"),
        ({"value": float("inf")}, "value"),
        ({"value": 1e15}, "value"),
        ({"at": datetime(2026, 3, 1)}, "at"),  # noqa: DTZ001 - that is the slip
        ({"at": datetime(1999, 12, 31, tzinfo=UTC)}, "at"),
        ({"segment": "x" * 61}, "segment"),
        ({"segment": " new"}, "segment"),
        ({"version": "a\nb"}, "version"),
        ({"low": 0.7}, "high"),
        ({"low": 0.81, "high": 0.9}, "low"),
        ({"low": 0.7, "high": 0.75}, "high"),
        ({"low": float("nan"), "high": 0.9}, "low"),
        ({"samples": -1}, "samples"),
    ],
)
def test_a_slip_is_named_with_its_row_and_nothing_is_kept(project, wrong, field):
    with pytest.raises(Refused) as refusal:
        post(project, seen(at=AT - timedelta(days=1)), seen(**wrong))
    assert [each.field for each in refusal.value.obstacles] == [f"1.{field}"]
    assert not Observation.objects.exists()


def test_clocks_may_differ_by_minutes_and_not_by_more(project):
    now = datetime.now(UTC)
    post(project, seen(at=now + timedelta(minutes=4)))
    with pytest.raises(Refused):
        post(project, seen(at=now + timedelta(minutes=7)))


def test_one_key_said_twice_in_a_batch_is_kept_once_and_refused_where_it_differs(project):
    assert post(project, seen(), seen()) == Posted(stored=1, same=1, changed=0)
    with pytest.raises(Refused, match="Row 0 says another value"):
        post(project, seen(0.1, AT - timedelta(days=1)), seen(0.2, AT - timedelta(days=1)))


def test_who_may_not_post_does_not(project):
    with pytest.raises(NotAllowed):
        post(project, seen(), actor=acting(a_member(project.portfolio, "viewer")))
    projects.archive(project.pk, actor=SYSTEM)
    with pytest.raises(Refused, match="archived"):
        post(project, seen())
