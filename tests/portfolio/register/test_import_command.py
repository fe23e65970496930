import pytest
from django.core.management import CommandError, call_command

from portfolio.register.models import ImportRun, RunState
from projects.models import Project
from tests.factories import a_portfolio
from tests.portfolio.register.imports.files import DIRTY, EDITION_2024, needs_real_files, write_csv

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def portfolio():
    return a_portfolio("Government")


@pytest.fixture
def bring(portfolio, tmp_path, capsys):
    def bring(file=None, *words, profile="us_federal_2024", slug=None):
        file = file or write_csv(tmp_path / "inventory.csv", DIRTY)
        call_command("import", str(file), *words, profile=profile, portfolio=slug or portfolio.slug)
        return capsys.readouterr().out

    return bring


def test_the_report_is_printed_and_the_file_applied(bring):
    said = bring()
    assert "inventory.csv: CSV, UTF-8, comma, 22 columns, 12 rows" in said
    assert "10 created, 0 changed, 0 unchanged, 2 refused, 0 ambiguous" in said
    assert "refused: row 12, Use Case Name" in said
    assert "changed: row 3, Date Initiated “7/15/1905”: The year 2023 shown by a spreadsheet" in said
    assert "kept, not mapped: If Other, please explain. (9) (0 cells)" in said
    assert Project.objects.count() == 10
    assert "0 created, 0 changed, 10 unchanged" in bring()
    assert Project.objects.count() == 10


def test_a_dry_run_changes_nothing(bring):
    assert "Nothing was changed" in bring(None, "--dry-run")
    assert not Project.objects.exists()
    assert ImportRun.objects.get().state == RunState.DISCARDED


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"slug": "nowhere"}, "There is no portfolio “nowhere”. There are: "),
        (
            {"profile": "nothing"},
            "There is no import profile “nothing”. There are: plimsoll, plimsoll_sample, us_federal_2023",
        ),
        ({"profile": "us_federal_2023"}, "no column “Title”"),
    ],
)
def test_a_wrong_word_is_answered_by_those_that_there_are(bring, words, says):
    with pytest.raises(CommandError) as refusal:
        bring(**words)
    assert says in str(refusal.value)
    assert not Project.objects.exists()


def test_a_file_that_is_not_there_or_no_table_is_refused(bring, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        bring(tmp_path / "nothing.csv")
    page = tmp_path / "page.csv"
    page.write_text("<html></html>")
    with pytest.raises(CommandError, match="web page"):
        bring(page)


@needs_real_files
def test_the_inventory_of_2024_goes_in_by_the_command(bring):
    assert "Applied to “Government”: 2133 created" in bring(EDITION_2024)
    assert Project.objects.count() == 2133
