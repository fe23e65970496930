"""What pages can do, REST can: the nouns that are not projects' own, each at its doors and once through."""

from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from portfolio.notifications.models import Message
from portfolio.operations.models import JobRun, State
from projects.models import Event, KeptRequest, Portfolio, Project
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

pytestmark = pytest.mark.django_db
AT = "projects/{key}"
HOME = "portfolios/commerce"
SETTINGS = {"risk_line": 40}
SCHEDULE = {"name": "Board", "day": 1, "recipients": ["nobody@example.org"]}
# Method, address, body, and the scope that a key needs; None where keys have no business at all.
WRITES = [
    ("POST", f"{AT}/archive", None, "projects:write"),
    ("POST", f"{AT}/unarchive", None, "projects:write"),
    ("DELETE", AT, None, "projects:write"),
    ("POST", f"{AT}/restore", None, "projects:write"),
    ("POST", f"{AT}/rollback-review", {"note": "Cents."}, "moves:write"),
    ("POST", f"{AT}/waivers", {"to": "pilot", "reason": "x", "expires_on": "2099-01-01"}, None),
    ("DELETE", f"{AT}/comments/{{comment}}", None, "updates:write"),
    ("PATCH", HOME, SETTINGS, "portfolios:write"),
    ("POST", f"{HOME}/units", {"name": "Sales"}, "projects:write"),
    ("POST", f"{HOME}/members", {"email": "x@example.org"}, "portfolios:write"),
    ("PATCH", f"{HOME}/members/{{member}}", {"role": "viewer"}, "portfolios:write"),
    ("DELETE", f"{HOME}/members/{{member}}", None, "portfolios:write"),
    ("POST", f"{HOME}/summary", None, "portfolios:write"),
    ("POST", f"{HOME}/report/schedules", SCHEDULE, "portfolios:write"),
]
ADMINISTRATION = [
    ("POST", "portfolios", {"name": "X", "slug": "x", "key_prefix": "XX"}),
    ("GET", "people", None),
    ("POST", "people", {"email": "x@example.org"}),
    ("GET", "people/{member}", None),
    ("PATCH", "people/{member}", {"is_administrator": True}),
    ("POST", "people/{member}/leave", {}),
    ("POST", "people/{member}/reactivate", None),
    ("GET", "jobs", None),
    ("GET", "jobs/sweep/runs", None),
    ("POST", "jobs/sweep/runs", {}),
    ("POST", "jobs/runs/1/retry", None),
]


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def world(portfolio):
    """What the addresses name."""
    project = factories.a_project(portfolio)
    member = factories.a_member(portfolio, "contributor", "Ada")
    said = with_key(portfolio).post(f"projects/{project.key}/comments", {"text": "Hm."})
    return {"key": project.key, "comment": said.json()["id"], "member": member.pk}


@pytest.fixture
def administrator(portfolio):
    return SignedIn(factories.a_member(portfolio, "administrator"))


@pytest.fixture
def chief():
    return SignedIn(factories.an_administrator())


def ask(caller, method, path, body, world):
    return caller(method, path.format(**world), body, **{"If-Match": "*"})


@pytest.mark.parametrize(("method", "path", "body", "scope"), WRITES)
def test_who_may_not_may_not_here_either(portfolio, world, method, path, body, scope):
    before = Event.objects.count()
    problem(ask(Caller(), method, path, body, world), 401)
    stranger = SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    problem(ask(stranger, method, path, body, world), 404)
    problem(ask(SignedIn(factories.a_member(portfolio, "viewer")), method, path, body, world), 403)
    others = [each for each in ("projects:read", "portfolios:read", "events:read") if each != scope]
    problem(ask(with_key(portfolio, scopes=others), method, path, body, world), 403)
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)[before:]
    assert set(kinds) <= {
        "api_key.created",
        "member.added",
        "portfolio.created",
        "workflow.published",
        "scorecard.published",
    }


@pytest.mark.parametrize(("method", "path", "body"), ADMINISTRATION)
def test_the_installation_is_for_its_administrators_and_never_for_keys(
    portfolio, world, administrator, method, path, body
):
    problem(ask(Caller(), method, path, body, world), 401)
    for caller in (administrator, with_key(portfolio)):
        problem(ask(caller, method, path, body, world), 403)


def test_a_project_is_put_away_and_brought_back(portfolio, world):
    caller, path = with_key(portfolio), AT.format(**world)
    assert caller.post(f"{path}/archive").json()["archived_at"]
    assert caller.post(f"{path}/unarchive").json()["archived_at"] is None
    stale = caller.get(path)["ETag"]
    caller.post(f"{path}/archive")
    problem(caller.delete(path, **{"If-Match": stale}), 412)
    assert caller.delete(path).status_code == 204
    problem(caller.get(path), 404)
    assert caller.post(f"{path}/restore").json()["key"] == world["key"]
    assert caller.post(f"{path}/restore").status_code == 200


def test_people_follow_projects_and_keys_do_not(portfolio, world):
    caller, path = SignedIn(factories.a_member(portfolio, "viewer")), f"{AT.format(**world)}/follow"
    for _ in range(2):
        assert caller.post(path).status_code == 200
    assert [row["project"] for row in caller.get("follows").json()["items"]] == [world["key"]]
    for _ in range(2):
        assert caller.delete(path).status_code == 204
    assert caller.get("follows").json()["items"] == []
    assert problem(with_key(portfolio).post(path), 409)["code"] == "not_a_person"


def test_a_waiver_takes_two_people_and_no_key(portfolio, world):
    project = Project.objects.get()
    manager = SignedIn(factories.a_member(portfolio, "manager"))
    sponsor = SignedIn(factories.on_team(project, "SP"))
    path = f"{AT.format(**world)}/waivers"
    said = {"to": "data", "reason": "A copy of a model in use.", "expires_on": "2099-01-01"}
    problem(with_key(portfolio).post(path, said), 403)
    asked = manager.post(path, said)
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    sign = f"{path}/{asked.json()['id']}/sign"
    problem(with_key(portfolio).post(sign), 403)
    problem(manager.post(sign), 403)
    assert sponsor.post(sign).json()["state"] == "in_force"
    assert [row["state"] for row in with_key(portfolio).get(path).json()["items"]] == ["in_force"]
    problem(manager.post(f"{path}/999/sign"), 404)


def test_a_comment_is_deleted_by_whoever_wrote_it(portfolio, world):
    project = Project.objects.get()
    author, other = with_key(portfolio), with_key(portfolio)
    path = f"projects/{project.key}/comments"
    made = author.post(path, {"text": "Wrong place."}).json()
    assert author.get(f"{path}/{made['id']}").json() == made
    problem(other.delete(f"{path}/{made['id']}"), 403)
    for _ in range(2):
        assert author.delete(f"{path}/{made['id']}").status_code == 204
    problem(author.get(f"{path}/{made['id']}"), 404)
    elsewhere = factories.a_project(portfolio)
    problem(author.delete(f"projects/{elsewhere.key}/comments/{world['comment']}"), 404)


def test_settings_of_a_portfolio_are_changed_by_what_was_read(administrator, portfolio):
    problem(administrator.patch(HOME, SETTINGS), 428)
    read = administrator.get(HOME)
    changes = {
        "risk_line": 40,
        "holidays": ["2027-12-24"],
        "working_days": [4, 0],
        "target_mix": {"quick_win": 25, "big_bet": 25, "fill_in": 25, "reconsider": 25},
    }
    done = administrator.patch(HOME, changes, **{"If-Match": read["ETag"]})
    assert {name: done.json()[name] for name in changes} == {**changes, "working_days": [0, 4]}
    assert done["ETag"] == administrator.get(HOME)["ETag"]
    problem(administrator.patch(HOME, changes, **{"If-Match": read["ETag"]}), 412)
    wrong = {"target_mix": {"quick_win": 30, "big_bet": 25, "fill_in": 25, "reconsider": 25}}
    assert fields_of(problem(administrator.patch(HOME, wrong, **{"If-Match": "*"}), 400)) == [
        "target_mix.quick_win"
    ]
    assert (
        problem(administrator.patch(HOME, {"time_zone": "Mars"}, **{"If-Match": "*"}), 409)["code"]
        == "unknown_zone"
    )


def test_a_portfolio_is_opened_by_an_administrator_of_the_installation(chief):
    made = chief.post("portfolios", {"name": "Claims", "slug": "claims", "key_prefix": "CLM"})
    assert made.status_code == 201
    assert chief.get(made["Location"]).json() == made.json()
    assert (
        problem(chief.post("portfolios", {"name": "C", "slug": "claims", "key_prefix": "CLX"}), 409)["code"]
        == "slug_taken"
    )
    assert Portfolio.objects.filter(slug="claims").count() == 1


def test_a_unit_is_added_once_whatever_the_letter_case(portfolio):
    caller = with_key(portfolio)
    first = caller.post(f"{HOME}/units", {"name": "Sales", "team": "Partners"})
    again = caller.post(f"{HOME}/units", {"name": "SALES", "team": "partners"})
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert [row["name"] for row in caller.get(f"{HOME}/units").json()["items"]] == ["Partners", "Sales"]


def test_members_join_change_and_leave(administrator, portfolio):
    person = factories.a_person("Grace")
    joined = administrator.post(f"{HOME}/members", {"email": person.email, "role": "viewer"})
    assert (joined.status_code, joined.json()["member"]["role"]) == (201, "viewer")
    path = f"{HOME}/members/{person.pk}"
    changed = administrator.patch(path, {"role": "manager"}, **{"If-Match": administrator.get(path)["ETag"]})
    assert changed.json()["role"] == "manager"
    assert "Grace" in [row["person"]["name"] for row in administrator.get(f"{HOME}/members").json()["items"]]
    assert administrator.delete(path).status_code == 204
    problem(administrator.get(path), 404)
    alone = next(
        row for row in administrator.get(f"{HOME}/members").json()["items"] if row["role"] == "administrator"
    )
    refused = administrator.delete(f"{HOME}/members/{alone['person']['id']}")
    assert problem(refused, 409)["code"] == "last_administrator"


def test_whoever_has_no_account_is_invited_and_the_link_is_shown_once(administrator, portfolio):
    said, once = {"email": "new@example.org"}, {"Idempotency-Key": "invite-1"}
    first = administrator.post(f"{HOME}/members", said, **once)
    assert (first.status_code, first.json()["invited"]) == (202, "new@example.org")
    link = first.json()["secret"]
    assert "/invitations/" in link
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]
    again = administrator.post(f"{HOME}/members", said, **once).json()
    assert again["secret"] is None
    assert link.rsplit("/", 2)[1] not in str(list(KeptRequest.objects.values()))


def test_people_are_invited_promoted_and_leave(chief):
    person = factories.a_person("Grace")
    path = f"people/{person.pk}"
    assert chief.post("people", {"email": "new@example.org"}).status_code == 202
    assert chief.patch(path, {"is_administrator": True}, **{"If-Match": "*"}).json()["is_administrator"]
    assert chief.post(f"{path}/leave", {}).status_code == 200
    assert not chief.get(path).json()["is_active"]
    assert chief.post(f"{path}/reactivate").json()["is_active"]
    assert "Grace" in [row["name"] for row in chief.get("people").json()["items"]]


def test_a_caller_asks_who_they_are(portfolio):
    said = with_key(portfolio, scopes=["projects:read"]).get("me").json()
    assert (said["is_service"], said["scopes"], said["is_administrator"]) == (True, ["projects:read"], False)
    assert said["portfolios"] == [{"portfolio": "commerce", "role": "manager"}]
    person = SignedIn(factories.a_member(portfolio, "viewer", "Ada")).get("me").json()
    assert (person["person"]["name"], person["scopes"]) == ("Ada", None)


def test_views_are_kept_renamed_followed_and_removed_by_their_owner_only(portfolio):
    owner, other = (SignedIn(factories.a_member(portfolio, "viewer")) for _ in range(2))
    kept = owner.post("views", {"name": "Late", "query": "health=off_track&page=3"})
    assert kept.json()["query"] == "health=off_track"
    path = f"views/{kept.json()['id']}"
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/follow", None),
    ):
        problem(other(method, path + tail, body, **{"If-Match": "*"}), 404)
    assert (
        owner.patch(path, {"name": "Off track"}, **{"If-Match": owner.get(path)["ETag"]}).json()["name"]
        == "Off track"
    )
    assert owner.post(f"{path}/follow").json()["is_followed"]
    assert owner.delete(f"{path}/follow").status_code == 204
    assert [row["is_followed"] for row in owner.get("views").json()["items"]] == [False]
    assert owner.delete(path).status_code == 204
    assert (
        problem(with_key(portfolio).post("views", {"name": "x", "query": ""}), 409)["code"] == "not_a_person"
    )


def told(person, **fields):
    given = {
        "kind": "comment.posted",
        "topic": "mentions",
        "subject": "Look",
        "text": "At this.",
        "way": "off",
    }
    return Message.objects.create(
        recipient=person, cause=f"x:{Message.objects.count()}", **{**given, **fields}
    )


def test_messages_are_read_marked_and_nobody_elses(portfolio):
    ada, grace = (factories.a_member(portfolio, "viewer") for _ in range(2))
    mine, second, foreign = told(ada), told(ada, topic="flags", kind="flag.opened"), told(grace)
    caller = SignedIn(ada)
    assert [row["id"] for row in caller.get("inbox").json()["items"]] == [second.pk, mine.pk]
    assert [row["id"] for row in caller.get("inbox?topic=flags").json()["items"]] == [second.pk]
    assert caller.get(f"inbox/{mine.pk}").json()["read_at"] is None
    problem(caller.get(f"inbox/{foreign.pk}"), 404)
    assert caller.post("inbox/read", {"ids": [mine.pk, foreign.pk]}).json() == {"marked": 1}
    assert caller.post("inbox/unread", {"ids": [mine.pk]}).json() == {"marked": 1}
    assert caller.post("inbox/read", {}).json() == {"marked": 2}
    assert caller.get("inbox").json()["items"] == []
    assert len(caller.get("inbox?state=all").json()["items"]) == 2
    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert with_key(portfolio).get("inbox").json()["items"] == []


def test_jobs_are_listed_asked_for_and_tried_again(chief, portfolio):
    assert "sweep" in [row["name"] for row in chief.get("jobs").json()["items"]]
    asked = chief.post("jobs/sweep/runs", {})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert chief.post("jobs/sweep/runs", {}).json()["id"] == asked.json()["id"]
    assert chief.post("jobs/scores/runs", {"portfolio": "commerce"}).json()["portfolio"] == "commerce"
    assert problem(chief.post("jobs/scores/runs", {}), 409)["code"] == "portfolio_needed"
    problem(chief.post("jobs/nothing/runs", {}), 404)
    retry = f"jobs/runs/{asked.json()['id']}/retry"
    assert problem(chief.post(retry), 409)["code"] == "not_failed"
    JobRun.objects.filter(pk=asked.json()["id"]).update(state=State.FAILED)
    assert chief.post(retry).json()["state"] == "waiting"
    assert [row["id"] for row in chief.get("jobs/sweep/runs").json()["items"]] == [asked.json()["id"]]


def test_a_summary_is_taken_again_by_whoever_may(portfolio):
    answer = with_key(portfolio, scopes=["portfolios:write"]).post(f"{HOME}/summary")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")


def test_packs_are_sent_by_the_calendar_and_ended(portfolio):
    manager, reader = (
        SignedIn(factories.a_member(portfolio, "manager")),
        factories.a_member(portfolio, "viewer"),
    )
    path = f"{HOME}/report/schedules"
    assert fields_of(problem(manager.post(path, SCHEDULE), 400)) == ["recipients"]
    made = manager.post(path, {**SCHEDULE, "recipients": [reader.email]})
    assert (made.status_code, made.json()["recipients"][0]["email"]) == (201, reader.email)
    assert manager.get(path).json()["items"] == [manager.get(made["Location"]).json()]
    assert (
        problem(manager.post(path, {**SCHEDULE, "day": 0, "recipients": [reader.email]}), 409)["code"]
        == "no_such_day"
    )
    assert manager.delete(made["Location"]).status_code == 204
    assert manager.get(path).json()["items"] == []


def upload(caller, file, **said):
    given = {"portfolio": "commerce", "profile": "plimsoll", **said}
    with file.open("rb") as opened:
        return caller.client.post("/api/v1/imports", {**given, "file": opened}, headers=caller.headers)


@pytest.fixture
def file(tmp_path) -> Path:
    found = tmp_path / "projects.csv"
    found.write_text("Name,Stage\nTriage,Idea\n", encoding="utf-8")
    return found


def test_a_file_is_uploaded_followed_and_discarded(portfolio, file, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    caller = with_key(portfolio, scopes=["imports:write"])
    made = upload(caller, file)
    assert (made.status_code, made.json()["state"]) == (201, "checking")
    path = made["Location"]
    assert caller.get(path).json() == made.json()
    assert caller.get(f"{path}/lines").json()["items"] == []
    assert [row["id"] for row in caller.get("imports?state=checking").json()["items"]] == [made.json()["id"]]
    assert problem(caller.post(f"{path}/apply"), 403)["code"] == "scope_missing"
    assert problem(with_key(portfolio).post(f"{path}/apply"), 409)["code"] == "not_checked"
    assert caller.post(f"{path}/discard").json()["state"] == "discarded"
    assert problem(upload(caller, file, profile="none"), 409)["code"] == "profile_unknown"
    assert fields_of(problem(upload(caller, file, portfolio="nowhere"), 400)) == ["portfolio"]


def test_imports_are_for_those_who_may_import(portfolio, file, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = upload(with_key(portfolio), file)["Location"]
    contributor = SignedIn(factories.a_member(portfolio, "contributor"))
    stranger = SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    problem(upload(contributor, file), 403)
    problem(upload(stranger, file), 400)
    for method, tail in (("GET", ""), ("GET", "/lines"), ("POST", "/apply"), ("POST", "/discard")):
        problem(contributor(method, path + tail), 403)
        problem(stranger(method, path + tail), 404)
    assert contributor.get("imports").json()["items"] == []
    assert (
        problem(with_key(portfolio, scopes=["projects:read"]).get("imports"), 403)["code"] == "scope_missing"
    )


def test_a_file_over_the_limit_is_refused_while_it_comes(portfolio, file, settings):
    settings.MAX_UPLOAD_MB = 1
    file.write_bytes(b"x" * (1024 * 1024 + 100_000))
    assert problem(upload(with_key(portfolio), file), 413)["code"] == "file_too_large"


def test_a_rollback_is_reviewed_by_somebody_else(portfolio, world):
    project = Project.objects.get()
    Project.objects.update(review_due_on=timezone.now().date())
    answer = with_key(portfolio).post(
        f"projects/{project.key}/rollback-review", {"note": "Cents, not euros."}
    )
    assert answer.json() == {"project": project.key, "review_due_on": None}
    assert Event.objects.filter(kind="rollback.reviewed").exists()
