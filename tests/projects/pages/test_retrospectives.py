"""The dialog that is offered after a decision, and where its words stand afterwards."""

import pytest

from projects.actions import moves, retrospectives, stages
from projects.models import Move, Retrospective
from tests.factories import SYSTEM, a_key, a_member, a_person, a_portfolio, a_project

pytestmark = pytest.mark.django_db
SAID = {"happened": "The data came for one region only.", "lesson": "Access that is not signed is no access."}


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def signed_in(client, project):
    client.force_login(a_member(project.portfolio, "manager"))
    return client


def url(project, rest="retrospectives/add/"):
    return f"/projects/{project.key}/{rest}"


def test_after_a_stop_the_project_offers_to_write_it_down(signed_in, project):
    answer = signed_in.post(
        url(project, "moves/stop/"), {"reason_code": "budget", "note": "", "version": project.version}
    )
    move = Move.objects.get(kind="stop")
    assert answer.url == f"/projects/{project.key}/?look_back={move.pk}"
    text = signed_in.get(answer.url).text
    assert f'hx-get="/projects/{project.key}/retrospectives/add/?about={move.pk}" hx-trigger="load"' in text
    dialog = signed_in.get(url(project), {"about": move.pk}).text
    assert f'<option value="{move.pk}" selected>Stopped, ' in dialog


def test_an_advance_offers_nothing(signed_in, project):
    assert "What did you learn?" not in signed_in.get(f"/projects/{project.key}/").text
    assert "What did you learn?" not in signed_in.get(f"/projects/{project.key}/?look_back=<script>").text


def test_it_is_written_and_stands_in_the_history_and_on_the_page_of_what_ended(signed_in, project):
    move = moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM).move
    sent = {**SAID, "pitfall": "P2", "sunk_cost": "84000", "move": move.pk}
    answer = signed_in.post(url(project), sent)
    assert answer.url == f"/projects/{project.key}/history/"
    for page in (answer.url, f"/projects/{project.key}/"):
        text = signed_in.get(page).text
        assert SAID["lesson"] in text
        assert "84 k EUR spent" in text
    assert Retrospective.objects.get().move == move


def test_what_is_missing_is_named_at_its_field(signed_in, project):
    answer = signed_in.post(url(project), {"happened": "", "lesson": "x", "move": "99"})
    assert answer.status_code == 422
    assert "Say what happened." in answer.text
    assert "Choose a decision of the list." in answer.text
    assert not Retrospective.objects.exists()


def test_a_running_project_has_its_looks_in_the_history_only(signed_in, project):
    stages.report(project.pk, to="framing", actor=SYSTEM)
    retrospectives.write(project.pk, actor=SYSTEM, **SAID)
    assert "Looking back" in signed_in.get(url(project, "history/")).text
    assert "Looking back" not in signed_in.get(url(project, "")).text


def test_strangers_find_nothing_and_viewers_may_not_write(client, project):
    client.force_login(a_person())
    assert client.get(url(project)).status_code == 404
    client.force_login(a_member(project.portfolio, "viewer"))
    assert client.get(url(project)).status_code == 403
    assert client.post(url(project), SAID).status_code == 403
    assert "Write a retrospective" not in client.get(url(project, "history/")).text


def api(client, project, secret, body=None):
    address, headers = f"/api/v1/projects/{project.key}/retrospectives", {"Authorization": f"Bearer {secret}"}
    if body is None:
        return client.get(address, headers=headers)
    return client.post(address, body, content_type="application/json", headers=headers)


def test_the_api_writes_and_reads_the_same(client, project):
    move = moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM).move
    _, secret = a_key(project.portfolio)
    answer = api(client, project, secret, {**SAID, "pitfall": "P2", "sunk_cost": "84000", "move": move.pk})
    assert answer.status_code == 201
    assert answer.json()["about"] == "Stopped"
    assert api(client, project, secret).json() == {"items": [answer.json()]}
    wrong = api(client, project, secret, {**SAID, "pitfall": "P9"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "pitfall")


def test_a_key_needs_the_scope(client, project):
    _, secret = a_key(project.portfolio, scopes=["projects:read"])
    assert api(client, project, secret).status_code == 200
    assert api(client, project, secret, SAID).status_code == 403
    _, elsewhere = a_key(a_portfolio())
    assert api(client, project, elsewhere).status_code == 404
