"""By REST as on pages: one's own profile and messages, invitations, import profiles, what went out."""

import pytest
from django.core import mail
from django.utils import timezone

from portfolio.accounts.models import Invitation
from portfolio.notifications.models import Delivery, Message, Preference, State
from projects.models import Event
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

pytestmark = pytest.mark.django_db
HOME = "portfolios/commerce"
PROFILES = f"{HOME}/import-profiles"
OURS = (
    "name: ours\nsource: our inventory\nfields:\n  name: Initiative\n"
    "stage:\n  column: Phase\n  words:\n    Idea: idea\n"
)
ANY = {"If-Match": "*"}


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def ada(portfolio):
    return factories.a_member(portfolio, "viewer", "Ada")


@pytest.fixture
def administrator(portfolio):
    return SignedIn(factories.a_member(portfolio, "administrator"))


@pytest.fixture
def chief():
    return SignedIn(factories.an_administrator())


def test_one_changes_ones_own_profile_by_what_was_read(ada):
    caller = SignedIn(ada)
    read = caller.get("me")
    problem(caller.patch("me", {"name": "Ada L."}), 428)
    said = {"name": "Ada L.", "time_zone": "Asia/Tokyo", "single_keys": False}
    done = caller.patch("me", said, **{"If-Match": read["ETag"]})
    assert (done.json()["person"]["name"], done.json()["time_zone"], done.json()["single_keys"]) == (
        "Ada L.",
        "Asia/Tokyo",
        False,
    )
    assert done["ETag"] == caller.get("me")["ETag"]
    problem(caller.patch("me", {"name": "x"}, **{"If-Match": read["ETag"]}), 412)
    other = factories.a_person()
    assert problem(caller.patch("me", {"email": other.email}, **ANY), 409)["code"] == "email_taken"
    wrong = {"time_zone": "Mars", "language": "xx", "is_superuser": True}
    assert set(fields_of(problem(caller.patch("me", {"is_superuser": True}, **ANY), 400))) == {"is_superuser"}
    del wrong["is_superuser"]
    assert set(fields_of(problem(caller.patch("me", wrong, **ANY), 400))) == set(wrong)
    ada.refresh_from_db()
    assert not ada.is_superuser


def test_a_key_reads_who_it_is_and_has_no_profile_to_change(portfolio):
    caller = with_key(portfolio)
    assert caller.get("me").json()["time_zone"] == ""
    for path in ("me", "me/messages"):
        assert caller.get(path).status_code == 200
        assert problem(caller.patch(path, {}, **ANY), 409)["code"] == "not_a_person"
    assert problem(caller.post("me/digest"), 409)["code"] == "not_a_person"
    for path in ("me", "me/messages"):
        problem(Caller().get(path), 401)
        problem(Caller().patch(path, {}), 401)


def test_what_one_is_told_is_chosen_topic_by_topic(ada):
    caller, other = SignedIn(ada), factories.a_person()
    read = caller.get("me/messages")
    flags = next(row for row in read.json()["topics"] if row["topic"] == "flags")
    assert (flags["mail"], flags["shipped"], flags["in_inbox"]) == ("daily", "daily", True)
    said = {
        "topics": [{"topic": "flags", "mail": "weekly"}],
        "quiet_from": "20:00",
        "quiet_to": "07:00",
        "quiet_weekends": False,
        "digest_weekday": 6,
    }
    problem(caller.patch("me/messages", said), 428)
    done = caller.patch("me/messages", said, **{"If-Match": read["ETag"]}).json()
    flags = next(row for row in done["topics"] if row["topic"] == "flags")
    assert (flags["mail"], flags["in_inbox"], done["quiet_from"]) == ("weekly", True, "20:00:00")
    assert Preference.objects.values_list("user", "topic", "mail").get() == (ada.pk, "flags", "weekly")
    assert SignedIn(other).get("me/messages").json() == read.json()
    problem(caller.patch("me/messages", said, **{"If-Match": read["ETag"]}), 412)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"quiet_from": "20:00"}, "quiet_to"),
        ({"quiet_to": "20:00"}, "quiet_from"),
        ({"quiet_from": "20:00", "quiet_to": "20:00"}, "quiet_to"),
        ({"digest_weekday": 6, "quiet_weekends": True}, "digest_weekday"),
        ({"digest_weekday": 7}, "digest_weekday"),
        ({"topics": [{"topic": "weather"}]}, "topics.0.topic"),
        ({"digest_at": "25:00"}, "digest_at"),
    ],
)
def test_times_that_make_no_sense_are_named(ada, said, field):
    assert fields_of(problem(SignedIn(ada).patch("me/messages", said, **ANY), 400)) == [field]


def test_what_waits_goes_when_it_is_asked_for(ada, portfolio):
    project = factories.a_project(portfolio)
    caller = SignedIn(ada)
    assert caller.post("me/digest").json() == {"sent": 0}
    Message.objects.create(
        recipient=ada,
        cause="comment.posted:1",
        kind="comment.posted",
        topic="comments",
        subject="Look",
        text="At this.",
        way="daily",
        project=project,
    )
    assert caller.post("me/digest").json()["sent"] == 1
    assert caller.post("me/digest").json() == {"sent": 0}


def test_open_invitations_are_listed_and_taken_back(administrator, chief, portfolio, ada):
    administrator.post(f"{HOME}/members", {"email": "new@example.org", "role": "manager"})
    chief.post("people", {"email": "boss@example.org"})
    [row] = administrator.get(f"{HOME}/invitations").json()["items"]
    assert (row["email"], row["role"], row["portfolio"]) == ("new@example.org", "manager", "commerce")
    assert "secret" not in row
    everywhere = chief.get("people/invitations").json()["items"]
    assert [one["portfolio"] for one in everywhere] == ["commerce", None]
    path, other = f"{HOME}/invitations/{row['id']}", f"{HOME}/invitations/{everywhere[1]['id']}"
    problem(administrator.get(other), 404)
    problem(administrator.delete(other), 404)
    assert administrator.get(path).json() == row
    assert administrator.delete(path).status_code == 204
    problem(administrator.get(path), 404)
    problem(administrator.delete(path), 404)
    link = Invitation.objects.get(email="boss@example.org")
    Invitation.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    assert chief.get("people/invitations").json()["items"] == []
    assert [letter.to for letter in mail.outbox] == [["new@example.org"], ["boss@example.org"]]


def test_invitations_are_for_those_who_invite(administrator, portfolio, ada, chief):
    administrator.post(f"{HOME}/members", {"email": "new@example.org", "role": "manager"})
    [row] = administrator.get(f"{HOME}/invitations").json()["items"]
    stranger = SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    for tail in ("", f"/{row['id']}"):
        for method in ("GET", "DELETE") if tail else ("GET",):
            problem(SignedIn(ada)(method, f"{HOME}/invitations{tail}"), 403)
            problem(with_key(portfolio)(method, f"{HOME}/invitations{tail}"), 403)
            problem(stranger(method, f"{HOME}/invitations{tail}"), 404)
            problem(administrator(method, f"people/invitations{tail}"), 403)
    assert chief.delete(f"people/invitations/{row['id']}").status_code == 204


def test_import_profiles_are_written_read_and_removed(portfolio):
    caller = with_key(portfolio, scopes=["imports:write"])
    names = [row["name"] for row in caller.get(PROFILES).json()["items"] if not row["is_own"]]
    assert "plimsoll" in names
    made = caller("PUT", f"{PROFILES}/ours", {"text": OURS})
    assert (made.status_code, made.json()["version"], made.json()["text"]) == (200, 1, OURS)
    problem(caller("PUT", f"{PROFILES}/ours", {"text": OURS}), 428)
    again = caller("PUT", f"{PROFILES}/ours", {"text": OURS + "\n"}, **{"If-Match": made["ETag"]})
    assert again.json()["version"] == 2
    problem(caller("PUT", f"{PROFILES}/ours", {"text": OURS}, **{"If-Match": made["ETag"]}), 412)
    assert fields_of(problem(caller("PUT", f"{PROFILES}/x", {"text": "name: x"}), 400))[0].startswith("text")
    assert caller.delete(f"{PROFILES}/ours").status_code == 204
    problem(caller.get(f"{PROFILES}/ours"), 404)
    kinds = Event.objects.filter(kind__startswith="import_profile").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == [
        *("import_profile.saved", "import_profile.saved", "import_profile.removed")
    ]


def test_ones_own_takes_the_place_of_a_shipped_one_and_gives_it_back(portfolio):
    caller, path = with_key(portfolio), f"{PROFILES}/plimsoll"
    shipped = caller.get(path)
    assert problem(caller.delete(path), 409)["code"] == "not_your_own"
    own = caller("PUT", path, {"text": OURS}, **{"If-Match": shipped["ETag"]})
    assert (own.json()["is_own"], own.json()["text"]) == (True, OURS)
    assert caller.delete(path, **{"If-Match": own["ETag"]}).status_code == 204
    assert caller.get(path).json() == shipped.json()


def test_import_profiles_are_for_those_who_import(portfolio, ada):
    stranger = SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    readers = [SignedIn(ada), with_key(portfolio, scopes=["projects:read", "projects:write"])]
    doors = [("GET", ""), ("GET", "/plimsoll"), ("PUT", "/ours"), ("DELETE", "/plimsoll")]
    for method, tail in doors:
        body = {"text": OURS} if method == "PUT" else None
        problem(Caller()(method, PROFILES + tail, body), 401)
        problem(stranger(method, PROFILES + tail, body), 404)
        for reader in readers:
            problem(reader(method, PROFILES + tail, body), 403)


@pytest.fixture
def parked(ada):
    return Delivery.objects.create(recipient=ada, cause="x:1", subject="Look", text="…", state=State.PARKED)


def test_what_was_given_up_goes_again_or_not_at_all(chief, parked):
    path = f"deliveries/{parked.pk}"
    assert [row["id"] for row in chief.get("deliveries?state=parked&who=ada").json()["items"]] == [parked.pk]
    assert chief.get("deliveries?channel=chat").json()["items"] == []
    assert chief.get(path).json()["to"].startswith("Ada (")
    assert chief.post(f"{path}/send-again").json()["state"] == "waiting"
    assert problem(chief.post(f"{path}/send-again"), 409)["code"] == "not_parked"
    assert chief.post(f"{path}/withhold").json()["state"] == "withheld"
    assert problem(chief.post(f"{path}/withhold"), 409)["code"] == "not_waiting"
    assert chief.post("deliveries/send-again").json() == {"asked": 0}
    Delivery.objects.update(state=State.PARKED)
    assert chief.post("deliveries/send-again").json() == {"asked": 1}
    problem(chief.get("deliveries/999999"), 404)
    problem(chief.post("deliveries/999999/withhold"), 404)


def test_what_went_out_is_for_administrators_of_the_installation(administrator, portfolio, parked):
    for method, tail in (
        *(("GET", ""), ("GET", f"/{parked.pk}"), ("POST", "/send-again")),
        *(("POST", f"/{parked.pk}/send-again"), ("POST", f"/{parked.pk}/withhold")),
    ):
        problem(Caller()(method, f"deliveries{tail}"), 401)
        for caller in (administrator, with_key(portfolio)):
            problem(caller(method, f"deliveries{tail}"), 403)
    parked.refresh_from_db()
    assert parked.state == State.PARKED
