"""The overview and how a project begins."""

import pytest

from projects.actions import comments, moves, projects, stages, updates
from projects.models import BusinessUnit, Event, Project
from tests import factories
from tests.factories import SYSTEM, acting

PAGES = ["", "gate/", "updates/", "team/", "history/"]
FIVE = {
    "name": "Fraud scores",
    "problem": "Fraud is found late",
    "unit": "Finance",
    "subunit": "Risk",
    "kind": "new",
}


@pytest.mark.parametrize("page", PAGES)
def test_people_of_the_portfolio_see_every_page(world, as_, page):
    for person in (world.viewer, world.editor, world.sponsor):
        response = as_(person).get(world.url + page)
        assert response.status_code == 200
        assert "Claims triage router" in response.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "edit/", "update/", "moves/advance/", "fields/owner/", "people/"])
def test_a_stranger_finds_nothing(world, as_, page):
    assert as_(world.stranger).get(world.url + page).status_code == 404


def test_a_viewer_gets_no_buttons(world, as_):
    page = as_(world.viewer).get(world.url).content.decode()
    for words in ("Post update", "Advance to", "/edit/", "/moves/", "/delete/", 'name="text"'):
        assert words not in page


def test_a_contributor_gets_the_buttons(world, as_):
    page = as_(world.editor).get(world.url).content.decode()
    for words in ("Post update", "Advance to Framing", "/edit/", 'name="text"'):
        assert words in page


def test_the_key_is_found_in_any_letter_case(world, as_):
    assert as_(world.viewer).get(world.url.lower()).status_code == 200


def test_the_gate_card_names_what_is_missing_and_who_supplies_it(world, as_):
    page = as_(world.editor).get(world.url).content.decode()
    assert "Nobody has the role Product owner, so nobody can sign for it." in page
    assert "“Business unit”" in page or "Business unit is not filled in." in page
    assert f"{world.url}edit/#id_unit" in page
    assert "1 met: Problem" in page


def test_flags_show_their_rule_and_what_clears_them(world, as_):
    factories.a_flag(world.project, severity="critical", facts={"days": 70, "limit": 30})
    page = as_(world.viewer).get(world.url).content.decode()
    assert "the limit is 30 days" in page
    assert "anything else that says something clears it." in page


def test_a_reported_stage_says_so_with_the_gates_that_nobody_examined(world, as_):
    stages.report(world.project.pk, to="data", actor=SYSTEM, source="inventory 2024")
    page = as_(world.viewer).get(world.url).content.decode()
    assert "Reported, gate not examined" in page
    assert "Intake, Problem" in page


def test_cells_of_the_source_are_shown_word_for_word(world, as_):
    Project.objects.filter(pk=world.project.pk).update(source={"Use <b>case</b>": "=1+1 <script>"})
    page = as_(world.viewer).get(world.url).content.decode()
    assert "1 cell of the imported file" in page
    assert "=1+1 &lt;script&gt;" in page


def test_a_page_costs_the_same_with_one_row_and_with_twenty(world, as_, django_assert_max_num_queries):
    actor = acting(world.editor)

    def fill(times):
        for number in range(times):
            updates.post(world.project.pk, health="on_track", text=f"Going well {number}", actor=actor)
            comments.post(world.project.pk, text="@[Vera Viewer] look", actor=actor)
            factories.a_flag(world.project, subject=str(number + times), facts={"days": 1, "limit": 1})
            factories.on_team(world.project, "DX")

    client = as_(world.editor)
    counts = []
    for times in (1, 20):
        fill(times)
        for page in PAGES:
            with django_assert_max_num_queries(20) as counted:
                assert client.get(world.url + page).status_code == 200
            counts.append(len(counted.captured_queries))
    assert counts[: len(PAGES)] == counts[len(PAGES) :]


def test_five_things_make_a_project(world, as_):
    response = as_(world.editor).post("/projects/new/", {**FIVE, "owner": world.editor.pk})
    project = Project.objects.get(name="Fraud scores")
    assert response.status_code == 302
    assert response.url == f"/projects/{project.key}/"
    assert (project.owner, project.kind, project.unit.name, project.unit.parent.name) == (
        world.editor,
        "new",
        "Risk",
        "Finance",
    )
    assert Event.objects.filter(kind="project.created", project=project).count() == 1


def test_a_unit_is_found_whatever_the_letter_case(world, as_):
    for name in ("One", "Two"):
        as_(world.editor).post("/projects/new/", {**FIVE, "name": name, "owner": world.editor.pk})
        again = {**FIVE, "unit": "FINANCE", "subunit": " risk "}
        as_(world.editor).post("/projects/new/", {**again, "name": name + "!", "owner": world.editor.pk})
    assert BusinessUnit.objects.filter(portfolio=world.portfolio).count() == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 10_000, "at most 200 characters"),
        ("name", "a\0b", "Null characters are not allowed."),
        ("problem", "", "This field is required."),
        ("unit", "", "This field is required."),
        ("subunit", "x" * 201, "at most 200 characters"),
        ("owner", "999999999999999999999999", "Choose a person from the list."),
        ("kind", "miracle", "Select a valid choice"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_added(world, as_, field, value, says):
    before = Project.objects.count(), BusinessUnit.objects.count(), Event.objects.count()
    response = as_(world.editor).post("/projects/new/", {**FIVE, "owner": world.editor.pk, field: value})
    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert (Project.objects.count(), BusinessUnit.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize("name", ["🦜 chatter", "تصنيف المطالبات", "<script>alert(1)</script>", "a\u202eb"])
def test_any_script_may_be_a_name_and_none_is_run(world, as_, name):
    response = as_(world.editor).post(
        "/projects/new/", {**FIVE, "name": name, "owner": world.editor.pk}, follow=True
    )
    assert response.status_code == 200
    assert Project.objects.filter(name=name).exists()
    assert "<script>alert" not in response.content.decode()


def test_a_viewer_cannot_add_a_project(world, as_, untouched):
    post = {**FIVE, "owner": world.editor.pk, "portfolio": world.portfolio.slug}
    assert as_(world.viewer).get("/projects/new/").status_code in (403, 404)
    assert untouched(lambda: as_(world.viewer).post("/projects/new/", post)).status_code == 403


def test_a_portfolio_that_one_cannot_see_does_not_exist(world, as_):
    post = {**FIVE, "owner": world.editor.pk, "portfolio": world.portfolio.slug}
    assert as_(world.stranger).post("/projects/new/", post).status_code == 404


def test_a_similar_name_is_a_hint(world, as_):
    hint = as_(world.editor).get("/projects/new/similar/", {"name": "claims triage routers"}).content.decode()
    assert world.project.key in hint
    assert (
        as_(world.stranger).get("/projects/new/similar/", {"name": "claims triage router"}).content.strip()
        == b""
    )


def test_an_archived_project_is_only_looked_at(world, as_):
    projects.archive(world.project.pk, actor=SYSTEM)
    page = as_(world.manager).get(world.url).content.decode()
    assert "Take out of the archive" in page
    assert "Post update" not in page
    assert "/moves/" not in page


def test_a_held_project_says_until_when(world, as_):
    moves.make(
        world.project.pk,
        kind="hold",
        note="Waiting for a contract",
        until=world.project.created_at.date().replace(year=2090),
        approver=world.sponsor,
        actor=acting(world.editor),
    )
    assert "to resume on" in as_(world.viewer).get(world.url).content.decode()
