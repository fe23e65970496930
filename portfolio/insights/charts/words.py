"""Figures as pages write them: percents, amounts, differences; what is not known says so."""

from datetime import date

from projects.templatetags.amounts import amount

UNKNOWN = "not known"
MINUS = "\N{MINUS SIGN}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole percents."""
    return UNKNOWN if share is None else f"{100 * share:.0f}%".replace("-0%", "0%")


def number(value: float | None, digits: int = 1) -> str:
    """A number with at most so many decimals."""
    if value is None:
        return UNKNOWN
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", MINUS)


def signed(value: float | None, digits: int = 0) -> str:
    """A difference with its sign; nothing where there is none to tell."""
    if value is None:
        return ""
    text = number(abs(value), digits)
    return text if text == "0" else f"{'+' if value > 0 else MINUS}{text}"


def money(value: float | None, currency: str) -> str:
    """An amount in few words: 1.2 m EUR."""
    if value is None:
        return UNKNOWN
    return f"{MINUS if value < 0 else ''}{amount(abs(value))} {currency}"


def when(day: date, today: date) -> str:
    """A past day as a comparison names it: by its month, or exactly within the month of today."""
    if (today.year, today.month) == (day.year, day.month):
        return f"on {day.day} {day:%b}"
    return f"in {day:%B}" if (today - day).days < 330 else f"in {day:%B %Y}"  # before its month comes again


def on(day: date) -> str:
    """A day as rows have it: 3 Feb 2027."""
    return f"{day.day} {day:%b %Y}"


def count(n: int, one: str, many: str = "") -> str:
    """A number of things: 1 project, 2 projects."""
    return f"{n:g} {one if n == 1 else many or one + 's'}"
