"""Parts of a page that look again by themselves: what marks them, and the mark of what they show."""

import re
from hashlib import sha256

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# A token of a form differs each time that it is written and says nothing, and so does "up to now".
TOKEN = re.compile(r'name="(csrfmiddlewaretoken|until)" value="[^"]*"')
# "3 minutes ago" that becomes "4 minutes ago" is no change: the moment itself stands in the mark.
AGO = re.compile(r"(<time\b[^>]*>)[^<]*(?=</time>)")


def mark(html: str) -> str:
    """The mark of a part as it reads: the same where nothing has changed."""
    said = AGO.sub(r"\1", TOKEN.sub("", html.strip()))
    return sha256(said.encode()).hexdigest()[:20]


class Part(Node):
    """`{% live "list" name="Flags" %}…{% endlive %}`: the part with this id."""

    def __init__(self, inner: NodeList, name: str, options: dict[str, FilterExpression]) -> None:
        self.inner, self.name, self.options = inner, name, options

    def render(self, context: Context) -> SafeString:
        said = {name: str(value.resolve(context)) for name, value in self.options.items()}
        html = self.inner.render(context).strip()
        return format_html(
            '<div id="{}"{} data-live="{}" data-live-seen="{}" data-live-name="{}">{}</div>',
            self.name,
            format_html(' class="{}"', said["classes"]) if said.get("classes") else "",
            said.get("url", ""),
            mark(html),
            said.get("name", ""),
            mark_safe(html),  # noqa: S308 - drawn by the page's own template
        )


@register.tag("live")
def live(parser: Parser, token: Token) -> Part:
    """A part that looks again: its id, then url (else the page's own), name for the announcement, classes."""
    _, name, *rest = token.split_contents()
    options = token_kwargs(rest, parser)
    inner = parser.parse(("endlive",))
    parser.delete_first_token()
    return Part(inner, name.strip("\"'"), options)
