"""Every kind of event reads as a sentence, whatever its payload lacks."""

import pytest

from projects import events
from projects.models import Event
from projects.queries import sentences, timelines
from tests import factories
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db

MOVE = {
    "came_from": "idea",
    "went_to": "a stage of another workflow",
    "outcome": "open",
    "reason_code": "other",
}
PAYLOADS = {
    **dict.fromkeys(["stage.advanced", "stage.moved_back", "stage.rolled_back", "stage.reported"], MOVE),
    "person.reassigned": {"owner": [None, 999]},
    "project.edited": {
        "changes": {"owner": [None, 999], "name": ["a" * 200, "b"], "committed_on": [None, "2027-01-02"]}
    },
    "update.posted": {"health": ["unknown", "at_risk"], "update": 999},
}


@pytest.mark.parametrize("kind", sorted(events.KINDS))
def test_every_kind_of_event_has_its_sentence(kind):
    project = factories.a_project()
    event = Event.objects.create(
        kind=kind,
        project=project,
        portfolio=project.portfolio,
        door="command",
        by_machine=True,
        payload=PAYLOADS.get(kind, {}),
    )
    entry = timelines.page(project, "all").entries[0]
    assert entry.event == event
    assert entry.text
    assert "{" not in entry.text
    assert entry.who == "A command"


def test_values_are_told_in_words():
    project = factories.a_project()
    names = sentences.names(project, [], with_details=False)
    assert sentences.value("tier", "high", names) == "High"
    assert sentences.value("personal_data", False, names) == "no"
    assert sentences.value("committed_on", "2027-01-02", names) == "2 Jan 2027"
    assert sentences.value("owner", None, names) == "not set"


def test_a_history_costs_the_same_whatever_it_holds(django_assert_max_num_queries):
    project = factories.a_project()
    for number in range(25):
        events_of = {"changes": {"owner": [None, number], "unit": [None, number]}}
        Event.objects.create(kind="project.edited", project=project, door="page", payload=events_of)
    with django_assert_max_num_queries(6):
        timelines.page(project, "all")


def test_machines_do_not_push_people_out():
    project = factories.a_project()
    person = factories.a_person("Maya")
    Event.objects.create(
        kind="team.changed", project=project, actor=person, door="page", payload={"added": "SP"}
    )
    for _ in range(50):
        Event.objects.create(kind="flag.opened", project=project, door="task", by_machine=True)
    by_people, by_machines = timelines.latest(project)
    assert [entry.who for entry in by_people] == ["Maya"]
    assert len(by_machines) == 3
    assert SYSTEM.is_machine
