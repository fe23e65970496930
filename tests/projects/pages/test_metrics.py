"""The metrics of a project: empty, with courses, by hand, as a file, and for whom."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from projects.actions import metric_pairs, observations, projects
from projects.models import Observation
from projects.pages import metric_charts
from projects.queries.metrics import Bucket
from projects.rules.metric_pairs import MetricPair
from projects.rules.observations import Observed
from tests.factories import SYSTEM
from tests.projects.pages import reading

pytestmark = pytest.mark.django_db
HAND = {"metric": "recall", "environment": "online", "value": "0.81", "at": "2026-03-01T06:00"}


@pytest.fixture
def path(world):
    return f"{world.url}metrics/"


@pytest.fixture
def observed(world):
    """Four versions that gain offline, and hardly online."""
    now = datetime.now(UTC)
    rows = [
        Observed("recall", side, value, now - timedelta(days=40 - 10 * place), version=f"v{place}", **ends)
        for place in range(4)
        for side, value, ends in (
            ("offline", 0.7 + place / 20, {"low": 0.69 + place / 20, "high": 0.71 + place / 20}),
            ("shadow", 0.65, {}),
            ("online", 0.6 + place / 200, {"low": 0.59, "high": 0.63}),
        )
    ]
    rows.append(Observed("recall", "online", 0.5, now, segment="new <b>"))
    observations.post_many(world.project.pk, given=rows, actor=SYSTEM)
    pair = MetricPair("recall", "recall", "recall", gap=Decimal("0.05"), baseline=Decimal("0.5"))
    metric_pairs.declare(world.project.pk, pair=pair, actor=SYSTEM)


def test_an_empty_page_says_how_the_first_one_comes(world, as_, path):
    text = reading.text(as_(world.editor).get(path))
    assert f"/api/v1/projects/{world.project.key}/observations" in text
    assert f"plimsoll metric {world.project.key}" in text and "Post an observation" in text
    assert "Post an observation" not in reading.text(as_(world.viewer).get(path))


def test_a_metric_has_its_course_its_table_its_pair_and_what_versions_brought(world, as_, path, observed):
    answer = as_(world.viewer).get(path)
    page, text = answer.content.decode(), reading.text(answer)
    assert page.count('class="chart chart--') == 2 and "style=" not in page
    assert "Online is 0.235 worse, more than the gap of 0.05." in text
    assert "recall in the last 90 days: offline from 0.7 to 0.85" in page
    assert "+6.25%" in text and "+40%" in text
    assert "not known" not in text.partition("What each version brought")[2].partition("Intervals are")[0]
    assert "new &lt;b&gt;" in page


def test_the_period_and_the_segment_are_asked_for_and_nonsense_is_not_there(world, as_, path, observed):
    client = as_(world.viewer)
    assert "Nothing was observed in the last 30 days of nobody." in reading.text(
        client.get(path + "?segment=nobody&days=30")
    )
    page = client.get(path + "?metric=recall&segment=new+%3Cb%3E&days=365").content.decode()
    assert "in the last 365 days" in page and 'value="new &lt;b&gt;" selected' in page
    for query in ("metric=other", "days=9999999", "segment=%00", "metric=" + "x" * 500):
        assert client.get(f"{path}?{query}").status_code == 200


def test_a_page_costs_as_many_statements_with_many_metrics(
    world, as_, path, observed, django_assert_max_num_queries
):
    now = datetime.now(UTC)
    rows = [
        Observed(f"metric_{place % 40}", "online", place, now - timedelta(minutes=place))
        for place in range(2000)
    ]
    observations.post_many(world.project.pk, given=rows, actor=SYSTEM)
    client = as_(world.viewer)
    client.get(path)
    with django_assert_max_num_queries(20):
        assert client.get(path + "?metric=recall").status_code == 200


def test_one_is_posted_by_hand_corrected_and_refused(world, as_, path):
    client = as_(world.editor)
    assert client.get(path + "observe/?metric=recall").status_code == 200
    for value in ("0.81", "0.8"):
        assert client.post(path + "observe/", HAND | {"value": value}).status_code == 302
    assert [row.value for row in Observation.objects.all()] == [0.8]
    for wrong, says in (
        ({"value": "much"}, "This is not a number."),
        ({"metric": "Recall"}, "Use small letters"),
        ({"low": "0.9", "high": "0.95"}, "This is above the value."),
        ({"at": "2199-01-01T00:00"}, "is not a likely time"),
        ({"environment": "live"}, "Select a valid choice"),
    ):
        answer = client.post(path + "observe/", HAND | wrong)
        assert answer.status_code == 422 and says in reading.text(answer)
    projects.archive(world.project.pk, actor=SYSTEM)
    assert client.post(path + "observe/", HAND | {"value": "1"}).status_code == 409


def test_all_of_them_are_a_file(world, as_, path, observed):
    answer = as_(world.viewer).get(path + "?export=csv&metric=recall")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("metric,environment,value,at,segment,version") and len(lines) == 14


def test_who_may_not_see_or_post_does_not(world, as_, path):
    assert as_(world.stranger).get(path).status_code == 404
    assert as_(world.viewer).get(path + "observe/").status_code == 403
    assert as_(world.viewer).post(path + "observe/", HAND).status_code == 403


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.61, 0.84, [0.6, 0.7, 0.8, 0.9]),
        (0, 9.3, [0, 2.5, 5, 7.5, 10]),
        (5, 5, [4, 6]),
        (-3, 4, [-4, -2, 0, 2, 4]),
    ],
)
def test_levels_are_round_and_hold_every_value(low, high, expected):
    assert metric_charts.steps(low, high) == expected


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [1e-9, 2e-9], [-1e14, 1e14]])
def test_anything_that_can_be_observed_can_be_drawn(values):
    until = datetime.now(UTC)
    start = until - timedelta(days=30)
    course = [
        Bucket(start + timedelta(days=day), value, value, 1, value, None, None, "v" * 64)
        for day, value in enumerate(values)
    ]
    for chart in metric_charts.charts({"offline": course, "online": []}, (start, until)):
        inside = [
            chart.size.left <= dot.x <= chart.right and 0 <= dot.y <= chart.ground for dot in chart.dots
        ]
        assert all(inside) and inside
