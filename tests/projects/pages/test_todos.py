"""To-dos on a project's page: the card, the dialog, the tick."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import projects, todos
from projects.models import Event, Todo
from tests import factories
from tests.factories import SYSTEM, acting
from tests.projects.pages.conftest import part


@pytest.fixture
def todo(world):
    return todos.add(world.project.pk, text="Book the load test", owner=world.editor, actor=SYSTEM)


def said(response, status=200):
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def test_a_mitigations_link_brings_its_text_and_its_question(as_, world):
    link = urlencode({"source": "mitigation", "ref": "MP2", "text": "Load test at twice the peak"})
    headers = {**part(), "HX-Current-URL": f"http://testserver{world.url}assessment/?show=due"}
    dialog = said(as_(world.editor).get(f"{world.url}todos/add/?{link}", headers=headers))
    assert 'value="Load test at twice the peak"' in dialog
    assert '<input type="hidden" name="source" value="mitigation"' in dialog
    assert "For MP2: " in dialog and "<html" not in dialog
    assert f'value="{world.url}assessment/?show=due"' in dialog
    body = {"text": "Load test at twice the peak", "owner": world.editor.pk, "due_on": "2027-01-15"}
    body |= {"source": "mitigation", "ref": "MP2", "back": f"{world.url}assessment/?show=due"}
    done = as_(world.editor).post(f"{world.url}todos/add/", body, headers=part())
    assert done["HX-Redirect"] == f"{world.url}assessment/?show=due"
    made = Todo.objects.get()
    assert (made.text, made.source, made.ref, made.owner) == (body["text"], "mitigation", "MP2", world.editor)
    page = said(as_(world.editor).get(world.url))
    assert "Load test at twice the peak" in page and ">MP2<" in page


def test_without_script_the_dialog_is_a_page_that_leads_back(as_, world):
    page = said(as_(world.editor).get(f"{world.url}todos/add/"))
    assert "<h1>Add a to-do of Claims triage router</h1>" in page
    done = as_(world.editor).post(f"{world.url}todos/add/", {"text": "Ask", "source": "free"})
    assert (done.status_code, done["Location"]) == (302, f"{world.url}#todos")


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "javascript:alert(1)",
        "\\\\evil",
        "/\\evil.org",
        "x",
    ],
)
def test_nobody_is_led_to_another_site(as_, world, back):
    done = as_(world.editor).post(f"{world.url}todos/add/", {"text": "Ask", "source": "free", "back": back})
    assert done["Location"] == f"{world.url}#todos"


def test_a_link_with_nonsense_opens_an_empty_form(as_, world):
    link = urlencode({"source": "mitigation", "ref": "XX\x009", "text": "a\x00" + "b" * 900})
    page = said(as_(world.editor).get(f"{world.url}todos/add/?{link}"))
    assert '<input type="hidden" name="source" value="free"' in page
    assert "b" * 299 in page and "b" * 300 not in page


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"text": " "}, "text", "Say what is to be done."),
        ({"text": "x" * 301}, "text", "at most 300 characters"),
        ({"text": "a\x00b"}, "text", "Null characters are not allowed."),
        ({"due_on": "31 Nov 2026"}, "due_on", "This is not a date."),
        ({"due_on": "1905-01-01"}, "due_on", "1905 is too long ago."),
        ({"owner": "999999"}, "owner", "Choose a person from the list."),
        ({"link": "javascript:alert(1)"}, "link", "Give the whole address, with https:// in front"),
        ({"link": "https://example.org/" + "x" * 500}, "link", "at most 500 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(as_, world, body, field, message):
    sent = {"text": "Ask", "source": "free", **body}
    page = said(as_(world.editor).post(f"{world.url}todos/add/", sent, headers=part()), 422)
    control = page[page.index(f'id="id_{field}"') - 400 : page.index(f'id="id_{field}"') + 900]
    assert 'aria-invalid="true"' in control and message in control
    assert not Todo.objects.exists()


def test_a_source_that_the_project_does_not_have_is_refused(as_, world):
    sent = {"text": "Ask", "source": "gate", "ref": "G99"}
    page = said(as_(world.editor).post(f"{world.url}todos/add/", sent, headers=part()), 409)
    assert "has no gate “G99”" in page
    assert not Todo.objects.exists()


def test_the_dialog_changes_only_what_its_editor_changed(as_, world, todo):
    url = f"{world.url}todos/{todo.pk}/"
    form = as_(world.editor).get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    todos.edit(todo.pk, text="Book two load tests", actor=acting(world.manager))
    done = as_(world.editor).post(url, sent | {"due_on": "2027-01-15"})
    assert done.status_code == 302
    todo.refresh_from_db()
    assert (todo.text, todo.due_on.isoformat()) == ("Book two load tests", "2027-01-15")


def test_a_damaged_memory_of_the_dialog_does_no_harm(as_, world, todo):
    for seen in ("", "{", "[1]", "7", '{"text": {}}'):
        done = as_(world.editor).post(f"{world.url}todos/{todo.pk}/", {"text": f"Book {seen}", "seen": seen})
        assert done.status_code == 302
        todo.refresh_from_db()
        assert todo.text == f"Book {seen}".strip()


def test_who_has_left_stays_the_owner_until_somebody_chooses_another(as_, world, todo):
    world.editor.is_active = False
    world.editor.save()
    url = f"{world.url}todos/{todo.pk}/"
    form = as_(world.manager).get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert as_(world.manager).post(url, sent | {"text": "Book the room"}).status_code == 302
    todo.refresh_from_db()
    assert (todo.text, todo.owner) == ("Book the room", world.editor)


def test_a_tick_gives_the_card_with_the_focus_on_the_next(as_, world, todo):
    second = todos.add(world.project.pk, text="Second", actor=SYSTEM)
    card = said(as_(world.editor).post(f"{world.url}todos/{todo.pk}/done/", headers=part("todos")))
    assert card.lstrip().startswith('<section class="card" id="todos"')
    assert 'aria-label="Done: Second" data-focus' in card
    assert "Done lately" in card and f'action="{world.url}todos/{todo.pk}/reopen/"' in card
    assert 'id="toasts"' in card and "Done: Book the load test" in card
    card = said(as_(world.editor).post(f"{world.url}todos/{second.pk}/done/", headers=part("todos")))
    assert "All done." in card and 'tabindex="-1" data-focus' in card
    card = said(as_(world.editor).post(f"{world.url}todos/{second.pk}/reopen/", headers=part("todos")))
    assert 'aria-label="Done: Second" data-focus' in card


def test_undo_opens_it_again_and_leads_to_the_project(as_, world, todo):
    todos.finish(todo.pk, actor=SYSTEM)
    done = as_(world.editor).post(f"{world.url}todos/{todo.pk}/reopen/", follow=True)
    assert done.redirect_chain == [(f"{world.url}#todos", 302)]
    assert "Open again: Book the load test" in said(done)


def test_the_card_tells_what_is_late_first(as_, world):
    for days, words in [(None, "Some day"), (5, "Soon"), (-2, "Late"), (0, "Now")]:
        due_on = None if days is None else timezone.localdate() + timedelta(days)
        todos.add(world.project.pk, text=words, due_on=due_on, actor=SYSTEM)
    page = said(as_(world.editor).get(world.url))
    card = page[page.index('id="todos"') :]
    places = [card.index(f">{words}<") for words in ("Late", "Now", "Soon", "Some day")]
    assert places == sorted(places)
    assert "4 open" in card and "1 overdue" in card and "2 days late" in card and "due today" in card


def test_removed_is_gone_from_the_page_and_kept_in_the_history(as_, world, todo):
    done = as_(world.editor).post(f"{world.url}todos/{todo.pk}/remove/", follow=True)
    assert "Removed: Book the load test" in said(done)
    history = said(as_(world.editor).get(f"{world.url}history/"))
    assert "removed a to-do: Book the load test" in history


def test_an_archived_project_refuses_in_words(as_, world, todo):
    projects.archive(world.project.pk, actor=SYSTEM)
    page = said(as_(world.editor).post(f"{world.url}todos/add/", {"text": "Ask", "source": "free"}), 409)
    assert "archived" in page
    done = as_(world.editor).post(f"{world.url}todos/{todo.pk}/done/", follow=True)
    assert "Not done." in said(done)
    assert Todo.objects.get().done_at is None


ADDRESSES = ["todos/add/", "todos/{id}/", "todos/{id}/done/", "todos/{id}/reopen/", "todos/{id}/remove/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_viewer_may_not_and_a_stranger_finds_nothing(as_, world, todo, address):
    url = world.url + address.format(id=todo.pk)
    before = Event.objects.count()
    assert as_(world.viewer).post(url, {"text": "Ask", "source": "free"}).status_code == 403
    assert as_(world.stranger).post(url, {"text": "Ask", "source": "free"}).status_code == 404
    assert Event.objects.count() == before


def test_a_viewer_reads_them_and_ticks_their_own(as_, world, todo):
    own = todos.add(world.project.pk, text="Sign the form", owner=world.viewer, actor=SYSTEM)
    page = said(as_(world.viewer).get(world.url))
    assert "Book the load test" in page and 'aria-label="Done: Book the load test"' not in page
    assert 'aria-label="Done: Sign the form"' in page
    assert "Add a to-do" not in page
    assert as_(world.viewer).post(f"{world.url}todos/{own.pk}/done/").status_code == 302


def test_a_todo_of_another_project_is_not_found_here(as_, world):
    elsewhere = todos.add(factories.a_project(world.portfolio).pk, text="Ask", actor=SYSTEM)
    for address in ADDRESSES[1:]:
        assert as_(world.editor).post(world.url + address.format(id=elsewhere.pk)).status_code == 404


def test_words_of_people_are_text(as_, world):
    link = "https://example.org/?a=1&b=2"
    todos.add(world.project.pk, text='<img src=x onerror="a()">', link=link, actor=SYSTEM)
    page = said(as_(world.editor).get(world.url))
    assert "<img src=x" not in page
    assert 'href="https://example.org/?a=1&amp;b=2" rel="noreferrer"' in page


def test_the_card_takes_as_many_queries_with_twenty_as_with_one(as_, world):
    client = as_(world.editor)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            said(client.get(world.url))
        return len(queries)

    todos.add(world.project.pk, text="First", owner=world.editor, actor=SYSTEM)
    with_one = counted()
    for each in range(19):
        made = todos.add(world.project.pk, text=f"No {each}", owner=world.editor, actor=SYSTEM)
        if each % 2:
            todos.finish(made.pk, actor=acting(world.editor))
    assert counted() == with_one


def test_a_criterion_of_a_gate_brings_its_todo_and_no_other(as_, world):
    sent = {"text": "Train the users", "source": "gate", "ref": "G6:training"}
    assert as_(world.editor).post(f"{world.url}todos/add/", sent).status_code == 302
    assert Todo.objects.get().ref == "G6:training"
    for ref in ("G6:nothing", "G6:", "G9:training", ":training"):
        page = said(
            as_(world.editor).post(f"{world.url}todos/add/", sent | {"ref": ref}, headers=part()), 409
        )
        assert "has no gate" in page
    assert Todo.objects.count() == 1
