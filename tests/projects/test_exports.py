"""Rows as CSV, workbook and JSON: nothing is calculated, values keep their kind, long lists stay small."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from projects.exports import csv_files, json_files, workbooks
from projects.exports.tables import Table

pytestmark = pytest.mark.once
HEADERS = ("text", "number", "exact", "share", "yes", "day", "moment", "nothing")
ROW = (
    *("=1+1", 7, Decimal("12.50"), 0.25, True, date(2026, 11, 22)),
    *(datetime(2026, 11, 22, 9, 30, tzinfo=UTC), None),
)


def bytes_of(form, *tables):
    return b"".join(form.pieces(tables))


def test_a_workbook_keeps_texts_numbers_days_and_moments():
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(workbooks, Table("Ours/all", HEADERS, [ROW]))))
    [head, row] = book["Ours all"].values
    assert head == HEADERS
    days = [each.isoformat() for each in row[5:7]]
    assert row[:5] == ("=1+1", 7, 12.5, 0.25, True)
    assert days == ["2026-11-22T00:00:00", "2026-11-22T09:30:00"]
    assert book["Ours all"]["A2"].data_type in ("s", "inlineStr")


def test_what_no_workbook_could_hold_does_not_break_it():
    texts = [
        "a\x00b\x1f",
        "\ud800",
        "_x0041_",
        "<&>\"'",
        "x" * 40_000,
        '=HYPERLINK("http://x")',
        "line\nbreak",
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(bytes_of(workbooks, Table("t", ["a"], [[text] for text in texts])))
    )
    # This reader leaves the escape of "_x0041_" as it stands in the file; spreadsheets take it away.
    found = [row[0] for row in book.active.values][1:]
    assert found == ["ab", "", "_x005F_x0041_", "<&>\"'", "x" * 32_767, texts[5], "line\nbreak"]


def test_several_tables_are_several_sheets_with_names_of_their_own():
    tables = [
        Table(name, ["a"], [[1]]) for name in ("Mix", "mix", "A very long name of a table of figures", "")
    ]
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(workbooks, *tables)))
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert set(json.loads(bytes_of(json_files, *tables[:1]))[0]) == {"a"}
    assert list(json.loads(bytes_of(json_files, tables[0], tables[2]))) == [tables[0].name, tables[2].name]


def test_json_keeps_kinds_and_a_header_that_comes_twice():
    [row] = json.loads(bytes_of(json_files, Table("t", HEADERS, [ROW])))
    assert row["text"] == "=1+1"
    assert (row["number"], row["exact"], row["share"], row["yes"], row["nothing"]) == (
        7,
        12.5,
        0.25,
        True,
        None,
    )
    assert (row["day"], row["moment"]) == ("2026-11-22", "2026-11-22T09:30:00+00:00")
    exact = Decimal("0.1234567890123456789")
    assert json.loads(bytes_of(json_files, Table("t", ["a", "a"], [[exact, 2]]))) == [
        {"a": str(exact), "a 2": 2}
    ]
    assert json.loads(bytes_of(json_files, Table("t", ["a"], []))) == []


def test_no_cell_of_a_csv_is_calculated_and_no_header_is():
    typed = ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "a=1"]
    text = bytes_of(csv_files, Table("t", ["=head"], [[each] for each in typed])).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["'=head"]
    assert [row[0] for row in rows[1:]] == [*(f"'{each}" for each in typed[:-1]), "a=1"]
    assert csv_files.cell(-1) == "-1"


@pytest.mark.parametrize("form", [csv_files, json_files, workbooks])
def test_a_hundred_thousand_rows_are_never_held(form):
    rows = ((f"Project {n}", n, n / 7, date(2026, 1, 1)) for n in range(100_000))
    tracemalloc.start()
    first = next(iter(pieces := form.pieces([Table("t", ("a", "b", "c", "d"), rows)])))
    size = len(first) + sum(map(len, pieces))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 500_000
    assert peak < 4 * 2**20
