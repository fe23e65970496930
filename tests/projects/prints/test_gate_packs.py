"""The gate pack: everything about a gate on a page and in a PDF, also long after its decision."""

import hashlib
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from pypdf import PdfReader

from projects.actions import blockers, evidence, moves, projects, waivers
from projects.actions.decisions import Asked
from projects.models import Move, WorkflowVersion
from projects.queries import facts, gate_packs
from projects.rules import packets
from tests import factories
from tests.factories import SYSTEM, acting, asked, on_team, signs
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem
from tests.projects.pages.reading import text

HOSTILE = "</para><img src=x onerror=alert(1)> <b>&amp;\u202e\u0007 “Ärger” Ωμέγα Привет"
SHOWN = "</para><img src=x onerror=alert(1)> <b>&amp; “Ärger” Ωμέγα Привет"  # without what controls


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    """Before G0, with a signature, a condition, a rejection, a blocker and evidence."""
    traits = {"personal_data": False, "vendor": False, "llm": False}
    return factories.a_project(
        portfolio,
        "Claims triage",
        tier="medium",
        metric_name="Cycle time",
        metric_target=6,
        problem="Sorted by hand",
        **traits,
    )


@pytest.fixture
def report(project):
    return evidence.add(
        project.pk,
        kind="validation_report",
        title="Validation of March",
        url="https://files.example.org/report",
        gate="G0",
        actor=SYSTEM,
    )


@pytest.fixture
def client_of(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def viewer(portfolio):
    return factories.a_member(portfolio, "viewer", "Vera Viewer")


@pytest.fixture
def web(client_of, viewer, project):
    """The page of a gate's pack, as a viewer sees it."""

    def get(code="G0", query=""):
        return client_of(viewer).get(f"/projects/{project.key}/gates/{code}/pack/{query}")

    return get


@pytest.fixture
def printed(client_of, viewer, project):
    """The sheets of the PDF."""

    def get(code="G0", query=""):
        found = client_of(viewer).get(f"/projects/{project.key}/gates/{code}/pack.pdf{query}")
        assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
        return PdfReader(io.BytesIO(found.content))

    return get


def words(reader):
    """All sheets in one line; a sheet breaks lines where the page would not."""
    return " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())


def solid(said):
    """Without spaces, for what is broken over lines within a word, as hashes are."""
    return "".join(said.split())


def test_page_and_pdf_say_the_same_about_a_gate(web, printed, project, report):
    po, ml = on_team(project, "PO", factories.a_person("Paula Owner")), on_team(project, "ML")
    row = signs(
        asked(project, "G0", "PO")["PO"],
        po,
        "approved_with_conditions",
        reason="Fine so far",
        conditions=[Asked("Rehearse the rollback", "before_next_gate")],
    )
    signs(asked(project, "G0", "ML")["ML"], ml, "feedback_given", reason="Looks sound")
    blockers.raise_(
        project.pk, title="The review has no date", category="security_review", severity="high", actor=SYSTEM
    )
    page, paper = text(web()), words(printed())
    sha256 = row.packet.sha256
    for said in (
        "G0 Intake: Claims triage",
        project.key,
        "Paula Owner",
        "Approved with conditions",
        "Fine so far",
        "Rehearse the rollback",
        "Looks sound",
        "Cycle time, to 6",
        "Validation of March",
        "https://files.example.org/report",
        "The review has no date",
        "Not met",
        "Standard, version 1",
        "by Vera Viewer",
        "Nobody has rejected it.",
        "There are no waivers.",
        "Risk and impact",
    ):
        assert said in page, said
        assert solid(said) in solid(paper), said
    for hashed in (sha256, report.sha256):
        assert hashed in page and hashed in solid(paper)


def test_an_impact_of_which_nothing_is_known_is_not_zero(web, project):
    assert "Impact not known" in text(web())
    projects.edit(project.pk, version=None, actor=SYSTEM, strategic=4)
    assert "Impact not known" not in text(web())


def test_every_sheet_names_the_project_the_gate_and_the_hash_and_is_numbered(printed, project, report):
    reader = printed()
    known = gate_packs.of(project, "G0")
    assert len(reader.pages) > 1
    for number, sheet in enumerate(reader.pages, 1):
        said = sheet.extract_text()
        assert f"{project.key} · G0 Intake" in said
        assert known.packet.sha256 in said
        assert f"Page {number} of {len(reader.pages)}" in said


def test_the_hash_can_be_checked_with_what_the_pack_prints(web, project, report):
    on_team(project, "PO")
    found = gate_packs.of(project, "G0")
    canonical = packets.canonical(found.packet.content)
    assert escape(canonical) in web().content.decode()
    assert hashlib.sha256(canonical.encode()).hexdigest() == found.packet.sha256
    assert json.loads(canonical)["evidence"] == [{"id": report.evidence_id, "sha256": report.sha256}]


def test_what_somebody_signed_before_it_changed_can_be_checked_too(web, project, report):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    page = web().content.decode()
    assert escape(row.packet.content) in page and gate_packs.of(project, "G0").packet.sha256 in page
    made = moves.make(project.pk, to="framing", actor=acting(po)).move
    then = text(web(query=f"?move={made.pk}"))
    assert "No signature counted at this decision" in then and row.packet.sha256 in then


@pytest.fixture
def passed(project, report):
    """The gate was passed, and then everything changed."""
    po = on_team(project, "PO", factories.a_person("Paula Owner"))
    row = signs(asked(project, "G0", "PO")["PO"], po)
    unmet = facts.workflow(project).gate("G0").enforcement
    assert unmet == "warn"
    made = moves.make(project.pk, to="framing", note="Off we go", actor=acting(po)).move
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_name="Cost of a claim", metric_target=7)
    evidence.replace(report.evidence_id, url="https://files.example.org/newer", actor=SYSTEM)
    return made, row


def test_a_past_decision_shows_what_was_signed_then_and_not_the_facts_of_today(web, printed, passed, report):
    made, row = passed
    for said in (text(web(query=f"?move={made.pk}")), words(printed(query=f"?move={made.pk}"))):
        for kept in (
            "Cycle time, to 6",
            "Off we go",
            "Paula Owner",
            "Counts.",
            "https://files.example.org/report",
        ):
            assert solid(kept) in solid(said), kept
        assert row.packet.sha256 in solid(said) and report.sha256 in solid(said)
        assert "Cost of a claim" not in said and "newer" not in said
        assert solid("No business unit") in solid(said) or "which was recorded with the decision" in said
    assert "Cost of a claim" in text(web())


def test_a_past_decision_is_there_although_its_gate_is_not_any_more(web, passed, project):
    made, _ = passed
    version = project.workflow
    definition = json.loads(json.dumps(version.definition).replace('"G0"', '"G9"'))
    later = WorkflowVersion.objects.create(
        portfolio=project.portfolio, number=2, name="Standard", definition=definition
    )
    type(project).objects.filter(pk=project.pk).update(workflow=later)
    assert web().status_code == 404
    assert "G0 Intake" in text(web(query=f"?move={made.pk}"))


def test_the_present_pack_lists_the_moves_through_the_gate(web, passed):
    made, _ = passed
    said = text(web())
    assert "Off we go" in said and made.get_outcome_display() in said
    assert "Off we go" not in text(web("G1"))


def test_a_rejection_is_told_with_what_would_change_it(web, project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po, "rejected", reason="Too vague", would_change="A number")
    said = text(web())
    assert "Too vague" in said and "A number" in said and "Nobody has rejected it." not in said


def test_a_waiver_is_told_with_both_its_signers(web, project, portfolio):
    sponsor, manager = on_team(project, "SP", factories.a_person("Sina Sponsor")), None
    manager = factories.a_member(portfolio, "manager", "Mara Manager")
    asked_for = waivers.ask(
        project.pk,
        to="data",
        reason="The regulator waits",
        expires_on=facts.today(project).replace(year=2099),
        actor=acting(sponsor),
    )
    waivers.sign(asked_for.pk, actor=acting(manager))
    said = text(web())
    for name in ("The regulator waits", "Sina Sponsor", "Mara Manager", "In force"):
        assert name in said, name


def test_markup_in_what_people_wrote_is_printed_as_they_wrote_it(web, printed, project):
    po = on_team(project, "PO", factories.a_person(HOSTILE[:120]))
    projects.edit(
        project.pk, version=None, actor=SYSTEM, name=HOSTILE, objective=HOSTILE, data_sources=HOSTILE
    )
    evidence.add(
        project.pk,
        kind="model_card",
        title=HOSTILE,
        url="https://x.example.org/?a=1&b=<",
        gate="G0",
        actor=SYSTEM,
    )
    signs(asked(project, "G0", "PO")["PO"], po, reason=HOSTILE)
    page, paper = web().content.decode(), words(printed())
    assert "<img src=x" not in page and escape(HOSTILE) in page
    assert solid(paper).count(solid(SHOWN)) >= 4
    assert "■" not in paper


def test_letters_that_the_font_lacks_are_counted_and_never_left_out_in_silence(printed, project):
    projects.edit(project.pk, version=None, actor=SYSTEM, objective="予測する 🚢")
    paper = words(printed())
    assert "■■■■ ■" in paper
    # Once where people read it and once in the text that is hashed.
    assert "10 characters of scripts that this file's font lacks are shown as ■" in paper


def test_the_font_is_embedded(printed, project):
    fonts = printed().pages[0]["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"] for font in fonts}
    embedded = {name for name in names if "SourceSansPro" in name}
    assert {name.rpartition("-")[2] for name in embedded} == {"Regular", "Bold"}
    assert names - embedded <= {"/Helvetica"}  # ReportLab names it and writes nothing in it


def test_hundreds_of_items_and_texts_of_many_sheets_are_all_there(printed, web, project):
    for number in range(300):
        evidence.add(
            project.pk,
            kind="validation_report",
            title=f"Report number {number}.",
            url=f"https://files.example.org/{number}",
            gate="G0",
            actor=SYSTEM,
        )
    projects.edit(project.pk, version=None, actor=SYSTEM, objective="word " * 3500, problem="x" * 15_000)
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po, reason="row\n" * 900)
    reader = printed()
    paper = solid(words(reader))
    assert len(reader.pages) > 10
    assert [number for number in range(300) if f"Reportnumber{number}." not in paper] == []
    assert paper.count("word") >= 3500 and paper.count("row") >= 900
    assert text(web()).count("Report number") >= 300


def test_links_lead_to_this_site_or_to_where_the_evidence_is(printed, project, report, settings):
    settings.BASE_URL = "https://plimsoll.example.org"
    found = set()
    for sheet in printed().pages:
        for each in sheet.get("/Annots") or []:
            found.add(each.get_object()["/A"]["/URI"])
    assert found == {
        f"https://plimsoll.example.org/projects/{project.key}/",
        "https://files.example.org/report",
    }


def test_a_stranger_finds_no_pack(client_of, project):
    stranger = client_of(factories.a_member(factories.a_portfolio(), "administrator"))
    for address in ("pack/", "pack.pdf"):
        assert stranger.get(f"/projects/{project.key}/gates/G0/{address}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?move=0", "?move=999999", "?move=x", "?move=", "?move=%00", "?move=" + "9" * 30]
)
def test_a_decision_that_there_is_not_is_not_found(web, query):
    assert web(query=query).status_code == 404


@pytest.mark.parametrize("code", ["G99", "g0", "G0-"])
def test_a_gate_that_there_is_not_is_not_found(web, code):
    assert web(code).status_code == 404


def test_a_decision_of_another_project_or_gate_is_not_found(web, passed, portfolio):
    made, _ = passed
    other = factories.a_project(portfolio)
    elsewhere = moves.make(other.pk, to="framing", actor=SYSTEM).move
    assert web(query=f"?move={elsewhere.pk}").status_code == 404
    assert web("G1", f"?move={made.pk}").status_code == 404
    assert Move.objects.count() == 2


def test_the_api_gives_the_file_to_who_may_read_the_project(portfolio, project, passed):
    made, row = passed
    ci = callers.with_key(portfolio, scopes=["projects:read"])
    path = f"projects/{project.key}/gates/G0/pack"
    found = ci.get(f"{path}?move={made.pk}")
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert found["Content-Disposition"] == f'attachment; filename="COM-1-G0-{made.pk}.pdf"'
    assert row.packet.sha256 in solid(words(PdfReader(io.BytesIO(found.content))))
    assert "by CI robot" in words(PdfReader(io.BytesIO(ci.get(path).content)))
    problem(ci.get(f"projects/{project.key}/gates/G99/pack"), 404)
    problem(ci.get(f"{path}?move=999999"), 404)
    assert fields_of(problem(ci.get(f"{path}?move=x"), 400)) == ["move"]
    stranger = callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    problem(stranger.get(path), 404)
    problem(callers.Caller().get(path), 401)
    assert (
        problem(callers.with_key(portfolio, scopes=["moves:write"]).get(path), 403)["code"] == "scope_missing"
    )


MOST_QUERIES = 30


def test_a_pack_costs_the_same_whatever_there_is(client_of, viewer, project):
    signed_in = client_of(viewer)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(f"/projects/{project.key}/gates/G0/pack/").status_code == 200
        return len(captured)

    def more(number):
        person = on_team(project, "PO")
        evidence.add(
            project.pk,
            kind="model_card",
            title=f"{number}",
            url=f"https://x.example.org/{number}",
            gate="G0",
            actor=SYSTEM,
        )
        blockers.raise_(
            project.pk, title=f"{number}", category="security_review", severity="high", actor=SYSTEM
        )
        signs(asked(project, "G0", "PO")["PO"], person, "rejected", reason="a", would_change="b")

    more(0)
    few = counted()
    assert few <= MOST_QUERIES
    for number in range(1, 6):
        more(number)
    assert counted() == few
