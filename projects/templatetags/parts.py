"""The marks that rows and pages are made of, as tags: no template is loaded for a cell of a table."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django import template
from django.contrib.messages import ERROR
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HEALTH = {
    "on_track": ("on", "On track"),
    "at_risk": ("risk", "At risk"),
    "off_track": ("off", "Off track"),
    "unknown": ("unknown", "Unknown"),
}
# What a state row, a criterion or a run is in, its icon and its colour.
STATES = {
    "met": ("met", "i-met", "Met"),
    "conditions": ("cond", "i-wait", "Met with conditions"),
    "missing": ("miss", "i-miss", "Not met"),
    "waiting": ("wait", "i-wait", "Waiting"),
    "unknown": ("open", "i-unk", "Not known"),
    "blocker": ("block", "i-miss", "Blocker"),
    "warning": ("warn", "i-wait", "Warning"),
    "info": ("info", "", "Note"),
}
TINTS = 5  # avatars have five tints, chosen by name
MINISTEP_WIDTH = 56  # px, the same for every workflow so that a column lines up


@cache
def _use(symbol: str, classes: str, attributes: str = "") -> SafeString:
    """An <svg> that shows one symbol of the sprite; all three come from our own code."""
    href = f"{static('img/sprite.svg')}#{symbol}"
    return mark_safe(f'<svg class="{classes}"{attributes} aria-hidden="true"><use href="{href}"/></svg>')  # noqa: S308


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """One icon of the sprite: {% icon "flag" %}, {% icon "x" "icon--s" %}."""
    return _use(f"i-{name}", f"icon {classes}".rstrip())


@register.simple_tag
def mark() -> SafeString:
    """The load-line mark, which is the logo."""
    return _use("i-mark", "mark")


@register.simple_tag
def health(value: str, text: bool = True) -> SafeString:
    """Health as glyph and word; without `text` the word is only spoken."""
    return _health(str(value), bool(text))


@cache
def _health(value: str, text: bool) -> SafeString:
    code, label = HEALTH.get(value, HEALTH["unknown"])
    glyph = _use(f"h-{code}", "icon", ' viewBox="0 0 12 12"')
    if text:
        return format_html(
            '<span class="health h-{}" title="{}">{}<span class="word">{}</span></span>',
            code,
            label,
            glyph,
            label,
        )
    words = '<span class="health h-{}" title="{}">{}<span class="sr">{}</span></span>'
    return format_html(words, code, label, glyph, label)


@register.simple_tag
def flag(text: str, severity: str = "warn", title: str = "") -> SafeString:
    """One flag: two to five words with a number."""
    return _flag(str(text), str(severity), str(title))


@lru_cache(maxsize=4096)
def _flag(text: str, severity: str, title: str) -> SafeString:
    tone = " flag--bad" if severity == "critical" else ""
    words = '<span class="flag{}" title="{}">{}<span class="cut">{}</span></span>'
    return format_html(words, tone, title or text, icon("flag"), text)


@register.simple_tag
def flags(raised: Sequence[Any]) -> SafeString:
    """The first flag of a row, as a link to its page, and how many more; those asleep come last, greyed.

    Each has `id`, `label`, `severity` and `snoozed_until`.
    """
    if not raised:
        return SafeString("")
    today = timezone.localdate()
    first, *others = sorted(raised, key=lambda one: _sleeps(one, today))
    link = raised_flag(first, today)
    if not others:
        return link
    rest = ", ".join(other.label for other in others)
    return format_html('{}<span class="meta" title="{}">+{}</span>', link, rest, len(others))


def raised_flag(raised: Any, today: date) -> SafeString:
    """One open flag as a link that opens its page beside the list."""
    tone, title = " flag--bad" if raised.severity == "critical" else "", raised.label
    if _sleeps(raised, today):
        until = raised.snoozed_until
        tone, title = " is-asleep", f"{raised.label}, asleep until {until.day} {until:%b}"
    return format_html(
        '<a class="flag{}" href="/flags/{}/" hx-get="/flags/{}/" hx-target="#overlay" title="{}">'
        '{}<span class="cut">{}</span></a>',
        tone,
        raised.id,
        raised.id,
        title,
        icon("flag"),
        raised.label,
    )


def _sleeps(raised: Any, today: date) -> bool:
    return raised.snoozed_until is not None and today <= raised.snoozed_until


@register.simple_tag
def badge(text: str, tone: str = "", symbol: str = "") -> SafeString:
    """A short state: tone is empty, good, warn, bad, acc or line."""
    glyph = icon(symbol) if symbol else ""
    return format_html('<span class="badge{}">{}{}</span>', f" badge--{tone}" if tone else "", glyph, text)


@register.simple_tag
def avatar(who: Any, big: bool = False) -> SafeString:
    """Initials of a person on one of five tints; the name must stand beside it."""
    return _avatar(str(who), bool(big))


@lru_cache(maxsize=4096)
def _avatar(name: str, big: bool) -> SafeString:
    words = name.split() or ["?"]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
    tint = sum(map(ord, name)) % TINTS
    size = " avatar--l" if big else ""
    return format_html('<span class="avatar av{}{}" aria-hidden="true">{}</span>', tint, size, initials)


@register.simple_tag
def person(who: Any, nobody: str = "Nobody") -> SafeString:
    """A person with initials and name, or the word for nobody."""
    return _person(str(who), nobody) if who else format_html('<span class="meta">{}</span>', nobody)


@lru_cache(maxsize=4096)
def _person(name: str, nobody: str) -> SafeString:
    return format_html(
        '<span class="person">{}<span class="cut" dir="auto" title="{}">{}</span></span>',
        _avatar(name, False),
        name,
        name,
    )


@register.simple_tag
def ministep(place: int, stages: int) -> SafeString:
    """Where a project is, for a table: `place` counts from 0; the stage's name must stand beside it."""
    return _ministep(int(place), int(stages))


@cache
def _ministep(place: int, stages: int) -> SafeString:
    step = MINISTEP_WIDTH / max(stages, 1)
    rects = [
        f'<rect class="s{" done" if i < place else " now" if i == place else ""}"'
        f' x="{i * step:g}" width="{step - 1:g}" height="8" rx="1.5"/>'
        for i in range(stages)
    ]
    return mark_safe(f'<svg class="ministep" aria-hidden="true">{"".join(rects)}</svg>')  # noqa: S308


@register.simple_tag
def meter(
    value: float, unknown: float = 0, tone: str = "", mark: float | None = None, label: str = ""
) -> SafeString:
    """A score from 0 to 100; `unknown` of it is hatched, `mark` is a limit; tones hi, mid, acc, good."""
    known = max(value - unknown, 0)
    hatched = limit = SafeString("")
    if unknown:
        hatched = format_html('<rect class="m-unk" x="{}%" width="{}%" height="6"/>', known, unknown)
    if mark is not None:
        limit = format_html('<rect class="m-mark" x="{}%" width="2" height="6"/>', mark)
    return format_html(
        '<svg class="meter{}" height="6" {}><rect class="m-track" width="100%" height="6" rx="3"/>'
        '<rect class="m-fill" width="{}%" height="6" rx="3"/>{}{}</svg>',
        f" meter--{tone}" if tone else "",
        _spoken(label),
        known,
        hatched,
        limit,
    )


@register.simple_tag
def score(value: int, tone: str = "", is_guess: bool = False) -> SafeString:
    """A score in a row: the number and its meter; all of a guess is hatched."""
    return _score(int(value), str(tone), bool(is_guess))


@lru_cache(maxsize=1024)
def _score(value: int, tone: str, is_guess: bool) -> SafeString:
    # Whole points with four tones: a page's rows share a few hundred of them.
    drawn = meter(value, value) if is_guess else meter(value, tone=tone)
    return format_html('<span class="score">{}{}</span>', value, drawn)


@register.simple_tag
def bar(value: float, most: float, tone: str = "", label: str = "") -> SafeString:
    """A bar whose full width is `most`; the number stands beside it, or is the `label`."""
    share = round(100 * value / most, 1) if most else 0
    words = '<svg class="bar{}" {}><rect width="{}%" height="12" rx="2"/></svg>'
    return format_html(words, f" bar--{tone}" if tone else "", _spoken(label), share)


@register.simple_tag
def spark(values: Iterable[float], tone: str = "", least: float = 20) -> SafeString:
    """The direction of one number; its range is at least `least`, lest a tremor look like a trend."""
    points = list(values)
    if len(points) < 2:
        return SafeString("")
    low, high = min(points), max(points)
    span = max(high - low, least) or 1
    low -= (span - (high - low)) / 2
    spots = [(2 + i * 67 / (len(points) - 1), 17 - (v - low) / span * 14) for i, v in enumerate(points)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    return format_html(
        '<svg class="spark{}" viewBox="0 0 72 20" width="72" height="20" aria-hidden="true"><path d="{}"/>'
        '<circle class="s-end" cx="{}" cy="{}" r="2"/></svg>',
        f" spark--{tone}" if tone else "",
        path,
        *(f"{spot:.1f}" for spot in spots[-1]),
    )


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The icon at the left of a state row, with its word for those who do not see it."""
    symbol, colour, label = STATES.get(state, STATES["unknown"])
    return format_html('{}<span class="sr">{}: </span>', icon(symbol, colour), label)


@register.inclusion_tag("parts/_toast.html")
def toast(message: Message) -> dict[str, Any]:
    """A waiting message as a toast; extra_tags="undo:/address/" gives it an Undo button."""
    extra = message.extra_tags or ""
    undo = extra.removeprefix("undo:") if extra.startswith("undo:") else ""
    return {"text": message.message, "failed": message.level >= ERROR, "undo": undo}


def _spoken(label: str) -> SafeString:
    return format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
