"""History: sentences, people before machines, older entries."""

import re

import pytest

from projects.actions import moves, projects, stages, teams, updates
from tests.factories import SYSTEM, acting


@pytest.fixture
def story(world):
    actor = acting(world.editor)
    updates.post(world.project.pk, health="off_track", text="The labels are wrong", actor=actor)
    moves.make(world.project.pk, to="framing", actor=actor)
    moves.make(
        world.project.pk, kind="back", to="idea", reason_code="pivot", note="Another goal", actor=actor
    )
    projects.edit(world.project.pk, version=None, actor=actor, owner=world.viewer, name="Router")
    teams.assign(world.project.pk, user_id=world.viewer.pk, role="PO", actor=acting(world.manager))
    stages.report(world.project.pk, to="data", actor=SYSTEM, source="inventory")
    return world


def read(client, world, query=""):
    page = client.get(f"{world.url}history/{query}").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_people_come_first_as_sentences(story, as_):
    text = read(as_(story.viewer), story)
    for words in (
        "Edgar Editor posted an update: off track",
        "The labels are wrong",
        "Edgar Editor moved Idea to Framing",
        "Edgar Editor moved back Framing to Idea: Pivot to another goal",
        "Another goal",
        "Edgar Editor changed name from Claims triage router to Router, owner from not set to Vera Viewer",
        "Mara Manager named Vera Viewer as Product owner",
    ):
        assert words in text
    assert "gate not examined" not in text


def test_machines_have_their_own_view(story, as_):
    text = read(as_(story.viewer), story, "?of=machines")
    assert "reported Data readiness, gate not examined" in text
    assert "Edgar Editor" not in text.replace("Vera", "")
    everything = read(as_(story.viewer), story, "?of=all")
    assert "gate not examined" in everything
    assert "The labels are wrong" in everything


def test_older_entries_follow_without_gaps_or_repeats(world, as_):
    for number in range(70):
        updates.post(world.project.pk, health="on_track", text=f"Entry {number}!", actor=acting(world.editor))
    client, seen, query = as_(world.viewer), [], "?of=people"
    for _ in range(5):
        page = client.get(f"{world.url}history/{query}").content.decode()
        seen += re.findall(r"Entry (\d+)!", page)
        older = re.search(r'href="(\?of=people&amp;before=[^"]+)"', page)
        if not older:
            break
        query = older[1].replace("&amp;", "&")
    assert [int(number) for number in seen] == list(range(69, -1, -1))


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=2026-01-01~1", "?before=\0", "?of=nonsense", "?before=~"]
)
def test_an_address_that_is_not_ours_begins_at_the_newest(story, as_, query):
    assert "moved Idea to Framing" in read(as_(story.viewer), story, query)


def test_the_overview_shows_people_before_machines(story, as_):
    page = as_(story.viewer).get(story.url).content.decode()
    assert page.index("named Vera Viewer") < page.index("By machines") < page.rindex("flag")
