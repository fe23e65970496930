"""Somebody outside: asked by mail, answers by a link without an account, and sees nothing else."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import outbox
from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, Message, State
from portfolio.notifications.pages import outside as page_of_outside
from projects.actions import blockers, outside, projects
from projects.errors import NotAllowed, Refused
from projects.models import BlockerNote, Event, OutsideRequest
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def ana(project):
    return factories.a_member(project.portfolio, "contributor", "Ana Silva")


@pytest.fixture
def owner(project):
    return factories.a_member(project.portfolio, "contributor", "Otto Berg")


@pytest.fixture
def blocker(project, ana, owner):
    return blockers.raise_(
        project.pk,
        title="No date for the privacy review",
        category="legal_compliance",
        severity="high",
        owner=owner,
        decision_from="Ruth Elm",
        decision_email="ruth@example.org",
        actor=factories.acting(ana),
    )


@pytest.fixture
def asked(blocker, ana):
    return ask(blocker, ana)


def ask(blocker, person, email="Ruth@example.org", **said):
    said = {"question": "When can the review be done?", "name": "Ruth Elm", **said}
    return outside.ask(blocker.pk, email=email, actor=factories.acting(person), **said)


def link_in(text):
    return re.search(r"/outside/[^/\s]+/", text)[0]


@pytest.fixture
def link(asked):
    outbox.pass_on()
    return link_in(Delivery.objects.get(address="ruth@example.org").text)


def test_the_mail_has_the_question_the_asker_and_the_link_and_no_event_has_the_link(
    asked, link, smtp, settings, blocker
):
    settings.DEFAULT_FROM_EMAIL = "Plimsoll <plimsoll@example.org>"
    assert deliveries.send_due() == 1
    ((to, mail),) = smtp.mails
    assert to == ["ruth@example.org"]
    assert mail["From"] == '"Ana Silva via Plimsoll" <plimsoll@example.org>' or mail["From"] == (
        "Ana Silva via Plimsoll <plimsoll@example.org>"
    )
    assert mail["Subject"] == "Ana Silva asks: No date for the privacy review"
    text = mail.get_body(("plain",)).get_content()
    for said in ("When can the review be done?", "Claims triage", f"http://testserver{link}", "works until"):
        assert said in text
    assert link in mail.get_body(("html",)).get_content()
    token = link.split("/")[2]
    assert OutsideRequest.objects.get().token_hash not in ("", token)
    assert token not in str(list(Event.objects.values_list("payload", flat=True)))
    # Heard twice, it is sent once.
    outbox.pass_on()
    assert Delivery.objects.filter(address="ruth@example.org").count() == 1


def test_an_answer_becomes_a_note_a_response_and_a_date_and_owner_and_asker_are_told(
    client, link, asked, blocker, ana, owner, project
):
    page = client.get(link)
    assert page.status_code == 200
    shown = page.content.decode()
    for said in ("Ana Silva", "No date for the privacy review", "Claims triage", "When can the review"):
        assert said in shown
    # Nothing else of the project, and the address goes nowhere.
    assert project.key not in shown
    assert "Otto" not in shown
    assert (page["Referrer-Policy"], page["Cache-Control"].count("no-store")) == ("no-referrer", 1)
    day = timezone.localdate() + timedelta(days=9)
    said = {"answer": "On the 30th, <b>if</b> legal is back.", "expected_on": day.isoformat()}
    assert client.post(link, said).status_code == 302
    thanks = client.get(link)
    assert (thanks.status_code, "Your answer has arrived" in thanks.content.decode()) == (200, True)
    assert "review" not in thanks.content.decode()
    blocker.refresh_from_db()
    assert (blocker.responded_on, blocker.expected_on) == (timezone.localdate(), day)
    note = BlockerNote.objects.get()
    assert (note.author, note.text.startswith("Ruth Elm (ruth@example.org): On the 30th")) == (None, True)
    event = Event.objects.get(kind="blocker.answered_outside")
    assert (event.door, event.actor, event.payload["note"]) == ("outside", None, note.pk)
    outbox.pass_on()
    told = Message.objects.filter(kind="blocker.answered_outside")
    assert {message.recipient for message in told} == {ana, owner}
    assert all("On the 30th" in message.text for message in told)
    assert Event.objects.filter(kind="blocker.asked_outside").count() == 1


def test_a_link_answers_once(client, link, asked):
    client.post(link, {"answer": "First."})
    client.post(link, {"answer": "Second."})
    assert BlockerNote.objects.get().text.endswith(": First.")


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one(blocker, ana):
    row = ask(blocker, ana)
    token = outside.queries.token(row.pk)
    results = at_once(
        *[lambda: outside.answer(token, answer="Yes.", actor=factories.SYSTEM)] * 3,
    )
    assert sorted(type(result).__name__ for result in results) == ["OutsideRequest", "Refused", "Refused"]
    assert BlockerNote.objects.count() == 1


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("called off", "called the question off"),
        ("expired", "was open for 14 days"),
        ("resolved", "has been settled"),
        ("deleted", "has been settled"),
    ],
)
def test_an_ended_question_says_so_kindly_and_shows_nothing_else(
    client, link, asked, blocker, ana, end, words
):
    actor = factories.acting(ana)
    if end == "called off":
        outside.call_off(asked.pk, actor=actor)
    elif end == "expired":
        OutsideRequest.objects.update(expires_at=timezone.now())
    elif end == "resolved":
        blockers.resolve(blocker.pk, resolution="solved", actor=actor)
    else:
        projects.delete(blocker.project_id, actor=factories.SYSTEM)
    for page in (client.get(link), client.post(link, {"answer": "Late."})):
        assert page.status_code == 410
        shown = page.content.decode()
        assert words in shown
        for hidden in ("Ana", "privacy", "Claims", "When can"):
            assert hidden not in shown
    assert not BlockerNote.objects.exists()
    # A mail that has not gone by then does not go.
    outbox.pass_on()
    deliveries.send_due()
    assert Delivery.objects.get(address="ruth@example.org").state == State.WITHHELD


@pytest.mark.parametrize("token", ["x", "x" * 43, "é", "1", "../outside"])
def test_any_other_link_is_not_there(client, link, token):
    assert client.get(f"/outside/{token}/").status_code == 404


def test_a_changed_link_opens_nothing(client, link):
    token = link.split("/")[2]
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert client.get(f"/outside/{changed}/").status_code == 404


def test_what_is_no_answer_is_said_at_its_field(client, link):
    yesterday = timezone.localdate() - timedelta(days=1)
    page = client.post(link, {"answer": " ", "expected_on": yesterday.isoformat()})
    assert page.status_code == 422
    assert "Write at least one sentence" in page.content.decode()
    page = client.post(link, {"answer": "Soon.", "expected_on": yesterday.isoformat()})
    assert (page.status_code, "is before" in page.content.decode()) == (422, True)
    assert not BlockerNote.objects.exists()


def test_who_knocks_too_often_waits(client, link, monkeypatch):
    monkeypatch.setattr(page_of_outside, "MOST_LOOKS", 2)
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 429]


def test_who_may_not_change_the_blocker_asks_nobody(blocker, project):
    viewer = factories.a_member(project.portfolio, "viewer")
    with pytest.raises(NotAllowed):
        ask(blocker, viewer)
    assert not OutsideRequest.objects.exists()


def test_the_same_person_is_not_asked_twice_at_once_and_five_wait_at_most(blocker, ana):
    ask(blocker, ana)
    with pytest.raises(Refused) as refused:
        ask(blocker, ana, "ruth@EXAMPLE.org")
    assert (refused.value.code, refused.value.obstacles[0].code) == ("not_asked_now", "asked_already")
    for number in range(4):
        ask(blocker, ana, f"person{number}@example.org")
    with pytest.raises(Refused, match="5 questions"):
        ask(blocker, ana, "one-more@example.org")
    assert OutsideRequest.objects.count() == 5


def test_the_sheet_asks_lists_and_calls_off(client, blocker, ana, project):
    client.force_login(ana)
    verb = f"/blockers/{blocker.pk}/ask-outside/"
    form = client.get(verb).content.decode()
    assert 'value="ruth@example.org"' in form
    assert 'value="Ruth Elm"' in form
    said = {"name": "Ruth Elm", "email": "ruth@example.org", "question": "When?"}
    assert client.post(verb, said).status_code == 302
    assert client.post(verb, said).status_code == 409
    sheet = client.get(f"/blockers/{blocker.pk}/").content.decode()
    assert "Ruth Elm (ruth@example.org)" in sheet
    assert "asked Ruth Elm about a blocker" in sheet
    row = OutsideRequest.objects.get()
    off = f"/blockers/{blocker.pk}/outside/{row.pk}/call-off/"
    viewer = factories.a_member(project.portfolio, "viewer")
    for person, status in ((factories.a_person(), 404), (viewer, 403), (ana, 302)):
        client.force_login(person)
        assert client.post(off).status_code == status
    row.refresh_from_db()
    assert row.called_off_at is not None
    assert "called off" in client.get(f"/blockers/{blocker.pk}/").content.decode()


def test_questions_by_rest(client, blocker, ana, project):
    client.force_login(ana)
    home = f"/api/v1/blockers/{blocker.pk}/outside-requests"
    said = {"email": "ruth@example.org", "question": "When?"}
    made = client.post(home, said, content_type=JSON)
    assert (made.status_code, made.json()["state"], made.json()["name"]) == (201, "open", "")
    assert client.post(home, said, content_type=JSON).status_code == 409
    wrong = client.post(home, {**said, "question": ""}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "question")
    one = f"{home}/{made.json()['id']}"
    assert client.delete(one).status_code == 204
    assert [row["state"] for row in client.get(home).json()["items"]] == ["called_off"]
    assert "token" not in client.get(home).content.decode()
    client.force_login(factories.a_member(project.portfolio, "viewer"))
    assert client.get(home).status_code == 200
    assert (client.post(home, said, content_type=JSON).status_code, client.delete(one).status_code) == (
        403,
        403,
    )
    client.force_login(factories.a_person())
    assert (client.get(home).status_code, client.delete(one).status_code) == (404, 404)


def test_a_question_of_another_blocker_is_not_there(client, blocker, asked, ana, project):
    other = blockers.raise_(
        project.pk, title="Other", category="other", severity="low", actor=factories.acting(ana)
    )
    client.force_login(ana)
    assert client.post(f"/blockers/{other.pk}/outside/{asked.pk}/call-off/").status_code == 404
    assert client.delete(f"/api/v1/blockers/{other.pk}/outside-requests/{asked.pk}").status_code == 404
