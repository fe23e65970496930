"""One plain post, as each chat wants it: what people wrote stays text there, and calls nobody.

Slack and Teams have elements whose text is never read as markup; those are used. Mattermost reads all of it
as Markdown, so its signs are written with a backslash.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """How grave it is; the sign before a title says it too, so that no colour is needed."""

    PLAIN = ""
    GOOD = "●"
    WARN = "▲"
    BAD = "◆"


# Enough for any news; what comes after it stands on the page.
LONGEST_TITLE, LONGEST_LINE, MOST_LINES = 250, 500, 10
OPEN = "Open in Plimsoll"
# Between an @ and a name it is not seen, and no chat takes the name for somebody to call.
JOINER = "\u2060"
# Those that Mattermost reads a backslash before; any other backslash would be shown.
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
COLOURS = {Tone.PLAIN: "#5f6b7a", Tone.GOOD: "#1f7a4d", Tone.WARN: "#b06a00", Tone.BAD: "#b3261e"}
STYLES = {Tone.PLAIN: "default", Tone.GOOD: "good", Tone.WARN: "warning", Tone.BAD: "attention"}


@dataclass(frozen=True, slots=True)
class Post:
    """What is said: a title of one line, some lines, and the page to look at."""

    title: str
    lines: tuple[str, ...] = ()
    link: str = ""
    tone: Tone = Tone.PLAIN

    @property
    def heading(self) -> str:
        """The title behind the sign of its tone."""
        return f"{self.tone} {self.title}".strip()

    @property
    def text(self) -> str:
        """The lines, and the link behind them, as they are kept until they are sent."""
        return "\n".join([*self.lines, *([self.link] if self.link else [])]) + "\n"


def read(heading: str, text: str) -> Post:
    """The post again that was kept as a heading and a text."""
    tone = next((tone for tone in Tone if tone and heading.startswith(tone)), Tone.PLAIN)
    lines = [line for line in text.splitlines() if line.strip()]
    link = lines.pop() if lines and lines[-1].startswith(("https://", "http://")) else ""
    return Post(heading.removeprefix(tone).strip(), tuple(lines), link, tone)


def body(style: str, post: Post) -> bytes:
    """What is sent to a chat of this style."""
    short = Post(
        _cut(post.title, LONGEST_TITLE),
        tuple(_cut(line, LONGEST_LINE) for line in post.lines[:MOST_LINES]),
        post.link,
        post.tone,
    )
    return json.dumps(FORMATS[style](short), ensure_ascii=False).encode()


def _slack(post: Post) -> dict[str, Any]:
    """Blocks of rich text, whose text elements are no markup; `text` is what a notification shows."""
    parts = [_section({"type": "text", "text": post.heading, "style": {"bold": True}})]
    parts += [_section({"type": "text", "text": line}) for line in post.lines]
    if post.link:
        parts.append(_section({"type": "link", "url": post.link, "text": OPEN}))
    return {
        "text": _slack_text(post.heading),
        "blocks": [{"type": "rich_text", "elements": parts}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _section(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [element]}


def _slack_text(text: str) -> str:
    """The three signs of Slack's markup as entities: <!channel> and <@U1> are words then."""
    return still(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _teams(post: Post) -> dict[str, Any]:
    """An Adaptive Card in a message, as Workflows take it; a text run is no markup, a mention needs more."""
    items = [_run(post.heading, weight="bolder", size="medium"), *(_run(line) for line in post.lines)]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "Container", "style": STYLES[post.tone], "bleed": True, "items": items}],
        "msteams": {"width": "Full"},
    }
    if post.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": post.link}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _run(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}


def _mattermost(post: Post) -> dict[str, Any]:
    """An attachment with Markdown."""
    attachment = {
        "fallback": still(post.heading),
        "color": COLOURS[post.tone],
        "title": _markdown(post.heading),
        "text": "\n".join(_markdown(line) for line in post.lines),
    }
    if post.link:
        attachment["title_link"] = post.link
    return {"attachments": [attachment]}


def _markdown(text: str) -> str:
    return still(MARKDOWN.sub(r"\\\1", text))


def still(text: str) -> str:
    """A text in which no @all, @channel or @name calls anybody."""
    return text.replace("@", f"@{JOINER}")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


FORMATS: dict[str, Callable[[Post], dict[str, Any]]] = {
    "slack": _slack,
    "teams": _teams,
    "mattermost": _mattermost,
}
