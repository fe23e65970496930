"""Views: kept from the register, found again in the side bar, renamed, followed, deleted and brought back."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.register.actions import saved_views
from projects.models import Follow, SavedView
from tests import factories
from tests.factories import acting

pytestmark = pytest.mark.django_db
DIALOG = {"HX-Request": "true", "HX-Target": "overlay"}


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Claims")


@pytest.fixture
def me(portfolio, client):
    person = factories.a_member(portfolio, "viewer", "Vera Viewer")
    client.force_login(person)
    return person


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def keep(person, name="Late ones", query="health=off_track", **said):
    return saved_views.keep(name=name, query=query, actor=acting(person), **said)


def test_the_present_filter_is_kept_from_the_register_and_found_in_the_side_bar(client, me, portfolio):
    factories.a_project(portfolio)
    assert "Save view" not in text(client.get(f"/projects/?portfolio={portfolio.slug}"))
    query = f"portfolio={portfolio.slug}&q=claims&owner={me.pk}"
    page = text(client.get(f"/projects/?{query}"))
    assert f'href="/views/new/?{query.replace("&", "&amp;")}"' in page
    dialog = text(client.get(f"/views/new/?{query}", headers=DIALOG))
    assert f'value="Claims, claims, number {me.pk}"' in dialog
    answer = client.post("/views/new/", {"query": query, "name": "Mine", "is_followed": "on"}, headers=DIALOG)
    assert answer["HX-Redirect"] == f"/projects/?{query}"
    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (me, "Mine", query)
    assert Follow.objects.get().view == view
    side = text(client.get("/my-work/count/"))
    assert 'id="saved-views" hx-swap-oob="true"' in side and ">Mine<" in side


def test_a_name_that_is_missing_or_taken_is_said_at_its_field(client, me):
    keep(me)
    said = {"query": "health=at_risk"}
    assert "Give the view a name." in text(client.post("/views/new/", said, headers=DIALOG), 422)
    taken = text(client.post("/views/new/", {**said, "name": "late ones"}, headers=DIALOG), 409)
    assert "already" in taken and 'name="query" value="health=at_risk"' in taken
    assert SavedView.objects.count() == 1


def test_renamed_followed_deleted_and_brought_back(client, me):
    view = keep(me, "<b>Late</b>")
    assert "&lt;b&gt;Late" in text(client.get("/views/")) and "<b>Late" not in text(client.get("/views/"))
    client.post(f"/views/{view.pk}/", {"name": "Later"})
    client.post(f"/views/{view.pk}/follow/")
    assert "Following Later: stop" in text(client.get("/views/"))
    removed = text(client.post(f"/views/{view.pk}/remove/", follow=True))
    undo = "/views/restore/?name=Later&amp;query=health%3Doff_track&amp;followed=yes"
    assert f'action="{undo}"' in removed and not SavedView.objects.exists()
    back = text(client.post(undo.replace("&amp;", "&"), follow=True))
    assert "Following Later: stop" in back
    client.post(f"/views/{SavedView.objects.get().pk}/unfollow/")
    assert not Follow.objects.exists()


def test_a_view_that_lost_its_filter_says_so(client, me):
    SavedView.objects.create(user=me, name="Old", query="flag=WAS_A_RULE")
    page = text(client.get("/views/"))
    assert "Needs mending" in page and "There is no flag WAS_A_RULE" in page


def test_views_of_others_are_not_there(client, me):
    view = keep(factories.a_person())
    assert "You keep no views" in text(client.get("/views/"))
    for path in ("", "follow/", "unfollow/", "remove/"):
        assert client.post(f"/views/{view.pk}/{path}", {"name": "x"}).status_code == 404
    client.logout()
    for path in ("", "new/", "restore/"):
        assert client.post(f"/views/{path}", {"name": "x"}).status_code in (302, 403, 405)
    assert SavedView.objects.get().name == "Late ones"


def test_addresses_that_nobody_came_by_with_clicks_do_no_harm(client, me):
    for query in ("q=" + "x" * 5000, "stage=%00", quote("\x00"), "owner=me&owner=" + "9" * 40):
        assert client.get(f"/views/new/?{query}").status_code == 200
    assert client.post("/views/restore/?query=health%3Dat_risk").status_code == 302
    assert not SavedView.objects.exists()


def test_as_many_queries_for_twelve_views_as_for_two(client, me, portfolio):
    unit = portfolio.units.create(name="Motor")

    def counted():
        with CaptureQueriesContext(connection) as queries:
            text(client.get("/views/"))
        return len(queries)

    for number in range(12):
        keep(me, f"View {number}", f"owner={me.pk + number}&unit={unit.pk}")
        if number == 1:
            few = counted()
    assert counted() == few


def test_a_project_is_followed_by_a_button_in_its_header(client, me, portfolio):
    project = factories.a_project(portfolio)
    address = f"/projects/{project.key}/"
    assert f'aria-label="Follow {project.name}"' in text(client.get(address))
    part = text(client.post(f"{address}follow/", headers={"HX-Request": "true", "HX-Target": "follow"}))
    assert f"Following {project.name}: stop, 1 follower" in part and "data-focus" in part
    assert client.post(f"{address}unfollow/")["Location"] == address
    assert not Follow.objects.exists()
    client.force_login(factories.a_person())
    assert client.post(f"{address}follow/").status_code == 404
    assert client.get(f"{address}follow/").status_code in (404, 405)
