"""The sentence that the matrix opens with when it is presented."""

from collections.abc import Mapping

NAMES = {
    "quick_win": "quick wins",
    "big_bet": "big bets",
    "fill_in": "fill-ins",
    "reconsider": "projects to reconsider",
}
# A share this far from its target is worth a title.
FAR = 0.10
# Shares that people say in words, each with how far off it may be.
WORDS = (
    (1 / 4, "a quarter"),
    (1 / 3, "a third"),
    (1 / 2, "half"),
    (2 / 3, "two thirds"),
    (3 / 4, "three quarters"),
)
NEAR = 0.025
Numbers = tuple[int, float | None, float | None]


def headline(fields: Mapping[str, Numbers], load: tuple[float | None, float], unit: str) -> str:
    """What stands out: the largest gap, else the load, else that all is as planned."""
    count = sum(number for number, _, _ in fields.values())
    if not count:
        return "No project has a place on the matrix yet"
    apart = {
        code: share - target
        for code, (_, share, target) in fields.items()
        if share is not None and target is not None
    }
    worst = max(apart, key=lambda code: abs(apart[code]), default="")
    if worst and abs(apart[worst]) >= FAR:
        _, share, target = fields[worst]
        return f"{_part(share or 0, unit)} {_on(NAMES[worst], unit)}; we planned {_share(target or 0)}"
    risky, limit = load
    if risky is not None and risky > limit:
        verb = "are" if unit == "projects" else "is"
        return f"{_part(risky, unit)} {verb} at high risk; our limit is {_share(limit)}"
    if apart:
        verb = "are" if unit == "projects" else "is"
        return f"Our {unit} {verb} spread as we planned, over {count} projects"
    return _largest(fields, count, unit)


def _largest(fields: Mapping[str, Numbers], count: int, unit: str) -> str:
    code = max(fields, key=lambda each: (fields[each][1] or 0, fields[each][0]))
    number, share, _ = fields[code]
    if share is None:
        return f"{number} of {count} projects are {NAMES[code]}"
    return f"{_part(share, unit)} {_on(NAMES[code], unit)}"


def _part(share: float, unit: str) -> str:
    """Half our effort; 40% of our projects."""
    said = _share(share)
    text = f"{said} our {unit}" if said in ("half", "all") else f"{said} of our {unit}"
    return text[0].upper() + text[1:]


def _on(name: str, unit: str) -> str:
    return f"are {name}" if unit == "projects" else f"is on {name}"


def _share(share: float) -> str:
    for value, words in WORDS:
        if abs(share - value) <= NEAR:
            return words
    return "none" if share <= 0 else "all" if share >= 1 else f"{100 * share:.0f}%"
