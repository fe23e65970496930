"""Files made for the tests: headers and dirt as in the real inventories, and nothing copied."""

import csv
import io
from pathlib import Path

import pytest

from portfolio.register.imports import profile_files
from portfolio.register.imports.matching import Record, Standing
from portfolio.register.imports.planning import Plan, plan
from portfolio.register.imports.reading import Table, open_table

REAL = Path(__file__).resolve().parents[5] / "shared" / "data"
EDITION_2023 = REAL / "us_federal_ai_inventory_2023.csv"
EDITION_2024 = REAL / "us_federal_ai_inventory_2024_v2.csv"
needs_real_files = pytest.mark.skipif(
    not EDITION_2024.exists(), reason="the public inventories are not beside this checkout (../shared/data)"
)

NAME, AGENCY, BUREAU = "Use Case Name", "Agency", "Bureau"
PURPOSE = "What is the intended purpose and expected benefits of the AI?"
OUTPUTS = "Describe the AI system’s outputs."
STAGE = "Stage of Development"
IMPACT = "Is the AI use case rights-impacting, safety-impacting, both, or neither?"
INITIATED, BEGAN = "Date Initiated", "Date when Acquisition and/or Development began"
IMPLEMENTED, RETIRED = "Date Implemented", "Date Retired"
PERSONAL = (
    "Does this AI use case involve personally identifiable information (PII) "
    "that is maintained by the agency?"
)
IN_HOUSE = (
    "Was the AI system involved in this use case developed (or is it to be developed) "
    "under contract(s) or in-house? "
)
OTHER = "If Other, please explain."
HEADER = [
    NAME, AGENCY, BUREAU, PURPOSE, OUTPUTS, STAGE, IMPACT, INITIATED, BEGAN, IMPLEMENTED, RETIRED, IN_HOUSE,
    PERSONAL, *[OTHER] * 9,
]  # fmt: skip


def use_case(name: str, **cells: str) -> list[str]:
    """A row of the 2024 shape; cells by the names above, in small letters."""
    given = {
        NAME: name,
        AGENCY: "Ministry of Tides",
        BUREAU: "Harbour Office",
        STAGE: "Initiated",
        **{globals()[key.upper()]: cell for key, cell in cells.items()},
    }
    return [given.get(column, "") for column in HEADER[:13]] + [given.get(OTHER, "")] + [""] * 8


LIVE = "Operation and Maintenance"
DIRTY = [
    use_case("Berth planner", purpose="First\nsecond", initiated="3/1/2023", impact="Neither"),
    use_case("  Tide forecast ", agency="Ministry of Tides ", initiated="7/15/1905", stage=LIVE),
    use_case("Crane watch", initiated="19-Nov", began="Q4FY22", implemented="TBD", retired="N/A"),
    use_case("Fog detector", initiated="1/1/2024", implemented="1/1/2020", impact="Rights-Impacting\n"),
    use_case("Chatbot", purpose="Answers skippers", personal="YES", stage="Retired", implemented="5/1/2021"),
    use_case("CHATBOT", purpose="Answers clerks", personal="no", stage="Retired"),
    use_case("=HYPERLINK(\"x\")", purpose="-1+1", other="@here"),
    use_case("⚓ مراقبة الميناء", stage="Implementation and Assessment", in_house="Developed in-house."),
    use_case("Pilot with a bell\x07 in it", stage="Something else"),
    use_case("N" * 250, stage="Acquisition and/or Development"),
    use_case("N" * 10_000),
    use_case("", purpose="Nameless"),
]  # fmt: skip


def write_csv(
    path: Path, rows: list[list[str]], *, header: list[str] | None = None, encoding: str = "utf-8"
) -> Path:
    """Write a CSV as spreadsheets do."""
    text = io.StringIO()
    csv.writer(text).writerows([header if header is not None else HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def profile(name: str = "us_federal_2024"):
    """A shipped profile."""
    return profile_files.parse(profile_files.shipped()[name])


def records_of(made: Plan) -> list[Record]:
    """What the register would hold after the plan was applied to an empty one."""
    return [
        Record(
            pk=at,
            source_id=line.source_id,
            identity=line.identity,
            ordinal=line.ordinal,
            cells=line.cells,
            values=line.values,
            project=Standing(f"GOV-{at}", line.stage.went_to, line.stage.outcome, line.values),
        )
        for at, line in enumerate(made.lines, start=1)
        if line.stage
    ]


def planned(table: Table, records: list[Record] | None = None, *, by: str = "us_federal_2024") -> Plan:
    """The plan of a file against what the register holds."""
    return plan(profile(by), table.columns, table.rows(), records or [])


def table_of(path: Path, rows: list[list[str]], **how) -> Table:
    """Write the rows and open them."""
    return open_table(write_csv(path, rows, **how))
