"""An answer of the optimiser as rows: who is in, who is out and why, what limits, what rules cost."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from portfolio.insights.charts.frontiers import Point
from portfolio.insights.charts.words import money, number, percent, signed
from portfolio.insights.queries.questions import Ground
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.scenario.answers import Answer, Frontiers, Left
from portfolio.insights.rules.scenario.choosing import Chosen, Slack
from portfolio.insights.rules.scenario.limits import Candidate
from portfolio.insights.rules.scenario.questions import Question
from portfolio.insights.rules.scenario.relaxing import Relief, Wider
from projects.rules.quadrants import LABELS

# What has to be entered of a project, and where.
ENTER = {
    "value": ("its value a year", "edit/"),
    "cost": ("its remaining cost, or the rate of its currency", "edit/"),
    "p": ("its questions, so that its chance of production is known", "assessment/"),
}


def project_rows(keys: Iterable[str], ground: Ground) -> list[dict[str, Any]]:
    """Chosen projects, the most valuable first."""
    candidates = {each.key: each for each in ground.candidates}
    found = [_row(candidates[key], ground.entries[key], ground) for key in keys]
    return sorted(found, key=lambda row: (-row["gain"], row["key"]))


def _row(candidate: Candidate, entry: Entry, ground: Ground) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.name,
        "quadrant": LABELS.get(entry.quadrant, ""),
        "unit": entry.top_unit,
        "gain": candidate.gain,
        "size": abs(candidate.gain),
        "cost": candidate.cost,
        "chance": percent(entry.p),
        "starts": "Starts" if entry.is_held or entry.quadrant == "intake" else "Goes on",
        "mandatory": ground.asked.mandatory.get(entry.key, ""),
    }


def left_rows(answer: Answer, ground: Ground, currency: str) -> list[dict[str, Any]]:
    """Projects that were not chosen, each with its reason."""
    candidates = {each.key: each for each in ground.candidates}
    return [
        {
            **_row(candidates[left.key], ground.entries[left.key], ground),
            "why": _why(left, answer, candidates[left.key], currency),
            "is_barred": left.code == "barred",
        }
        for left in answer.left
    ]


def _why(left: Left, answer: Answer, candidate: Candidate, currency: str) -> str:
    if left.code == "barred":
        return f"Cannot be chosen: {left.why}."
    if left.code == "fits_nowhere":
        return "Fits into no set that keeps all the rules."
    losing = candidate.gain <= 0
    first = "Costs more than it is expected to bring. " if losing else ""
    if left.code == "loses" and not losing:
        first = "Its risk costs more than it is expected to bring, at this price of risk. "
    if left.instead is None or left.loss is None or answer.chosen is None:
        return first or "Did not fit beside the others."
    out = [key for key in answer.chosen.keys if key not in left.instead.keys]
    instead = f" instead of {' and '.join(out)}" if out else ""
    price = "would cost nothing" if left.loss < 0.5 else f"would cost {money(left.loss, currency)} of value"
    return f"{first}Taking it in{instead} {price}."


def missing_rows(ground: Ground) -> list[dict[str, Any]]:
    """Projects that could not be weighed, and what to enter."""
    found = []
    for key, lacks in ground.missing.items():
        entry = ground.entries[key]
        steps = [
            {"words": words, "href": f"/projects/{key}/{page}"}
            for words, page in map(ENTER.__getitem__, lacks)
        ]
        found.append({"key": key, "name": entry.name, "steps": steps, "mandatory": entry.mandatory})
    return sorted(found, key=lambda row: (not row["mandatory"], row["name"].casefold()))


def slack_rows(slacks: Sequence[Slack], currency: str) -> list[dict[str, Any]]:
    """The row of each rule that leaves least room; rules that hold or do not are no matter of room."""
    nearest: dict[str, Slack] = {}
    for slack in slacks:
        if slack.kind not in ("bond", "mandatory", "barred") and (
            slack.code not in nearest or _room(slack) < _room(nearest[slack.code])
        ):
            nearest[slack.code] = slack
    return [
        {
            "label": ", ".join(filter(None, (slack.label, _row_name(slack.name)))),
            "reached": _amount(slack.kind, slack.reached, currency),
            "limit": f"{'at least ' if slack.is_least else ''}{_amount(slack.kind, slack.limit, currency)}",
            "room": "none" if slack.is_tight else _amount(slack.kind, _distance(slack), currency),
            "is_tight": slack.is_tight,
        }
        for slack in nearest.values()
    ]


def _row_name(name: str) -> str:
    """A month as people say it, anything else as it is."""
    year, _, month = name.partition("-")
    if len(year) == 4 and year.isdecimal() and month.isdecimal():
        return f"{date(int(year), int(month), 1):%b %Y}"
    return name


def _distance(slack: Slack) -> float:
    return abs(slack.limit - (slack.reached or 0.0))


def _room(slack: Slack) -> float:
    """What is left, as a part of the limit."""
    return 0.0 if slack.is_tight else _distance(slack) / (abs(slack.limit) or 1.0)


def _amount(kind: str, value: float | None, currency: str) -> str:
    if value is None:
        return "nothing is spent"
    if kind == "money":
        return money(value, currency)
    if kind == "share":
        return f"{number(100 * value)}%"
    return f"{number(value)} people" if kind == "people" else number(value)


def price_rows(answer: Answer, currency: str) -> list[dict[str, Any]]:
    """What each rule costs, the dearest first; those that cost nothing only by name."""
    return [
        {
            "label": price.label,
            "amount": money(price.amount, currency),
            "in": _difference(price.without, answer.chosen),
            "out": _difference(answer.chosen, price.without),
            "value": money(price.without.value, currency),
        }
        for price in answer.prices
        if price.amount >= 0.5
    ]


def free_rules(answer: Answer) -> list[str]:
    """Rules without which the answer would be worth the same."""
    return [price.label for price in answer.prices if price.amount < 0.5]


def tie_rows(answer: Answer, currency: str) -> list[dict[str, Any]]:
    """The next best sets: what comes in, what goes out, how much less they are worth."""
    if answer.chosen is None:
        return []
    return [
        {
            "in": _difference(tie, answer.chosen),
            "out": _difference(answer.chosen, tie),
            "less": money(max(0.0, answer.chosen.worth - tie.worth), currency),
            "value": money(tie.value, currency),
            "cost": money(tie.cost, currency),
            "part": _part(tie, answer.chosen),
        }
        for tie in answer.ties
    ]


def _part(tie: Chosen, chosen: Chosen) -> str:
    if not chosen.worth:
        return ""
    return f"{signed(100 * (tie.worth - chosen.worth) / abs(chosen.worth), 1)}%"


def _difference(one: Chosen | None, other: Chosen | None) -> list[str]:
    if one is None or other is None:
        return []
    return [key for key in one.keys if key not in other.keys]


def relief_rows(reliefs: Sequence[Relief], currency: str) -> list[dict[str, Any]]:
    """What to relax, the smallest step first."""
    return [
        {
            "steps": [_relief(each, currency) for each in relief.wider],
            "keys": relief.then.keys if relief.then else (),
            "value": money(relief.then.value, currency) if relief.then else "",
            "cost": money(relief.then.cost, currency) if relief.then else "",
        }
        for relief in reliefs
    ]


def _relief(wider: Wider, currency: str) -> str:
    if wider.needed is None:
        return f"Let go of the rule: {wider.label}"
    was, now = (_amount(wider.kind, value, currency) for value in (wider.limit, wider.needed))
    verb = "Lower" if wider.is_least else "Raise"
    more = _amount(wider.kind, abs(wider.needed - wider.limit), currency)
    change = f"{verb} “{wider.label}” from {was} to {now}"
    return f"{change}, {more} more" if wider.kind == "money" else change


def budget_points(found: Frontiers, question: Question, path: str, currency: str) -> list[Point]:
    """What each budget buys; each point leads to the question with this budget."""
    return [
        Point(
            budget,
            chosen.value if chosen else None,
            f"{path}?{question.address(budget=float(budget))}",
            _point_words(f"Budget {money(budget, currency)}", chosen, currency),
            budget == question.budget,
        )
        for budget, chosen in found.budgets
    ]


def caution_points(found: Frontiers, question: Question, path: str, currency: str) -> list[Point]:
    """Value against its spread, for each price of risk; points of the same set are one."""
    points: dict[tuple[str, ...], Point] = {}
    for caution, chosen in found.cautions:
        if chosen is None:
            continue
        is_asked = caution == question.caution
        if chosen.keys in points and not is_asked:
            continue
        words = _point_words(f"Price of risk {caution:g}", chosen, currency)
        address = f"{path}?{question.address(caution=float(caution))}"
        points[chosen.keys] = Point(chosen.sd, chosen.value, address, words, is_asked)
    return sorted(points.values(), key=lambda point: (point.x, point.y or 0.0))


def _point_words(what: str, chosen: Chosen | None, currency: str) -> str:
    if chosen is None:
        return f"{what}: no set keeps the rules"
    n = len(chosen.keys)
    return f"{what}: {n} project{'' if n == 1 else 's'}, value {money(chosen.value, currency)}"


def frontier_rows(
    points: Iterable[tuple[float, Chosen | None]], currency: str, *, is_money: bool
) -> list[dict[str, Any]]:
    """A frontier as a table; `more`: what the last step brought for each unit of money."""
    found: list[dict[str, Any]] = []
    before: tuple[float, Chosen] | None = None
    for at, chosen in points:
        more = ""
        if is_money and chosen and before and at > before[0]:
            more = number((chosen.value - before[1].value) / (at - before[0]), 2)
        found.append(
            {
                "at": money(at, currency) if is_money else f"{at:g}",
                "chosen": chosen,
                "n": len(chosen.keys) if chosen else 0,
                "value": money(chosen.value, currency) if chosen else "no set",
                "cost": money(chosen.cost, currency) if chosen else "",
                "sd": money(chosen.sd, currency) if chosen else "",
                "more": more,
            }
        )
        if chosen:
            before = at, chosen
    return found


def names(ground: Ground) -> Mapping[str, str]:
    """Key -> name of everything that was chosen among."""
    return {key: entry.name for key, entry in ground.entries.items()}
