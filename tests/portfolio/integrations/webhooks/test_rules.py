"""When a message is tried again, in plain numbers."""

from datetime import UTC, datetime, timedelta

from portfolio.integrations.webhooks.rules import webhooks as rules

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NO_WAIT = timedelta(0)


def again(attempts, *, after=NO_WAIT, wait=NO_WAIT, chance=0.5):
    found = rules.again_at(attempts, created_at=NOON, now=NOON + after, wait=wait, chance=chance)
    return found and found - NOON - after


def test_pauses_grow_and_differ_by_a_tenth():
    pauses = [again(attempts) for attempts in range(1, len(rules.PAUSES) + 1)]
    assert pauses == list(rules.PAUSES) == sorted(pauses)
    assert again(2, chance=0.0) == timedelta(seconds=54)
    assert again(2, chance=1.0) == timedelta(seconds=66)
    assert timedelta(hours=23) < sum(rules.PAUSES, NO_WAIT) < rules.WINDOW


def test_a_wait_that_is_asked_for_is_kept_and_a_shorter_one_changes_nothing():
    assert again(1, wait=timedelta(hours=2)) == timedelta(hours=2)
    assert again(8, wait=timedelta(minutes=1)) == timedelta(hours=8)
    assert again(8, after=timedelta(hours=23), wait=timedelta(hours=3)) == timedelta(hours=3)


def test_the_last_try_is_after_a_day_and_no_other_follows():
    assert again(9, after=timedelta(hours=20)) == timedelta(hours=4)
    assert again(9, after=timedelta(hours=24)) is None


def test_words_say_what_is_sent():
    assert rules.sends([]) == "everything"
    assert rules.sends(["signoff.asked"]) == "sign-off asked"
    assert rules.sends(["todo.done", "api_key.rotated", "stage.advanced"]) == (
        "API key rotated, stage advanced and 1 more"
    )
