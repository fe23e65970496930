"""docs/flags.md says of every rule what the rule says."""

from pathlib import Path

import pytest

from projects.rules.flags import RULES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "flags.md"
pytestmark = pytest.mark.once


def test_the_table_of_rules_is_that_of_the_product():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("| Flag | Warns when | Critical when | What clears it | May sleep |") + 2
    written = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[begin:] if line]
    assert [row for row in written if row[0] in RULES] == [_row(rule) for rule in RULES.values()]


def _row(rule):
    limits = [rule.warns or "–", rule.is_critical or "–"]
    return [rule.code, *limits, rule.clears, "yes" if rule.may_sleep else "no"]


def test_what_never_sleeps_is_what_has_to_be_settled():
    assert {rule.code for rule in RULES.values() if not rule.may_sleep} == {
        "SIGNOFF_BLOCKED",
        "RECERT_OVERDUE",
        "LEAKAGE_UNREVIEWED",
        "MONITORING_GAP",
    }
