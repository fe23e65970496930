"""The page of a gate: what is missing with the step that supplies it, who has to sign, and asking them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import conditions, decisions, moves, projects, rollback_reviews, stages, teams
from projects.actions.decisions import Asked
from projects.errors import Refused
from projects.models import Event, Project, SignOff
from projects.queries import facts
from tests import factories
from tests.factories import SYSTEM, a_person, acting, asked, on_team, signs
from tests.projects.pages.conftest import part
from tests.projects.pages.reading import text


def put(world, stage, **fields):
    """Bring the project to a stage as a file would report it."""
    stages.report(world.project.pk, to=stage, actor=SYSTEM)
    if fields:
        projects.edit(world.project.pk, version=None, actor=SYSTEM, **fields)
    world.project.refresh_from_db()


def page_of(client, world, code="", status=200):
    answer = client.get(f"{world.url}gates/{code}/" if code else f"{world.url}gate/")
    assert answer.status_code == status
    return answer


def looks_again(page):
    """The address at which the rows are fetched again."""
    return page.split('id="gate-live"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")


def seen_by(page):
    """The mark of the rows that a page has."""
    return page.split('id="gate-live"')[1].split('data-live-seen="')[1].split('"')[0]


@pytest.fixture
def owner(world):
    return on_team(world.project, "PO", a_person("Paula Owner"))


@pytest.fixture
def waiting(world, owner):
    return asked(world.project, "G0", "PO")["PO"]


def test_each_thing_that_is_missing_leads_to_where_it_is_supplied(world, as_):
    put(world, "pilot", tier="high", personal_data=True, llm=False, vendor=False)
    page = page_of(as_(world.editor), world).content.decode()
    for words in (
        f'href="{world.url}evidence/add/?kind=ab_report&amp;gate=G6"',
        f'href="{world.url}evidence/state/',
        f'href="{world.url}todos/add/?source=gate&amp;ref=G6%3Atraining&amp;text=',
        f'href="{world.url}edit/#id_model_version"',
    ):
        assert words in page
    put(world, "validation")
    page = page_of(as_(world.editor), world, "G5").content.decode()
    assert f'href="{world.url}checklists/production/"' in page
    assert f'href="{world.url}measurements/add/?metric=' in page
    assert f'href="{world.url}assessment/#row-OO3"' in page
    said = text(page_of(as_(world.editor), world, "G5"))
    assert "Not known counts as not met" in said


def test_a_viewer_reads_everything_and_is_offered_nothing(world, as_, waiting):
    page = page_of(as_(world.viewer), world).content.decode()
    assert "Paula Owner" in page and "Asked today" in page
    for words in ("/ask/", "Remind", "Call off", "Review", "/moves/", "/edit/"):
        assert words not in page


def test_a_stranger_finds_nothing(world, as_, waiting):
    client = as_(world.stranger)
    for address in (
        f"{world.url}gate/",
        f"{world.url}gates/G0/",
        f"{world.url}gates/G0/live/",
        f"{world.url}moves/advance/live/",
        f"{world.url}signoffs/",
        f"{world.url}signoffs/?export=csv",
        f"{world.url}rollback-review/",
        f"/signoffs/{waiting.pk}/",
        f"/signoffs/{waiting.pk}/recuse/",
    ):
        assert client.get(address).status_code == 404, address
    for address in (
        f"{world.url}gates/G0/ask/",
        f"/signoffs/{waiting.pk}/remind/",
        f"/signoffs/{waiting.pk}/",
    ):
        assert client.post(address).status_code == 404, address
    assert Event.objects.filter(kind__startswith="signoff.").count() == 1  # that it was asked for


def test_a_viewer_asks_reminds_and_calls_off_nothing(world, as_, waiting, untouched):
    client = as_(world.viewer)
    for address in (
        f"{world.url}gates/G0/ask/",
        f"/signoffs/{waiting.pk}/remind/",
        f"/signoffs/{waiting.pk}/call-off/",
    ):
        assert untouched(lambda to=address: client.post(to, {"reason": "No"})).status_code == 403, address


def test_gates_ahead_have_a_page_those_behind_lead_to_the_record_and_others_are_not_found(world, as_):
    put(world, "data")
    client = as_(world.viewer)
    for code in ("G2", "G5", "GX"):
        page_of(client, world, code)
    behind = page_of(client, world, "G0", 302)
    assert behind["Location"] == f"{world.url}signoffs/?gate=G0"
    page_of(client, world, "G99", 404)
    assert client.get(f"{world.url}gates/G0/live/").status_code == 404


def test_a_live_project_stands_before_its_recertification(world, as_):
    put(world, "production")
    page = text(page_of(as_(world.manager), world))
    assert "Recertification" in page and "Go Certify again" in page and "Kill Retire" in page
    page_of(as_(world.viewer), world, "G8")
    assert page_of(as_(world.viewer), world, "GX", 302)


def test_an_ended_project_has_no_gate(world, as_):
    moves.make(world.project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    assert "No gate ahead" in text(page_of(as_(world.viewer), world))


def test_asking_one_role_says_who_and_gives_the_note(world, as_, owner):
    page = page_of(as_(world.editor), world).content.decode()
    assert ">Ask Paula<" in page
    body = {"role": "PO", "note": "It is small."}
    done = as_(world.editor).post(f"{world.url}gates/G0/ask/", body, headers=part("ask-G0"))
    assert done["HX-Trigger"] == '{"gate-changed": ""}'
    assert "Asked: Product owner" in text(done)
    row = SignOff.objects.get()
    assert (row.role, row.note, row.requested_by) == ("PO", "It is small.", world.editor)


def test_asking_all_tells_whom_nobody_could_be_asked(world, as_, owner):
    on_team(world.project, "ML")
    done = as_(world.editor).post(f"{world.url}gates/G0/ask/", follow=True)
    assert done.redirect_chain == [(f"{world.url}gates/G0/", 302)]
    assert set(SignOff.objects.values_list("role", flat=True)) == {"PO", "ML", "SP"}
    again = text(as_(world.editor).post(f"{world.url}gates/G0/ask/", {"role": "PO"}, follow=True))
    assert "They have been asked already" in again
    assert SignOff.objects.count() == 3


def test_nobody_to_ask_is_said_and_records_nothing(world, as_, untouched):
    answer = untouched(as_(world.editor).post, f"{world.url}gates/G0/ask/", {"role": "PO"}, follow=True)
    assert "Nobody was asked." in text(answer)
    assert not SignOff.objects.exists()


def test_a_request_is_reminded_of_and_called_off_by_who_asked(world, as_, owner):
    row = asked(world.project, "G0", "PO", by=world.editor)["PO"]
    page = page_of(as_(world.editor), world).content.decode()
    assert "Remind" in page and f"/signoffs/{row.pk}/call-off/" in page
    assert as_(world.editor).post(f"/signoffs/{row.pk}/remind/").status_code == 302
    page = page_of(as_(world.editor), world).content.decode()
    assert "reminded today" in page and ">Remind<" not in page
    other = factories.a_member(world.portfolio, "contributor")
    assert f"/signoffs/{row.pk}/call-off/" not in page_of(as_(other), world).content.decode()
    assert as_(other).post(f"/signoffs/{row.pk}/call-off/").status_code == 403
    assert as_(world.editor).post(f"/signoffs/{row.pk}/call-off/").status_code == 302
    assert "Called off today" in text(page_of(as_(world.editor), world))
    late = text(as_(world.editor).post(f"/signoffs/{row.pk}/remind/", follow=True))
    assert "This has been answered" in late


def test_signatures_are_said_in_words_with_what_became_of_them(world, as_, owner, waiting):
    signs(waiting, owner)
    page = text(page_of(as_(world.viewer), world))
    assert "Product owner · Paula Owner Approved today" in page
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    page = text(page_of(as_(world.viewer), world))
    assert "Signed today, then it changed. Changed: Target of the business metric" in page
    assert "Review again" in text(page_of(as_(owner), world))
    assert "Review again" not in text(page_of(as_(world.editor), world))


def test_an_open_condition_is_closed_by_its_signer_only(world, as_, owner, waiting):
    ask = Asked("Load test first", "before_gate", world.editor)
    row = signs(waiting, owner, "approved_with_conditions", conditions=[ask])
    condition = row.conditions.get()
    close = f"/conditions/{condition.pk}/close/"
    page = page_of(as_(world.editor), world)
    assert "Load test first" in text(page) and close not in page.content.decode()
    assert "before this gate · Edgar Editor · closed by Paula Owner" in text(page)
    assert close in page_of(as_(owner), world).content.decode()
    assert as_(world.editor).post(close).status_code == 403
    assert as_(world.stranger).get(close).status_code == 404
    assert as_(owner).post(close, {"note": "Seen it run"}).status_code == 302
    condition.refresh_from_db()
    assert (condition.closing_note, condition.closed_by) == ("Seen it run", owner)
    assert "Open conditions" not in text(page_of(as_(owner), world))


def test_who_has_the_role_after_the_signer_closes_the_condition(world, as_, owner, waiting):
    row = signs(waiting, owner, "approved_with_conditions", conditions=[Asked("Test it", "before_gate")])
    following = on_team(world.project, "PO", a_person("Nora Next"))
    close = f"/conditions/{row.conditions.get().pk}/close/"
    assert close not in page_of(as_(following), world).content.decode()
    teams.release(world.project.pk, user_id=owner.pk, role="PO", actor=SYSTEM)
    assert close in page_of(as_(following), world).content.decode()
    assert conditions.close(row.conditions.get().pk, actor=acting(following)).closed_by == following


def test_a_page_that_looks_again_gets_the_rows_only_when_they_have_changed(world, as_, owner, waiting):
    page = page_of(as_(world.viewer), world).content.decode()
    url = looks_again(page)
    assert url == f"{world.url}gates/G0/live/"
    known = {**part("gate-live"), "If-None-Match": f'"{seen_by(page)}"'}
    same = as_(world.viewer).get(url, headers=known)
    assert (same.status_code, same.content) == (304, b"")
    assert re.fullmatch(r"\d\d:\d\d", same["X-Checked"])
    signs(waiting, owner)
    fresh = as_(world.viewer).get(url, headers=known)
    assert fresh.status_code == 200 and "Approved today" in text(fresh)
    assert 'id="gate-checked" hx-swap-oob="true"' in fresh.content.decode()
    assert "<textarea" not in fresh.content.decode() and "<input" not in fresh.content.decode()


def test_the_dialog_of_a_move_looks_again_with_its_button(world, as_, owner, waiting):
    put_on = as_(world.editor).get(f"{world.url}moves/advance/", headers=part()).content.decode()
    assert "Last checked" in put_on and "Sign-offs" in put_on
    url = looks_again(put_on)
    assert url == f"{world.url}moves/advance/live/?to=framing"
    signs(waiting, owner)
    known = {**part("gate-live"), "If-None-Match": f'"{seen_by(put_on)}"'}
    fresh = as_(world.editor).get(url, headers=known).content.decode()
    assert 'id="move-state" hx-swap-oob="true"' in fresh and 'id="move-go" hx-swap-oob="true"' in fresh
    assert as_(world.viewer).get(url).status_code == 403
    assert as_(world.editor).get(f"{world.url}moves/hold/live/").status_code == 404
    assert as_(world.editor).get(f"{world.url}moves/fly/live/").status_code == 404


def test_a_blocked_gate_counts_what_is_missing_beside_a_button_that_says_why(world, as_):
    put(world, "data")
    page = as_(world.editor).get(f"{world.url}moves/advance/", headers=part()).content.decode()
    state = page.split('id="move-state">')[1].split("</p>")[0]
    number = int(state.split()[0])
    assert number > 3 and "things are missing" in state
    assert 'aria-disabled="true" aria-describedby="move-state"' in page
    assert "Advance to Proof of concept" in page


def test_a_page_costs_the_same_with_one_signature_and_with_many(world, as_):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            page_of(as_(world.editor), world)
        return len(queries)

    for role in ("PO", "ML"):
        on_team(world.project, role)
    signs(asked(world.project, "G0", "PO")["PO"], world.project.team.get(role="PO").user)
    counted()
    one = counted()
    ml = world.project.team.get(role="ML").user
    for number in range(4):
        row = signs(asked(world.project, "G0", "ML")["ML"], ml, "feedback_given", reason=f"Word {number}")
        decisions.withdraw(row.pk, reason="Again", actor=acting(ml))
    row = asked(world.project, "G0", "ML")["ML"]
    signs(row, ml, "feedback_given", reason="Good")
    assert counted() <= one
    assert one <= 32


def rolled_back(world):
    put(world, "production")
    moves.make(world.project.pk, kind="rollback", to="pilot", actor=acting(world.manager))
    world.project.refresh_from_db()
    return f"{world.url}rollback-review/"


def test_a_rollback_is_reviewed_by_somebody_else(world, as_, untouched):
    url = rolled_back(world)
    assert "by somebody other than whoever rolled back" in text(as_(world.viewer).get(world.url))
    assert url not in as_(world.viewer).get(world.url).content.decode()
    assert as_(world.viewer).get(url).status_code == 403
    own = untouched(as_(world.manager).post, url, {"note": "Drift"})
    assert own.status_code == 409 and "Whoever rolled back does not review it." in text(own)
    empty = untouched(as_(world.sponsor).post, url, {"note": " "})
    assert empty.status_code == 422 and "Say what was found." in text(empty)
    assert url in as_(world.sponsor).get(world.url).content.decode()
    assert as_(world.sponsor).post(url, {"note": "A sensor had moved."}).status_code == 302
    world.project.refresh_from_db()
    assert world.project.review_due_on is None
    event = Event.objects.get(kind="rollback.reviewed")
    assert (event.actor, event.payload["note"]) == (world.sponsor, "A sensor had moved.")
    assert event.payload["rolled_back_by"] == world.manager.pk
    assert "Rolled back" not in text(as_(world.viewer).get(world.url))
    assert rollback_reviews.review(world.project.pk, note="Again", actor=acting(world.sponsor))
    assert Event.objects.filter(kind="rollback.reviewed").count() == 1


def test_a_review_through_the_action_keeps_its_rules(world):
    rolled_back(world)
    for person, note, code in (
        (world.manager, "Drift", "own_rollback"),
        (world.sponsor, " ", "note_needed"),
        (world.sponsor, "x" * 4001, "too_long"),
    ):
        with pytest.raises(Refused) as refusal:
            rollback_reviews.review(world.project.pk, note=note, actor=acting(person))
        assert refusal.value.obstacles[0].code == code
    assert Project.objects.get().review_due_on


@pytest.mark.parametrize(
    ("days", "says"), [(40, ""), (30, "To be certified again by"), (-1, "is over since")]
)
def test_a_certification_that_ends_soon_is_announced(world, as_, days, says):
    put(world, "production")
    on = facts.today(world.project) + timedelta(days)
    Project.objects.update(recertify_on=on)
    page = text(as_(world.manager).get(world.url))
    assert "Certified until" in page
    assert (says in page and "See what it takes" in page) if says else "See what it takes" not in page


def test_what_is_supplied_from_a_gate_leads_back_to_it(world, as_):
    put(world, "pilot", tier="high", personal_data=True, llm=False, vendor=False)
    here = {**part(), "HX-Current-URL": f"http://testserver{world.url}gate/"}
    for address, sent in (
        (
            "evidence/add/?kind=ab_report&gate=G6",
            {"kind": "ab_report", "title": "A/B", "url": "https://e.org/"},
        ),
        ("evidence/state/effect_shown/", {"holds": "yes"}),
        ("measurements/add/?metric=recall", {"metric": "recall", "value": "0.8"}),
        (
            "todos/add/?source=gate&ref=G6%3Atraining",
            {"text": "Train", "source": "gate", "ref": "G6:training"},
        ),
    ):
        form = as_(world.editor).get(world.url + address, headers=here)
        assert form.status_code == 200, address
        assert f'name="back" value="{world.url}gate/"' in form.content.decode(), address
        day = facts.today(world.project).isoformat()
        sent |= {"back": f"{world.url}gate/", "dated_on": day, "measured_on": day, "provenance": "primary"}
        done = as_(world.editor).post(world.url + address.partition("?")[0], sent, headers=part())
        assert done.headers.get("HX-Redirect") == f"{world.url}gate/", (address, text(done)[:900])
