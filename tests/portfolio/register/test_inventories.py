"""The register in the columns of a federal inventory, and back by the profile of that edition."""

import csv
import io
from pathlib import Path

import pytest

from portfolio.register.actions import import_runs, imports
from portfolio.register.models import RunState
from portfolio.register.queries import inventories
from projects.actions import answers, projects, units
from projects.actors import Actor
from projects.models import Project
from projects.queries.filters import Filters
from projects.rules.given_answers import Given
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project
from tests.portfolio.register.imports.files import DIRTY, write_csv

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "us_federal_ai_inventory_2024_v2.csv"
ENOUGH = 150  # rows of the real file: as many kinds of dirt as in all of it, in a tenth of the time
EVERYTHING = Filters(outcome=(), archived="any")


def brought(portfolio, path, profile):
    run = imports.upload(portfolio.pk, profile=profile, file=path, file_name=path.name, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.CHECKED, run.error
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED, run.error
    return run


def rows_of(portfolio, edition):
    filters = Filters(portfolio=portfolio.slug, outcome=(), archived="any")
    return sorted(map(tuple, inventories.table(Actor.system("test"), filters, edition).rows))


def as_a_file(portfolio, edition, path):
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        csv.writer(out).writerows([inventories.headers(edition), *rows_of(portfolio, edition)])
    return path


def facts(portfolio):
    """What a project of an inventory is, wherever it was brought."""
    names = ("name", "problem", "description", "tier", "personal_data", "vendor", "llm", "outcome")
    return sorted(
        Project.objects.filter(portfolio=portfolio).values_list(*names, "standard_stage", "unit__name"),
        key=str,
    )


def test_what_was_brought_goes_out_as_it_came_and_comes_back_the_same(tmp_path):
    first, second = a_portfolio("One"), a_portfolio("Two")
    brought(first, write_csv(tmp_path / "dirty.csv", DIRTY), "us_federal_2024")
    file = as_a_file(first, "2024", tmp_path / "out.csv")
    brought(second, file, "us_federal_2024")
    assert facts(first) == facts(second)
    assert rows_of(first, "2024") == rows_of(second, "2024")


@pytest.mark.parametrize("edition", inventories.EDITIONS)
def test_projects_of_ones_own_go_out_and_come_back_in_the_words_of_the_edition(tmp_path, edition):
    ours, other = a_portfolio("Ours"), a_portfolio("Other")
    unit = units.find_or_create(ours.pk, name="Agency", team="Bureau", actor=SYSTEM)
    for tier, llm in (("high", True), ("low", False), ("", None)):
        project = a_project(ours, f"Case {tier or 'open'}", problem="Why", description="What comes out")
        said = {"tier": tier, "llm": llm, "vendor": llm, "personal_data": llm, "unit": unit}
        projects.edit(project.pk, version=None, is_reported=True, actor=SYSTEM, **said)
    answers.give(project.pk, given=Given("MP5", "N"), actor=SYSTEM)
    brought(other, as_a_file(ours, edition, tmp_path / "out.csv"), f"us_federal_{edition}")
    assert [row[0] for row in facts(other)] == [row[0] for row in facts(ours)]
    id_of = {"2025": "id", "2024": None}[edition]
    skip = {inventories.headers(edition).index(id_of)} if id_of else set()

    def said_by(portfolio):
        return [
            [cell for at, cell in enumerate(row) if at not in skip] for row in rows_of(portfolio, edition)
        ]

    assert said_by(other) == said_by(ours)


def test_no_address_of_anybody_goes_out(tmp_path):
    portfolio = a_portfolio("Ours")
    person = a_person("Somebody")
    project = a_project(portfolio)
    projects.edit(project.pk, version=None, actor=SYSTEM, owner=None)
    table = inventories.table(Actor.system("test"), EVERYTHING, "2025")
    [row] = table.rows
    said = dict(zip(table.headers, row, strict=True))
    assert said["contact_email"] == ""
    assert not any("@" in cell for cell in row)
    assert person.email not in "".join(row)


def test_the_page_gives_both_editions_to_whoever_may_see_the_projects(client):
    portfolio = a_portfolio("Ours")
    a_project(portfolio, "Sight")
    client.force_login(a_member(portfolio, "viewer"))
    answer = client.get(f"/projects/inventory/2025/?portfolio={portfolio.slug}")
    found = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert found[0] == list(inventories.headers("2025"))
    assert found[1][3] == "Sight"
    assert client.get("/projects/inventory/1999/").status_code == 404
    client.force_login(a_person())
    assert client.get(f"/projects/inventory/2024/?portfolio={portfolio.slug}").status_code == 404


@pytest.mark.skipif(not REAL.is_file(), reason="the real inventory is not on this machine")
def test_the_real_inventory_goes_out_and_comes_back(tmp_path):
    with REAL.open(encoding="cp1252", newline="") as source:
        some = [row for _, row in zip(range(ENOUGH + 1), csv.reader(source), strict=False)]
    file = tmp_path / "real.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(some)
    first, second = a_portfolio("One"), a_portfolio("Two")
    brought(first, file, "us_federal_2024")
    brought(second, as_a_file(first, "2024", tmp_path / "out.csv"), "us_federal_2024")
    assert Project.objects.filter(portfolio=first).count() == ENOUGH
    assert facts(first) == facts(second)
    assert rows_of(first, "2024") == rows_of(second, "2024")
