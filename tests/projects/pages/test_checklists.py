"""Checklists on their page: read by everybody of the project, filled in item by item."""

import pytest

from projects.actions import checklists, projects
from projects.models import Event
from tests.factories import SYSTEM
from tests.projects.pages import reading
from tests.projects.pages.conftest import part


@pytest.fixture
def url(world):
    return f"{world.url}checklists/production/"


def points(world):
    world.project.refresh_from_db()
    return world.project.checklists.get("production", {})


def test_the_list_says_what_each_item_means_and_that_nothing_is_known(world, as_, url):
    page = as_(world.viewer).get(url)
    said = reading.text(page)
    assert page.status_code == 200
    assert "Score not known Nobody has filled in anything yet." in said
    assert "Versions and rollback" in said and "the one before can be put back at once" in said
    assert 'name="points"' not in page.content.decode(), "a viewer sees no control"
    assert "Score 0" not in said and "Production not filled in" in said


def test_an_item_is_filled_in_and_the_parts_around_it_follow(world, as_, url):
    client = as_(world.editor)
    answer = client.post(url, {"item": "C1", "points": "0.5"}, headers=part("row-C1"))
    assert points(world) == {"C1": "0.5"}
    said = reading.text(answer)
    assert "Score 0.5 of 9" in said and "8 not filled in, counted as 0" in said and "by Edgar Editor" in said
    markup = answer.content.decode()
    assert "<html" not in markup and markup.count('id="row-') == 1
    assert 'id="checklist-summary" hx-swap-oob="true"' in markup
    assert 'id="C1-2" name="points" value="0.5"' in markup
    event = Event.objects.get(kind="checklist.filled")
    assert (event.actor, event.door) == (world.editor, "page")


def test_without_script_the_page_comes_back_at_the_item(world, as_, url):
    answer = as_(world.editor).post(url, {"item": "C9", "points": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}#row-C9")
    assert points(world) == {"C9": "1"}
    as_(world.editor).post(url, {"item": "C9", "points": ""})
    assert points(world) == {}


def test_others_items_stay_when_two_fill_in_at_once(world, as_, url):
    as_(world.editor).post(url, {"item": "C1", "points": "1"})
    as_(world.manager).post(url, {"item": "C2", "points": "1"})
    assert points(world) == {"C1": "1", "C2": "1"}


def test_the_weakest_section_is_the_score_of_the_tests(world, as_):
    checklists.fill(
        world.project.pk,
        checklist="ml_test",
        points={**{f"{s}{n}": "1" for s in "DMI" for n in range(1, 8)}, "O1": "1", "O2": "0.5"},
        actor=SYSTEM,
    )
    said = reading.text(as_(world.viewer).get(f"{world.url}checklists/ml_test/"))
    assert "Score 1.5 of 7" in said and "first steps" in said and "1.5 of 7" in said


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"item": "C99", "points": "1"}, "is no item of the list"),
        ({"points": "1"}, "is no item of the list"),
        ({"item": "C1", "points": "7"}, "Give 0, 0.5 or 1."),
        ({"item": "C1", "points": "<script>"}, "Give 0, 0.5 or 1."),
    ],
)
@pytest.mark.parametrize("headers", [{}, part("row-C1")], ids=["page", "part"])
def test_what_cannot_be_is_said_and_nothing_is_kept(world, as_, untouched, url, sent, says, headers):
    answer = untouched(lambda: as_(world.editor).post(url, sent, headers=headers))
    assert answer.status_code == 422
    assert says in reading.text(answer) and "<script>" not in answer.content.decode().split("<main")[-1]


def test_who_may_not_is_sent_away(world, as_, untouched, url):
    for person, status in [(world.stranger, 404), (world.viewer, 403)]:
        answer = untouched(lambda who=person: as_(who).post(url, {"item": "C1", "points": "1"}))
        assert answer.status_code == status
    assert as_(world.stranger).get(url).status_code == 404
    assert as_(world.editor).get(f"{world.url}checklists/nonsense/").status_code == 404


def test_an_archived_project_keeps_its_points(world, as_, untouched, url):
    projects.archive(world.project.pk, actor=SYSTEM)
    answer = untouched(lambda: as_(world.editor).post(url, {"item": "C1", "points": "1"}))
    assert answer.status_code == 409 and "archived" in reading.text(answer)
    assert 'name="points"' not in as_(world.editor).get(url).content.decode()


def test_the_number_of_queries_does_not_grow_with_what_is_filled_in(
    world, as_, url, django_assert_max_num_queries
):
    client = as_(world.viewer)
    client.get(url)
    for number in range(1, 10):
        checklists.fill(world.project.pk, checklist="production", points={f"C{number}": "1"}, actor=SYSTEM)
    with django_assert_max_num_queries(13):
        client.get(url)
