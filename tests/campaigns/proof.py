"""What a campaign found, for the terminal and for docs/proof.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.report import machine
from tests.services import redis_server

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "proof.md"
SHOWN = 20


@dataclass(frozen=True)
class Outcome:
    """What was done, and what should not have happened."""

    name: str
    facts: Mapping[str, object]
    failures: list[str]


def sentence(outcome: Outcome, seconds: float) -> str:
    """The outcome in a few lines."""
    lines = [f"  {fact}: {_shown(value)}" for fact, value in outcome.facts.items()]
    lines += [f"  FOUND: {failure}" for failure in outcome.failures[:SHOWN]]
    if len(outcome.failures) > SHOWN:
        lines.append(f"  ... and {len(outcome.failures) - SHOWN} more")
    verdict = f"found {len(outcome.failures)} failures" if outcome.failures else "found nothing"
    return "\n".join([*lines, f"{outcome.name} {verdict} in {seconds:.0f} s."])


def write(outcomes: list[Outcome], seed: int) -> None:
    """Replace each campaign's section with this run's."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for outcome in outcomes:
        begin, end = (
            f"<!-- {outcome.name}: written by ./run prove --write -->",
            f"<!-- end of {outcome.name} -->",
        )
        place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not place.search(text):
            raise SystemExit(f"{DOCUMENT.name} has lost its marks: {begin} and {end}.")
        section = "\n".join([begin, "", *_section(outcome, seed), "", end])
        text = place.sub(lambda _, section=section: section, text)  # type: ignore[misc]
    DOCUMENT.write_text(text, encoding="utf-8")


def _section(outcome: Outcome, seed: int) -> list[str]:
    verdict = f"**{len(outcome.failures)} failures.**" if outcome.failures else "**Nothing found.**"
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {redis_server.name()}, seed {seed}. {verdict}",
        "",
        *(f"- {fact}: {_shown(value)}" for fact, value in outcome.facts.items()),
    ]
    if outcome.failures:
        again = f"`./run prove {outcome.name} --seed {seed}`"
        lines += ["", f"What was found ({again} repeats the choices):", ""]
        lines += [f"- {failure}" for failure in outcome.failures[:SHOWN]]
    return lines


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
