"""Proposals where people decide on them: first in My work, in a dialog, and on the project's overview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import proposals, todos
from projects.models import Event, Move, Proposal, StatusUpdate
from tests import factories
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "my-work"}
UPDATE = {"health": "on_track", "text": "The nightly evaluation is <b>through</b>."}


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Claims")


@pytest.fixture
def me(portfolio, client):
    person = factories.a_member(portfolio, "contributor", "Edgar Editor")
    client.force_login(person)
    return person


@pytest.fixture
def project(portfolio, me):
    return factories.a_project(portfolio, owner=me)


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def proposed(project, kind="update", body=None, cause="build-1"):
    return proposals.propose(
        project.pk, kind=kind, body=body or UPDATE, reason="Build 1 is green.", cause=cause, actor=SYSTEM
    )


def test_it_stands_first_says_what_the_gate_lacks_and_is_confirmed_where_it_stands(client, me, project):
    todos.add(project.pk, text="Book the load test", owner=me, actor=SYSTEM)
    move = proposed(project, "move", {"to": "framing"})
    page = text(client.get("/my-work/"))
    assert page.index('id="proposals-title"') < page.index('id="mine-title"')
    assert "Advance from Idea to Framing" in page and "Noted with the move:" in page
    assert "Build 1 is green." in page
    assert "1" in text(client.get("/my-work/count/"))
    part = text(client.post(f"/my-work/proposals/{move.pk}/confirm/", headers=PART))
    assert f'id="proposal-{move.pk}"' not in part and "Done: Advance from Idea to Framing" in part
    assert Move.objects.get(project=project).actor == me


def test_a_closed_gate_offers_a_look_and_a_forced_yes_says_why_not(client, portfolio, me):
    factories.strict_gates(portfolio)
    project = factories.a_project(portfolio, owner=me)
    move = proposed(project, "move", {"to": "framing"})
    page = text(client.get("/my-work/"))
    assert "The gate still lacks:" in page and f"/my-work/proposals/{move.pk}/confirm/" not in page
    part = text(client.post(f"/my-work/proposals/{move.pk}/confirm/", headers=PART))
    assert "Not done." in part and f'id="proposal-{move.pk}"' in part
    dialog = text(client.post(f"/proposals/{move.pk}/", {"decision": "confirm"}), 409)
    assert "Not done. The gate is closed" in dialog and "state-row" in dialog
    assert not Move.objects.exists() and Proposal.objects.get().state == "open"


def test_the_dialog_tells_all_and_takes_a_word(client, me, project):
    made = proposed(project)
    dialog = text(client.get(f"/proposals/{made.pk}/"))
    assert "Post an update: on track" in dialog and "&lt;b&gt;through" in dialog
    answer = client.post(f"/proposals/{made.pk}/", {"decision": "decline", "note": "Not yet."})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.state, made.note, made.decided_by) == ("declined", "Not yet.", me)
    closed = text(client.get(f"/proposals/{made.pk}/"))
    assert "Declined by Edgar Editor" in closed and "proposal-form" not in closed
    assert not StatusUpdate.objects.exists()


def test_it_is_declined_where_it_stands(client, me, project):
    made = proposed(project)
    assert "Declined:" in text(client.post(f"/my-work/proposals/{made.pk}/decline/", headers=PART))
    assert Proposal.objects.get().state == "declined"


def test_only_who_looks_after_the_project_is_asked(client, portfolio, project):
    made = proposed(project)
    client.force_login(factories.a_member(portfolio, "contributor"))
    assert f'id="proposal-{made.pk}"' not in text(client.get("/my-work/"))
    assert f'id="proposal-{made.pk}"' in text(client.get(f"/projects/{project.key}/"))


def test_a_viewer_looks_and_a_stranger_finds_nothing(client, portfolio, project):
    made = proposed(project)
    client.force_login(factories.a_member(portfolio, "viewer"))
    assert "proposal-form" not in text(client.get(f"/proposals/{made.pk}/"))
    for address in (f"/proposals/{made.pk}/", f"/my-work/proposals/{made.pk}/confirm/"):
        assert client.post(address, {"decision": "confirm"}).status_code == 403
        client.force_login(factories.a_person())
        assert client.post(address, {"decision": "confirm"}).status_code == 404
        client.force_login(factories.a_member(portfolio, "viewer"))
    assert Proposal.objects.get().state == "open"


def test_the_history_tells_it_in_a_sentence(client, me, project):
    made = proposed(project)
    proposals.confirm(made.pk, actor=factories.acting(me))
    page = text(client.get(f"/projects/{project.key}/history/"))
    assert "confirmed the proposal: Post an update: on track" in page
    assert Event.objects.filter(kind="proposal.confirmed", actor=me).count() == 1


def test_as_many_queries_with_twenty_as_with_two(client, me, portfolio):
    def add(number):
        for _ in range(number):
            project = factories.a_project(portfolio, owner=me)
            flag = factories.a_flag(project, "NO_UPDATE")
            proposed(project, "move", {"to": "framing"}, "1")
            proposed(project, "answer", {"question": "WP1", "letter": "P"}, "2")
            sleep = {"flag": flag.pk, "until": "2027-01-01", "reason": "Holiday"}
            proposed(project, "snooze", sleep, "3")

    def counted(address):
        with CaptureQueriesContext(connection) as queries:
            text(client.get(address))
        return len(queries)

    add(2)
    counted("/my-work/")
    few = counted("/my-work/")
    add(1)
    more = counted("/my-work/")  # One more query says how many are not shown.
    add(17)
    assert counted("/my-work/") == more <= few + 1
