"""What people wrote, made safe: links work, mentions stand out, everything else is text."""

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# The form in which the list of people writes a mention.
MENTION = re.compile(r"@\[([^\]\n]{1,150})\]")


@register.filter
def said(text: str, mentioned: Iterable[Any] = ()) -> SafeString:
    """A person's words: web addresses become links, and those who were really mentioned stand out."""
    names = {str(person.name) for person in mentioned}
    parts = [_part(piece, number % 2 == 1, names) for number, piece in enumerate(MENTION.split(text))]
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


def _part(piece: str, is_name: bool, names: set[str]) -> str:
    if not is_name:
        return urlize(piece, nofollow=True, autoescape=True)
    if piece in names:
        return format_html('<b class="mention">@{}</b>', piece)
    return conditional_escape(f"@{piece}")
