"""Signals and metric pairs on the page of measurements: declared, changed, removed and told in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import signals
from projects.models import Project
from tests.factories import SYSTEM
from tests.projects.pages import reading
from tests.projects.pages.conftest import part

PAIR = {
    "name": "recall",
    "offline": "recall_test",
    "online": "recall_live",
    "better": "up",
    "gap": "0.05",
    "baseline": "",
    "ceiling": "0.95",
}


@pytest.fixture
def url(world):
    return f"{world.url}measurements/"


def kept(world):
    return Project.objects.values_list("signals", "metric_pairs").get(pk=world.project.pk)


def test_a_signal_is_declared_changed_and_removed(world, as_, url):
    client, declare = as_(world.editor), f"{world.url}signals/declare/"
    said = reading.text(client.post(declare, {"name": "nightly", "every_days": "1"}, follow=True))
    assert "Signal nightly declared" in said and "not seen yet; every day" in said
    page = client.get(f"{declare}?name=nightly", headers=part("overlay")).content.decode()
    assert 'value="nightly"' in page and 'value="1"' in page and "<html" not in page
    said = reading.text(client.post(declare, {"name": "nightly", "every_days": ""}, follow=True))
    assert "nobody knows how often" in said
    said = reading.text(client.post(f"{world.url}signals/nightly/remove/", follow=True))
    assert "Signal nightly removed" in said and kept(world) == ({}, {})


def test_since_when_a_signal_is_silent_is_said(world, as_, url, time_machine):
    noon = timezone.now().replace(hour=12)
    time_machine.move_to(noon - timedelta(days=3), tick=False)
    signals.declare(world.project.pk, name="nightly", every_days=1, actor=SYSTEM)
    signals.declare(world.project.pk, name="hourly", every_days=1, actor=SYSTEM)
    signals.see(world.project.pk, name="nightly", actor=SYSTEM)
    since = timezone.localdate()
    time_machine.move_to(noon, tick=False)
    signals.see(world.project.pk, name="weekly", actor=SYSTEM)
    said = reading.text(as_(world.viewer).get(url))
    assert f"Silent since {since.day} {since:%b} {since.year} ; every day" in said
    assert f"Silent since {since.day} {since:%b} {since.year} , never seen; every day" in said
    assert "Last seen on" in said and "Declare a signal" not in said


def test_a_pair_is_declared_changed_and_removed(world, as_, url):
    client, declare = as_(world.editor), f"{world.url}metric-pairs/declare/"
    said = reading.text(client.post(declare, PAIR, follow=True))
    assert "Metric pair recall declared" in said
    assert "Not known: offline and online are not measured yet." in said
    for metric, value in (("recall_test", "0.83"), ("recall_live", "0.7")):
        measured = {"metric": metric, "value": value, "measured_on": "2026-03-01", "source": ""}
        client.post(f"{url}add/", measured)
    assert "Online is 0.13 worse, more than the gap of 0.05." in reading.text(client.get(url))
    page = client.get(f"{declare}?name=recall").content.decode()
    assert 'value="recall_live"' in page and 'value="0.95"' in page
    client.post(declare, PAIR | {"better": "down"})
    assert "Online is 0.13 better, within the gap of 0.05." in reading.text(
        client.get(f"{world.url}evidence/")
    )
    client.post(f"{world.url}metric-pairs/recall/remove/")
    assert kept(world) == ({}, {})


@pytest.mark.parametrize(
    ("tail", "said", "says"),
    [
        ("signals", {"name": "", "every_days": "1"}, "This field is required."),
        ("signals", {"name": "Every night", "every_days": "1"}, "Use small letters, digits and _"),
        ("signals", {"name": "nightly", "every_days": "often"}, "This is not a whole number of days."),
        ("signals", {"name": "nightly", "every_days": "366"}, "less than or equal to 365"),
        ("metric-pairs", PAIR | {"gap": "-1"}, "Say by how much online may be worse"),
        ("metric-pairs", PAIR | {"gap": "small"}, "This is not a number."),
        ("metric-pairs", PAIR | {"ceiling": "1e20"}, "Give a number below 10^15"),
        ("metric-pairs", PAIR | {"better": "sideways"}, "Select a valid choice"),
    ],
)
def test_a_wrong_one_is_named_and_what_was_typed_stays(world, as_, tail, said, says):
    answer = as_(world.editor).post(f"{world.url}{tail}/declare/", said)
    assert answer.status_code == 422
    assert says in reading.text(answer)
    assert kept(world) == ({}, {})


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("get", "signals/declare/"),
        ("post", "signals/declare/"),
        ("post", "signals/nightly/remove/"),
        ("get", "metric-pairs/declare/"),
        ("post", "metric-pairs/declare/"),
        ("post", "metric-pairs/recall/remove/"),
    ],
)
def test_who_may_not_edit_is_refused(world, as_, method, tail):
    said = PAIR if "pair" in tail else {"name": "nightly", "every_days": "1"}
    for person, status in ((world.viewer, 403), (world.stranger, 404)):
        assert getattr(as_(person), method)(f"{world.url}{tail}", said).status_code == status
    assert kept(world) == ({}, {})
