"""The assessment: who sees it, what it shows, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import projects, stages
from projects.models import Answer, Project
from projects.pages import asked
from projects.queries import scoring
from projects.rules.answers import CODES, LETTERS
from tests.factories import SYSTEM, acting
from tests.projects.pages.conftest import part
from tests.projects.pages.reading import row, text

LINK = "https://example.org/sheet"
PAGES = [
    "assessment/",
    "assessment/?show=due",
    "assessment/compare/",
    "assessment/WP1/",
    "why/chance/",
    "why/impact/",
    "why/confidence/",
]
DEEDS = ["WP1/answer/", "WP1/undo/?to=0", "WP1/agree/", "confirm/P1/"]


@pytest.mark.parametrize("page", PAGES)
def test_everybody_who_sees_the_project_sees_the_assessment(world, as_, page):
    for person in (world.viewer, world.editor, world.sponsor):
        assert as_(person).get(world.url + page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "assessment/WP1/answer/"])
def test_a_stranger_finds_nothing(world, as_, page):
    assert as_(world.stranger).get(world.url + page).status_code == 404


@pytest.mark.parametrize("deed", DEEDS)
def test_a_stranger_and_a_viewer_change_nothing(world, as_, give, untouched, deed):
    give("WP1", "X", reason="Bought")
    url = f"{world.url}assessment/{deed}"
    assert untouched(as_(world.stranger).post, url, {"letter": "C"}).status_code == 404
    assert untouched(as_(world.viewer).post, url, {"letter": "C"}).status_code == 403


def test_a_viewer_is_offered_no_field_and_told_nothing_of_what_is_wrong(world, as_):
    url = f"{world.url}assessment/WP1/answer/"
    assert as_(world.viewer).get(f"{url}?letter=Y").status_code == 403
    assert as_(world.viewer).post(url, {"letter": "Y", "evidence": "a\0b"}).status_code == 403


def test_a_viewer_reads_answers_and_has_no_control(world, as_, give):
    give("WP1", "P")
    page = as_(world.viewer).get(f"{world.url}assessment/")
    assert "Partly" in row(page, "WP1")
    for words in ("<form", "<button", "Add as to-do", "answer/?letter="):
        assert words not in row(page, "WP1")


@pytest.mark.parametrize("deed", [*DEEDS, ""])
def test_what_is_not_asked_is_not_found(world, as_, deed):
    client = as_(world.editor)
    url = f"{world.url}assessment/" + (deed or "WP1/answer/")
    wrong = url.replace("WP1", "GA1").replace("P1/", "P9/") if "WP1" not in url else url.replace("WP1", "GA1")
    assert client.post(wrong, {"letter": "C"}).status_code == 404
    assert client.get(f"{world.url}assessment/ZZ9/").status_code == 404
    assert client.get(f"{world.url}why/nothing/").status_code == 404


def test_every_letter_has_its_words():
    assert set(asked.WORDS) == set(asked.MARKS) == set(CODES) == {letter.code for letter in LETTERS}


def test_a_list_is_a_part_and_keeps_the_filter(world, as_, give):
    give("WP1", "C")
    response = as_(world.editor).get(f"{world.url}assessment/?show=critical", headers=part("list"))
    page = response.content.decode()
    assert "<html" not in page
    assert 'id="row-WP1"' in page
    assert 'id="row-WP2"' not in page


@pytest.mark.parametrize(
    ("show", "there", "gone"),
    [
        ("due", ["WP2", "NT1"], ["WP1", "WP4", "DQ1"]),  # WP1 is answered, the others are due later
        ("open", ["WP2", "DQ1"], ["WP1", "WP3"]),
        ("critical", ["WP1", "GA1"], ["WP2"]),
        ("old", ["WP3"], ["WP1", "WP2"]),
        ("nonsense", ["WP1", "WP2", "GA1"], []),
    ],
)
def test_filters_leave_what_they_say(world, as_, give, show, there, gone):
    projects.edit(world.project.pk, version=None, actor=SYSTEM, llm=True)
    stages.report(world.project.pk, to="framing", actor=SYSTEM)
    give("WP1", "C")
    give("WP3", "P", days_ago=80)
    page = as_(world.viewer).get(f"{world.url}assessment/?show={show}").content.decode()
    assert [name for name in there if f'id="row-{name}"' not in page] == []
    assert [name for name in gone if f'id="row-{name}"' in page] == []


def test_a_filter_that_leaves_nothing_says_so(world, as_):
    assert "No answer has grown old" in text(as_(world.viewer).get(f"{world.url}assessment/?show=old"))


def test_before_it_is_due_planned_comes_first(world, as_, give):
    stages.report(world.project.pk, to="framing", actor=SYSTEM)
    page = as_(world.editor).get(f"{world.url}assessment/")

    def letters(question):
        return "".join(re.findall(r'data-row-key="(\w)"', row(page, question)))

    assert letters("WP1") == "ycptnux"
    assert letters("DQ1") == "tycpnux"


def test_questions_of_a_language_model_stand_in_a_panel_of_their_own(world, as_):
    client = as_(world.viewer)
    assert "Language model readiness" not in text(client.get(f"{world.url}assessment/"))
    projects.edit(world.project.pk, version=None, actor=SYSTEM, llm=True)
    page = text(client.get(f"{world.url}assessment/"))
    assert "Language model readiness counts in Model-to-product gap 0 of 9 known" in page
    assert "0 of 39 answered" in page


def test_history_says_who_changed_what_to_what(world, as_, give):
    give("WP1", "N", days_ago=40)
    give("WP1", "Y", world.manager, evidence=LINK)
    page = text(as_(world.viewer).get(f"{world.url}assessment/WP1/", headers=part()))
    assert "Mara Manager No → Yes, shown" in page
    assert "Edgar Editor Not known → No" in page
    assert page.index("Mara Manager") < page.index("Edgar Editor")


def test_hostile_words_stay_words(world, as_, give):
    bad = '<script>alert(1)</script><img src=x onerror="1">'
    give("WP1", "Y", evidence=bad)
    give("WP2", "X", reason=bad)
    give("WP3", "Y", evidence="https://example.org/\"onmouseover='x'")
    for page in ("", "assessment/", "assessment/WP1/", "assessment/WP2/", "assessment/compare/"):
        found = as_(world.editor).get(world.url + page).content.decode()
        assert "<script>alert" not in found
        assert "<img src=x" not in found
        assert not re.search(r"<[^>]*\sonmouseover=", found)
    opened = as_(world.editor).get(f"{world.url}assessment/WP1/answer/?letter=Y", headers=part("row-WP1"))
    assert "&lt;script&gt;" in opened.content.decode()


def test_a_project_that_was_put_away_is_only_read(world, as_, give):
    give("WP1", "C")
    projects.archive(world.project.pk, actor=acting(world.manager))
    client = as_(world.editor)
    assert "<form" not in row(client.get(f"{world.url}assessment/"), "WP1")
    response = client.post(f"{world.url}assessment/WP1/answer/", {"letter": "N"}, headers=part("row-WP1"))
    assert response.status_code == 409
    assert Answer.objects.get().letter == "C"


def test_pages_cost_the_same_with_no_answer_and_with_all(world, as_, give):
    client, counts = as_(world.editor), []
    for _ in range(2):
        for page in ["", *PAGES]:
            client.get(world.url + page)
            with CaptureQueriesContext(connection) as counted:
                client.get(world.url + page)
            counts.append(len(counted))
        for question in scoring.card(Project.objects.get(pk=world.project.pk)).asked(False):
            give(question.id, "Y", evidence=LINK)
            give(question.id, "P", evidence="Half")
    half = len(counts) // 2
    assert counts[:half] == counts[half:]
    assert max(counts) <= 19
