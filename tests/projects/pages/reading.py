"""What a page says, and the markup of one question on it."""

import html
import re


def text(response):
    """What a person reads, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def row(response, question):
    """The markup of one question."""
    after = response.content.decode().split(f'id="row-{question}"')[1]
    return re.split(r'<li class="ask|</section>|<header', after)[0]


def chosen(response, question):
    found = re.search(r'aria-(?:pressed|current)="true"><span[^>]*>(\w)<', row(response, question))
    return found[1] if found else ""
