"""To-dos: who may write them, what is refused, and what the history keeps."""

from datetime import date

import pytest

from projects.actions import blockers, projects, todos, workflows
from projects.errors import NotAllowed, Refused
from projects.models import Event, Project, Todo
from projects.queries import timelines
from projects.queries.todos import origin
from projects.rules import workflow
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def editor(project):
    return a_member(project.portfolio, "contributor", "Edgar Editor")


@pytest.fixture
def todo(project, editor):
    return todos.add(project.pk, text="Book the load test", owner=editor, actor=acting(editor))


def events(project):
    """Kinds and payloads of what was written of to-dos."""
    rows = Event.objects.filter(project=project, kind__startswith="todo.").order_by("pk")
    return list(rows.values_list("kind", "payload"))


def refused(attempt, *args, **fields):
    """The obstacles of a refusal; nothing was stored."""
    before = list(Todo.objects.values()), Event.objects.count()
    with pytest.raises(Refused) as caught:
        attempt(*args, **fields)
    assert (list(Todo.objects.values()), Event.objects.count()) == before
    return [(each.field, each.code) for each in caught.value.obstacles]


def test_a_mitigation_becomes_a_todo(project, editor):
    made = todos.add(
        project.pk,
        text="  Load test\n at twice the peak ",
        owner=editor,
        due_on=date(2026, 12, 1),
        link=" https://tracker.example.org/browse/ML-1 ",
        source="mitigation",
        ref="MP2",
        actor=acting(editor),
    )
    found = Todo.objects.get(pk=made.pk)
    assert found.text == "Load test at twice the peak"
    assert found.link == "https://tracker.example.org/browse/ML-1"
    assert (found.owner, found.due_on, found.source, found.ref) == (
        editor,
        date(2026, 12, 1),
        "mitigation",
        "MP2",
    )
    assert (found.created_by, found.done_at) == (editor, None)
    ((kind, payload),) = events(project)
    assert kind == "todo.added"
    said = {"todo": found.pk, "text": found.text, "owner": editor.pk, "due_on": "2026-12-01"}
    assert payload == {**said, "source": "mitigation", "ref": "MP2"}


def test_a_todo_changes_nothing_of_its_project(project, editor):
    before = Project.objects.values().get(pk=project.pk)
    made = todos.add(project.pk, text="Book it", actor=acting(editor))
    todos.finish(made.pk, actor=acting(editor))
    assert Project.objects.values().get(pk=project.pk) == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": " \n "}, ("text", "text_missing")),
        ({"text": "x" * 301}, ("text", "too_long")),
        ({"text": "a\0b"}, ("text", "unusable_character")),
        ({"link": "javascript:alert(1)"}, ("link", "link_unusable")),
        ({"due_on": date(1905, 1, 1)}, ("due_on", "unlikely_date")),
        ({"source": "dream"}, ("source", "source_unknown")),
        ({"ref": "WP1"}, ("ref", "ref_unknown")),
        ({"source": "mitigation"}, ("ref", "ref_unknown")),
        ({"source": "mitigation", "ref": "XX9"}, ("ref", "ref_unknown")),
        ({"source": "gate", "ref": "G99"}, ("ref", "ref_unknown")),
        ({"source": "blocker", "ref": "1"}, ("ref", "ref_unknown")),
        ({"source": "blocker", "ref": "9" * 20}, ("ref", "ref_unknown")),
        ({"source": "blocker", "ref": "²"}, ("ref", "ref_unknown")),
    ],
)
def test_what_is_not_kept_is_refused_with_field_and_fix(project, fields, reason):
    said = {"text": "Book the load test", **fields}
    assert refused(todos.add, project.pk, actor=SYSTEM, **said) == [reason]


def test_every_reason_is_given_at_once(project):
    stranger = a_person()
    fields = {"text": "", "link": "x", "owner": stranger, "source": "gate", "ref": "?"}
    found = refused(todos.add, project.pk, actor=SYSTEM, **fields)
    assert [field for field, _ in found] == ["text", "link", "owner", "ref"]


def test_it_can_come_from_a_gate_and_from_a_blocker_of_this_project(project):
    blocker = blockers.raise_(
        project.pk, title="No access to claims", category="data_access", severity="low", actor=SYSTEM
    )
    assert todos.add(project.pk, text="Ask", source="blocker", ref=str(blocker.pk), actor=SYSTEM).pk
    gate = project.workflow.rules.gates[0].code
    assert todos.add(project.pk, text="Sign", source="gate", ref=gate, actor=SYSTEM).pk
    elsewhere = a_project()
    found = refused(todos.add, elsewhere.pk, text="Ask", source="blocker", ref=str(blocker.pk), actor=SYSTEM)
    assert found == [("ref", "ref_unknown")]


def test_who_has_left_or_may_not_see_the_project_owns_no_todo(project, todo):
    left = a_member(project.portfolio)
    left.is_active = False
    left.save()
    for person, code in ((left, "owner_inactive"), (a_person(), "owner_cannot_see")):
        assert refused(todos.add, project.pk, text="Ask", owner=person, actor=SYSTEM) == [("owner", code)]
        assert refused(todos.edit, todo.pk, owner=person, actor=SYSTEM) == [("owner", code)]


def test_the_present_owner_is_no_obstacle_to_other_changes(project, todo, editor):
    editor.is_active = False
    editor.save()
    assert todos.edit(todo.pk, owner=editor, text="Book the room", actor=SYSTEM).text == "Book the room"


def test_an_edit_says_what_changed(project, todo, editor):
    todos.edit(todo.pk, text="Book it", owner=None, due_on=date(2027, 1, 5), actor=acting(editor))
    kind, payload = events(project)[-1]
    assert (kind, payload["text"]) == ("todo.edited", "Book it")
    assert payload["changes"] == {
        "text": ["Book the load test", "Book it"],
        "owner": [editor.pk, None],
        "due_on": [None, "2027-01-05"],
    }


def test_an_edit_that_changes_nothing_leaves_no_trace(project, todo, editor):
    todos.edit(todo.pk, text=" Book the load test ", owner=editor, actor=acting(editor))
    assert [kind for kind, _ in events(project)] == ["todo.added"]


def test_a_wrong_edit_stores_nothing(todo):
    assert refused(todos.edit, todo.pk, text="", link="nowhere", actor=SYSTEM) == [
        ("text", "text_missing"),
        ("link", "link_unusable"),
    ]
    with pytest.raises(ValueError, match="source"):
        todos.edit(todo.pk, source="gate", actor=SYSTEM)


def test_done_twice_is_done_once_and_can_be_opened_again(project, todo, editor):
    first = todos.finish(todo.pk, actor=acting(editor))
    again = todos.finish(todo.pk, actor=SYSTEM)
    assert (again.done_at, again.done_by) == (first.done_at, editor)
    todos.reopen(todo.pk, actor=SYSTEM)
    reopened = todos.reopen(todo.pk, actor=SYSTEM)
    assert (reopened.done_at, reopened.done_by) == (None, None)
    assert [kind for kind, _ in events(project)] == ["todo.added", "todo.done", "todo.reopened"]


def test_what_is_removed_stays_in_the_history(project, todo, editor):
    todos.remove(todo.pk, actor=acting(editor))
    assert not Todo.objects.exists()
    kind, payload = events(project)[-1]
    assert (kind, payload["text"], payload["owner"]) == ("todo.removed", "Book the load test", editor.pk)
    for attempt in (todos.finish, todos.reopen, todos.remove):
        with pytest.raises(Refused, match="removed"):
            attempt(todo.pk, actor=acting(editor))


def test_a_viewer_may_not_and_a_member_of_the_team_may(project, todo):
    viewer = acting(a_member(project.portfolio, "viewer"))
    for attempt in (
        lambda: todos.add(project.pk, text="Ask", actor=viewer),
        lambda: todos.edit(todo.pk, text="Ask", actor=viewer),
        lambda: todos.finish(todo.pk, actor=viewer),
        lambda: todos.reopen(todo.pk, actor=viewer),
        lambda: todos.remove(todo.pk, actor=viewer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert len(events(project)) == 1
    assert todos.add(project.pk, text="Ask", actor=acting(on_team(project, "OW"))).pk


def test_who_owns_a_todo_may_tick_it_off_but_not_rewrite_it(project):
    viewer = a_member(project.portfolio, "viewer")
    theirs = todos.add(project.pk, text="Sign the form", owner=viewer, actor=SYSTEM)
    assert todos.finish(theirs.pk, actor=acting(viewer)).done_by == viewer
    assert todos.reopen(theirs.pk, actor=acting(viewer)).done_at is None
    for attempt in (
        lambda: todos.edit(theirs.pk, text="x", actor=acting(viewer)),
        lambda: todos.remove(theirs.pk, actor=acting(viewer)),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_owner_who_may_no_longer_see_the_project_may_not(project):
    viewer = a_member(project.portfolio, "viewer")
    theirs = todos.add(project.pk, text="Sign the form", owner=viewer, actor=SYSTEM)
    project.portfolio.members.filter(user=viewer).delete()
    with pytest.raises(NotAllowed):
        todos.finish(theirs.pk, actor=acting(viewer))


def test_nothing_is_changed_on_an_archived_project(project, todo, editor):
    projects.archive(project.pk, actor=SYSTEM)
    for attempt in (
        lambda: todos.add(project.pk, text="Ask", actor=SYSTEM),
        lambda: todos.edit(todo.pk, text="Ask", actor=SYSTEM),
        lambda: todos.finish(todo.pk, actor=acting(editor)),
        lambda: todos.remove(todo.pk, actor=SYSTEM),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "archived"


def test_the_history_reads_as_sentences(project, todo, editor):
    todos.edit(todo.pk, due_on=date(2027, 1, 5), actor=acting(editor))
    todos.finish(todo.pk, actor=acting(editor))
    todos.remove(todo.pk, actor=acting(editor))
    told = [entry.text for entry in timelines.page(project).entries]
    assert told[:4] == [
        "removed a to-do: Book the load test",
        "did a to-do: Book the load test",
        "changed a to-do: Book the load test",
        "added a to-do: Book the load test",
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_tick_at_once_leave_one_trace(project, todo, editor):
    other = a_member(project.portfolio, "manager")
    found = at_once(
        lambda: todos.finish(todo.pk, actor=acting(editor)),
        lambda: todos.finish(todo.pk, actor=acting(other)),
    )
    assert len({each.done_by_id for each in found}) == 1
    assert [kind for kind, _ in events(project)] == ["todo.added", "todo.done"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_ticks_what_another_removes_is_told(project, todo, editor):
    found = at_once(
        lambda: todos.remove(todo.pk, actor=acting(editor)), lambda: todos.finish(todo.pk, actor=SYSTEM)
    )
    assert not Todo.objects.exists()
    failures = [each for each in found if isinstance(each, Exception)]
    assert [each.code for each in failures] in ([], ["removed"])


def test_a_to_do_can_come_from_a_criterion_of_a_gate():
    portfolio = a_portfolio()
    definition = workflow.dump(portfolio.workflow.rules)
    launch = next(gate for gate in definition["gates"] if gate["code"] == "G6")
    launch["criteria"] = [{"kind": "todo", "name": "training", "label": "Train the users"}]
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    portfolio.refresh_from_db()
    project = a_project(portfolio)
    asked = {"text": "Train", "source": "gate"}
    assert todos.add(project.pk, ref="G6:training", **asked, actor=SYSTEM).ref == "G6:training"
    assert origin(project, "gate", "G6:training") == "Launch: Train the users"
    for ref in ("G6:trainings", "G6:", "G5:training", "G6:training:x", ":training"):
        with pytest.raises(Refused):
            todos.add(project.pk, ref=ref, **asked, actor=SYSTEM)
