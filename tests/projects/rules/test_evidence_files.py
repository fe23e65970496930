"""Which files are taken as evidence, what they are called, and what a browser may show of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import evidence_files as rules
from tests.projects.evidence_files import ELF, EXE, GIF, HTML, JPG, PDF, PNG, SCRIPT, SVG, TEXT, WEBP, ZIP

MOST = 1  # MB


def codes(content, name, size=None):
    found = rules.obstacles(rules.safe_name(name), len(content) if size is None else size, content, MOST)
    assert all(each.field == "file" and each.message and each.remedy for each in found)
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "a.pdf"),
        (b"\r\n" + PDF, "A.PDF"),
        (PNG, "a.png"),
        (JPG, "a.jpg"),
        (JPG, "a.jpeg"),
        (GIF, "a.gif"),
        (WEBP, "a.webp"),
        (TEXT, "a.txt"),
        ("Länge;Wert\n".encode("latin-1"), "a.csv"),
        ("Länge\t1\n".encode("utf-16"), "a.tsv"),
        (b"\xef\xbb\xbfa,b\n", "a.csv"),
        (b"# T\n", "a.md"),
        (b'{"a": 1}', "a.json"),
        (b"a: 1\n", "a.yaml"),
        (b"{}", "a.ipynb"),
        (HTML, "a.html"),
        (SVG, "a.svg"),
        *((ZIP, f"a.{ending}") for ending in ("zip", "xlsx", "docx", "pptx", "odt", "ods")),
    ],
)
def test_what_people_bring_is_taken(content, name):
    assert codes(content, name) == []


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (EXE, "a.pdf", "program"),
        (ELF, "a.txt", "program"),
        (SCRIPT, "a.txt", "program"),
        (EXE, "a.exe", "program"),
        (b"\xca\xfe\xba\xbe\0\0", "a.zip", "program"),
        (b"\0asm\1\0\0\0", "a.txt", "program"),
        (PDF, "a", "type_not_taken"),
        (PDF, "a.exe", "type_not_taken"),
        (PDF, "a.pdf.exe", "type_not_taken"),
        (PDF, "a.exe. .", "type_not_taken"),
        (TEXT, "a.js", "type_not_taken"),
        (TEXT, "a.sh", "type_not_taken"),
        (TEXT, ".htaccess", "type_not_taken"),
        (ZIP, "a.jar", "type_not_taken"),
        (ZIP, "a.xlsm", "type_not_taken"),
        (TEXT, "", "type_not_taken"),
        (PNG, "a.pdf", "type_mismatch"),
        (HTML, "a.png", "type_mismatch"),
        (HTML, "a.pdf", "type_mismatch"),
        (TEXT, "a.xlsx", "type_mismatch"),
        (PNG, "a.txt", "type_mismatch"),
        (b"a\0b", "a.csv", "type_mismatch"),
        (b"RIFF\0\0\0\0WAVE", "a.webp", "type_mismatch"),
    ],
)
def test_what_is_not_taken_is_refused_by_its_first_bytes_and_its_ending(content, name, code):
    assert codes(content, name) == [code]


def test_the_limit_is_inclusive():
    assert codes(PDF, "a.pdf", size=1024 * 1024) == []
    assert codes(PDF, "a.pdf", size=1024 * 1024 + 1) == ["too_large"]


def test_nothing_packed_is_opened():
    """A bomb is as small here as it is on the wire: only its mark is read."""
    assert codes(ZIP + b"\xff" * 4000, "bomb.zip") == []


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200b\ufeffb.pdf", "ab.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("  many   blanks .pdf ", "many blanks .pdf"),
        ("report.pdf...", "report.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("Bericht März.pdf".replace("ä", "a\u0308"), "Bericht März.pdf"),
        ("گزارش‌ها.pdf", "گزارش‌ها.pdf"),
        ("..", ""),
        ("/", ""),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_is_made_safe(given_name, safe):
    assert rules.safe_name(given_name) == safe


@given(st.text(max_size=400))
def test_no_name_holds_a_path_or_what_cannot_be_seen(name):
    safe = rules.safe_name(name)
    assert len(safe) <= rules.LONGEST_NAME
    assert not set(safe) & (set('/\\:*?"<>|\0\r\n') | rules.HIDDEN)
    assert safe == rules.safe_name(safe)
    assert not safe.startswith((".", " "))


def test_only_what_a_browser_does_not_run_is_shown():
    shown = {ending for ending in rules.TYPES if rules.shown_as(f"a.{ending}")}
    images, texts = (
        {"png", "jpg", "jpeg", "gif", "webp"},
        {"txt", "log", "md", "csv", "tsv", "json", "yaml", "yml"},
    )
    assert shown == {"pdf"} | images | texts
    assert {rules.shown_as(f"a.{ending}") for ending in texts} == {"text/plain"}


def test_what_could_run_is_sent_as_bytes_of_no_kind():
    for ending in ("html", "htm", "svg", "exe", ""):
        assert rules.content_type(f"a.{ending}") == "application/octet-stream"


def test_the_refusal_names_what_is_taken():
    (found,) = rules.obstacles("a.exe", 9, PDF, MOST)
    assert found.message == "Files “.exe” are not taken."
    assert "pdf, png" in found.remedy
