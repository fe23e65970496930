import datetime as dt
import io
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.register.imports import tables
from portfolio.register.imports.reading import open_table
from portfolio.register.imports.tables import Unreadable
from tests.portfolio.register.imports.files import (
    DIRTY,
    EDITION_2023,
    EDITION_2024,
    OTHER,
    PURPOSE,
    needs_real_files,
    write_csv,
)


def file(tmp_path, content: bytes):
    path = tmp_path / "upload"
    path.write_bytes(content)
    return path


def cells(table):
    return [row.cells for row in table.rows()]


@pytest.mark.parametrize(
    ("content", "form", "first"),
    [
        ("a,b\né,2\n".encode(), "CSV, UTF-8, comma", ("é", "2")),
        (b"\xef\xbb\xbfa,b\n\xc3\xa9,2\n", "CSV, UTF-8, comma", ("é", "2")),
        (b"a,b\n\x93quoted\x94,2\n", "CSV, Windows-1252, comma", ("“quoted”", "2")),
        ("a\tb\né\t2\n".encode("utf-16"), "CSV, UTF-16, tab", ("é", "2")),
        (b"a;b\n1,5;2\n", "CSV, UTF-8, semicolon", ("1,5", "2")),
        (b"a|b\n1|2\n", "CSV, UTF-8, bar", ("1", "2")),
        (b'a,b\r\n"one\r\ntwo",2\r\n', "CSV, UTF-8, comma", ("one\r\ntwo", "2")),
        (b"a,b\r1,2\r", "CSV, UTF-8, comma", ("1", "2")),
        (b"only names\nBerth planner\n", "CSV, UTF-8, comma", ("Berth planner",)),
    ],
)
def test_encoding_and_delimiter_are_found(tmp_path, content, form, first):
    table = open_table(file(tmp_path, content))
    assert (table.form, cells(table)[0]) == (form, first)


def test_a_windows_byte_far_from_the_beginning_is_still_noticed(tmp_path):
    table = open_table(file(tmp_path, b"a,b\n" + b"plain,text\n" * 15_000))
    assert table.form == "CSV, UTF-8, comma"
    late = open_table(file(tmp_path, b"a,b\n" + b"plain,text\n" * 15_000 + b"it\x92s,x\n"))
    assert late.form == "CSV, Windows-1252, comma"
    assert cells(late)[-1] == ("it’s", "x")


def test_repeated_and_empty_headers_become_distinct(tmp_path):
    table = open_table(file(tmp_path, b"Name,,Name, name ,Name (2)\n1,2,3,4,5\n"))
    assert table.columns == ("Name", "Column 2", "Name (2)", "name (3)", "Name (2) (2)")


def test_nine_equal_headers_are_numbered(tmp_path):
    columns = open_table(write_csv(tmp_path / "a.csv", DIRTY)).columns
    assert [each for each in columns if each.startswith(OTHER)] == [
        OTHER, *[f"{OTHER} ({number})" for number in range(2, 10)]
    ]  # fmt: skip


def test_rows_are_numbered_as_a_spreadsheet_does_and_blank_ones_skipped(tmp_path):
    table = open_table(file(tmp_path, b'\na,b\n"x\ny",1\n\n , \nz,2\n'))
    assert [(row.number, row.cells) for row in table.rows()] == [(3, ("x\ny", "1")), (6, ("z", "2"))]


def test_ragged_rows_are_fitted_and_marked(tmp_path):
    table = open_table(file(tmp_path, b"a,b\n1\n1,2,3\n1,2,,\n1,2\n"))
    assert [(row.cells, row.surplus) for row in table.rows()] == [
        (("1", ""), -1), (("1", "2"), 1), (("1", "2"), 0), (("1", "2"), 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b",,\n,,\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,\x002\n", "not text"),
        (b"a,b\n" + b"x,y\n" * 50_000 + b"\x00", "not text"),
        (bytes(range(1, 32)) * 40, "not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"%PDF-1.7 a,b\n1,2", "not a table"),
        (b"<!DOCTYPE html><table><tr><td>a</td></tr></table>", "web page"),
        (b"  <html>\n<body>a,b\n1,2", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or locked", "password-protected"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b'a,b\n1,"2\n3,4\n5,6\n', "Row 2: a quotation mark is never closed"),
        (b'a,b\n1,"' + b"x" * 200_000, "Row 2: a quotation mark is never closed"),
        (b"a,b\n1," + b"x" * (tables.MAX_CELL + 1), "Row 2, column 2"),
        (b"a," * (tables.MAX_COLUMNS + 1) + b"a\n1", "columns"),
        (b"a\n" + b"1\n" * (tables.MAX_ROWS + 1), "20,000 rows"),
        (b"a\n1\n" + b"\n" * (tables.MAX_BLANK_ROWS + 1) + b"1\n", "empty rows"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason_and_a_fix(tmp_path, content, says):
    with pytest.raises(Unreadable) as refusal:
        list(open_table(file(tmp_path, content)).rows())
    assert says in refusal.value.message
    assert refusal.value.remedy


def test_the_limits_themselves_are_allowed(tmp_path):
    assert len(cells(open_table(file(tmp_path, b"a\n" + b"1\n" * tables.MAX_ROWS)))) == tables.MAX_ROWS
    assert cells(open_table(file(tmp_path, b"a\n" + b"x" * tables.MAX_CELL)))[0] == ("x" * tables.MAX_CELL,)


def workbook(*rows, title="Sheet", more=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append(["other", "sheet"])
        book[name].append([1, 2])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_text_and_formulas_are_not_run(tmp_path):
    content = workbook(
        ["name", "on", "count", "sum", "flag"],
        ["⚓", dt.date(2023, 5, 1), 3.0, "=2+3", True],
        [],
        ["b", dt.date(1905, 7, 15), 1.5],
    )
    table = open_table(file(tmp_path, content))
    assert table.form == "XLSX"
    assert [(row.number, row.cells, row.surplus) for row in table.rows()] == [
        (2, ("⚓", "2023-05-01", "3", "=2+3", "TRUE"), 0),
        (4, ("b", "1905-07-15", "1.5", "", ""), 0),
    ]


def test_a_sheet_is_chosen_by_name_and_a_wrong_name_lists_the_sheets(tmp_path):
    path = file(tmp_path, workbook(["a"], ["1"], title="First", more=["Second"]))
    assert open_table(path).columns == ("a",)
    assert open_table(path, sheet="Second").columns == ("other", "sheet")
    with pytest.raises(Unreadable, match="First, Second"):
        open_table(path, sheet="Third")


def repacked(content: bytes, name: str, change) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + data, "does not write"),
        (lambda data: data.decode().encode("utf-16"), "does not write"),
        (lambda data: data[:-40], "damaged"),
        (lambda data: data.replace(b'r="A2"', b'r="ZZZZZZZ2"'), "damaged"),
        (lambda data: data.replace(b'r="B2"', b'r="XFD2"'), "columns"),
        (lambda data: data.replace(b'r="2"', b'r="99999999999"'), "empty rows"),
        (lambda data: data.replace(b"<sheetData>", b"<sheetData>" + b" " * 301 * 1024 * 1024), "unpacks"),
    ],
)
def test_a_harmful_workbook_is_refused_and_does_no_harm(tmp_path, change, says):
    path = file(tmp_path, repacked(workbook(["a", "b"], ["1", "2"]), SHEET, change))
    with pytest.raises(Unreadable) as refusal:
        list(open_table(path).rows())
    assert says in refusal.value.message


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("table.csv", "a,b\n1,2\n")
    with pytest.raises(Unreadable, match="not an XLSX"):
        open_table(file(tmp_path, target.getvalue()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2_000) | st.text(max_size=500).map(str.encode))
def test_any_bytes_are_a_table_or_a_clear_refusal(tmp_path, content):
    try:
        table = open_table(file(tmp_path, content))
        rows = list(table.rows())
    except Unreadable:
        return
    assert rows
    assert all(len(row.cells) == len(table.columns) for row in rows)
    assert len({column.casefold() for column in table.columns}) == len(table.columns)


BOOK = workbook(["name", "on"], ["a", dt.date(2023, 5, 1)], ["b", "=1+1"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(BOOK) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_is_a_table_or_a_clear_refusal(tmp_path, at, byte, cut):
    content = BOOK[:at] if cut else BOOK[:at] + bytes([byte]) + BOOK[at + 1 :]
    with suppress(Unreadable):
        assert list(open_table(file(tmp_path, content)).rows())


@needs_real_files
def test_the_real_files_are_read_whole():
    early, late = open_table(EDITION_2023), open_table(EDITION_2024)
    assert (early.form, len(early.columns), len(cells(early))) == ("CSV, UTF-8, comma", 10, 710)
    assert (late.form, len(late.columns), len(cells(late))) == ("CSV, Windows-1252, comma", 62, 2133)
    assert sum("\n" in cell for row in cells(late) for cell in row) == 1176
    assert len([each for each in late.columns if each.startswith(OTHER)]) == 9
    assert PURPOSE in late.columns
    assert not any(row.surplus for row in late.rows())
