"""What lists of blockers share: the glyph and word of a severity, and the link that opens one."""

from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.models.blockers import POLICY, SEVERITIES
from projects.rules import roles
from projects.templatetags.listing import opens
from projects.templatetags.parts import icon

register = template.Library()
LABELS = dict(SEVERITIES)
# Shape and word say it, colour only helps.
LOOKS = {
    "low": ("info", "quiet"),
    "medium": ("warn", "warn"),
    "high": ("block", "warn"),
    "critical": ("block", "bad"),
}


@register.simple_tag
def severity(code: str) -> SafeString:
    """How grave a blocker is: a glyph with its word."""
    symbol, tone = LOOKS[code]
    return format_html('<span class="row g1 {}">{}{}</span>', tone, icon(symbol, "icon--s"), LABELS[code])


@register.simple_tag
def severity_icon(code: str) -> SafeString:
    """The same where its word stands elsewhere: the glyph, and the word for those who do not see it."""
    symbol, tone = LOOKS[code]
    glyph = icon(symbol, "icon--s")
    return format_html(
        '<span class="{}">{}<span class="sr">{} blocker</span></span>', tone, glyph, LABELS[code]
    )


@register.filter
def level(place: int) -> str:
    """Who holds a level, in the middle of a sentence."""
    return POLICY.levels[place].label.lower().replace("ml lead", "ML lead")


@register.filter
def role_label(code: str) -> str:
    """What people read for a role."""
    return roles.label(code)


@register.simple_tag
def opens_blocker(blocker_id: int) -> SafeString:
    """Attributes of a link that opens a blocker beside the page; without script it is a page of its own."""
    return opens(f"/blockers/{blocker_id}/")


@register.simple_tag
def opens_from(url: str, back: str) -> SafeString:
    """The same for a dialog in place of another one: the page below both is carried along."""
    return opens(f"{url}?{urlencode({'back': back})}")
