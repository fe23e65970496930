"""The assessment in a real browser: answered by keyboard alone, saved at once, taken back by the toast."""

import pytest

from projects.actions import answers
from projects.actions.answers import Given
from projects.models import Answer
from projects.pages.asked import questions
from tests.factories import acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINK = "https://example.org/sheet"


@pytest.fixture
def page(browser_page, client, live_server, world):
    """The assessment, looked at by the editor."""
    client.force_login(world.editor)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.goto(f"{world.url}assessment/")
    return browser_page


def focused(page, question):
    """Wait until the focus is in the row of a question."""
    page.wait_for_function(
        "name => document.activeElement.closest('[data-row]')?.id === `row-${name}`", arg=question
    )


def saved(page, question, letter):
    """Wait until the row has come back with the answer; before, it is only marked in advance."""
    page.wait_for_function(
        """([question, letter]) => {
            const option = document.querySelector(`#row-${question} .answers [data-row-key=${letter}]`);
            return option?.matches("[aria-pressed=true], [aria-current]") && !option.matches("[data-was]");
        }""",
        arg=[question, letter],
    )


def given(world):
    rows = Answer.objects.filter(project=world.project, replaced_at=None)
    return dict(rows.values_list("question", "letter"))


def test_letters_answer_and_the_focus_moves_on(page, world):
    page.keyboard.press("j")
    focused(page, "WP1")
    for letter, question, following in (("c", "WP1", "WP2"), ("n", "WP2", "WP3"), ("t", "WP3", "WP4")):
        page.keyboard.press(letter)
        focused(page, following)
        saved(page, question, letter)
    page.keyboard.press("k")
    focused(page, "WP3")
    page.locator("#assessment-progress", has_text="3 of 30 answered").wait_for()
    assert given(world) == {"WP1": "C", "WP2": "N", "WP3": "T"}
    assert page.locator("#toasts .toast").count() == 1
    assert page.url.endswith("/assessment/")


def test_the_whole_assessment_takes_one_key_a_question(page, world):
    asked = [each.id for each in questions(world.project)]
    page.keyboard.press("j")
    for place, question in enumerate(asked):
        page.keyboard.press("p")
        if place + 1 < len(asked):
            focused(page, asked[place + 1])
        saved(page, question, "p")
    page.locator("#assessment-progress", has_text="30 of 30 answered").wait_for()
    assert given(world) == dict.fromkeys(asked, "P")


def test_yes_asks_for_evidence_and_enter_saves_it(page, world):
    page.keyboard.press("j")
    page.keyboard.press("y")
    field = page.locator("#row-WP1 input[name=evidence]")
    field.wait_for()
    page.wait_for_function("() => document.activeElement.name === 'evidence'")
    page.keyboard.press("Enter")
    page.locator("#row-WP1").get_by_text("A yes needs its evidence.").wait_for()
    page.wait_for_function("() => document.activeElement.name === 'evidence'")
    page.keyboard.type(LINK)
    page.keyboard.press("Enter")
    focused(page, "WP2")
    assert page.locator("#row-WP1").get_by_role("link", name=LINK).is_visible()
    assert given(world) == {"WP1": "Y"}


def test_escape_closes_the_field_and_keeps_the_place(page, world):
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#row-WP1 input[name=reason]").wait_for()
    page.wait_for_function("() => document.activeElement.name === 'reason'")
    page.keyboard.type("never mind")
    page.keyboard.press("Escape")
    page.locator("#row-WP1 input[name=reason]").wait_for(state="detached")
    focused(page, "WP1")
    assert given(world) == {}


def test_a_click_answers_and_stays(page, world):
    page.locator("#row-WP2").get_by_role("button", name="Partly").click()
    saved(page, "WP2", "p")
    focused(page, "WP2")
    assert given(world) == {"WP2": "P"}


def test_the_toast_takes_it_back(page, world):
    answers.give(world.project.pk, given=Given("WP1", "C"), actor=acting(world.manager))
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.locator(".toast", has_text="WP1: No.").get_by_role("button", name="Undo").click()
    page.locator(".toast", has_text="WP1: Yes, claimed again.").wait_for()
    focused(page, "WP1")
    assert given(world) == {"WP1": "C"}


def test_the_figures_move_with_the_answers(page, world):
    before = page.locator("#figure-risk").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.wait_for_function("was => document.getElementById('figure-risk').innerText !== was", arg=before)
    assert "nothing answered yet" not in page.locator("#figure-risk").inner_text()


def test_a_figure_opens_to_its_reasons_and_a_question_to_its_history(page, world):
    answers.give(world.project.pk, given=Given("WP1", "N"), actor=acting(world.manager))
    page.reload()
    page.locator("#figure-chance a").click()
    page.get_by_role("dialog").get_by_text("that is usual in this stage").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("Not known → No").wait_for()
    page.keyboard.press("Escape")
    focused(page, "WP1")


def test_no_answer_is_pressed_where_the_server_refused(page, world, console_errors):
    world.portfolio.members.filter(user=world.editor).update(role="viewer")
    page.locator("#row-WP2").get_by_role("button", name="Partly").click()
    page.locator(".toast--bad").wait_for()
    page.locator("#row-WP2 button[value=P][aria-pressed=false]").wait_for()
    assert given(world) == {}
    console_errors.clear()


def test_single_keys_can_be_switched_off(page, world):
    world.editor.single_keys = False
    world.editor.save()
    page.reload()
    page.locator("#row-WP1 .ask-q").focus()
    page.keyboard.press("n")
    page.locator("#row-WP2").get_by_role("button", name="Partly").click()
    saved(page, "WP2", "p")
    assert given(world) == {"WP2": "P"}


def test_a_link_to_a_question_puts_the_focus_there(page, world):
    page.goto(f"{world.url}?#risk")
    page.get_by_role("link", name="Answer WP4").first.click()
    focused(page, "WP4")
