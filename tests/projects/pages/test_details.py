"""A project's facts: saved, refused, and changed by two people at once."""

import pytest

from projects.actions import projects, updates
from projects.models import BusinessUnit, Event, Project
from projects.pages.project_forms import shown
from tests.factories import acting
from tests.projects.pages.conftest import part


def filled(project, **changes):
    values = {name: "" if value is None else value for name, value in shown(project).items()}
    return {**values, **changes}


def test_all_facts_are_saved(world, as_):
    data = filled(
        world.project,
        tier="high",
        personal_data="yes",
        llm="no",
        metric_name="Cycle time",
        metric_baseline="9.4",
        metric_target="6",
        gate_planned_on="2027-02-01",
        unit="Insurance",
        subunit="Motor",
    )
    assert as_(world.editor).post(f"{world.url}edit/", data).status_code == 302
    world.project.refresh_from_db()
    project = world.project
    assert (project.tier, project.personal_data, project.llm, project.vendor) == ("high", True, False, None)
    assert (str(project.metric_baseline), project.unit.name) == ("9.400000", "Motor")
    event = Event.objects.get(kind="project.edited", project=project)
    assert set(event.payload["changes"]) == {
        "tier",
        "personal_data",
        "llm",
        "metric_name",
        "metric_baseline",
        "metric_target",
        "gate_planned_on",
        "unit",
    }


def test_what_gates_ask_for_is_saved_and_emptied_again(world, as_):
    said = {
        "decides_about_people": "yes",
        "human_review": "no",
        "acts_automatically": "no",
        "safety_relevant": "",
        "customer_facing": "yes",
        "users_affected": "120000",
        "expectation": "Recall of 0.7 to 0.8 by May.\r\nNo free text.",
        "data_sources": "Claims\r\nWeather",
        "model_version": "2",
        "first_exposure_on": "2027-04-01",
        "metric_measured_on": "2026-03-01",
        "monitoring_seen_on": "2026-03-02",
        "capacity_fte": "2.50",
        "stated_on": "2027-05-01",
        "stated_value": "250000",
        "leakage_reviewed_on": "2026-03-03",
        "audited_on": "2026-03-04",
    }
    client = as_(world.editor)
    assert client.post(f"{world.url}edit/", filled(world.project, **said)).status_code == 302
    world.project.refresh_from_db()
    project = world.project
    assert (project.decides_about_people, project.human_review, project.safety_relevant) == (
        True,
        False,
        None,
    )
    assert (project.users_affected, project.data_sources) == (120_000, "Claims\nWeather")
    page = client.get(f"{world.url}edit/").content.decode()
    assert 'value="2.5"' in page and 'value="2027-04-01"' in page
    assert client.post(f"{world.url}edit/", filled(project, **dict.fromkeys(said, ""))).status_code == 302
    project.refresh_from_db()
    kept = [getattr(project, name) for name in said]
    assert set(kept) == {None, ""}


def test_saving_what_is_there_already_changes_nothing(world, as_, untouched):
    assert (
        untouched(lambda: as_(world.editor).post(f"{world.url}edit/", filled(world.project))).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "x" * 10_000, "at most 200 characters"),
        ("name", " ", "This field is required."),
        ("problem", "x" * 20_001, "at most 20000 characters"),
        ("committed_on", "1905-01-01", "1905 is too long ago."),
        ("committed_on", "9999-01-01", "9999 is too far ahead."),
        ("gate_planned_on", "tomorrow", "This is not a date."),
        ("metric_baseline", "nine", "Enter a number."),
        ("metric_baseline", "NaN", "Enter a number."),
        ("metric_target", "1" * 30, "no more than 20 digits"),
        ("tier", "colossal", "Select a valid choice"),
        ("personal_data", "perhaps", "Select a valid choice"),
        ("decides_about_people", "perhaps", "Select a valid choice"),
        ("users_affected", "-1", "greater than or equal to 0"),
        ("users_affected", "1e3", "This is not a whole number."),
        ("users_affected", "9" * 30, "less than or equal to 2000000000"),
        ("model_version", "x" * 61, "at most 60 characters"),
        ("expectation", "x" * 20_001, "at most 20000 characters"),
        ("metric_measured_on", "2099-01-01", "Give the day on which it was done."),
        ("monitoring_seen_on", "2099-01-01", "Give the day on which it was done."),
        ("first_exposure_on", "1905-01-01", "1905 is too long ago."),
        ("stated_value", "-1", "is no value of a year"),
        ("leakage_reviewed_on", "2099-01-01", "Give the day on which it was done."),
        ("audited_on", "2099-01-01", "Give the day on which it was done."),
        ("capacity_fte", "-1", "greater than or equal to 0"),
        ("capacity_fte", "Infinity", "This is not a number."),
        ("capacity_fte", "1.255", "no more than 2 decimal places"),
        ("subunit", "Alone", "Say which business unit this team belongs to."),
        ("owner", "0", "Choose a person from the list."),
        ("version", "", "This field is required."),
    ],
)
def test_a_wrong_fact_is_named_and_nothing_is_saved(world, as_, untouched, field, value, says):
    response = untouched(
        lambda: as_(world.editor).post(
            f"{world.url}edit/", filled(world.project, **{"tier": "low", field: value})
        )
    )
    assert response.status_code == 422
    assert says in response.content.decode()


def test_a_stale_save_shows_both_and_lets_one_choose(world, as_):
    mine = filled(world.project, name="My name", description="Only mine")
    theirs = {"name": "Their name", "problem": "Their problem"}
    projects.edit(world.project.pk, version=None, actor=acting(world.manager), **theirs)
    response = as_(world.editor).post(f"{world.url}edit/", mine)
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("Mara Manager", "My name", "Their name", "Only mine", "Not saved yet"):
        assert words in page
    world.project.refresh_from_db()
    assert world.project.name == "Their name"
    assert 'name="keep-name"' in page
    assert 'name="keep-problem"' not in page, "a field that only they changed is theirs without asking"
    assert '<input type="hidden" name="problem" value="Their problem">' in page


@pytest.mark.parametrize(("choice", "name"), [("mine", "My name"), ("theirs", "Their name")])
def test_the_choice_is_saved_and_nothing_is_lost(world, as_, choice, name):
    mine = filled(world.project, name="My name", description="Only mine")
    theirs = {"name": "Their name", "problem": "Their problem"}
    projects.edit(world.project.pk, version=None, actor=acting(world.manager), **theirs)
    response = as_(world.editor).post(f"{world.url}edit/", mine)
    again = dict(response.context["found"].to_send) | {"keep-name": choice}
    assert as_(world.editor).post(f"{world.url}edit/", again).status_code == 302
    world.project.refresh_from_db()
    found = (world.project.name, world.project.description, world.project.problem)
    assert found == (name, "Only mine", "Their problem")


def test_other_news_does_not_lose_an_edit(world, as_):
    mine = filled(world.project, description="Mine")
    updates.post(world.project.pk, health="on_track", text="News", actor=acting(world.manager))
    response = as_(world.editor).post(f"{world.url}edit/", mine)
    assert response.status_code == 409
    assert "Nothing of it touches what you changed." in response.content.decode()
    assert (
        as_(world.editor).post(f"{world.url}edit/", dict(response.context["found"].to_send)).status_code
        == 302
    )
    world.project.refresh_from_db()
    assert world.project.description == "Mine"


def test_a_refused_save_leaves_no_new_unit_behind(world, as_):
    mine = filled(world.project, unit="Brand new")
    projects.edit(world.project.pk, version=None, actor=acting(world.manager), name="Theirs")
    assert as_(world.editor).post(f"{world.url}edit/", mine).status_code == 409
    assert not BusinessUnit.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gate_planned_on", {"gate_planned_on": "2027-02-01"}),
        ("committed_on", {"committed_on": "2027-05-01"}),
        ("unit", {"unit": "Insurance", "subunit": ""}),
    ],
)
def test_one_field_is_changed_where_it_stands(world, as_, name, data):
    client = as_(world.editor)
    cell = client.get(f"{world.url}fields/{name}/", headers=part(f"field-{name}")).content.decode()
    assert "<html" not in cell
    assert f'id="field-{name}"' in cell
    assert "<html" in client.get(f"{world.url}fields/{name}/").content.decode()
    response = client.post(
        f"{world.url}fields/{name}/", {"version": world.project.version, **data}, follow=True
    )
    assert response.redirect_chain == [(f"{world.url}?edited={name}", 302)]
    assert "data-focus" in response.content.decode()
    assert Event.objects.filter(kind="project.edited", project=world.project).count() == 1


def test_the_owner_is_one_of_those_who_may_see_the_project(world, as_, untouched):
    client = as_(world.editor)
    post = {"version": world.project.version, "owner": world.stranger.pk}
    assert untouched(lambda: client.post(f"{world.url}fields/owner/", post)).status_code == 422
    assert client.post(f"{world.url}fields/owner/", {**post, "owner": world.viewer.pk}).status_code == 302
    world.project.refresh_from_db()
    assert world.project.owner == world.viewer


def test_a_field_that_somebody_changed_meanwhile_is_not_overwritten(world, as_):
    seen = world.project.version
    projects.edit(world.project.pk, version=None, actor=acting(world.manager), owner=world.sponsor)
    response = as_(world.editor).post(
        f"{world.url}fields/owner/", {"version": seen, "owner": world.viewer.pk}, headers=part("main")
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#field-owner"
    assert "Mara Manager changed owner." in page
    assert f'name="version" value="{seen + 1}"' in page
    world.project.refresh_from_db()
    assert world.project.owner == world.sponsor


def test_other_news_does_not_stand_in_the_way_of_one_field(world, as_):
    seen = world.project.version
    updates.post(world.project.pk, health="on_track", text="News", actor=acting(world.manager))
    post = {"version": seen, "gate_planned_on": "2027-02-01"}
    assert as_(world.editor).post(f"{world.url}fields/gate_planned_on/", post).status_code == 302


def test_one_returns_to_the_page_of_the_project_one_was_on_and_to_no_other(world, as_):
    post = {"version": world.project.version, "gate_planned_on": "2027-02-01"}
    for current, back in (
        (f"http://testserver{world.url}team/", f"{world.url}team/"),
        ("http://evil.example/", world.url),
        ("//evil.example/", world.url),
    ):
        headers = {**part("main"), "HX-Current-URL": current}
        response = as_(world.editor).post(f"{world.url}fields/gate_planned_on/", post, headers=headers)
        assert response.url == f"{back}?edited=gate_planned_on"


@pytest.mark.parametrize("name", ["name", "health", "stage", "version"])
def test_other_fields_are_not_edited_in_place(world, as_, name):
    assert as_(world.editor).get(f"{world.url}fields/{name}/").status_code == 404


def test_a_viewer_edits_nothing(world, as_, untouched):
    for url in ("edit/", "fields/owner/"):
        assert as_(world.viewer).get(world.url + url).status_code == 403
        data = filled(world.project, name="Mine")
        assert untouched(as_(world.viewer).post, world.url + url, data).status_code == 403
        assert untouched(as_(world.stranger).post, world.url + url, data).status_code == 404


def test_a_new_goal_is_asked_about_once_there_is_work_to_lose(world, as_):
    client, url = as_(world.editor), f"{world.url}edit/"
    assert 'name="is_correction"' not in client.get(url).content.decode()
    Project.objects.filter(pk=world.project.pk).update(furthest_stage="poc", objective="Rank claims")
    world.project.refresh_from_db()
    assert "noted as a pivot" in client.get(url).content.decode()
    for said, pivots in (
        ({"is_correction": "on", "objective": "Rank all"}, 0),
        ({"objective": "Rank few"}, 1),
    ):
        assert client.post(url, filled(world.project, **said)).status_code == 302
        world.project.refresh_from_db()
        assert Event.objects.filter(kind="project.pivoted").count() == pivots
    page = client.get(world.url + "history/").content.decode()
    assert "ML objective from “Rank all” to “Rank few”" in page and "to correct a mistake" in page
