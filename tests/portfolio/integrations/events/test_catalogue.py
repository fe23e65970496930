"""The catalogue of events: every kind is described, and what is sent is what is described."""

import json
from datetime import UTC, datetime

import pytest
import time_machine

from portfolio.integrations.events.rules import bodies, catalogue
from portfolio.register.actions import samples
from projects.events import KINDS
from projects.models import Event
from tests.portfolio.integrations.webhooks.bodies import strays, validator

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_every_kind_of_event_is_described_and_no_other():
    assert set(catalogue.entries()) == set(KINDS)


def test_the_example_of_each_kind_is_a_message_of_it():
    for kind, entry in catalogue.entries().items():
        assert entry.says.endswith(".") and entry.group, kind
        assert set(entry.example) <= set(entry.fields), kind
        wrong = validator(kind).iter_errors(bodies.example(kind))
        assert [fault.message for fault in wrong] == [], kind


def test_a_schema_finds_what_is_wrong():
    said = bodies.example("stage.advanced")
    for wrong in (
        {**said, "type": "stage.moved"},
        {**said, "timestamp": 12},
        {**said, "data": {**said["data"], "project": 7}},
        {**said, "data": {**said["data"], "payload": {"move": "x"}}},
        {**said, "data": {name: value for name, value in said["data"].items() if name != "position"}},
    ):
        assert list(validator("stage.advanced").iter_errors(wrong))
    # A newer product may say more: receivers ignore it.
    assert not list(validator("stage.advanced").iter_errors({**said, "more": 1}))


def test_a_body_holds_what_its_version_promises_and_nothing_else():
    event = bodies.Happened(
        position=3,
        kind="person.invited",
        at=NOON,
        portfolio="claims",
        project=None,
        by=1,
        by_machine=False,
        door="page",
        request_id="",
        payload={"email": "somebody@example.org", "role": "viewer", "added_later": 1},
    )
    said = json.loads(bodies.body(event))
    assert said["data"]["payload"] == {"role": "viewer"}
    assert (said["type"], said["timestamp"]) == ("person.invited", "2026-11-20T12:00:00Z")
    assert bodies.body(event) == bodies.body(event)


@pytest.mark.django_db
def test_what_the_sample_holds_is_as_described():
    with time_machine.travel(NOON, tick=False):
        samples.load()
    events = list(Event.objects.select_related("portfolio", "project"))
    assert len({event.kind for event in events}) > 15
    assert strays(events) == []
