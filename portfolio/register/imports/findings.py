"""What reading a cell can find, and how a report says it."""

import unicodedata
from dataclasses import dataclass

# As much of a cell as a report shows.
SHOWN = 200

REFUSED, CHANGED, NOTED = "refused", "changed", "noted"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a report says of a cell: refused (its row is left out), changed, or noted (kept, not used)."""

    row: int
    column: str
    value: str
    code: str
    reason: str
    remedy: str = ""
    severity: str = NOTED


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before it knows its row and column."""

    code: str
    reason: str
    remedy: str = ""
    severity: str = NOTED

    def at(self, row: int, column: str, value: str) -> Problem:
        """The same, at its place."""
        shown = value if len(value) <= SHOWN else value[:SHOWN] + "…"
        return Problem(row, column, shown, self.code, self.reason, self.remedy, self.severity)


def cleaned(cell: str) -> tuple[str, list[Finding]]:
    """The text without control characters and without spaces around it."""
    findings = []
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    visible = text
    if not text.isprintable():
        visible = "".join(each for each in text if each in "\n\t" or unicodedata.category(each) != "Cc")
    if visible != text:
        findings.append(Finding("controls_removed", "Control characters were removed.", severity=CHANGED))
    if "\ufffd" in visible:
        findings.append(
            Finding(
                "unreadable_character", "Holds characters that could not be read.", "Save the file as UTF-8."
            )
        )
    if visible != (stripped := visible.strip()):
        findings.append(Finding("trimmed", "Spaces around the text were removed.", severity=CHANGED))
    return stripped, findings
