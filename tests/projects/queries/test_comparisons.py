"""An assessment on two days, and its course: made of what was kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import answers, projects
from projects.actions.answers import Given
from projects.models import Project, Score
from projects.queries import comparisons
from tests.factories import a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
LINK = "https://wiki.example.org/sheet"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = [MONDAY.date() + timedelta(days=number) for number in range(200)]


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def anna(project):
    return acting(a_member(project.portfolio, name="Anna"))


@pytest.fixture
def ben(project):
    return acting(a_member(project.portfolio, name="Ben"))


def fresh(project):
    return Project.objects.select_related("portfolio").get(pk=project.pk)


def letters(project, earlier, later):
    found = comparisons.compare(fresh(project), DAY[earlier], DAY[later])
    return {row.id: (row.letter_before, row.letter_after) for row in found.rows}


@pytest.fixture
def story(project, anna, ben, monday):
    """Day 0: C, P, X and N; day 2: Y in place of C, X agreed; day 5: N in place of Y."""
    given = [Given("WP1", "C"), Given("WP2", "P"), Given("DQ4", "X", reason="No labels."), Given("NT1", "N")]
    answers.give_many(project.pk, given=given, actor=anna)
    monday.shift(timedelta(days=2))
    answers.give(project.pk, given=Given("WP1", "Y", LINK, DAY[3]), actor=anna)
    answers.agree(project.pk, question="DQ4", actor=ben)
    monday.shift(timedelta(days=3))
    answers.give(project.pk, given=Given("WP1", "N"), actor=ben)
    return project


@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        (0, 0, {}),
        (0, 1, {}),
        (0, 2, {"WP1": ("C", "Y"), "DQ4": ("U", "X")}),
        (2, 3, {}),
        (2, 4, {"WP1": ("Y", "C")}),  # the evidence held until day 3
        (0, 9, {"WP1": ("C", "N"), "DQ4": ("U", "X")}),
        (9, 0, {"WP1": ("C", "N"), "DQ4": ("U", "X")}),
    ],
)
def test_the_letters_that_differ_between_two_days(story, earlier, later, found):
    assert letters(story, earlier, later) == found


def test_before_the_first_answer_nothing_is_known(story):
    found = comparisons.compare(fresh(story), DAY[0] - timedelta(days=1), DAY[1])
    assert [(row.id, row.letter_before, row.letter_after) for row in found.rows] == [
        ("WP1", "U", "C"),
        ("WP2", "U", "P"),
        ("NT1", "U", "N"),
    ]
    assert all(row.before is None and row.after.given_by.name == "Anna" for row in found.rows)
    assert [row.question.pitfall for row in found.rows] == ["P1", "P1", "P5"]


def test_the_scores_are_those_of_the_days_or_the_last_before(story):
    found = comparisons.compare(fresh(story), DAY[1], DAY[9])
    kept = list(Score.objects.filter(project=story).order_by("on"))
    assert [each.on for each in kept] == [DAY[0], DAY[2], DAY[5]]
    assert (found.earlier.stored, found.later.stored) == (kept[0], kept[2])
    for side in (found.earlier, found.later):
        assert side.made_anew.risk == side.stored.risk
        assert side.made_anew.p_production == side.stored.p_production
    assert found.later.made_anew.risk == fresh(story).risk
    before = comparisons.compare(fresh(story), DAY[0] - timedelta(days=1), DAY[0])
    assert (before.earlier.stored, before.earlier.made_anew) == (None, None)


def test_a_day_ends_when_it_ends_where_the_portfolio_is(project, anna, monday):
    project.portfolio.time_zone = "America/New_York"
    project.portfolio.save(update_fields=["time_zone"])
    monday.move_to(datetime(2026, 11, 24, 4, 59, tzinfo=UTC), tick=False)
    answers.give(project.pk, given=Given("WP1", "C"), actor=anna)
    monday.move_to(datetime(2026, 11, 24, 5, 1, tzinfo=UTC), tick=False)
    answers.give(project.pk, given=Given("WP1", "N"), actor=anna)
    assert letters(project, 0, 1) == {"WP1": ("C", "N")}
    assert comparisons.days(project)[:2] == [DAY[1], DAY[0]]


def test_an_answer_that_is_no_longer_asked_is_compared_all_the_same(project, anna, monday):
    projects.edit(project.pk, version=project.version, actor=anna, llm=True)
    answers.give(project.pk, given=Given("GA1", "N"), actor=anna)
    monday.shift(timedelta(days=1))
    project = fresh(project)
    projects.edit(project.pk, version=project.version, actor=anna, llm=False)
    assert letters(project, 0, 1) == {}
    found = comparisons.compare(fresh(project), DAY[0] - timedelta(days=9), DAY[1])
    assert [(row.id, row.letter_after) for row in found.rows] == [("GA1", "N")]


def test_the_course_begins_with_the_last_score_before_it(project, anna, monday):
    for letter in "CPN":
        answers.give(project.pk, given=Given("WP1", letter), actor=anna)
        monday.shift(timedelta(days=40))
    course = comparisons.trend(fresh(project), months=1)
    start = date(2027, 3, 23) - timedelta(days=31)
    assert [point.on for point in course["risk"]] == [start]
    assert [point.value for point in course["risk"]] == [Score.objects.get(on=DAY[80]).risk]
    longer = comparisons.trend(fresh(project), months=6)
    assert [point.on for point in longer["P1"]] == [DAY[0], DAY[40], DAY[80]]
    assert set(longer) == {"risk", "P1", "P2", "P3", "P4", "P5"}


def test_a_pitfall_that_is_left_out_has_no_value(project, anna, ben):
    given = [Given(f"DQ{number}", "X", reason="No data.") for number in range(1, 7)]
    answers.give_many(project.pk, given=given, actor=anna)
    for each in given:
        answers.agree(project.pk, question=each.question, actor=ben)
    assert [point.value for point in comparisons.trend(fresh(project))["P2"]] == [None]


def test_a_comparison_costs_three_queries_and_the_rest_one(project, anna, ben, monday):
    sizes = []
    for number in (1, 30):
        one = a_project(project.portfolio)
        for letter in ("C", "N"):
            asked = [question.id for question in comparisons.scoring.card(one).asked(False)[:number]]
            answers.give_many(one.pk, given=[Given(each, letter) for each in asked], actor=anna)
            monday.shift(timedelta(days=1))
        one, today = fresh(one), MONDAY.date()
        with CaptureQueriesContext(connection) as captured:
            found = comparisons.compare(one, today - timedelta(days=9), today + timedelta(days=30))
            assert len([row.after.given_by.name for row in found.rows]) == number
        sizes.append(len(captured))
        for call in (comparisons.days, comparisons.trend):
            with CaptureQueriesContext(connection) as captured:
                call(one)
            assert len(captured) == 1
    assert sizes == [3, 3]
