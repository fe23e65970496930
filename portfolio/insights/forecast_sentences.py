"""A forecast in words. Whether a project launches at all and when, if it does, are never mixed."""

from datetime import date

NOT_KNOWN = "No forecast yet."
LIVE = "It is live."
ENDED = "It has ended: there is nothing left to forecast."
BEYOND = "further ahead than anybody can say"


def outlook(p: float | None, p80_on: date | None, today: date) -> str:
    """The forecast of a project in one sentence: whether, then when."""
    if p is None:
        return NOT_KNOWN
    when = f"80% by {day(p80_on, today)}" if p80_on else BEYOND
    return f"{percent(p)} likely to launch at all; if it does, {when}."


def dates(p50_on: date | None, p80_on: date | None, p95_on: date | None, today: date) -> str:
    """When it launches, if it does: the three days that a plan is made of."""
    known = [(share, on) for share, on in (("half", p50_on), ("80%", p80_on), ("95%", p95_on)) if on]
    if not known:
        return f"If it launches, the day is {BEYOND}."
    said = ", ".join(f"{share} by {day(on, today)}" for share, on in known)
    return f"If it launches: {said}."


def promise(p_on_time: float | None, committed_on: date | None, today: date) -> str:
    """How likely the day is that was promised; empty where none was."""
    if committed_on is None:
        return ""
    if p_on_time is None:
        return f"Promised for {day(committed_on, today)}; how likely that is is not known yet."
    return f"{percent(p_on_time)} likely to be live by {day(committed_on, today)}, the day that was promised."


def percent(share: float) -> str:
    """A chance as people say it; what is neither impossible nor sure is not called so."""
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{share:.0%}"


def day(on: date, today: date) -> str:
    """A day with its month's name; with its year unless it is this one."""
    said = f"{on.day} {on:%B}"
    return said if on.year == today.year else f"{said} {on.year}"
