"""The dialogs of the moves, and the moves that they make."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import moves, projects, teams
from projects.models import Event, Move, Project
from tests import factories
from tests.factories import SYSTEM, acting
from tests.projects.pages.conftest import part

FAR = (timezone.localdate() + timedelta(days=60)).isoformat()


def send(client, world, kind, **data):
    world.project.refresh_from_db()
    data = {"version": world.project.version, **data}
    return client.post(f"{world.url}moves/{kind}/", data)


def put(world, stage):
    """Bring the project to a stage as a file would report it."""
    from projects.actions import stages

    stages.report(world.project.pk, to=stage, actor=SYSTEM)
    world.project.refresh_from_db()


def test_the_dialog_opens_alone_and_in_the_page(world, as_):
    url = f"{world.url}moves/advance/"
    alone = as_(world.editor).get(url).content.decode()
    assert "<html" in alone
    in_page = as_(world.editor).get(url, headers=part()).content.decode()
    assert "<dialog" in in_page
    assert "<html" not in in_page


def test_a_warning_gate_says_with_how_many_open_points(world, as_):
    page = as_(world.editor).get(f"{world.url}moves/advance/").content.decode()
    assert "Advance with 5 open points" in page
    assert "Nobody has the role Product owner, so nobody can sign for it." in page


def test_an_advance_leaves_a_move_and_an_event(world, as_):
    response = send(as_(world.editor), world, "advance", to="framing")
    assert response.status_code == 302
    move = Move.objects.get(project=world.project)
    assert (move.from_stage, move.to_stage, move.actor) == ("idea", "framing", world.editor)
    assert len(move.obstacles) == 5
    assert Event.objects.filter(kind="stage.advanced", project=world.project).count() == 1


def test_htmx_is_sent_to_the_project(world, as_):
    data = {"version": world.project.version, "to": "framing"}
    response = as_(world.editor).post(f"{world.url}moves/advance/", data, headers=part())
    assert response["HX-Redirect"] == world.url


def test_a_second_press_does_not_advance_two_stages(world, as_):
    stale = {"version": world.project.version, "to": "framing"}
    client = as_(world.editor)
    client.post(f"{world.url}moves/advance/", stale)
    again = client.post(f"{world.url}moves/advance/", stale, follow=True)
    assert "Nothing changed" in again.content.decode()
    assert Move.objects.filter(project=world.project).count() == 1


def test_a_blocking_gate_refuses_with_every_obstacle(world, as_, untouched):
    put(world, "data")
    page = as_(world.editor).get(f"{world.url}moves/advance/").content.decode()
    assert 'aria-disabled="true"' in page
    response = untouched(lambda: send(as_(world.editor), world, "advance", to="poc"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "The gate is closed" in page
    for words in ("Planned date", "Data steward", "Data and ML lead", "Product owner"):
        assert words in page


def test_somebody_was_faster_and_the_dialog_says_who(world, as_):
    seen = world.project.version
    teams.assign(world.project.pk, user_id=world.viewer.pk, role="PO", actor=acting(world.manager))
    response = as_(world.editor).post(f"{world.url}moves/advance/", {"version": seen, "to": "framing"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mara Manager" in page
    assert "named Vera Viewer as Product owner" in page
    assert f'name="version" value="{seen + 1}"' in page
    assert not Move.objects.filter(project=world.project).exists()


def test_after_somebody_went_further_the_next_stage_is_offered(world, as_):
    seen = world.project.version
    for stage in ("framing", "data"):
        moves.make(world.project.pk, to=stage, actor=SYSTEM)
    response = as_(world.editor).post(f"{world.url}moves/advance/", {"version": seen, "to": "framing"})
    assert response.status_code == 409
    assert 'name="to" value="poc"' in response.content.decode()


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("advance", {"to": "utopia"}, "There is no such stage here."),
        ("advance", {"to": ""}, "Choose a stage."),
        ("back", {"to": "idea", "reason_code": "pivot", "note": ""}, "This field is required."),
        ("back", {"to": "idea", "reason_code": "", "note": "x"}, "Choose a reason."),
        ("back", {"to": "pilot", "reason_code": "pivot", "note": "x"}, "There is no such stage here."),
        ("hold", {"note": "x", "until": "1905-01-01"}, "1905 is too long ago."),
        ("hold", {"note": "x", "until": "2026-02-31"}, "This is not a date. Use a date like"),
        ("hold", {"note": "x", "until": "2020-01-01"}, "This date has passed."),
        ("hold", {"note": "x" * 2001, "until": FAR}, "at most 2000 characters"),
        ("hold", {"note": "a\0b", "until": FAR}, "Null characters are not allowed."),
        ("stop", {"reason_code": "other", "note": ""}, "needs a note"),
        ("stop", {"reason_code": "boredom", "note": ""}, "There is no such reason."),
        ("stop", {"reason_code": "budget", "version": "x"}, "Enter a whole number."),
    ],
)
def test_an_invalid_move_names_the_field(world, as_, untouched, kind, data, says):
    put(world, "framing")
    response = untouched(lambda: send(as_(world.manager), world, kind, **data))
    assert response.status_code == 422
    assert says in response.content.decode()


def test_back_needs_a_reason_and_goes(world, as_):
    put(world, "data")
    send(as_(world.editor), world, "back", to="framing", reason_code="pivot", note="Another goal")
    world.project.refresh_from_db()
    assert world.project.stage == "framing"
    assert world.project.furthest_stage == "data"


def test_hold_asks_for_somebody_else_who_may_agree(world, as_):
    page = as_(world.manager).get(f"{world.url}moves/hold/").content.decode()
    assert "Sina Sponsor" in page
    assert "Edgar Editor" not in page
    assert ">Mara Manager</option>" not in page
    data = {"note": "Contract", "until": FAR, "approver": world.sponsor.pk}
    assert send(as_(world.manager), world, "hold", **data).status_code == 302
    world.project.refresh_from_db()
    assert (world.project.status, world.project.resume_on.isoformat()) == ("on_hold", FAR)
    assert send(as_(world.editor), world, "resume").status_code == 302
    world.project.refresh_from_db()
    assert world.project.status == "active"


def test_who_asks_for_a_hold_cannot_agree_to_it(world, as_, untouched):
    data = {"note": "Contract", "until": FAR, "approver": world.manager.pk}
    response = untouched(lambda: send(as_(world.manager), world, "hold", **data))
    assert response.status_code == 422
    assert "Choose a person from the list." in response.content.decode()


def test_a_project_on_hold_does_not_advance_and_says_what_to_do(world, as_, untouched):
    data = {"note": "Contract", "until": FAR, "approver": world.sponsor.pk}
    send(as_(world.manager), world, "hold", **data)
    response = untouched(lambda: send(as_(world.editor), world, "advance", to="framing"))
    assert response.status_code == 409
    assert "This project is on hold." in response.content.decode()
    assert f"{world.url}moves/resume/" in response.content.decode()


def test_stop_and_restart(world, as_):
    put(world, "data")
    assert send(as_(world.manager), world, "stop", reason_code="budget").status_code == 302
    world.project.refresh_from_db()
    assert world.project.outcome == "stopped"
    page = as_(world.manager).get(world.url).content.decode()
    assert "It can be restarted." in page
    assert send(as_(world.manager), world, "restart").status_code == 302
    world.project.refresh_from_db()
    assert (world.project.outcome, world.project.stage, world.project.attempt) == ("open", "framing", 2)


def test_rollback_and_retire(world, as_):
    put(world, "production")
    assert send(as_(world.editor), world, "rollback", to="pilot").status_code == 302
    assert "review is due on" in as_(world.viewer).get(world.url).content.decode()
    page = as_(world.manager).get(f"{world.url}moves/retire/").content.decode()
    assert "Retirement is final." in page
    assert send(as_(world.manager), world, "retire", note="A rule does it now").status_code == 302
    world.project.refresh_from_db()
    assert world.project.outcome == "retired"
    assert "/moves/" not in as_(world.manager).get(world.url).content.decode()


@pytest.mark.parametrize(
    "kind", ["advance", "back", "hold", "resume", "stop", "restart", "rollback", "retire"]
)
def test_a_viewer_moves_nothing(world, as_, untouched, kind):
    assert as_(world.viewer).get(f"{world.url}moves/{kind}/").status_code == 403
    assert untouched(lambda: send(as_(world.viewer), world, kind, to="framing")).status_code == 403
    assert untouched(lambda: send(as_(world.stranger), world, kind, to="framing")).status_code == 404


@pytest.mark.parametrize("kind", ["report", "migrate", "fly"])
def test_other_kinds_have_no_dialog(world, as_, kind):
    assert as_(world.manager).get(f"{world.url}moves/{kind}/").status_code == 404


def test_an_archived_or_deleted_project_is_not_moved(world, as_):
    projects.delete(world.project.pk, actor=SYSTEM)
    assert send(as_(world.editor), world, "advance", to="framing").status_code == 404


def test_skipping_with_a_waiver(world, as_, untouched):
    Project.objects.filter(pk=world.project.pk).update(tier="low")
    refused = untouched(lambda: send(as_(world.editor), world, "advance", to="data"))
    assert refused.status_code == 409
    assert "needs a waiver" in refused.content.decode()
    asked = as_(world.sponsor).post(
        f"{world.url}waivers/",
        {"to": "data", "reason": "Done elsewhere", "expires_on": FAR, "signs_as": "SP"},
    )
    assert asked.status_code == 302
    waiver = world.project.waivers.get()
    page = as_(world.manager).get(f"{world.url}gate/").content.decode()
    assert "waits for a signature" in page
    assert as_(world.manager).post(f"{world.url}waivers/{waiver.pk}/sign/").status_code == 302
    page = as_(world.editor).get(f"{world.url}moves/advance/?to=data").content.decode()
    assert "Data readiness, by waiver" in page
    assert "waived" in page
    assert send(as_(world.editor), world, "advance", to="data").status_code == 302
    world.project.refresh_from_db()
    assert world.project.stage == "data"
    assert "used" in as_(world.viewer).get(world.url).content.decode()


def test_who_asked_cannot_sign_again(world, as_, untouched):
    as_(world.sponsor).post(
        f"{world.url}waivers/", {"to": "framing", "reason": "Done", "expires_on": FAR, "signs_as": "SP"}
    )
    waiver = world.project.waivers.get()
    assert (
        untouched(lambda: as_(world.sponsor).post(f"{world.url}waivers/{waiver.pk}/sign/")).status_code == 403
    )
    assert (
        untouched(lambda: as_(world.editor).post(f"{world.url}waivers/{waiver.pk}/sign/")).status_code == 403
    )
    other = factories.a_project(world.portfolio, "Other")
    assert as_(world.manager).post(f"/projects/{other.key}/waivers/{waiver.pk}/sign/").status_code == 404


def test_a_waiver_that_cannot_be_says_why(world, as_, untouched):
    Project.objects.filter(pk=world.project.pk).update(tier="high")
    post = {"to": "mvp", "reason": "Hurry", "expires_on": FAR, "signs_as": "SP"}
    response = untouched(lambda: as_(world.sponsor).post(f"{world.url}waivers/", post))
    assert response.status_code == 409
    assert "cannot be waived for the governance tier high" in response.content.decode()
    wrong = untouched(
        lambda: as_(world.sponsor).post(f"{world.url}waivers/", {**post, "expires_on": "1905-01-01"})
    )
    assert wrong.status_code == 422
