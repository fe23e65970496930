"""The page on which a sign-off is decided, and the record of all of them."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import decisions, delegations, evidence, moves, projects, signoffs
from projects.models import Condition, Event, SignOff
from tests import factories
from tests.factories import SYSTEM, a_person, acting, asked, on_team, seen, signs
from tests.projects.pages.conftest import part
from tests.projects.pages.reading import text


@pytest.fixture
def owner(world):
    return on_team(world.project, "PO", a_person("Paula Owner"))


@pytest.fixture
def request_(world, owner):
    """Product owner is asked for the intake, by the editor, with a note."""
    found = signoffs.ask(world.project.pk, gate="G0", note="It is small.", actor=acting(world.editor))
    return next(row for row in found.waiting if row.role == "PO")


@pytest.fixture
def url(request_):
    return f"/signoffs/{request_.pk}/"


def body(signoff, decision="approved", **more):
    return {"decision": decision, "seen": seen(signoff), **more}


def conditional(signoff, *texts, **more):
    """An approval with conditions as the form sends it."""
    sent = body(signoff, "approved_with_conditions", rows=len(texts))
    for number, words in enumerate(texts):
        sent |= {f"c{number}-text": words, f"c{number}-kind": "before_next_gate"}
    return sent | more


def test_the_packet_the_note_and_who_asked_are_in_view(world, as_, owner, url):
    projects.edit(
        world.project.pk,
        version=None,
        actor=SYSTEM,
        metric_name="Cycle time",
        metric_target="6.50",
        vendor=True,
    )
    evidence.add(
        world.project.pk,
        kind="intake_form",
        title="Form",
        url="https://example.org/f",
        gate="G0",
        actor=SYSTEM,
    )
    page = text(as_(owner).get(url))
    for words in (
        "Idea to Framing",
        "as Product owner. Edgar Editor asked just now",
        "It is small.",
        "Business metric Cycle time, to 6.5",
        "Vendor or third-party model Yes",
        "Data sources not stated",
        "Form (opens in a new window)",
        "Changed since it was asked for",
        "Evidence added Form",
        "Target of the business metric not stated → to 6.5",
        "Recorded with your name",
    ):
        assert words in page, words


def test_who_may_not_sign_reads_it_without_a_form(world, as_, url, untouched, request_):
    for person in (world.viewer, world.manager, world.editor):
        page = as_(person).get(url)
        assert 'name="decision"' not in page.content.decode()
        assert "Only who acts as Product owner can answer this; you do not today." in text(page)
        assert untouched(as_(person).post, url, body(request_)).status_code == 403
    assert untouched(as_(world.stranger).post, url, body(request_)).status_code == 404
    assert as_(world.stranger).get("/signoffs/999999/").status_code == 404


def test_approved_and_back_on_the_page_below(world, as_, owner, url, request_):
    sent = body(request_, reason="Clear", back="/my-work/")
    done = as_(owner).post(url, sent, headers=part())
    assert done["HX-Redirect"] == "/my-work/"
    row = SignOff.objects.get(pk=request_.pk)
    assert (row.decision, row.signer, row.reason) == ("approved", owner, "Clear")
    again = as_(owner).get(url)
    assert "Approved today" in text(again) and 'name="decision"' not in again.content.decode()
    assert "Approved: Claims triage router" in text(again)  # the toast


@pytest.mark.parametrize("back", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(as_, owner, url, request_, world, back):
    done = as_(owner).post(url, body(request_, back=back))
    assert (done.status_code, done["Location"]) == (302, f"{world.url}gates/G0/")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"decision": ""}, "Choose a decision."),
        ({"decision": "recused"}, "Choose a decision."),
        ({"decision": "rejected"}, "A rejection needs its reason."),
        ({"decision": "rejected", "reason": "Vague"}, "It is not said what would change the answer."),
        ({"decision": "approved_with_conditions"}, "No condition is named."),
        (
            {"decision": "approved_with_conditions", "rows": "1", "c0-owner": "x"},
            "Choose a person from the list.",
        ),
        (
            {
                "decision": "approved_with_conditions",
                "rows": "1",
                "c0-text": "x",
                "c0-kind": "before_gate",
                "c0-due_on": "2020-01-01",
            },
            "The day of the condition is over already.",
        ),
        (
            {"decision": "approved_with_conditions", "rows": "1", "c0-text": "x", "c0-kind": "by_date"},
            "The condition has no day.",
        ),
        ({"decision": "approved", "reason": "x" * 4001}, "at most 4000 characters"),
        ({"decision": "approved", "reason": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(as_, owner, url, request_, untouched, sent, says):
    answer = untouched(as_(owner).post, url, body(request_) | sent, headers=part())
    assert answer.status_code in (409, 422)
    assert says in text(answer)
    assert SignOff.objects.get(pk=request_.pk).decision == ""


def test_another_condition_adds_a_row_and_keeps_what_was_typed(as_, owner, url, request_, untouched):
    typed = conditional(request_, "Test it", reason="Almost", add="1")
    page = untouched(as_(owner).post, url, typed, headers=part()).content.decode()
    assert 'name="rows" value="2"' in page and 'value="Test it"' in page and "Almost</textarea>" in page
    assert "Approve with 2 conditions" in page
    assert 'value="approved_with_conditions" data-key="2" checked' in page
    assert "aria-invalid" not in page


def test_rows_have_an_end(as_, owner, url, request_):
    typed = conditional(request_, *[f"Number {each}" for each in range(10)], add="1")
    page = as_(owner).post(url, typed).content.decode()
    assert 'name="rows" value="10"' in page and "Another condition" not in page
    for damaged in ("", "-1", "x", "9999", "٣"):
        assert as_(owner).post(url, typed | {"rows": damaged}).status_code == 200


def test_approved_with_conditions(world, as_, owner, url, request_):
    due = (timezone.localdate() + timedelta(9)).isoformat()
    sent = conditional(request_, "Test it", "", "Name a deputy")
    sent |= {"c0-owner": world.editor.pk, "c0-due_on": due, "c0-kind": "by_date"}
    assert as_(owner).post(url, sent).status_code == 302
    rows = list(Condition.objects.values_list("text", "kind", "owner", "due_on"))
    assert rows == [
        ("Test it", "by_date", world.editor.pk, timezone.localdate() + timedelta(9)),
        ("Name a deputy", "before_next_gate", None, None),
    ]


def test_conditions_that_were_typed_before_another_choice_are_left_out(as_, owner, url, request_):
    assert as_(owner).post(url, conditional(request_, "Test it", decision="approved")).status_code == 302
    assert not Condition.objects.exists()


def test_a_rejection_says_why_and_what_would_change_it(world, as_, owner, url, request_):
    sent = body(request_, "rejected", reason="No number", would_change="A target")
    assert as_(owner).post(url, sent).status_code == 302
    page = text(as_(world.viewer).get(url))
    assert "Rejected today: No number" in page and "What would change it: A target" in page


def test_feedback_is_given_without_a_choice(world, as_, request_):
    row = SignOff.objects.get(role="SP")
    page = as_(world.sponsor).get(f"/signoffs/{row.pk}/").content.decode()
    assert 'type="radio"' not in page and "Feedback is heard and never closes the gate." in page
    empty = as_(world.sponsor).post(f"/signoffs/{row.pk}/", body(row, "feedback_given"))
    assert empty.status_code == 409 and "The feedback is empty." in text(empty)
    sent = body(row, "feedback_given", reason="Go on")
    assert as_(world.sponsor).post(f"/signoffs/{row.pk}/", sent).status_code == 302


def test_what_changed_meanwhile_is_shown_and_what_was_typed_is_kept(
    world, as_, owner, url, request_, untouched
):
    typed = conditional(request_, "Test it", reason="Almost")
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    answer = untouched(as_(owner).post, url, typed, headers=part())
    assert answer.status_code == 409
    page = text(answer)
    assert "Not recorded: Target of the business metric changed while you were reading." in page
    assert "Changed since you opened this page" in page
    assert "Target of the business metric not stated → to 7" in page
    shown = answer.content.decode()
    assert 'value="Test it"' in shown and "Almost</textarea>" in shown
    fresh = shown.split('name="seen" value="')[1].split('"')[0]
    assert fresh == seen(request_) != typed["seen"]
    assert as_(owner).post(url, typed | {"seen": fresh}).status_code == 302
    assert Condition.objects.get().text == "Test it"


def test_an_error_elsewhere_does_not_make_the_signer_have_seen_the_change(world, as_, owner, url, request_):
    typed = body(request_, "")
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    answer = as_(owner).post(url, typed)
    assert answer.status_code == 422
    assert f'name="seen" value="{typed["seen"]}"' in answer.content.decode()
    assert as_(owner).post(url, typed | {"decision": "approved"}).status_code == 409


@pytest.mark.parametrize("hash_", ["", "0" * 64, "x\0y", "<b>"])
def test_a_damaged_hash_signs_nothing(as_, owner, url, request_, untouched, hash_):
    answer = untouched(as_(owner).post, url, body(request_, seen=hash_))
    assert answer.status_code == 409 and "changed while you were reading" in text(answer)


def test_a_faded_signature_is_signed_again_after_seeing_the_difference(world, as_, owner, url, request_):
    signs(request_, owner)
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    page = text(as_(owner).get(url))
    assert "Changed since you signed" in page
    assert "Target of the business metric not stated → to 7" in page
    assert as_(owner).post(url, body(request_)).status_code == 302
    newest = SignOff.objects.filter(role="PO").latest("pk")
    assert newest.pk != request_.pk and (newest.decision, newest.signer) == ("approved", owner)
    page = text(as_(owner).get(url))
    assert "There is a newer request" in page and "Earlier requests of this role 2" in page


def test_a_deputy_signs_for_somebody_and_both_names_stand_there(world, as_, owner, url, request_):
    deputy = factories.a_member(world.portfolio, "viewer", "Dana Deputy")
    until = timezone.localdate() + timedelta(9)
    people = {"person_id": owner.pk, "deputy_id": deputy.pk}
    delegations.give(
        world.portfolio.pk,
        **people,
        role="PO",
        from_on=timezone.localdate(),
        to_on=until,
        actor=acting(owner),
    )
    assert "as Product owner for Paula Owner." in text(as_(deputy).get(url))
    assert as_(deputy).post(url, body(request_)).status_code == 302
    assert "Dana Deputy for Paula Owner" in text(as_(world.viewer).get(url))


def test_standing_aside_passes_it_on_and_takes_it_out_of_ones_own_list(world, as_, owner, url, request_):
    other = on_team(world.project, "PO", a_person("Otto Other"))
    empty = as_(owner).post(f"{url}recuse/", {"reason": " "})
    assert empty.status_code == 422 and "Say why." in text(empty)
    assert url in as_(owner).get("/my-work/").content.decode()
    assert as_(owner).post(f"{url}recuse/", {"reason": "My brother sells it."}).status_code == 302
    following = SignOff.objects.get(role="PO", decision="")
    assert f"/signoffs/{following.pk}/" in as_(other).get("/my-work/").content.decode()
    assert f"/signoffs/{following.pk}/" not in as_(owner).get("/my-work/").content.decode()
    refused = as_(owner).post(f"/signoffs/{following.pk}/", body(following))
    assert refused.status_code == 409 and "You stood aside" in text(refused)


def test_ones_own_decision_is_withdrawn_by_nobody_else(world, as_, owner, url, request_):
    signs(request_, owner)
    assert "withdraw/" not in as_(world.manager).get(url).content.decode()
    assert as_(world.manager).post(f"{url}withdraw/", {"reason": "No"}).status_code == 403
    assert f"{url}withdraw/" in as_(owner).get(url).content.decode()
    assert as_(owner).post(f"{url}withdraw/", {"reason": "I was wrong"}).status_code == 302
    assert "Withdrawn today: I was wrong" in text(as_(world.viewer).get(url))
    assert as_(owner).get(f"{url}fly/").status_code == 404


def test_a_request_of_a_gate_that_was_passed_is_a_record(world, as_, owner, url, request_):
    signs(request_, owner)
    moves.make(world.project.pk, to="framing", actor=SYSTEM)
    page = text(as_(owner).get(url))
    assert "Approved today" in page and "used on" in page and "Withdraw" not in page
    other = SignOff.objects.get(role="SP")
    page = text(as_(world.sponsor).get(f"/signoffs/{other.pk}/"))
    assert "Over: replaced, or no longer needed" in page


def test_words_of_people_are_text(world, as_, owner, url, request_):
    signs(request_, owner, "rejected", reason="<script>alert(1)</script>", would_change="<b>x</b>")
    for address in (url, f"{world.url}signoffs/", f"{world.url}gate/"):
        page = as_(world.viewer).get(address).content.decode()
        assert "<script>alert" not in page and "<b>x" not in page


def test_the_record_keeps_everything_and_says_what_rests_on_it(world, as_, owner, request_):
    row = signs(request_, owner, "rejected", reason="=1+1", would_change="A number")
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    again = signs(asked(world.project, "G0", "PO")["PO"], owner)
    moves.make(world.project.pk, to="framing", actor=SYSTEM)
    page = text(as_(world.viewer).get(f"{world.url}signoffs/"))
    for words in (
        "Rejected today: =1+1",
        "Approved today",
        "used",
        row.packet.sha256[:8],
        again.packet.sha256[:8],
    ):
        assert words in page, words
    assert "Nobody has been asked" in text(as_(world.viewer).get(f"{world.url}signoffs/?gate=G5"))
    assert as_(world.viewer).get(f"{world.url}signoffs/?gate=%00&page=x").status_code == 200
    answer = as_(world.viewer).get(f"{world.url}signoffs/?export=csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    by_id = {line["packet_sha256"]: line for line in lines if line["role"] == "Product owner"}
    assert by_id[row.packet.sha256]["reason"] == "'=1+1"
    assert (
        by_id[again.packet.sha256]["used_by_move"] and by_id[again.packet.sha256]["signer"] == "Paula Owner"
    )
    assert len(lines) == SignOff.objects.count()


def test_the_record_says_what_fell_away_since(world, as_, owner, request_):
    signs(request_, owner)
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    assert "Fell away: what was signed has changed" in text(as_(world.viewer).get(f"{world.url}signoffs/"))


def test_pages_cost_the_same_with_one_request_and_with_many(world, as_, owner, request_, url):
    def counted(address):
        with CaptureQueriesContext(connection) as queries:
            assert as_(owner).get(address).status_code == 200
        return len(queries)

    record = f"{world.url}signoffs/"
    counted(url), counted(record)
    before = counted(url), counted(record)
    row = request_
    for number in range(4):
        signs(
            row, owner, "approved_with_conditions", conditions=[decisions.Asked("Test", "before_next_gate")]
        )
        projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=number + 1)
        row = asked(world.project, "G0", "PO")["PO"]
    after = counted(f"/signoffs/{row.pk}/"), counted(record)
    assert after[0] <= before[0] + 1 and after[1] <= before[1] + 1  # conditions, with their owners
    assert after[0] <= 36


def test_nothing_is_left_behind_by_reading(world, as_, owner, url, request_):
    before = Event.objects.count(), SignOff.objects.count(), world.project.packets.count()
    for address in (url, f"{url}recuse/", f"{world.url}signoffs/", f"{world.url}gate/"):
        assert as_(owner).get(address).status_code == 200
    assert (Event.objects.count(), SignOff.objects.count(), world.project.packets.count()) == before
