"""What a project is worth, at every door: the same values are refused, with the field and the fix."""

from decimal import Decimal

import pytest

from projects.actions import projects
from projects.errors import NotAllowed, Refused
from projects.models import Assessment, Event, Project
from projects.queries import timelines
from projects.rules import impact
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting
from tests.projects.api import callers

pytestmark = pytest.mark.django_db
GOOD = {
    "value_low": "400000",
    "value_likely": "1200000",
    "value_high": "1800000.50",
    "strategic": 3,
    "reach": 0,
}
# What is sent, the field that is named, a part of the fix.
WRONG = [
    ({"value_low": "-1"}, "value_low", "Give 0 or more."),
    ({"value_high": "-0.01"}, "value_high", "Give 0 or more."),
    ({"value_low": "1300000"}, "value_likely", "Make low ≤ likely ≤ high."),
    ({"value_high": "1000000"}, "value_high", "Make low ≤ likely ≤ high."),
    ({"value_likely": None}, "value_likely", "Give the likely value too."),
    ({"strategic": 5}, "strategic", ""),
    ({"strategic": -1}, "strategic", ""),
    ({"reach": 5}, "reach", ""),
]
DOORS = ["action", "page", "api", "key"]


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def enter(client, project):
    """Say something of the impact through a door; the status and the text that came back."""

    def through(door, person, said):
        if door == "action":
            return _by_action(project, person, said)
        if door == "page":
            return _by_page(client, project, person, said)
        caller = callers.SignedIn(person)
        if door == "key":
            role = project.portfolio.members.get(user=person).role
            caller = callers.with_key(project.portfolio, role=role)
        answer = caller.patch(f"/api/v1/projects/{project.key}", said, If_Match="*")
        return answer.status_code, answer.content.decode()

    return through


def _by_action(project, person, said):
    typed = {
        name: Decimal(value) if name.startswith("value") and value is not None else value
        for name, value in said.items()
    }
    try:
        projects.edit(project.pk, version=None, actor=acting(person), **typed)
    except Refused as refusal:
        return 409, " ".join(f"{each.field} {each.message} {each.remedy}" for each in refusal.obstacles)
    except NotAllowed:
        return 403, ""
    return 200, ""


def _by_page(client, project, person, said):
    client.force_login(person)
    page = client.get(f"/projects/{project.key}/edit/")
    if page.status_code != 200:
        return page.status_code, ""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | said
    answer = client.post(
        f"/projects/{project.key}/edit/",
        {name: "" if value is None else value for name, value in sent.items()},
    )
    text = answer.content.decode()
    for name in said:
        if answer.status_code == 422 and answer.context["form"].errors.get(name):
            text += f" {name} "
    return answer.status_code, text


def _state(project):
    return Project.objects.values().get(pk=project.pk), Event.objects.filter(project=project).count()


@pytest.mark.parametrize("door", DOORS)
def test_what_fits_together_is_stored_and_scored(door, project, enter):
    status, text = enter(door, a_member(project.portfolio), GOOD)
    assert status in (200, 302), text
    project.refresh_from_db()
    assert (project.value_low, project.value_high) == (Decimal(400000), Decimal("1800000.50"))
    assert (project.strategic, project.reach) == (3, 0)
    assert project.annual_value == pytest.approx((400000 + 4 * 1200000 + 1800000.5) / 6)
    assert project.impact > 0
    assert Assessment.objects.get(project=project).result["impact_missing"] == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("said", "field", "fix"), WRONG)
def test_what_does_not_is_refused_with_field_and_fix_also_against_what_stays(
    door, said, field, fix, project, enter
):
    person = a_member(project.portfolio)
    assert enter("action", person, GOOD)[0] == 200
    before = _state(project)
    status, text = enter(door, person, said)
    assert status == {"action": 409, "page": 422}.get(door, 400), text
    assert field in text and fix in text
    assert _state(project) == before


@pytest.mark.parametrize("door", DOORS)
def test_the_likely_value_comes_first(door, project, enter):
    person = a_member(project.portfolio)
    before = _state(project)
    status, text = enter(door, person, {"value_low": "5"})
    assert status in (400, 409, 422) and "value_likely" in text
    assert _state(project) == before


@pytest.mark.parametrize("door", DOORS)
def test_a_viewer_may_not(door, project, enter):
    before = _state(project)
    assert enter(door, a_member(project.portfolio, "viewer"), GOOD)[0] == 403
    assert _state(project) == before


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1e400", "ten", "1" * 15, "0.001", "-", "١٢", [], {}, True, "1,5"]
)
def test_what_is_no_amount_is_an_error_of_its_field_by_rest(project, value):
    caller = callers.SignedIn(a_member(project.portfolio))
    before = _state(project)
    answer = caller.patch(f"/api/v1/projects/{project.key}", {"value_likely": value}, If_Match="*")
    if value == "١٢":  # digits of another script are digits
        assert answer.status_code == 200
        return
    assert callers.fields_of(callers.problem(answer, 400)) == ["value_likely"]
    assert _state(project) == before


@pytest.mark.parametrize("value", ["NaN", "ten", "1" * 15, "0.001"])
def test_what_is_no_amount_is_an_error_of_its_field_on_the_page(client, project, value):
    before = _state(project)
    status, text = _by_page(client, project, a_member(project.portfolio), {"value_likely": value})
    assert status == 422 and " value_likely " in text
    assert _state(project) == before


def test_a_new_project_is_checked_as_well(project):
    caller = callers.SignedIn(a_member(project.portfolio))
    body = {"portfolio": project.portfolio.slug, "name": "New", "value_low": "9", "value_likely": "5"}
    assert callers.fields_of(callers.problem(caller.post("/api/v1/projects", body), 400)) == ["value_likely"]
    with pytest.raises(Refused) as caught:
        projects.create(project.portfolio_id, name="New", strategic=9, actor=SYSTEM)
    assert [each.field for each in caught.value.obstacles] == ["strategic"]
    assert Project.objects.count() == 1
    made = caller.post("/api/v1/projects", body | {"value_low": "1"})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["value_low"], shown["value_likely"], shown["value_high"]) == ("1", "5", None)
    assert shown["currency"] == project.portfolio.currency


def test_every_reason_is_given_at_once():
    found = impact.obstacles({"value_low": -5, "value_high": 1, "strategic": 9, "reach": -1})
    assert {each.field for each in found} == {"value_low", "value_likely", "strategic", "reach"}


def test_the_rest_of_an_old_row_can_be_changed(project, enter):
    person = a_member(project.portfolio)
    assert enter("api", person, {"metric_link": "Recall cuts rework.", "metric_is_measured": True})[0] == 200
    project.refresh_from_db()
    assert (project.metric_link, project.metric_is_measured) == ("Recall cuts rework.", True)


def test_the_four_marks_and_what_is_not_known_lead_to_their_fields(client, project):
    client.force_login(a_member(project.portfolio))
    page = client.get(f"/projects/{project.key}/").content.decode()
    assert "0 of 4 marks" in page
    for name in (
        "value_likely",
        "strategic",
        "reach",
        "metric_baseline",
        "metric_target",
        "metric_owner",
        "metric_method_agreed",
        "metric_link",
    ):
        assert f'href="/projects/{project.key}/edit/#id_{name}"' in page
    edit = client.get(f"/projects/{project.key}/edit/").content.decode()
    for name in ("value_low", *impact.FIELDS, "metric_is_measured", "metric_method_agreed", "guardrails"):
        assert f'id="id_{name}"' in edit
    assert all(meaning in edit for meaning in (*impact.STRATEGIC, *impact.REACH))
    assert f"Likely value a year, {project.portfolio.currency}" in edit


def test_what_is_known_is_said_in_words(client, project):
    projects.edit(
        project.pk,
        version=None,
        value_low=Decimal(400_000),
        value_likely=Decimal(1_200_000),
        value_high=Decimal(1_800_000),
        strategic=4,
        metric_baseline=Decimal("9.4"),
        metric_is_measured=True,
        guardrails="Complaints stay below 2%",
        actor=SYSTEM,
    )
    client.force_login(a_member(project.portfolio, "viewer"))
    page = client.get(f"/projects/{project.key}/").content.decode()
    assert "0.4 to 1.8 m EUR a year, likely 1.2 m" in page
    assert "4 of 4: A goal of the organisation cannot be met without it" in page
    assert "1 of 4 marks" in page and "Complaints stay below 2%" in page
    assert "/edit/#id_" not in page  # a viewer is not led to doors that stay shut


def test_two_who_change_the_value_see_both_values(client, project):
    mine, other = a_member(project.portfolio), a_member(project.portfolio)
    client.force_login(mine)
    form = client.get(f"/projects/{project.key}/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    projects.edit(
        project.pk,
        version=None,
        value_likely=Decimal(500),
        strategic=2,
        metric_is_measured=False,
        actor=acting(other),
    )
    mine_now = {"value_likely": "700", "strategic": "4", "metric_is_measured": "yes"}
    answer = client.post(f"/projects/{project.key}/edit/", sent | mine_now)
    assert answer.status_code == 409
    shown = {
        conflict.name: (conflict.mine, conflict.theirs) for conflict in answer.context["found"].conflicts
    }
    assert shown == {
        "value_likely": ("700", "500"),
        "strategic": (f"4: {impact.STRATEGIC[4]}", f"2: {impact.STRATEGIC[2]}"),
        "metric_is_measured": ("Yes", "No"),
    }
    page = answer.content.decode()
    assert "changed likely annual value" in page
    again = dict(answer.context["found"].to_send) | {"keep-value_likely": "theirs", "keep-strategic": "mine"}
    assert client.post(f"/projects/{project.key}/edit/", again).status_code == 302
    project.refresh_from_db()
    assert (project.value_likely, project.strategic, project.metric_is_measured) == (500, 4, True)


def test_the_history_says_what_changed(project):
    projects.edit(
        project.pk, version=None, value_likely=Decimal(1_200_000), metric_is_measured=True, actor=SYSTEM
    )
    (entry, *_) = timelines.page(project, "all").entries
    assert entry.text == (
        "changed whether the baseline is measured from not set to yes, "
        "likely annual value from not set to 1200000"
    )
