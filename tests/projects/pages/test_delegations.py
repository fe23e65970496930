"""Roles on all projects and deputies on their pages: named, ended, and each fault beside its field."""

from datetime import timedelta

import pytest

from projects.actions import delegations, standing_roles
from projects.models import BusinessUnit, Delegation, StandingRole
from projects.queries import delegations as queries
from tests import factories
from tests.projects.pages import reading
from tests.projects.pages.conftest import part

DAY = timedelta(days=1)


@pytest.fixture
def members(world):
    return f"/portfolios/{world.portfolio.slug}/members/"


@pytest.fixture
def naming(world):
    return f"/portfolios/{world.portfolio.slug}/deputies/name/"


@pytest.fixture
def post(world):
    """What the sponsor sends to name the viewer as a deputy for a week."""
    today = queries.today_in(world.portfolio)
    return {
        "role": "SP",
        "deputy": world.viewer.pk,
        "from_on": today,
        "to_on": today + 6 * DAY,
        "reason": "Leave",
    }


@pytest.fixture
def given(world, post):
    said = {**post, "deputy_id": post.pop("deputy")}
    said.pop("deputy")
    actor = factories.acting(world.sponsor)
    return delegations.give(world.portfolio.pk, person_id=world.sponsor.pk, actor=actor, **said)


def test_a_manager_names_somebody_for_all_projects_and_takes_it_back_with_undo(world, as_, members):
    client, url = as_(world.manager), f"/portfolios/{world.portfolio.slug}/standing-roles/"
    dialog = client.get(f"{url}name/?role=SE", headers=part())
    assert '<option value="SE" selected>' in dialog.content.decode()
    answer = client.post(f"{url}name/", {"role": "SE", "person": world.viewer.pk}, headers=part())
    assert answer["HX-Redirect"] == members
    page = client.get(members)
    assert "Vera Viewer is Security on all projects" in reading.text(page)
    removed = client.post(f"{url}SE/{world.viewer.pk}/remove/", follow=True)
    assert not StandingRole.objects.exists()
    undo = f"{url}SE/{world.viewer.pk}/restore/"
    assert f'action="{undo}"' in removed.content.decode()
    again = client.post(undo, follow=True)
    assert "again" in reading.text(again)
    assert StandingRole.objects.get().user == world.viewer
    for _ in range(2):
        nothing = client.post(f"{url}SE/{world.viewer.pk}/remove/", follow=True)
    assert "Nothing changed" in reading.text(nothing)


@pytest.mark.parametrize(
    ("post", "says"),
    [
        ({"role": "SE", "person": ""}, "Choose a member."),
        ({"role": "SE", "person": "9" * 30}, "Choose a person from the list."),
        ({"role": "XX", "person": "1"}, "There is no such role."),
    ],
)
def test_a_wrong_choice_of_a_role_is_named(world, as_, untouched, post, says):
    url = f"/portfolios/{world.portfolio.slug}/standing-roles/name/"
    answer = untouched(lambda: as_(world.manager).post(url, post, headers=part()))
    assert answer.status_code == 422
    assert says in reading.text(answer)


def test_what_cannot_be_given_back_is_said(world, as_, untouched):
    url = f"/portfolios/{world.portfolio.slug}/standing-roles/SE/{world.stranger.pk}/restore/"
    answer = untouched(lambda: as_(world.manager).post(url, follow=True))
    assert "Make the person a member first." in reading.text(answer)


@pytest.mark.parametrize("tail", ["name/", "SE/{}/remove/", "SE/{}/restore/"])
def test_roles_on_all_projects_are_for_managers(world, as_, untouched, tail):
    standing_roles.name(world.portfolio.pk, user_id=world.viewer.pk, role="SE", actor=factories.SYSTEM)
    url = f"/portfolios/{world.portfolio.slug}/standing-roles/{tail.format(world.viewer.pk)}"
    body = {"role": "PR", "person": world.viewer.pk}
    for person, status in (
        (world.viewer, 403),
        (world.editor, 403),
        (world.sponsor, 403),
        (world.stranger, 404),
    ):
        assert untouched(as_(person).post, url, body).status_code == status
    assert StandingRole.objects.count() == 1


def test_a_holder_names_a_deputy_from_the_profile(world, as_, naming, post):
    client = as_(world.sponsor)
    assert naming in client.get("/profile/").content.decode()
    dialog = client.get(naming, headers=part())
    page = dialog.content.decode()
    assert "Business sponsor" in page
    assert "For whom" not in page
    assert client.post(naming, post, headers=part())["HX-Redirect"] == "/profile/"
    shown = reading.text(client.get("/profile/"))
    assert "Vera Viewer signs as Business sponsor for Sina Sponsor" in shown
    assert "Leave" in shown
    assert "Vera Viewer signs as Business sponsor for Sina Sponsor" in reading.text(
        as_(world.viewer).get("/profile/")
    )


def test_without_script_the_same_form_is_a_page(world, as_, naming, post):
    client = as_(world.sponsor)
    assert client.get(naming).status_code == 200
    assert client.post(naming, post).status_code == 302
    assert Delegation.objects.get().deputy == world.viewer


def test_a_manager_names_a_deputy_for_somebody_else(world, as_, naming, post, members):
    client = as_(world.manager)
    assert "For whom" in client.get(f"{naming}?for_whom=others", headers=part()).content.decode()
    body = {**post, "for_whom": "others", "person": world.sponsor.pk}
    assert client.post(naming, body, headers=part())["HX-Redirect"] == members
    assert Delegation.objects.get().created_by == world.manager
    assert "signs as Business sponsor for Sina Sponsor" in reading.text(client.get(members))
    assert "signs as Business sponsor" not in reading.text(as_(world.viewer).get(members))


def test_the_form_offers_nobody_who_could_not_be_a_deputy(world, as_, naming, post, untouched):
    client = as_(world.manager)
    body = {**post, "for_whom": "others", "person": world.sponsor.pk}
    for person in (world.manager, world.stranger):
        answer = untouched(client.post, naming, {**body, "deputy": person.pk}, headers=part())
        assert answer.status_code == 422
        assert "Choose a person from the list." in reading.text(answer)


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"deputy": ""}, 422, "Choose who signs."),
        ({"role": "SE"}, 422, "Choose a role from the list."),
        ({"from_on": "soon"}, 422, "This is not a date."),
        ({"to_on": ""}, 422, "This field is required."),
        ({"from_on": "2026-01-01"}, 409, "2026-01-01 has passed."),
        ({"to_on": "2090-01-01"}, 409, "a deputy signs for 366 days at most"),
    ],
)
def test_each_fault_stands_at_its_field(world, as_, untouched, naming, post, changes, status, says):
    answer = untouched(as_(world.sponsor).post, naming, {**post, **changes}, headers=part())
    assert answer.status_code == status
    assert says in reading.text(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_the_same_deputy_twice_is_refused_with_the_fix(world, as_, naming, post, given):
    body = {**post, "deputy": world.viewer.pk}
    answer = as_(world.sponsor).post(naming, body, headers=part())
    assert answer.status_code == 409
    assert "End that first, or choose other days." in reading.text(answer)
    assert Delegation.objects.count() == 1


def test_a_unit_can_be_chosen_where_there_are_some(world, as_, naming, post):
    client = as_(world.sponsor)
    assert "Only for" not in client.get(naming).content.decode()
    top = BusinessUnit.objects.create(portfolio=world.portfolio, name="Claims")
    team = BusinessUnit.objects.create(portfolio=world.portfolio, name="Motor", parent=top)
    assert "Claims / Motor" in client.get(naming).content.decode()
    other = BusinessUnit.objects.create(portfolio=factories.a_portfolio(), name="Elsewhere")
    assert client.post(naming, {**post, "unit": other.pk}, headers=part()).status_code == 422
    client.post(naming, {**post, "unit": team.pk})
    assert Delegation.objects.get().unit == team
    assert "only Claims / Motor" in reading.text(client.get("/profile/"))


def test_who_has_no_role_is_told_so(world, as_, naming):
    assert "there is nothing to lend" in as_(world.viewer).get(naming).content.decode()
    assert "You have no role on a project yet." in as_(world.viewer).get("/profile/").content.decode()


def test_deputies_are_named_by_those_who_may(world, as_, untouched, naming, post):
    body = {**post, "for_whom": "others", "person": world.sponsor.pk}
    for person, status in ((world.viewer, 403), (world.sponsor, 403), (world.stranger, 404)):
        assert untouched(as_(person).post, naming, body).status_code == status
        assert as_(person).get(f"{naming}?for_whom=others").status_code == status
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("who", ["sponsor", "viewer", "manager"])
def test_each_side_ends_it_and_managers(world, as_, given, who):
    url = f"/portfolios/{world.portfolio.slug}/deputies/{given.pk}/end/"
    answer = as_(getattr(world, who)).post(url, follow=True)
    assert "no longer signs as Business sponsor for Sina Sponsor" in reading.text(answer)
    given.refresh_from_db()
    assert given.ended_at is not None


def test_nobody_else_ends_it(world, as_, untouched, given):
    url = f"/portfolios/{world.portfolio.slug}/deputies/{given.pk}/end/"
    for person, status in ((world.editor, 403), (world.stranger, 404)):
        assert untouched(as_(person).post, url).status_code == status
    elsewhere = factories.a_portfolio()
    manager = factories.a_member(elsewhere, "manager")
    wrong = f"/portfolios/{elsewhere.slug}/deputies/{given.pk}/end/"
    assert untouched(as_(manager).post, wrong).status_code == 404
    given.refresh_from_db()
    assert given.ended_at is None


def test_the_team_says_who_signs_from_the_portfolio_and_for_whom(world, as_, given):
    standing_roles.name(world.portfolio.pk, user_id=world.editor.pk, role="SE", actor=factories.SYSTEM)
    page = reading.text(as_(world.viewer).get(f"{world.url}team/"))
    assert "Vera Viewer deputy of Sina Sponsor" in page
    assert "Edgar Editor for the whole portfolio" in page
    assert "Mara Manager for the whole portfolio" in page  # as portfolio manager, for want of another
    factories.on_team(world.project, "SE", factories.a_person("Tom Team"))
    assert "Edgar Editor" not in reading.text(as_(world.viewer).get(f"{world.url}team/"))


def test_pages_cost_the_same_for_many(world, as_, members, django_assert_max_num_queries):
    today = queries.today_in(world.portfolio)
    for number in range(15):
        person = factories.a_member(world.portfolio, "viewer", f"Person {number}")
        StandingRole.objects.create(portfolio=world.portfolio, user=person, role="SE")
        Delegation.objects.create(
            portfolio=world.portfolio,
            person=world.sponsor,
            deputy=person,
            role="SP",
            from_on=today,
            to_on=today,
        )
    for person, url in (
        (world.manager, members),
        (world.sponsor, "/profile/"),
        (world.viewer, f"{world.url}team/"),
    ):
        client = as_(person)
        client.get(url)
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200
