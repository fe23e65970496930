"""The same document as PDF, slides, workbook and CSV: every figure and word, and nothing that calculates."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from pypdf import PdfReader

from portfolio.reports.prints import forms
from projects.prints.documents import Document, Facts, Link, Number, Section, Table, Tile, Tiles, Words
from projects.prints.drawings import Circle, Drawing, Label, Path, Rect

pytestmark = pytest.mark.once
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
ROWS = [["PRJ-1", Link("Triage & <more>", "/projects/PRJ-1/"), Number("54%", 0.54)]]
HOSTILE = ["=1+1", Link("\x00bell\x07 \ufffe", "/x"), Number("not known", None)]
PICTURE = Drawing(
    300,
    100,
    [
        Rect(0, 0, 300, 100, "frame"),
        Circle(20, 20, 8, "at_risk"),
        Path([(0, 50), (300, 50)], "line"),
        Path([(5, 5), (9, 5), (7, 9)], "big_bet", is_closed=True),
        Label(30, 22, "Triage", anchor="middle", is_bold=True),
    ],
    "One project",
)


def document(rows=ROWS, **changes):
    said = {
        "title": "Pack of Trials",
        "subtitle": "20 Nov 2026",
        "running": "Trials",
        "mark": "trials, 2026-11-20",
        "made": "Made on 21 Nov 2026",
        "file_name": "pack",
        "sections": [
            Section(
                "Where we stand",
                [
                    Tiles([Tile("Risk load", "54%", "limit 45%", is_raised=True)]),
                    Words("Nobody knows more."),
                    Facts([("Owner", "Ada"), ("Vendor", "")]),
                    PICTURE,
                    Table("Projects", ["Key", "Name", "Share"], rows, [1, 3, 1]),
                ],
                headline="We carry more risk than we planned.",
            ),
            Section("Everything", [Table("Projects", ["Key"], [["PRJ-9"]], [1])], is_appendix=True),
        ],
    }
    return Document(**said | changes)


def slides_of(written):
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        assert package.testzip() is None
        names = package.namelist()
        # Not hostile: the product wrote it a moment ago.
        return {name: ElementTree.fromstring(package.read(name)) for name in names}  # noqa: S314


def texts(part):
    return [node.text or "" for node in part.iter(TEXT)]


def test_slides_have_the_headline_as_title_and_every_text():
    parts = slides_of(forms.FORMS["pptx"].write(document()))
    slides = [
        parts[f"ppt/slides/slide{number}.xml"]
        for number in range(1, 4)
        if f"ppt/slides/slide{number}.xml" in parts
    ]
    said = [text for slide in slides for text in texts(slide)]
    assert texts(slides[0])[0] == "Pack of Trials"
    assert texts(slides[1])[0] == "We carry more risk than we planned."
    for expected in (
        "Risk load",
        "54%",
        "limit 45%",
        "Nobody knows more.",
        "Owner: Ada",
        "Vendor: not known",
    ):
        assert expected in said
    assert {"PRJ-1", "Triage & <more>", "Triage"} <= set(said)
    assert "PRJ-9" not in said, "an appendix is for those who look something up"


def test_every_part_of_the_slides_is_declared_and_every_relation_leads_to_a_part():
    parts = slides_of(forms.FORMS["pptx"].write(document()))
    declared = {node.get("PartName") for node in parts["[Content_Types].xml"] if node.get("PartName")}
    assert declared == {f"/{name}" for name in parts if not name.endswith((".rels", "Types].xml"))}
    for name, part in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = name.rpartition("_rels/")[0]
        for relation in part:
            target = relation.get("Target")
            path = re.sub(r"[^/]+/\.\./", "", f"{folder}{target}")
            assert path in parts, (name, target)


def test_shapes_of_a_slide_have_numbers_of_their_own_and_the_picture_its_words():
    slide = slides_of(forms.FORMS["pptx"].write(document()))["ppt/slides/slide2.xml"]
    named = [node for node in slide.iter() if node.tag.endswith("cNvPr")]
    numbers = [node.get("id") for node in named]
    assert len(numbers) == len(set(numbers))
    assert "One project" in [node.get("descr") for node in named]


def test_a_long_table_goes_on_under_its_heads_and_loses_no_row():
    rows = [[f"PRJ-{number}", "A name " * (number % 9), Number(str(number), number)] for number in range(80)]
    parts = slides_of(forms.FORMS["pptx"].write(document(rows)))
    slides = [part for name, part in parts.items() if name.startswith("ppt/slides/slide")]
    keys = [text for slide in slides for text in texts(slide) if text.startswith("PRJ-")]
    assert keys == [f"PRJ-{number}" for number in range(80)]
    assert sum("Share" in texts(slide) for slide in slides) > 3


def test_the_same_document_gives_the_same_slides():
    assert forms.FORMS["pptx"].write(document()) == forms.FORMS["pptx"].write(document())


def test_figures_are_numbers_in_the_workbook_and_the_unknown_is_empty():
    book = openpyxl.load_workbook(io.BytesIO(forms.FORMS["xlsx"].write(document([*ROWS, HOSTILE]))))
    assert book.sheetnames == ["About", "Projects", "Projects 2"]
    sheet = book["Projects"]
    assert [cell.value for cell in sheet[1]] == ["Key", "Name", "Share"]
    assert [cell.value for cell in sheet[2]] == ["PRJ-1", "Triage & <more>", 0.54]
    assert sheet["A3"].value == "=1+1"
    assert sheet["A3"].data_type == "s", "a text that looks like a formula stays a text"
    assert sheet["C3"].value is None


def test_csv_has_every_table_and_calculates_nothing():
    written = forms.FORMS["csv"].write(document([*ROWS, HOSTILE]))
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert rows[0] == ["table", "Key", "Name", "Share"]
    assert rows[1] == ["Projects", "PRJ-1", "Triage & <more>", "0.54"]
    assert rows[2][1] == "'=1+1"
    assert rows[2][3] == ""
    assert ["Projects", "PRJ-9"] in rows


def test_the_pdf_says_the_same():
    written = forms.FORMS["pdf"].write(document([*ROWS, HOSTILE]))
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(written)).pages)
    for expected in (
        "Pack of Trials",
        "We carry more risk than we planned.",
        "54%",
        "limit 45%",
        "PRJ-1",
        "Triage",
    ):
        assert expected in said


@pytest.mark.parametrize("form", forms.FORMS)
def test_letters_that_no_file_can_hold_break_nothing(form):
    hostile = document([HOSTILE], title="\x00\ud800 title \uffff", subtitle="\u202eevil")
    assert forms.FORMS[form].write(hostile)
