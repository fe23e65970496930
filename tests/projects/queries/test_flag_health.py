"""Which rules lead to something: counted by what became of the flags of the last three months."""

from datetime import UTC, datetime, timedelta

import pytest

from projects.models import Flag
from projects.queries import flag_health
from projects.rules.flag_health import Health, advice
from projects.rules.flags import RULES
from tests.factories import a_flag, a_portfolio, a_project

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def day(ago):
    return NOW - timedelta(days=ago)


@pytest.mark.django_db
def test_what_became_of_the_flags_of_one_rule(django_assert_num_queries):
    project = a_project(a_portfolio())

    def raised(ago, **said):
        number = Flag.objects.count()
        return a_flag(project, "NO_UPDATE", opened_at=day(ago), subject=str(number), **said)

    raised(89, answered_at=day(75))  # on the fourteenth day
    raised(89, answered_at=day(74), flaps=2)  # a day too late
    raised(60, cleared_at=day(50))
    raised(60, cleared_at=day(40), snoozed_at=day(55))
    raised(50, cleared_at=day(20))
    raised(13, answered_at=day(12))  # too young to be judged
    raised(91, cleared_at=day(90))  # too old to be counted
    a_flag(a_project(a_portfolio()), "NO_UPDATE", opened_at=day(60))
    with django_assert_num_queries(3):
        (found,) = flag_health.of(project.portfolio, now=NOW)
    assert found == Health(
        rule="NO_UPDATE", open=3, opened=6, judged=5, led=2, flaps=2, snoozed=1, median_days=30
    )
    assert (found.share, found.is_candidate) == (0.4, False)


@pytest.mark.django_db
def test_an_old_flag_that_is_still_open_is_there_and_judges_nobody():
    project = a_project(a_portfolio())
    a_flag(project, "GATE_OVERDUE", opened_at=day(200))
    (found,) = flag_health.of(project.portfolio, now=NOW)
    assert (found.open, found.opened, found.share, found.median_days) == (1, 0, None, None)


@pytest.mark.parametrize(
    ("judged", "led", "is_candidate"), [(10, 1, True), (10, 2, False), (9, 0, False), (100, 19, True)]
)
def test_a_rule_below_a_fifth_is_a_candidate_once_ten_are_judged(judged, led, is_candidate):
    found = Health("NO_UPDATE", 0, judged, judged, led, 0, 0, None)
    assert found.is_candidate is is_candidate


def test_every_rule_has_a_word_about_its_tuning():
    assert all(advice(code).endswith(".") for code in RULES)
