"""The governance tier at every door: raised by all who edit, lowered below the rule by two who agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.register.actions import import_runs, imports
from portfolio.register.models import ImportLine
from projects.actions import evidence, projects, tiers
from projects.errors import NotAllowed, Refused
from projects.models import Event, Evidence, EvidenceVersion, Project
from projects.pages.project_forms import shown
from projects.queries import facts
from projects.queries import tiers as queries
from tests import factories
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, on_team
from tests.projects.api import callers
from tests.projects.pages import reading

pytestmark = pytest.mark.django_db
DOORS = ["action", "page", "api", "key"]
WHY = "Names are replaced before the data reach us."


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def project(portfolio):
    """By the rule in the medium tier, and set so."""
    return a_project(portfolio, personal_data=True, tier="medium")


@pytest.fixture
def legal(project):
    return on_team(project, "LE", a_member(project.portfolio, name="Lea Legal"))


@pytest.fixture
def manager(project):
    return a_member(project.portfolio, "manager", name="Mara Manager")


@pytest.fixture
def put(client, project):
    """Set facts through a door; the status and the text that came back."""

    def through(door, person, said):
        if door == "action":
            try:
                projects.edit(project.pk, version=None, actor=acting(person), **said)
            except Refused as refusal:
                return 409, " ".join(f"{each.message} {each.remedy}" for each in refusal.obstacles)
            return 200, ""
        if door == "page":
            client.force_login(person)
            project.refresh_from_db()
            sent = {name: "" if value is None else value for name, value in shown(project).items()}
            words = {True: "yes", False: "no"}
            answer = client.post(
                f"/projects/{project.key}/edit/", sent | {n: words.get(v, v) for n, v in said.items()}
            )
            return answer.status_code, reading.text(answer)
        caller = callers.SignedIn(person) if door == "api" else callers.with_key(project.portfolio)
        answer = caller.patch(f"/api/v1/projects/{project.key}", said, If_Match="*")
        return answer.status_code, answer.content.decode()

    return through


def tier_of(project):
    return Project.objects.values_list("tier", flat=True).get(pk=project.pk)


def agree(project, person, role, tier="low", **more):
    return tiers.agree(project.pk, tier=tier, role=role, reason=WHY, actor=acting(person), **more)


@pytest.mark.parametrize("door", DOORS)
def test_raising_is_free_and_lowering_below_the_rule_names_both_roles(door, project, put):
    person = a_member(project.portfolio)
    assert put(door, person, {"tier": "high"})[0] in (200, 302)
    assert put(door, person, {"tier": "medium"})[0] in (200, 302), "down to the rule needs nobody"
    status, text = put(door, person, {"tier": "low"})
    assert status == 409 and "legal (LE) and the portfolio manager (PM)" in text
    assert tier_of(project) == "medium"


@pytest.mark.parametrize("door", DOORS)
def test_a_lower_tier_is_set_once_both_have_agreed(door, project, put, legal, manager):
    person = a_member(project.portfolio)
    agree(project, legal, "LE")
    assert put(door, person, {"tier": "low"})[0] == 409, "one alone is not enough"
    agree(project, manager, "PM")
    assert put(door, person, {"tier": "low"})[0] in (200, 302)
    assert tier_of(project) == "low"


def test_facts_of_the_same_edit_count(project):
    projects.edit(project.pk, version=None, actor=SYSTEM, tier="low", personal_data=False)
    assert tier_of(project) == "low"
    Project.objects.filter(pk=project.pk).update(tier="high")
    with pytest.raises(Refused):
        projects.edit(project.pk, version=None, actor=SYSTEM, tier="medium", safety_relevant=True)
    assert tier_of(project) == "high"


def test_a_new_project_does_not_begin_below_the_rule(portfolio):
    with pytest.raises(Refused) as caught:
        a_project(portfolio, safety_relevant=True, tier="medium")
    assert [each.code for each in caught.value.obstacles] == ["tier_below_rule"]
    body = {"portfolio": portfolio.slug, "name": "New", "personal_data": True, "tier": "low"}
    callers.problem(callers.with_key(portfolio).post("/api/v1/projects", body), 409)
    assert not Project.objects.exists()


def test_facts_that_raise_the_rule_change_no_tier_but_are_said(project, client):
    projects.edit(project.pk, version=None, actor=SYSTEM, safety_relevant=True)
    assert tier_of(project) == "medium"
    person = a_member(project.portfolio)
    client.force_login(person)
    for page in ("edit", "gate"):
        said = reading.text(client.get(f"/projects/{project.key}/{page}/"))
        assert "Medium tier, below the rule. By the rule it is high: Somebody's safety depends on it." in said
    shown = callers.SignedIn(person).get(f"projects/{project.key}").json()["tier_by_rule"]
    assert (shown["tier"], shown["is_above_chosen"]) == ("high", True)
    # Other facts can be changed while it stays so, and raising part of the way is raising.
    projects.edit(project.pk, version=None, actor=SYSTEM, name="Renamed")
    projects.edit(project.pk, version=None, actor=SYSTEM, tier="")
    with pytest.raises(Refused):
        projects.edit(project.pk, version=None, actor=SYSTEM, tier="medium")


def test_raising_part_of_the_way_is_free(project):
    Project.objects.filter(pk=project.pk).update(tier="low", safety_relevant=True)
    projects.edit(project.pk, version=None, actor=SYSTEM, tier="medium")
    assert tier_of(project) == "medium"


def test_the_details_page_proposes_the_tier_and_says_what_is_not_known(portfolio, client):
    project = a_project(portfolio, personal_data=True)
    client.force_login(a_member(portfolio))
    page = client.get(f"/projects/{project.key}/edit/")
    said = reading.text(page)
    assert "By the rule: Medium . It uses personal data." in said
    assert "Medium, by the rule" in said
    assert "Not known yet, and counted as no: AI Act class , whether it decides about people" in said
    assert 'id="tier-below"' not in page.content.decode()
    assert tier_of(project) == "", "a proposal is not a choice"


# What an agreement is worth.


def test_one_person_is_one_role(project, put):
    both = on_team(project, "LE", a_member(project.portfolio, "manager"))
    agree(project, both, "LE")
    agree(project, both, "PM")
    assert put("action", both, {"tier": "low"})[0] == 409
    assert tier_of(project) == "medium"


def test_a_word_is_for_one_tier_under_one_rule(project, put, legal, manager):
    projects.edit(project.pk, version=None, actor=SYSTEM, safety_relevant=True, tier="high")
    for person, role in ((legal, "LE"), (manager, "PM")):
        agree(project, person, role, "medium")
    assert put("action", manager, {"tier": "low"})[0] == 409, "medium was agreed to, low was not"
    assert put("action", manager, {"tier": "medium"})[0] == 200
    projects.edit(project.pk, version=None, actor=SYSTEM, tier="high", safety_relevant=False)
    assert put("action", manager, {"tier": "medium"})[0] == 200
    assert put("action", manager, {"tier": "low"})[0] == 409, (
        "what was said of the high tier says nothing here"
    )


def test_a_no_a_removed_and_an_old_word_do_not_count(project, legal, manager):
    today = facts.today(project)
    agree(project, manager, "PM")
    first = agree(project, legal, "LE")
    assert queries.agreed(project, "medium", "low", today) == {"LE", "PM"}
    agree(project, legal, "LE", holds=False)
    assert queries.agreed(project, "medium", "low", today) == {"PM"}
    agree(project, legal, "LE")
    evidence.remove(first.evidence_id, actor=acting(manager))
    assert queries.agreed(project, "medium", "low", today) == {"PM"}
    old = replace(acting(legal), at=timezone.now() - timedelta(days=91))
    tiers.agree(project.pk, tier="low", role="LE", reason=WHY, actor=old)
    assert queries.agreed(project, "medium", "low", today) == {"PM"}
    assert queries.agreed(project, "medium", "low", today - timedelta(days=1)) == {"LE", "PM"}


def test_the_same_word_again_is_no_change(project, legal):
    agree(project, legal, "LE")
    before = Event.objects.count()
    agree(project, legal, "LE")
    assert (Event.objects.count(), EvidenceVersion.objects.count()) == (before, 1)
    event = Event.objects.get(kind="statement.made")
    assert (event.actor, event.payload["evidence_kind"]) == (legal, "tier_medium_to_low_le")


def test_only_those_who_act_in_the_role_may_agree(project, legal, manager):
    administrator = factories.an_administrator()
    contributor, viewer = a_member(project.portfolio), a_member(project.portfolio, "viewer")
    for person, role in (
        (contributor, "LE"), (viewer, "LE"), (manager, "LE"), (legal, "PM"), (administrator, "LE"),
        (administrator, "PM"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            agree(project, person, role)
    with pytest.raises(NotAllowed):
        tiers.agree(project.pk, tier="low", role="PM", reason=WHY, actor=SYSTEM)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tier": "medium"}, "tier_not_lower"),
        ({"tier": "high"}, "tier_not_lower"),
        ({"tier": ""}, "tier_not_lower"),
        ({"tier": "x" * 5000}, "tier_not_lower"),
        ({"role": "SP"}, "role_without_say"),
        ({"role": ""}, "role_without_say"),
        ({"reason": "  "}, "reason_missing"),
        ({"reason": "x" * 2001}, "too_long"),
        ({"reason": "a\0b"}, "unusable_character"),
    ],
)
def test_what_cannot_be_agreed_to_is_refused(project, legal, changed, code):
    said = {"tier": "low", "role": "LE", "reason": WHY} | changed
    with pytest.raises(Refused) as caught:
        tiers.agree(project.pk, actor=acting(legal), **said)
    assert [each.code for each in caught.value.obstacles] == [code]
    assert not Evidence.objects.exists()


def test_nobody_makes_the_statement_at_the_door_of_evidence(project, legal):
    with pytest.raises(Refused):
        evidence.state_(project.pk, name="tier_medium_to_low_le", holds=True, actor=acting(legal))
    with pytest.raises(Refused):
        evidence.add(
            project.pk,
            kind="tier_medium_to_low_le",
            title="Well",
            url="https://example.org",
            actor=acting(legal),
        )


# The dialog and REST.


def test_two_people_agree_in_the_dialog_and_a_third_sets_the_tier(project, client, legal, manager):
    url = f"/projects/{project.key}/tier/"
    third = a_member(project.portfolio)
    client.force_login(third)
    said = reading.text(client.get(url))
    assert "Legal and compliance : Lea Legal" in said and "Portfolio manager : Mara Manager" in said
    assert "Will this tier do?" not in said
    for person, role in ((legal, "LE"), (manager, "PM")):
        client.force_login(person)
        assert "Will this tier do?" in reading.text(client.get(url))
        sent = {"tier": "low", "role": role, "holds": "yes", "reason": WHY}
        assert client.post(url, sent).status_code == 302
    client.force_login(third)
    assert "Low: yes, Lea Legal as legal and compliance" in reading.text(client.get(url))
    projects.edit(project.pk, version=None, actor=acting(third), tier="low")
    assert tier_of(project) == "low"


@pytest.mark.parametrize(
    "changed", [{"tier": "medium"}, {"role": "PM"}, {"holds": ""}, {"reason": ""}, {"tier": ""}]
)
def test_the_dialog_names_what_is_wrong(project, client, legal, changed):
    client.force_login(legal)
    sent = {"tier": "low", "role": "LE", "holds": "yes", "reason": WHY} | changed
    answer = client.post(f"/projects/{project.key}/tier/", sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(changed)
    assert not Evidence.objects.exists()


def test_who_may_not_is_sent_away(project, client):
    sent = {"tier": "low", "role": "LE", "holds": "yes", "reason": WHY}
    url = f"/projects/{project.key}/tier/"
    viewer, editor = a_member(project.portfolio, "viewer"), a_member(project.portfolio)
    for person, status in ((factories.a_person(), 404), (viewer, 403), (editor, 403)):
        client.force_login(person)
        assert client.post(url, sent).status_code == status
    assert not Evidence.objects.exists()


def test_by_rest_a_person_agrees_and_a_key_does_not(project, legal):
    path, body = f"projects/{project.key}/tier/agreements", {"tier": "low", "role": "LE", "reason": WHY}
    made = callers.SignedIn(legal).post(path, body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["tier"] == "medium" and shown["by_rule"]["tier"] == "medium"
    (word,) = shown["agreements"]
    assert (word["role"], word["tier"], word["holds"], word["counts"]) == ("LE", "low", True, True)
    assert callers.SignedIn(legal).get(f"projects/{project.key}/tier").json() == shown
    key = callers.with_key(project.portfolio)
    assert callers.problem(key.post(path, body), 403)["code"] == "person_needed"
    assert key.get(f"projects/{project.key}/tier").json() == shown
    wrong = callers.problem(callers.SignedIn(legal).post(path, body | {"reason": " "}), 400)
    assert callers.fields_of(wrong) == ["reason"]
    callers.problem(callers.SignedIn(legal).post(path, body | {"tier": "high"}), 400)
    callers.problem(callers.SignedIn(a_member(project.portfolio, "viewer")).post(path, body), 403)
    callers.problem(callers.SignedIn(factories.a_person()).post(path, body), 404)
    callers.problem(callers.with_key(project.portfolio, scopes=["projects:read"]).post(path, body), 403)


# Files report the past.


def bring(portfolio, tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    run = imports.upload(portfolio.pk, profile="plimsoll", file=path, file_name="file.csv", actor=SYSTEM)
    import_runs.take_up(run.pk)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    return run


def remarks(run):
    rows = ImportLine.objects.filter(run=run).order_by("row")
    return [(line.row, found["code"], found["severity"]) for line in rows for found in line.problems]


def test_a_file_may_report_a_tier_below_the_rule_and_is_told(portfolio, tmp_path):
    text = "name,tier,personal data\nBelow,low,yes\nAt it,medium,yes\nUnset,,yes\n"
    run = bring(portfolio, tmp_path, text)
    assert run.counts["created"] == 3
    assert remarks(run) == [(2, "tier_below_rule", "noted")]
    assert Project.objects.get(name="Below").tier == "low"


def test_a_file_may_lower_the_tier_of_a_project_that_is_here(project, tmp_path):
    run = bring(project.portfolio, tmp_path, f"key,name,tier\n{project.key},{project.name},low\n")
    assert remarks(run) == [(2, "tier_below_rule", "noted")]
    assert tier_of(project) == "low"
    again = bring(project.portfolio, tmp_path, f"key,name,tier\n{project.key},{project.name},low\n")
    assert remarks(again) == []


def test_only_who_may_import_reports(project):
    person = a_member(project.portfolio)
    with pytest.raises(NotAllowed):
        projects.edit(project.pk, version=None, actor=acting(person), is_reported=True, tier="low")
    assert tier_of(project) == "medium"
