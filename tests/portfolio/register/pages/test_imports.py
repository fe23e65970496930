import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portfolio.register.actions import import_runs
from portfolio.register.imports import profile_files
from portfolio.register.models import ImportLine, ImportProfile, ImportRun, RunState
from projects.models import Project
from tests.factories import a_member, a_person, a_portfolio
from tests.portfolio.register.imports.files import DIRTY, HEADER, LIVE, use_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio("Government")


@pytest.fixture
def manager(client, portfolio):
    person = a_member(portfolio, "manager")
    client.force_login(person)
    return person


def content_of(rows, header=HEADER):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def send(client, portfolio, content, *, profile="us_federal_2024", name="inventory.csv", **how):
    file = SimpleUploadedFile(name, content)
    return client.post(
        "/imports/new/", {"file": file, "portfolio": portfolio.slug, "profile": profile}, **how
    )


def checked(client, portfolio, rows):
    answer = send(client, portfolio, content_of(rows))
    assert answer.status_code == 302
    run = ImportRun.objects.first()
    assert answer.url == f"/imports/{run.pk}/"
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.usefixtures("manager")
def test_a_file_is_checked_shown_and_applied(client, portfolio):
    run = checked(client, portfolio, DIRTY)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Apply 10 changes" in page
    assert "Nothing has changed yet" in page
    assert "9 columns not mapped" in page
    assert not Project.objects.exists()
    client.post(f"/imports/{run.pk}/apply/")
    waiting = client.get(f"/imports/{run.pk}/progress/")
    assert "Waiting for a worker" in waiting.content.decode()
    import_runs.take_up(run.pk)
    done = client.get(f"/imports/{run.pk}/progress/")
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    assert "Open the projects" in client.get(f"/imports/{run.pk}/").content.decode()
    assert Project.objects.count() == 10
    assert "inventory.csv" in client.get("/imports/").content.decode()


@pytest.mark.usefixtures("manager")
def test_rows_are_filtered_by_outcome_and_by_remark(client, portfolio):
    run = checked(client, portfolio, DIRTY)
    refused = client.get(f"/imports/{run.pk}/?outcome=refused").content.decode()
    assert "Has 10,000 characters; 200 fit." in refused
    assert "The name is empty." in refused
    assert "Berth planner" not in refused
    remarks = client.get(
        f"/imports/{run.pk}/?problems=yes", headers={"HX-Request": "true", "HX-Target": "list"}
    )
    text = remarks.content.decode()
    assert "<html" not in text
    assert "read as the year" in text
    assert "Berth planner" not in text


@pytest.mark.usefixtures("manager")
def test_the_report_as_a_file_names_every_row_and_runs_no_formula(client, portfolio):
    run = checked(client, portfolio, DIRTY)
    answer = client.get(f"/imports/{run.pk}/?export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {int(row["row"]) for row in rows if row["row"]} == set(range(2, len(DIRTY) + 2))
    problems = [row for row in rows if row["what"] in ("refused", "changed", "noted")]
    assert len(problems) == run.report["problems"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    assert sum(row["what"] == "kept, not mapped" for row in rows) == 9


@pytest.mark.usefixtures("manager")
def test_the_report_takes_as_many_queries_for_many_rows_as_for_few(client, portfolio):
    def queries(number):
        run = checked(client, portfolio, [use_case(f"Project {number} {at}") for at in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"/imports/{run.pk}/").status_code == 200
        return len(caught)

    queries(1)
    assert queries(1) == queries(20)


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"<html><body>not a table</body></html>", "not a table"),
        (b"\x00\x01\x02\x03", "bytes that are not text"),
        (b"PK\x03\x04 cut off", "damaged or cut off"),
        (b"a,b\n1,2\n", "no column “Use Case Name”"),
    ],
)
def test_a_bad_file_is_answered_by_its_reason_and_its_fix(client, portfolio, content, says):
    answer = send(client, portfolio, content)
    run = ImportRun.objects.get()
    import_runs.take_up(run.pk)
    page = client.get(answer.url).content.decode()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert says in page
    assert run.remedy
    assert client.post(f"/imports/{run.pk}/apply/").status_code == 302
    assert not Project.objects.exists()


@pytest.mark.usefixtures("manager")
def test_a_form_without_a_file_or_with_unknown_choices_says_so(client, portfolio):
    answer = client.post("/imports/new/", {"portfolio": "nowhere", "profile": "nothing"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"file", "portfolio", "profile"}
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("manager")
def test_a_file_over_the_limit_is_refused(client, portfolio, settings):
    settings.MAX_UPLOAD_MB = 1
    answer = send(client, portfolio, b"a,b\n" + b"x" * 1024 * 1024)
    assert answer.status_code == 413
    assert "more than 1 MB" in answer.content.decode()
    part = send(client, portfolio, b"x" * 3 * 1024 * 1024, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert not ImportRun.objects.exists()
    assert send(client, portfolio, b"a,b\n" + b"x" * (1024 * 1024 - 4)).status_code == 302


def test_an_upload_needs_the_token_of_its_form(portfolio, manager):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    assert send(client, portfolio, content_of(DIRTY)).status_code == 403
    assert not ImportRun.objects.exists()
    token = client.get("/imports/new/").context["csrf_token"]
    file = SimpleUploadedFile("a.csv", content_of(DIRTY))
    answer = client.post(
        "/imports/new/",
        {
            "csrfmiddlewaretoken": str(token),
            "file": file,
            "portfolio": portfolio.slug,
            "profile": "us_federal_2024",
        },
    )
    assert answer.status_code == 302


def test_others_see_nothing_of_it(client, portfolio, manager):
    run = checked(client, portfolio, DIRTY)
    paths = [f"/imports/{run.pk}/{part}" for part in ("", "progress/", "?export=csv")]
    client.force_login(a_member(portfolio, "contributor"))
    assert {client.get(path).status_code for path in paths} == {403}
    assert client.post(f"/imports/{run.pk}/apply/").status_code == 403
    assert client.get("/imports/").status_code == 403
    assert send(client, portfolio, content_of(DIRTY)).status_code == 403
    client.force_login(a_member(a_portfolio("Other"), "manager"))
    assert {client.get(path).status_code for path in paths} == {404}
    assert client.post(f"/imports/{run.pk}/discard/").status_code == 404
    assert "inventory.csv" not in client.get("/imports/").content.decode()
    assert client.get(f"/imports/profiles/{portfolio.slug}/plimsoll/").status_code == 404
    client.logout()
    assert client.get(f"/imports/{run.pk}/").status_code == 302


@pytest.mark.usefixtures("manager")
def test_an_import_is_discarded(client, portfolio):
    run = checked(client, portfolio, DIRTY)
    client.post(f"/imports/{run.pk}/discard/")
    run.refresh_from_db()
    assert run.state == RunState.DISCARDED
    assert "Apply" not in client.get(f"/imports/{run.pk}/").content.decode()


@pytest.mark.usefixtures("manager")
def test_next_year_is_shown_as_changes_before_it_is_applied(client, portfolio):
    first = checked(client, portfolio, [use_case("Berth planner")])
    client.post(f"/imports/{first.pk}/apply/")
    import_runs.take_up(first.pk)
    run = checked(client, portfolio, [use_case("Berth planner", stage=LIVE, bureau="Port Office")])
    page = client.get(f"/imports/{run.pk}/?outcome=changed").content.decode()
    assert "Stage reported: framing to production" in page
    assert "Ministry of Tides › Port Office" in page
    assert ImportLine.objects.get(run=run).changes["unit"][1] == ["Ministry of Tides", "Port Office"]


@pytest.mark.usefixtures("manager")
def test_a_profile_is_copied_edited_checked_while_typing_and_saved(client, portfolio):
    address = f"/imports/profiles/{portfolio.slug}/us_federal_2024/"
    assert "us_federal_2024" in client.get("/imports/profiles/").content.decode()
    assert "comes with Plimsoll" in client.get(address).content.decode()
    text = profile_files.shipped()["us_federal_2024"].replace("Use Case Name", "Title of it")
    typed = client.post(
        address, {"name": "ours", "text": "name: x", "version": 0}, headers={"HX-Target": "problems"}
    )
    assert "source: is missing." in typed.content.decode()
    assert client.post(address, {"name": "ours", "text": "name: x", "version": 0}).status_code == 422
    assert client.post(address, {"name": "ours", "text": text, "version": 0}).status_code == 302
    assert ImportProfile.objects.get().version == 1
    assert client.post(address, {"name": "ours", "text": text, "version": 0}).status_code == 409
    assert client.get(f"/imports/profiles/{portfolio.slug}/ours/").context["form"]["version"].value() == 1
    assert client.get(f"/imports/profiles/{portfolio.slug}/nothing/").status_code == 404
    run = send(
        client,
        portfolio,
        content_of([use_case("Berth planner")], ["Title of it", *HEADER[1:]]),
        profile="ours",
    )
    import_runs.take_up(ImportRun.objects.get().pk)
    assert "Apply 1 change" in client.get(run.url).content.decode()


@pytest.mark.usefixtures("manager")
def test_ones_own_profile_is_deleted_on_its_page_and_a_shipped_one_cannot_be(client, portfolio):
    shipped = f"/imports/profiles/{portfolio.slug}/us_federal_2024/"
    assert "Delete profile" not in client.get(shipped).content.decode()
    assert client.post(f"{shipped}delete/").status_code == 404
    text = profile_files.shipped()["us_federal_2024"]
    client.post(shipped, {"name": "ours", "text": text, "version": 0})
    own = f"/imports/profiles/{portfolio.slug}/ours/"
    assert f'action="{own}delete/"' in client.get(own).content.decode()
    assert "Profile “ours” deleted" in client.post(f"{own}delete/", follow=True).content.decode()
    assert not ImportProfile.objects.exists()
    assert client.get(own).status_code == 404


def test_somebody_without_any_portfolio_is_told_so(client):
    client.force_login(a_person())
    assert client.get("/imports/").status_code == 403
    assert client.get("/imports/new/").status_code == 403
    assert client.get("/imports/profiles/").status_code == 404
