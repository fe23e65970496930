"""One click that says that nothing has changed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from projects.actions import updates
from projects.errors import NotAllowed, Refused
from projects.models import Event, Project
from tests import factories
from tests.factories import acting

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def project():
    with time_machine.travel(NOON - timedelta(days=10), tick=False):
        return factories.a_project()


@pytest.fixture
def editor(project):
    return factories.a_member(project.portfolio)


def _post(project, person, at):
    with time_machine.travel(at, tick=False):
        return updates.post(project.pk, health="at_risk", text="Labels are late", actor=acting(person))


def _click(project, person, at):
    with time_machine.travel(at, tick=False):
        return updates.no_change(project.pk, actor=acting(person))


def test_it_is_an_update_with_the_last_health_and_says_since_when(project, editor):
    _post(project, editor, NOON)
    said = _click(project, editor, NOON + timedelta(days=9))
    assert (said.health, said.text, said.is_no_change) == ("at_risk", "No change since 2 March 2026.", True)
    fresh = Project.objects.get(pk=project.pk)
    assert fresh.last_update_at == NOON + timedelta(days=9)
    assert Event.objects.get(kind="update.posted", payload__update=said.pk).payload["no_change"] is True


def test_a_second_click_on_the_same_day_posts_nothing(project, editor):
    _post(project, editor, NOON)
    first = _click(project, editor, NOON + timedelta(days=9))
    version = Project.objects.get(pk=project.pk).version
    assert _click(project, editor, NOON + timedelta(days=9, hours=3)) == first
    assert Project.objects.get(pk=project.pk).version == version
    # The day is the portfolio's: twelve hours later it is another one.
    assert _click(project, editor, NOON + timedelta(days=9, hours=12)) != first


def test_whoever_has_said_nothing_yet_is_asked_for_words(project, editor):
    with pytest.raises(Refused) as refused:
        _click(project, editor, NOON)
    assert refused.value.code == "no_update_yet"
    assert not project.updates.exists()


def test_news_of_today_are_not_talked_away(project, editor):
    _post(project, editor, NOON)
    with pytest.raises(Refused) as refused:
        _click(project, editor, NOON + timedelta(hours=1))
    assert refused.value.code == "changed_today"


def test_after_three_in_a_row_it_takes_a_sentence(project, editor):
    _post(project, editor, NOON)
    for week in (1, 2, 3):
        _click(project, editor, NOON + timedelta(weeks=week))
    with pytest.raises(Refused) as refused:
        _click(project, editor, NOON + timedelta(weeks=4))
    assert refused.value.code == "too_often_no_change"
    _post(project, editor, NOON + timedelta(weeks=4))
    assert _click(project, editor, NOON + timedelta(weeks=5)).is_no_change


def test_who_may_not_post_may_not_say_this_either(project):
    with pytest.raises(NotAllowed):
        updates.no_change(project.pk, actor=acting(factories.a_member(project.portfolio, "viewer")))


def test_over_the_api_it_is_one_update_a_day(client, project, editor):
    _post(project, editor, timezone.now() - timedelta(days=3))
    client.force_login(editor)
    url = f"/api/v1/projects/{project.key}/updates/no-change"
    first, second = (client.post(url, content_type="application/json") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.json()["is_no_change"] is True and first.json()["by"]["id"] == editor.pk
    client.force_login(factories.a_member(project.portfolio, "viewer"))
    assert client.post(url, content_type="application/json").status_code == 403
    client.force_login(factories.a_person())
    assert client.post(url, content_type="application/json").status_code == 404
