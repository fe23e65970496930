"""Blockers on a project's pages: seen, raised, changed, resolved; each door by the table of rights."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import blockers, members
from projects.models import Blocker
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db
OVERLAY = {"HX-Request": "true", "HX-Target": "overlay"}
SAID = {
    "title": "No pilot, because the review has no date",
    "category": "security_review",
    "severity": "high",
}
VERBS = [
    "resolve",
    "note",
    "respond",
    "escalate",
    "give-back",
    "extend",
    "agree",
    "reopen",
    "share",
    "unshare",
]


@pytest.fixture
def blocker(world):
    return blockers.raise_(world.project.pk, actor=acting(world.editor), **SAID)


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def on(blocker, verb):
    return f"/blockers/{blocker.pk}/{verb}/"


def test_raising_asks_for_four_things(world, as_):
    client = as_(world.editor)
    address = f"{world.url}blockers/raise/"
    assert "stops the next gate; 14 days" in client.get(address, headers=OVERLAY).content.decode()
    answer = client.post(address, SAID)
    assert answer.status_code == 302
    found = Blocker.objects.get()
    assert (found.title, found.severity, found.raised_by) == (SAID["title"], "high", world.editor)
    assert SAID["title"] in client.get(f"{world.url}blockers/").content.decode()
    assert SAID["title"] in client.get(world.url).content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "Say what cannot happen"),
        ({"severity": ""}, "Choose how grave it is"),
        ({"category": ""}, "Choose a category"),
        ({"affected": "NO-1"}, "You know of no project NO-1"),
        ({"decision_email": "nobody"}, "This is no e-mail address"),
        ({"raised_on": "2999-01-01"}, "Use a date before 2100"),
        ({"expected_on": "2001-01-01"}, "Give"),
        ({"owner": "999999"}, "Choose a person from the list"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(world, as_, wrong, says):
    answer = as_(world.editor).post(f"{world.url}blockers/raise/", {**SAID, **wrong}, headers=OVERLAY)
    assert answer.status_code in (409, 422)
    text = answer.content.decode()
    assert says in text
    (field,) = wrong
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="{field}"', text)
    assert not Blocker.objects.exists()


def test_one_stops_other_projects_too(world, as_):
    others = [factories.a_project(world.portfolio) for _ in range(2)]
    keys = " ".join(other.key.lower() for other in others)
    as_(world.editor).post(f"{world.url}blockers/raise/", {**SAID, "affected": keys})
    found = Blocker.objects.get()
    assert set(found.affected.all()) == set(others)
    assert found.is_shared
    text = as_(world.editor).get(f"/projects/{others[0].key}/blockers/").content.decode()
    assert SAID["title"] in text
    assert world.project.name in text


def test_the_form_says_who_is_asked_first(world, as_):
    factories.on_team(world.project, "LE", factories.a_person("Lea Legal"))
    text = as_(world.editor).get(f"{world.url}blockers/raise/").content.decode()
    assert re.search(r"<dt>Legal and compliance</dt>.*Usual owner: Legal[^,]*, Lea Legal", text)
    assert re.search(r"<dt>Data access</dt>.*Usual owner: [^,]*, nobody yet", text)
    assert text.count("<optgroup") == 3
    as_(world.editor).post(f"{world.url}blockers/raise/", {**SAID, "category": "legal_compliance"})
    assert Blocker.objects.get().owner.name == "Lea Legal"


def test_other_projects_are_found_by_name_and_stay_ticked(world, as_):
    others = [factories.a_project(world.portfolio, name) for name in ("Überlast", "Route planning")]
    elsewhere = factories.a_project(name="Überlast elsewhere")
    members.set_role(elsewhere.portfolio_id, user_id=world.editor.pk, role="contributor", actor=SYSTEM)
    client = as_(world.editor)
    address = f"{world.url}blockers/others/"
    found = client.get(f"{address}?find=ÜBERLAST", headers=OVERLAY).content.decode()
    assert others[0].key in found
    assert elsewhere.key not in found
    kept = client.get(f"{address}?find=claims&affected={others[1].key}").content.decode()
    assert f'value="{others[1].key}" checked' in kept
    assert f'value="{world.project.key}"' not in kept
    assert "No other project under way" in client.get(f"{address}?find=zzz").content.decode()
    said = {**SAID, "affected": [others[0].key, others[1].key], "title": ""}
    assert (
        f'value="{others[0].key}, {others[1].key}"'
        in client.post(f"{world.url}blockers/raise/", said).content.decode()
    )
    client.post(f"{world.url}blockers/raise/", {**said, "title": "No pilot"})
    assert set(Blocker.objects.get().affected.all()) == set(others)
    assert as_(world.viewer).get(address).status_code == 403
    assert as_(world.stranger).get(address).status_code == 404


def test_a_stranger_finds_nothing(world, as_, blocker):
    client = as_(world.stranger)
    for address in (f"{world.url}blockers/", f"{world.url}blockers/raise/", f"/blockers/{blocker.pk}/"):
        assert client.get(address).status_code == 404
    for verb in ["edit", *VERBS]:
        assert client.get(on(blocker, verb)).status_code == 404
        assert client.post(on(blocker, verb), {"text": "Hello"}).status_code == 404
    assert world.project.name not in client.get("/blockers/raise/").content.decode()


def test_a_viewer_looks_and_changes_nothing(world, as_, blocker):
    client = as_(world.viewer)
    text = client.get(f"/blockers/{blocker.pk}/").content.decode()
    assert SAID["title"] in text
    assert "/edit/" not in text
    assert not [verb for verb in VERBS if on(blocker, verb) in text]
    assert "blockers/raise" not in client.get(f"{world.url}blockers/").content.decode().split("palette")[0]
    assert client.post(f"{world.url}blockers/raise/", SAID).status_code == 403
    for verb in ["edit", *VERBS]:
        assert client.post(on(blocker, verb), {"text": "Hello"}).status_code == 403
    assert Blocker.objects.count() == 1


def test_a_blocker_says_its_clock_in_words(world, as_, blocker):
    text = as_(world.editor).get(f"/blockers/{blocker.pk}/").content.decode()
    assert "14 days from today" in text
    assert "rises to the product owner and ML lead" in text
    assert "raised a blocker of severity high" in text
    Blocker.objects.update(
        raised_on=timezone.localdate() - timedelta(20), due_on=timezone.localdate() - timedelta(6)
    )
    assert "6 days past its deadline" in as_(world.editor).get(f"/blockers/{blocker.pk}/").content.decode()


def test_it_is_a_side_sheet_and_a_page(world, as_, blocker):
    part = as_(world.editor).get(f"/blockers/{blocker.pk}/", headers=OVERLAY).content.decode()
    assert "dialog--side" in part
    assert "<html" not in part
    assert "<html" in as_(world.editor).get(f"/blockers/{blocker.pk}/").content.decode()


def test_the_life_of_a_blocker(world, as_, blocker):
    client = as_(world.editor)

    def do(verb, **said):
        answer = client.post(on(blocker, verb), said)
        blocker.refresh_from_db()
        assert answer.status_code == 302, answer.content.decode()

    do("respond", on="")
    assert blocker.responded_on is not None
    do("note", text="Asked the office again.")
    do("escalate", to="2")
    assert blocker.level == 2
    do("resolve", resolution="solved", note="The date is the third.")
    assert blocker.resolution == "solved"
    page = client.get(f"/blockers/{blocker.pk}/").content.decode()
    assert "Asked the office again." in page
    assert "The date is the third." in page
    assert on(blocker, "resolve") not in page
    do("reopen", reason="The date fell through.")
    assert blocker.is_open


@pytest.mark.parametrize(
    ("verb", "said", "says"),
    [
        ("note", {"text": " "}, "Write at least one sentence"),
        ("resolve", {}, "Choose how it was resolved"),
        ("resolve", {"resolution": "solved", "on": "2001-01-01"}, "It was raised on"),
        ("extend", {"due_on": ""}, "required"),
        ("extend", {"due_on": "2099-01-01"}, "A later deadline needs"),
        ("escalate", {"to": "9"}, "not one of the available choices"),
        ("reopen", {"reason": ""}, "Say why"),
    ],
)
def test_a_verb_says_what_is_missing(world, as_, blocker, verb, said, says):
    answer = as_(world.editor).post(on(blocker, verb), said, headers=OVERLAY)
    assert answer.status_code in (409, 422, 403)
    if answer.status_code != 403:
        assert says in answer.content.decode()
    blocker.refresh_from_db()
    assert blocker.version == 1


def test_accepting_a_critical_one_takes_sponsor_and_manager(world, as_, blocker):
    client = as_(world.manager)
    client.post(on(blocker, "edit"), {**SAID, "severity": "critical", "version": blocker.version})
    refused = client.post(on(blocker, "resolve"), {"resolution": "accepted"}, headers=OVERLAY)
    assert refused.status_code == 409
    assert "missing" in refused.content.decode()
    for person, role in ((world.manager, "PM"), (world.sponsor, "SP")):
        assert as_(person).post(on(blocker, "agree"), {"role": role}).status_code == 302
    as_(world.manager).post(on(blocker, "resolve"), {"resolution": "accepted"})
    blocker.refresh_from_db()
    assert blocker.resolution == "accepted"


def test_who_was_slower_sees_what_has_changed_and_decides(world, as_, blocker):
    blockers.edit(blocker.pk, version=None, actor=SYSTEM, title="No pilot, because nobody signs")
    client = as_(world.editor)
    mine = {**SAID, "waiting_for": "The office", "version": "1"}
    answer = client.post(on(blocker, "edit"), mine, headers=OVERLAY)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing of yours is saved yet" in text
    assert "nobody signs" in text
    blocker.refresh_from_db()
    assert blocker.waiting_for == ""
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    assert client.post(on(blocker, "edit"), {**mine, "version": version}).status_code == 302
    blocker.refresh_from_db()
    assert (blocker.title, blocker.waiting_for) == (SAID["title"], "The office")


def test_a_dialog_returns_to_the_page_below_it(world, as_, blocker):
    client = as_(world.editor)
    below = {**OVERLAY, "HX-Current-URL": "http://testserver/blockers/?severity=high"}
    sheet = client.get(f"/blockers/{blocker.pk}/", headers=below).content.decode()
    assert "back=%2Fblockers%2F%3Fseverity%3Dhigh" in sheet
    dialog = client.get(on(blocker, "note") + "?back=/blockers/%3Fseverity=high", headers=OVERLAY)
    assert 'name="back" value="/blockers/?severity=high"' in dialog.content.decode()
    said = {"text": "Called.", "back": "/blockers/?severity=high"}
    answer = client.post(on(blocker, "note"), said, headers=OVERLAY)
    assert answer["HX-Redirect"] == "/blockers/?severity=high"


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_a_dialog_leads_nowhere_else(world, as_, blocker, elsewhere):
    said = {"text": "Called.", "back": elsewhere}
    answer = as_(world.editor).post(on(blocker, "note"), said, headers=OVERLAY)
    assert answer["HX-Redirect"] == f"/blockers/{blocker.pk}/"


def test_what_people_write_is_shown_as_text(world, as_):
    bad = "<script>alert(1)</script>"
    found = blockers.raise_(
        world.project.pk,
        actor=SYSTEM,
        **{**SAID, "title": bad, "decision_from": bad, "workaround": bad, "waiting_for": bad},
    )
    blockers.note(found.pk, text=bad, actor=SYSTEM)
    for address in (world.url, f"{world.url}blockers/", f"/blockers/{found.pk}/", on(found, "edit")):
        text = as_(world.editor).get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert bad not in text


def test_from_anywhere_first_the_project_is_chosen(world, as_):
    client = as_(world.editor)
    assert world.project.name in client.get("/blockers/raise/").content.decode()
    answer = client.get(f"/blockers/raise/?project={world.project.key.lower()}")
    assert answer["Location"].startswith(f"{world.url}blockers/raise/?back=")
    assert "You know of no project NO-1" in client.get("/blockers/raise/?project=NO-1").content.decode()


@pytest.mark.parametrize("where", ["", "blockers/"])
def test_the_number_of_queries_does_not_depend_on_blockers(world, as_, where):
    client = as_(world.editor)
    blockers.raise_(world.project.pk, actor=SYSTEM, **SAID)
    queries(client, world.url + where)
    few = queries(client, world.url + where)
    for _ in range(12):
        other = factories.a_project(world.portfolio)
        owner = factories.a_member(world.portfolio)
        blockers.raise_(world.project.pk, actor=SYSTEM, owner=owner, affected=[other.pk], **SAID)
        blockers.raise_(other.pk, actor=SYSTEM, owner=owner, affected=[world.project.pk], **SAID)
    assert queries(client, world.url + where) == few


def test_a_project_that_is_put_away_offers_nothing(world, as_, blocker):
    from projects.actions import projects

    projects.archive(world.project.pk, actor=SYSTEM)
    text = as_(world.manager).get(f"/blockers/{blocker.pk}/").content.decode()
    assert "/resolve/" not in text
    answer = as_(world.manager).post(on(blocker, "note"), {"text": "Hello"}, headers=OVERLAY)
    assert answer.status_code == 409
    assert "archived" in answer.content.decode()


def test_only_those_who_hold_it_are_offered_to_give_it_back_or_more_time(world, as_, blocker):
    blockers.escalate(blocker.pk, to=2, actor=SYSTEM)

    def offered(person):
        text = as_(person).get(f"/blockers/{blocker.pk}/").content.decode()
        return {verb for verb in VERBS if on(blocker, verb) in text}

    assert offered(world.editor) == {"resolve", "note", "respond", "escalate"}
    assert offered(world.sponsor) == {"resolve", "note", "respond", "escalate", "give-back", "extend"}
    assert offered(world.manager) == {"resolve", "note", "respond", "escalate", "extend"}


def test_who_may_accept_a_critical_one_agrees_once(world, as_, blocker):
    blockers.edit(blocker.pk, version=None, actor=SYSTEM, severity="critical")

    def is_offered(person):
        return on(blocker, "agree") in as_(person).get(f"/blockers/{blocker.pk}/").content.decode()

    asks = as_(world.editor).get(on(blocker, "resolve")).content.decode()
    assert "First agrees: business sponsor and portfolio manager" in asks
    assert not is_offered(world.editor)
    assert is_offered(world.sponsor)
    blockers.agree(blocker.pk, role="SP", actor=acting(world.sponsor))
    assert not is_offered(world.sponsor)
    assert "First agrees: portfolio manager" in as_(world.editor).get(on(blocker, "resolve")).content.decode()


def test_the_log_does_not_repeat_the_title(world, as_, blocker):
    text = as_(world.editor).get(f"/blockers/{blocker.pk}/").content.decode()
    assert SAID["title"] not in text.split("What happened")[1]


def test_what_stops_it_from_elsewhere_is_marked(world, as_):
    other = factories.a_project(world.portfolio, "Route planning")
    blockers.raise_(other.pk, actor=SYSTEM, affected=[world.project.pk], **SAID)
    text = as_(world.viewer).get(f"{world.url}blockers/").content.decode()
    assert "Of Route planning, stops this project too" in text
    assert f"{other.key}</" in text


def shown_in(client, address):
    """What the form at this address shows, as a browser would send it back."""
    form = client.get(address).context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_what_the_slower_one_left_alone_is_not_undone(world, as_, blocker):
    client, address = as_(world.editor), on(blocker, "edit")
    mine = shown_in(client, address) | {"title": "No pilot in May"}
    blockers.edit(blocker.pk, version=None, actor=SYSTEM, severity="critical")
    refused = client.post(address, mine)
    assert refused.status_code == 409
    form = refused.context["form"]
    again = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    assert client.post(address, again).status_code == 302
    blocker.refresh_from_db()
    assert (blocker.title, blocker.severity) == ("No pilot in May", "critical")


def test_who_does_not_know_of_another_project_does_not_take_it_off(world, as_):
    hidden = factories.a_project(world.portfolio, "Hidden")
    blocker = blockers.raise_(
        world.project.pk,
        actor=SYSTEM,
        title="No date",
        category="budget",
        severity="low",
        affected=[hidden.pk],
    )
    client, address = as_(world.sponsor), on(blocker, "edit")  # on the team of one project only
    assert client.get(f"/projects/{hidden.key}/").status_code == 404
    sent = shown_in(client, address) | {"title": "No date yet"}
    assert client.post(address, sent).status_code == 302
    assert list(blocker.affected.all()) == [hidden]
    stale = client.post(address, sent)
    assert stale.status_code == 409 and hidden.key not in stale.content.decode()


def test_what_stops_it_from_elsewhere_counts_while_its_project_is_there(world, as_):
    from projects.actions import projects

    other = factories.a_project(world.portfolio)
    blockers.raise_(other.pk, actor=SYSTEM, affected=[world.project.pk], **SAID)
    counted = re.compile(r'Blockers<span class="count">(\d+)')
    text = as_(world.viewer).get(world.url).content.decode()
    assert counted.search(text)[1] == "1"
    assert SAID["title"] in text
    projects.delete(other.pk, actor=SYSTEM)
    text = as_(world.viewer).get(world.url).content.decode()
    assert counted.search(text)[1] == "0"
    assert SAID["title"] not in re.search(r'<section[^>]* id="blockers".*?</section>', text, re.DOTALL)[0]
    assert SAID["title"] not in as_(world.viewer).get(f"{world.url}blockers/").content.decode()
