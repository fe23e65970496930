"""The same gate, the same obstacles and the same people, whichever door somebody comes through."""

import pytest

from projects.actions import moves, stages
from projects.errors import NotAllowed, Refused
from projects.models import Event, Move, Project
from projects.queries import facts, gate_sheets
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting
from tests.projects.api import callers
from tests.readiness import ready_for

pytestmark = pytest.mark.django_db
DOORS = ["action", "page", "part", "api", "key"]
GATE = {"to": "poc"}


@pytest.fixture
def project():
    """A project before the data gate, which blocks."""
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    project.refresh_from_db()
    return project


@pytest.fixture
def knock(client, project):
    """Advance through a door as a person; the status and the texts that came back."""

    def through(door, person):
        if door == "action":
            return _by_action(project, person)
        if door in ("page", "part"):
            return _by_page(client, project, person, door)
        return _by_api(project, person, door)

    return through


@pytest.mark.parametrize("door", DOORS)
def test_a_closed_gate_is_closed_and_names_the_same_obstacles(door, project, knock):
    expected = _rows(project) if door in ("page", "part") else _obstacles(project)
    assert len(expected) > 3
    before = _state(project)
    status, text = knock(door, a_member(project.portfolio, "manager"))
    assert status == 409
    assert [sentence for sentence in expected if sentence not in text] == []
    assert _state(project) == before


@pytest.mark.parametrize("door", DOORS)
def test_an_open_gate_is_open(door, project, knock):
    ready_for(project, "G2")
    status, _ = knock(door, a_member(project.portfolio, "contributor"))
    assert status in (200, 201, 204, 302)
    project.refresh_from_db()
    assert project.stage == "poc"
    assert Event.objects.filter(project=project, kind="stage.advanced").count() == 1


@pytest.mark.parametrize("door", DOORS)
def test_a_viewer_is_not_allowed_at_any_door(door, project, knock):
    ready_for(project, "G2")
    before = _state(project)
    status, _ = knock(door, a_member(project.portfolio, "viewer"))
    assert status == 403
    assert _state(project) == before


@pytest.mark.parametrize("door", ["page", "part", "api"])
def test_a_stranger_finds_nothing_at_any_door(door, project, knock):
    before = _state(project)
    status, _ = knock(door, a_person())
    assert status == 404
    assert _state(project) == before


def _by_action(project, person):
    try:
        moves.make(project.pk, actor=acting(person), **GATE)
    except Refused as refusal:
        return 409, " ".join(found.message for found in refusal.obstacles)
    except NotAllowed:
        return 403, ""
    return 201, ""


def _by_page(client, project, person, door):
    client.force_login(person)
    headers = {"HX-Request": "true", "HX-Target": "overlay"} if door == "part" else {}
    answer = client.post(
        f"/projects/{project.key}/moves/advance/",
        {**GATE, "version": project.version, "from_stage": project.stage},
        headers=headers,
    )
    return answer.status_code, _unescaped(answer.content.decode())


def _by_api(project, person, door):
    caller = callers.SignedIn(person)
    if door == "key":
        role = project.portfolio.members.get(user=person).role
        caller = callers.with_key(project.portfolio, role=role)
    answer = caller.post(f"/api/v1/projects/{project.key}/moves", GATE)
    said = answer.json().get("obstacles", [])
    return answer.status_code, " ".join(found["message"] for found in said)


def _unescaped(text):
    from html import unescape

    return unescape(text)


def _obstacles(project):
    with pytest.raises(Refused) as caught:
        moves.make(project.pk, actor=SYSTEM, **GATE)
    return [found.message for found in caught.value.obstacles]


def _rows(project):
    """The same as a page says it: a row with its name and what was found, or the role with why."""
    sheet = gate_sheets.of(project, facts.workflow(project).gate("G2"))
    told = [each.finding.obstacle for each in sheet.missing_criteria]
    told += [each for row in sheet.roles for each in row.obstacles] + list(sheet.others)
    assert set(_obstacles(project)) <= {each.message for each in told}
    named = [each.label for each in sheet.missing_criteria]
    found = [each.finding.says[:1].upper() + each.finding.says[1:] for each in sheet.missing_criteria]
    roles = [each.message for row in sheet.roles for each in row.obstacles]
    return [*named, *found, *roles, *(each.message for each in sheet.others)]


def _state(project):
    return (
        Project.objects.values_list("stage", "status", "version").get(pk=project.pk),
        Move.objects.filter(project=project).count(),
        Event.objects.filter(project=project).count(),
    )
