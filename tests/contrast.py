"""WCAG 2 contrast of the colour pairs that the styles really use; exit code 1 when one is under its floor."""

import re
import sys
from pathlib import Path

STYLES = Path(__file__).resolve().parent.parent / "static" / "css" / "base.css"
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
TEXT_FLOOR, MARK_FLOOR = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

GROUNDS = ["surface", "canvas", "sunken", "hover", "picked", "raised"]
TINTS = ["warn-tint", "bad-tint"]
TEXT = {
    "ink": [*GROUNDS, *TINTS, "quad-quick", "quad-re", "heat-2", "heat-3"],
    "ink-2": [*GROUNDS, *TINTS, "quad-quick", "quad-re", "heat-1"],
    "ink-3": [*GROUNDS, "quad-quick", "quad-re"],
    "accent": ["surface", "canvas", "accent-soft", "raised", "hover"],
    "inverse": ["ink"],
    "good": ["surface", "good-tint", "canvas", "raised"],
    "warn": ["quad-re", "surface", "warn-tint", "canvas", "picked", "hover", "raised"],
    "bad": ["surface", "bad-tint", "canvas", "picked", "hover", "raised"],
    "on-quick": ["q-quick"],
    "on-bets": ["q-bets"],
    "on-fill": ["q-fill"],
    "on-heat": ["heat-4", "heat-5"],
}
MARKS = {
    "good": ["dot-good"],
    "warn": ["dot-warn"],
    "bad": ["dot-bad"],
    "edge": ["surface", "canvas", "raised"],
    "good-mark": ["quad-quick", "quad-re", "surface", "canvas"],
    "warn-mark": ["quad-quick", "quad-re", "surface", "canvas"],
    "bad-mark": ["quad-quick", "quad-re", "surface", "canvas"],
    "none-mark": ["quad-quick", "quad-re", "surface", "canvas"],
    "accent": ["surface", "sunken"],
    "q-quick": ["surface"],
    "q-bets": ["surface"],
    "q-re": ["surface"],
    "fan-mid": ["surface", "fan-80"],
}
Tokens = dict[str, tuple[str, str]]


def tokens(styles: str) -> Tokens:
    """The colour tokens of a style sheet: name, light value, dark value."""
    return {name: (light, dark) for name, light, dark in TOKEN.findall(styles)}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, by WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def worst(colours: Tokens, name: str, grounds: list[str], theme: int) -> tuple[float, str]:
    """The lowest contrast of a token among its grounds, and that ground."""
    return min((ratio(colours[name][theme], colours[ground][theme]), ground) for ground in grounds)


def misses(colours: Tokens, report: list[str]) -> int:
    """Write a line of the table for every token and count those under their floor."""
    failed = 0
    for pairs, floor in ((TEXT, TEXT_FLOOR), (MARKS, MARK_FLOOR)):
        for name, grounds in pairs.items():
            light, dark = (worst(colours, name, grounds, theme) for theme in (0, 1))
            fails = min(light[0], dark[0]) < floor
            failed += fails
            cells = [
                f"`{name}`",
                *(f"{value:.2f} ({ground})" for value, ground in (light, dark)),
                f"{floor:g}",
            ]
            report.append(f"| {' | '.join(cells)} |{' FAILS' if fails else ''}")
    return failed


def main() -> int:
    """Print the table; 1 when a pair falls short."""
    report = ["| Token | Light, worst ground | Dark, worst ground | Floor |", "|---|---|---|---|"]
    failed = misses(tokens(STYLES.read_text()), report)
    print("\n".join(report))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
