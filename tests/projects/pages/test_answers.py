"""Answering on the page: what is saved, what comes back, what is refused, and how it is taken back."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import answers, projects
from projects.actions.answers import Given
from projects.models import Answer, Assessment
from tests import factories
from tests.factories import SYSTEM, acting
from tests.projects.pages.conftest import part
from tests.projects.pages.reading import chosen, row, text

LINK = "https://example.org/sheet"


def test_an_answer_is_saved_at_once_and_only_its_part_comes_back(world, as_):
    client = as_(world.editor)
    response = client.post(f"{world.url}assessment/WP1/answer/", {"letter": "C"}, headers=part("row-WP1"))
    assert response.status_code == 200
    page = response.content.decode()
    assert "<html" not in page
    assert chosen(response, "WP1") == "C"
    for name in ("head-P1", "assessment-progress", "figure-risk", "figure-chance", "risk-count"):
        assert re.search(f'id="{name}"[^>]*hx-swap-oob', page), name
    assert "1 of 30 answered" in text(response)
    assert "WP1: Yes, claimed. Risk" in text(response)
    assert Answer.objects.get().given_by == world.editor


def test_without_script_the_tab_comes_back_at_the_question(world, as_):
    client = as_(world.editor)
    url = f"{world.url}assessment/WP2/answer/?show=open"
    response = client.post(url, {"letter": "N"})
    assert response.status_code == 302
    assert response.url == f"{world.url}assessment/?show=open#row-WP2"
    assert "WP2: No." in text(client.get(response.url))


@pytest.mark.parametrize("letter", ["Y", "X"])
def test_yes_and_not_applicable_open_a_field(world, as_, letter):
    url = f"{world.url}assessment/WP1/answer/?letter={letter}"
    client = as_(world.editor)
    opened = client.get(url, headers=part("row-WP1"))
    name = {"Y": "evidence", "X": "reason"}[letter]
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', row(opened, "WP1"))
    assert field
    assert "data-focus" in field[0]
    whole = client.get(url)
    assert "<html" in whole.content.decode()
    assert f'name="{name}"' in row(whole, "WP1")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"letter": "Y"}, "A yes needs its evidence. Link the evidence or say where it is"),
        ({"letter": "X"}, "Not applicable needs a reason. Write why the question does not apply."),
        ({"letter": "Y", "evidence": "javascript:alert(1)"}, "is not an address of evidence."),
        ({"letter": "Y", "evidence": "x" * 2001}, "at most 2000 characters"),
        ({"letter": "Y", "evidence": "a\0b"}, "Null characters are not allowed."),
        (
            {"letter": "Y", "evidence": LINK, "evidence_until": "2001-01-01"},
            "This evidence ended on 2001-01-01.",
        ),
        ({"letter": "Y", "evidence": LINK, "evidence_until": "31 Nov 2026"}, "This is not a date."),
        ({"letter": "Q"}, "“Q” is not an answer. Answer with one of Y"),
        ({"letter": "YY"}, "“YY” is not an answer."),
        ({"letter": "a\0"}, "Null characters are not allowed."),
        ({}, "“” is not an answer. Answer with one of Y"),
    ],
)
@pytest.mark.parametrize("headers", [part("row-WP1"), {}])
def test_what_is_wrong_names_the_field_and_the_fix(world, as_, untouched, sent, says, headers):
    url = f"{world.url}assessment/WP1/answer/"
    response = untouched(as_(world.editor).post, url, sent, headers=headers)
    assert response.status_code == 422
    assert says in text(response)
    assert ("<html" in response.content.decode()) == (not headers)
    assert not Answer.objects.exists()


def test_the_same_letter_again_keeps_its_evidence_and_confirms(world, as_, give):
    give("WP1", "Y", evidence=LINK, days_ago=50)
    give("WP2", "P", evidence="Half of them", days_ago=50)
    client = as_(world.manager)
    url = f"{world.url}assessment/WP2/answer/"
    response = client.post(url, {"letter": "P"}, headers=part("row-WP2"))
    assert "WP2: Partly, confirmed." in text(response)
    assert "Undo" not in text(response)
    answer = Answer.objects.get(question="WP2")
    assert answer.evidence == "Half of them"
    assert answer.confirmed_by == world.manager
    opened = client.get(f"{world.url}assessment/WP1/answer/?letter=Y", headers=part("row-WP1"))
    assert f'value="{LINK}"' in row(opened, "WP1")


def test_undo_lets_the_former_answer_stand_again_as_old_as_it_was(world, as_, give):
    former = give("WP1", "P", evidence="Half of them", days_ago=70)
    client = as_(world.editor)
    response = client.post(f"{world.url}assessment/WP1/answer/", {"letter": "N"}, headers=part("row-WP1"))
    address = html.unescape(re.search(r'action="([^"]+/undo/[^"]+)"', response.content.decode())[1])
    assert "WP1: Partly again." in text(client.post(address, follow=True))
    answer = Answer.objects.get(question="WP1", replaced_at=None)
    assert (answer.letter, answer.evidence) == ("P", "Half of them")
    assert answer.confirmed_on == former.confirmed_on
    assert Assessment.objects.get(project=world.project).answers["WP1"][1] == former.confirmed_on.isoformat()
    assert "WP1 has been answered since" in text(client.post(address, follow=True))


def test_undo_keeps_the_word_of_the_second_person(world, as_, give):
    give("WP2", "X", reason="Bought")
    answers.agree(world.project.pk, question="WP2", actor=acting(world.manager))
    client = as_(world.editor)
    response = client.post(f"{world.url}assessment/WP2/answer/", {"letter": "N"}, headers=part("row-WP2"))
    client.post(html.unescape(re.search(r'action="([^"]+/undo/[^"]+)"', response.content.decode())[1]))
    assert Answer.objects.get(question="WP2", replaced_at=None).agreed_at is not None


def test_undo_takes_back_no_answer_of_somebody_else(world, as_, give, untouched):
    former = give("WP1", "P")
    give("WP1", "N", world.manager)
    url = f"{world.url}assessment/WP1/undo/?to={former.pk}"
    assert "it stays as it is" in text(untouched(as_(world.editor).post, url, follow=True))


def test_undo_of_the_first_answer_is_not_known(world, as_):
    client = as_(world.editor)
    response = client.post(f"{world.url}assessment/WP1/answer/", {"letter": "N"}, headers=part("row-WP1"))
    address = html.unescape(re.search(r'action="([^"]+/undo/[^"]+)"', response.content.decode())[1])
    client.post(address)
    assert Answer.objects.get(question="WP1", replaced_at=None).letter == "U"


def test_undo_takes_no_answer_of_another_question_or_project(world, as_, give, untouched):
    other = give("WP2", "P")
    elsewhere = factories.a_project(world.portfolio, "Other")
    theirs = answers.give(elsewhere.pk, given=Given("WP1", "C"), actor=acting(world.editor))
    for wanted in (other.pk, theirs.pk, "x", "9" * 40, ""):
        url = f"{world.url}assessment/WP1/undo/?to={wanted}"
        assert untouched(as_(world.editor).post, url).status_code == 404


def test_evidence_that_has_ended_cannot_come_back_by_undo(world, as_, give, untouched):
    first = give("WP1", "Y", evidence=LINK)
    Answer.objects.filter(pk=first.pk).update(evidence_until=timezone.localdate() - timedelta(days=1))
    give("WP1", "N")
    response = untouched(
        as_(world.editor).post, f"{world.url}assessment/WP1/undo/?to={first.pk}", follow=True
    )
    assert "WP1 stays as it is: This evidence ended on" in text(response)


def test_what_does_not_apply_waits_for_a_second_person(world, as_, give):
    give("WP2", "X", reason="Bought with the machine")
    own = row(as_(world.editor).get(f"{world.url}assessment/"), "WP2")
    assert "waiting for a second person" in own
    assert "Bought with the machine" in own
    assert "I agree it does not apply" not in own
    client = as_(world.manager)
    assert "I agree it does not apply" in row(client.get(f"{world.url}assessment/"), "WP2")
    agreed = client.post(f"{world.url}assessment/WP2/agree/", headers=part("row-WP2"))
    assert "Mara Manager agreed" in row(agreed, "WP2")
    assert Answer.objects.get().agreed_by == world.manager


def test_nobody_agrees_with_themselves(world, as_, give, untouched):
    give("WP2", "X", reason="Bought")
    response = untouched(as_(world.editor).post, f"{world.url}assessment/WP2/agree/", headers=part("row-WP2"))
    assert response.status_code == 409
    assert "Ask somebody else in the team to confirm it." in text(response)


def test_still_true_renews_a_section_and_names_who_said_so(world, as_, give):
    give("WP1", "C", days_ago=90)
    give("WP2", "N", days_ago=90)
    give("DQ1", "P", days_ago=90)
    client = as_(world.manager)
    before = client.get(f"{world.url}assessment/")
    assert "grown old" in row(before, "WP1")
    assert "grown old" not in row(before, "WP2")
    response = client.post(f"{world.url}assessment/confirm/P1/", headers=part("group-P1"))
    assert "1 answer holds as of today." in text(response)
    assert "confirmed today by Mara Manager" in text(response)
    assert "grown old" not in row(response, "WP1")
    today = timezone.localdate()
    renewed = set(Answer.objects.filter(confirmed_on=today).values_list("question", flat=True))
    assert renewed == {"WP1"}


def test_a_panel_and_its_pitfall_are_confirmed_apart(world, as_, give):
    projects.edit(world.project.pk, version=None, actor=SYSTEM, llm=True)
    give("MP1", "C", days_ago=90)
    give("GA1", "C", days_ago=90)
    as_(world.editor).post(f"{world.url}assessment/confirm/GA/")
    ages = dict(Answer.objects.values_list("question", "confirmed_on"))
    assert ages["GA1"] == timezone.localdate() > ages["MP1"]
