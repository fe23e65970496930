"""What the cells of a row say of its risk together: letters against the questions of the portfolio."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from portfolio.register.imports.findings import NOTED, REFUSED, Finding
from portfolio.register.imports.profiles import ANSWERS, QUESTION, Profile
from portfolio.register.imports.tables import Unreadable
from projects.rules import letters
from projects.rules.scorecards import Scorecard

BLOCKERS, ASSESSED_ON, AGE = "blockers", f"{ANSWERS}assessed_on", f"{ANSWERS}age_days"


def check_profile(profile: Profile, card: Scorecard) -> None:
    """Raise Unreadable when a profile speaks of questions that the portfolio does not ask."""
    columns = {f"{ANSWERS}{code}" for code in letters.columns(card)} | {ASSESSED_ON, AGE}
    for name in profile.fields:
        unknown = name.startswith(ANSWERS) and name not in columns
        unknown |= name.startswith(QUESTION) and not card.has(name.removeprefix(QUESTION))
        if unknown:
            raise Unreadable(
                f"The profile “{profile.name}” reads {name}, which the portfolio's questions do not have.",
                f"Columns of answers are {', '.join(letters.columns(card))}; see Settings, Questions.",
            )


def is_judged(target: str) -> bool:
    """Whether a field has to be settled with others of its row."""
    return target.startswith(ANSWERS) or target == "metric"


def settle(values: dict[str, Any], card: Scorecard) -> Iterator[tuple[str, Finding]]:
    """Put together what several cells say; gives the problems, each with the field that it is about."""
    _spread_metric(values)
    yield from _letters(values, card)
    yield from _dates(values)


def wanted(values: Mapping[str, Any], card: Scorecard, *, is_llm: bool) -> dict[str, str]:
    """The letter that a row says of each question that is asked; what it leaves open is not in it."""
    written = {code: str(values.get(f"{ANSWERS}{code}") or "") for code in letters.columns(card)}
    found = {question: answer.letter for question, answer in letters.read(card, written).items()}
    for question in card.questions:
        if said := values.get(f"{QUESTION}{question.id}"):
            found[question.id] = said
    asked = {question.id for question in card.asked(is_llm)}
    return {question: said for question, said in found.items() if question in asked}


def _spread_metric(values: dict[str, Any]) -> None:
    """The fields of a metric that was written in one cell; a cell of its own says more."""
    for name, value in (values.pop("metric", None) or {}).items():
        if values.get(name) in (None, ""):
            values[name] = value


def _letters(values: dict[str, Any], card: Scorecard) -> Iterator[tuple[str, Finding]]:
    for code in letters.columns(card):
        name = f"{ANSWERS}{code}"
        if not (said := values.get(name)):
            continue
        for obstacle in letters.obstacles(card, {code: said}):
            yield name, Finding(obstacle.code, obstacle.message, obstacle.remedy, REFUSED)
        if values.get("llm") is False and card.group(code)[0].panel:
            values[name] = ""
            reason = "Is asked of projects built on a language model only; left out."
            remedy = "Say that it is one, or leave the cell empty."
            yield name, Finding("not_asked", reason, remedy, NOTED)


def _dates(values: Mapping[str, Any]) -> Iterator[tuple[str, Finding]]:
    # The day has begun somewhere before it begins here.
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    said = values.get(ASSESSED_ON)
    if said and dt.date.fromisoformat(said) > tomorrow:
        remedy = "Write the day on which the answers were confirmed."
        yield ASSESSED_ON, Finding("in_the_future", "Lies in the future.", remedy, REFUSED)
