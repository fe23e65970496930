"""Blockers by REST: the same rules at another door."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import blockers as actions
from projects.models import Blocker, BlockerNote, Event
from tests import factories
from tests.factories import SYSTEM, a_member, a_project, acting, on_team
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

NOON = "2027-03-02T12:00:00+00:00"
TODAY = date(2027, 3, 2)
SAID = {"title": "No pilot", "category": "security_review", "severity": "high"}
ANY = {"If-Match": "*"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def blocker(project):
    return actions.raise_(project.pk, actor=SYSTEM, **SAID)


def test_a_blocker_is_raised_read_and_listed(ci, project, portfolio):
    other = a_project(portfolio)
    owner = a_member(portfolio)
    body = {**SAID, "owner": owner.email, "decision_from": "Head of security", "affected": [other.key]}
    answer = ci.post(f"projects/{project.key}/blockers", body)
    assert answer.status_code == 201
    said = answer.json()
    assert answer["Location"] == f"/api/v1/blockers/{said['id']}"
    assert answer["ETag"] == '"1"'
    assert said | body == said | {
        "owner": owner.email,
        "decision_from": "Head of security",
        "affected": [other.key],
        **SAID,
    }
    assert said["owner"] == {"id": owner.pk, "name": owner.name, "email": owner.email}
    clock = {name: said[name] for name in ("raised_on", "respond_by", "due_on", "next_level", "next_step_on")}
    assert clock == {
        "raised_on": "2027-03-02",
        "respond_by": "2027-03-04",
        "due_on": "2027-03-16",
        "next_level": 1,
        "next_step_on": "2027-03-09",
    }
    facts = {name: said[name] for name in ("age_days", "late_days", "level", "waits_for", "value_held_up")}
    assert facts == {
        "age_days": 0,
        "late_days": 0,
        "level": 0,
        "waits_for": [owner.name],
        "value_held_up": None,
    }
    assert ci.get(f"blockers/{said['id']}").json() == said
    assert ci.get("blockers").json()["items"] == [said]
    for key in (project.key, other.key):
        assert ci.get(f"projects/{key}/blockers").json()["items"] == [said]


def test_a_blocker_without_an_owner_goes_to_whoever_holds_the_role(ci, project):
    holder = on_team(project, "SE")
    assert ci.post(f"projects/{project.key}/blockers", SAID).json()["owner"]["id"] == holder.pk


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"category": "weather"}, "category"),
        ({"severity": "awful"}, "severity"),
        ({"owner": "nobody@example.org"}, "owner"),
        ({"decision_email": "the boss"}, "decision_email"),
        ({"gate": "G77"}, "gate"),
        ({"workaround": "x" * 2001}, "workaround"),
        ({"affected": ["ELSE-1"]}, "affected"),
        ({"affected": "COM-2"}, "affected"),
        ({"affected": ["COM-1"]}, "affected"),
        ({"raised_on": "2027-03-03"}, "raised_on"),
        ({"raised_on": "1999-01-01"}, "raised_on"),
        ({"raised_on": "yesterday"}, "raised_on"),
        ({"expected_on": "2027-03-01"}, "expected_on"),
        ({"level": 3}, "level"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(ci, project, said, field):
    found = problem(ci.post(f"projects/{project.key}/blockers", {**SAID, **said}), 400)
    assert fields_of(found) == [field]
    assert not Blocker.objects.exists()
    assert not Event.objects.filter(kind="blocker.raised").exists()


def test_an_owner_who_left_cannot_be_named(ci, project, portfolio, blocker):
    leaver = a_member(portfolio)
    leaver.is_active = False
    leaver.save()
    body = {**SAID, "owner": leaver.email}
    assert fields_of(problem(ci.post(f"projects/{project.key}/blockers", body), 400)) == ["owner"]
    changed = ci.patch(f"blockers/{blocker.pk}", {"owner": leaver.email}, **ANY)
    assert fields_of(problem(changed, 400)) == ["owner"]


def test_what_is_left_out_stays_and_the_version_counts(ci, blocker, noon):
    path = f"blockers/{blocker.pk}"
    assert problem(ci.patch(path, {"title": "Other"}), 428)["code"] == "if_match_needed"
    changed = ci.patch(path, {"waiting_for": "A vendor"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert (changed.json()["title"], changed.json()["waiting_for"]) == ("No pilot", "A vendor")
    stale = problem(ci.patch(path, {"title": "Other"}, **{"If-Match": '"1"'}), 412)
    (obstacle,) = stale["obstacles"]
    assert (obstacle["field"], obstacle["before"], obstacle["after"]) == ("waiting_for", "", "A vendor")
    graver = ci.patch(path, {"severity": "critical"}, **{"If-Match": changed["ETag"]}).json()
    assert (graver["due_on"], graver["level"], graver["next_level"]) == ("2027-03-09", 1, 2)


def post(caller, blocker, verb, body=None, **headers):
    return caller.post(f"blockers/{blocker.pk}/{verb}", body, **headers)


def test_a_life_in_verbs(ci, project, portfolio, blocker, noon):
    """The robot of the key is a manager: it stands for the board."""
    assert post(ci, blocker, "respond", {}).json()["responded_on"] == "2027-03-02"
    assert post(ci, blocker, "notes", {"text": "They look at it."}).status_code == 201
    assert [line["text"] for line in ci.get(f"blockers/{blocker.pk}/notes").json()["items"]] == [
        "They look at it."
    ]
    assert post(ci, blocker, "escalate", {"to": 3}).json()["level"] == 3
    assert post(ci, blocker, "set-back", {"to": 1}).json()["level"] == 1
    extended = post(ci, blocker, "extend", {"due_on": "2027-04-16"}).json()
    assert (extended["due_on"], extended["next_step_on"]) == ("2027-04-16", "2027-04-09")
    noon.shift(timedelta(3))
    done = post(ci, blocker, "resolve", {"resolution": "solved", "on": "2027-03-04", "note": "Done."}).json()
    assert (done["resolution"], done["resolved_on"], done["resolution_note"], done["age_days"]) == (
        "solved",
        "2027-03-04",
        "Done.",
        2,
    )
    assert done["resolved_by"]["name"] == "CI robot"
    assert ci.get("blockers").json()["items"] == []
    assert [one["id"] for one in ci.get("blockers?state=resolved").json()["items"]] == [blocker.pk]
    back = post(ci, blocker, "reopen", {"reason": "It came back."}).json()
    assert (back["resolution"], back["reopened"], back["raised_on"]) == ("", 1, "2027-03-02")


def test_accepting_a_critical_one_takes_two_people(project, portfolio):
    blocker = actions.raise_(project.pk, actor=SYSTEM, **{**SAID, "severity": "critical"})
    sponsor = SignedIn(on_team(project, "SP"))
    manager = SignedIn(a_member(portfolio, "manager"))
    accept = {"resolution": "accepted"}
    found = problem(post(sponsor, blocker, "resolve", accept), 409)
    assert (found["code"], found["obstacles"][0]["field"]) == ("acceptance_needed", "agreed")
    problem(post(sponsor, blocker, "agree", {"role": "PM"}), 403)
    assert post(sponsor, blocker, "agree", {"role": "SP"}).json()["agreed"] == ["SP"]
    assert post(manager, blocker, "agree", {"role": "PM"}).json()["agreed"] == ["PM", "SP"]
    assert post(sponsor, blocker, "resolve", accept).json()["resolution"] == "accepted"


def test_a_portfolio_blocker_has_an_owner_of_its_own(ci, project, portfolio, blocker):
    first = a_member(portfolio, "manager")
    keys = [a_project(portfolio).key for _ in range(2)]
    assert problem(post(ci, blocker, "share", {}), 409)["code"] == "not_shared"
    shared = ci.patch(f"blockers/{blocker.pk}", {"affected": keys}, **ANY).json()
    assert (shared["is_shared"], shared["shared_owner"]["id"]) == (True, first.pk)
    second = a_member(portfolio, "manager")
    assert post(ci, blocker, "share", {"owner": second.email}).json()["shared_owner"]["id"] == second.pk
    assert problem(post(ci, blocker, "unshare"), 409)["code"] == "still_shared"
    ci.patch(f"blockers/{blocker.pk}", {"affected": []}, **ANY)
    assert post(ci, blocker, "unshare").json()["is_shared"] is False


BAD_BODIES = [
    ("notes", {}, "text"),
    ("notes", {"text": " "}, "text"),
    ("respond", {"on": "2027-03-03"}, "responded_on"),
    ("respond", {"on": "2027-03-01"}, "responded_on"),
    ("escalate", {}, "to"),
    ("escalate", {"to": 4}, "to"),
    ("escalate", {"to": "up"}, "to"),
    ("set-back", {"to": 3}, "to"),
    ("extend", {}, "due_on"),
    ("extend", {"due_on": "2027-03-16"}, "due_on"),
    ("extend", {"due_on": "2100-01-01"}, "due_on"),
    ("resolve", {}, "resolution"),
    ("resolve", {"resolution": "forgotten"}, "resolution"),
    ("resolve", {"resolution": "solved", "on": "2027-03-01"}, "resolved_on"),
    ("resolve", {"resolution": "solved", "on": "2027-03-03"}, "resolved_on"),
    ("agree", {"role": "DX"}, "role"),
    ("reopen", {}, "reason"),
    ("share", {"owner": "nobody@example.org"}, "owner"),
    ("unshare", {"why": "so"}, "why"),
]


@pytest.mark.parametrize(("verb", "body", "field"), BAD_BODIES)
def test_a_verb_names_the_field_that_is_wrong(ci, blocker, verb, body, field):
    before = Blocker.objects.values().get(), Event.objects.count(), BlockerNote.objects.count()
    assert fields_of(problem(post(ci, blocker, verb, body), 400)) == [field]
    assert (Blocker.objects.values().get(), Event.objects.count(), BlockerNote.objects.count()) == before


VERBS = {
    "notes": {"text": "Well."},
    "respond": {},
    "escalate": {"to": 1},
    "set-back": {"to": 0},
    "extend": {"due_on": "2027-05-01"},
    "resolve": {"resolution": "solved"},
    "agree": {"role": "PM"},
    "reopen": {"reason": "Back"},
    "share": {},
    "unshare": None,
}


@pytest.fixture
def doors(project, blocker):
    """Every way to change something: method, path, body."""
    return [
        ("POST", f"projects/{project.key}/blockers", SAID),
        ("PATCH", f"blockers/{blocker.pk}", {"title": "Other"}),
        *(("POST", f"blockers/{blocker.pk}/{verb}", body) for verb, body in VERBS.items()),
    ]


def test_a_stranger_finds_nothing_at_any_door(project, portfolio, blocker, stranger, doors):
    before = Event.objects.count()
    reads = ["", "/notes"]
    for path in (f"projects/{project.key}/blockers", *(f"blockers/{blocker.pk}{tail}" for tail in reads)):
        problem(stranger.get(path), 404)
    problem(stranger.get(f"portfolios/{portfolio.slug}/blockers/report"), 404)
    assert stranger.get("blockers?state=all").json()["items"] == []
    for method, path, body in doors:
        problem(stranger(method, path, body, **ANY), 404)
    problem(stranger.get("blockers/999999"), 404)
    assert Event.objects.count() == before


def test_a_viewer_reads_and_changes_nothing(viewer, doors, blocker):
    before = Event.objects.count()
    assert viewer.get(f"blockers/{blocker.pk}").status_code == 200
    for method, path, body in doors:
        assert problem(viewer(method, path, body, **ANY), 403)["code"] == "not_allowed"
    assert Event.objects.count() == before


def test_a_key_needs_the_scopes(portfolio, project, doors, blocker):
    reader, writer = (
        with_key(portfolio, scopes=["projects:read"]),
        with_key(portfolio, scopes=["blockers:write"]),
    )
    for method, path, body in doors:
        assert problem(reader(method, path, body, **ANY), 403)["code"] == "scope_missing"
    paths = ("blockers", f"blockers/{blocker.pk}", f"blockers/{blocker.pk}/notes")
    for path in (*paths, f"projects/{project.key}/blockers", f"portfolios/{portfolio.slug}/blockers/report"):
        assert problem(writer.get(path), 403)["code"] == "scope_missing"
    assert writer.post(f"blockers/{blocker.pk}/respond", {}).status_code == 200
    problem(Caller().get("blockers"), 401)


def test_who_sees_only_another_project_that_it_stops_reads_without_its_home(project, portfolio):
    stopped = a_project(portfolio)
    blocker = actions.raise_(project.pk, actor=SYSTEM, affected=[stopped.pk], **SAID)
    member = SignedIn(on_team(stopped, "DX"))
    said = member.get(f"blockers/{blocker.pk}").json()
    assert (said["project"], said["affected"]) == (None, [stopped.key])
    problem(post(member, blocker, "respond", {}), 403)


def test_the_same_request_with_the_same_key_takes_effect_once(ci, project, blocker):
    path = f"projects/{project.key}/blockers"
    first, second = (ci.post(path, SAID, **{"Idempotency-Key": "a"}) for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Blocker.objects.count() == 2
    for _ in range(2):
        assert post(ci, blocker, "notes", {"text": "Hm."}, **{"Idempotency-Key": "b"}).status_code == 201
    assert BlockerNote.objects.count() == 1


def test_lists_are_filtered_and_come_in_parts(ci, project):
    days = [TODAY - timedelta(days) for days in (40, 3, 20, 0, 20)]
    made = [
        actions.raise_(project.pk, actor=SYSTEM, **{**SAID, "title": f"T{n}"}, raised_on=day)
        for n, day in enumerate(days)
    ]
    by_due = sorted(made, key=lambda one: (one.due_on, one.pk))
    for order, expected in (
        ("raised", made),
        ("due", by_due),
        ("-due", by_due[::-1]),
        ("-raised", made[::-1]),
    ):
        found, cursor = [], ""
        while cursor is not None:
            part = ci.get(f"blockers?limit=2&order={order}&cursor={cursor}").json()
            found += [one["id"] for one in part["items"]]
            cursor = part["next_cursor"]
        assert found == [one.pk for one in expected], order
    assert [one["title"] for one in ci.get("blockers?age=15").json()["items"]] == ["T2", "T4"]
    assert [one["title"] for one in ci.get("blockers?q=t3&severity=high,low").json()["items"]] == ["T3"]
    assert len(ci.get(f"projects/{project.key}/blockers?state=all").json()["items"]) == 5


@pytest.mark.parametrize(
    "query", ["category=x", "age=7", "state=gone", "level=9", "late=no", "sort=due", "order=luck", "cursor=x"]
)
def test_an_unknown_filter_is_named(ci, blocker, query):
    assert fields_of(problem(ci.get(f"blockers?{query}"), 400)) == [query.split("=")[0]]


def test_the_report_of_a_portfolio(ci, project, portfolio, noon):
    other = a_project(factories.a_portfolio())
    actions.raise_(other.pk, actor=SYSTEM, **SAID)
    late = actions.raise_(project.pk, actor=SYSTEM, **SAID, raised_on=TODAY - timedelta(20))
    done = actions.raise_(project.pk, actor=SYSTEM, **SAID, raised_on=TODAY - timedelta(9))
    actions.resolve(done.pk, resolution="solved", on=TODAY - timedelta(4), actor=SYSTEM)
    said = ci.get(f"portfolios/{portfolio.slug}/blockers/report").json()
    assert (said["portfolio"], said["bands"]) == (portfolio.slug, ["0–14", "15–30", "31–60", "61+"])
    assert said["total"] == {
        "category": "all",
        "open": 1,
        "by_age": [0, 1, 0, 0],
        "hit_rate": 0.5,
        "judged": 2,
        "late_responses": 2,
        "median_days": 5,
        "value_held_up": {},
    }
    lines = {line["category"]: line for line in said["categories"]}
    assert lines["security_review"] == {**said["total"], "category": "security_review"}
    assert lines["budget"]["median_days"] is lines["budget"]["hit_rate"] is None
    assert said["shared"] == []
    assert late.level == 2


def test_a_page_of_20_costs_as_many_statements_as_a_page_of_one(ci, project, portfolio):
    def cost():
        ci.get("blockers")  # Notes the use of the key.
        with CaptureQueriesContext(connection) as captured:
            assert ci.get("blockers").status_code == 200
        return len(captured)

    actions.raise_(project.pk, actor=SYSTEM, **SAID)
    one = cost()
    owner = acting(a_member(portfolio))
    for _ in range(19):
        actions.raise_(project.pk, actor=owner, owner=owner.user, **SAID)
    assert cost() == one
