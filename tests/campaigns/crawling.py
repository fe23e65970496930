"""The forms and links of a page, as a browser would find them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

# Ids and keys.
NUMBERS = re.compile(r"/(?:[A-Z][A-Z0-9]{1,5}-)?\d+(?=/|$)")
# They would end the crawl's own session, or send real mail for nothing.
LEFT_OUT = ("/sign-out/", "/leave/", "/demote/", "/test-mail/")


def kind_of(address: str) -> str:
    """What addresses have in common that differ only by ids, keys and parameters."""
    parts = urlsplit(address)
    return NUMBERS.sub("/*", parts.path) + "?" * bool(parts.query)


@dataclass
class Form:
    """A form with what is filled in."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    has_file: bool = False

    @property
    def kind(self) -> tuple[str, ...]:
        """What makes two forms the same for a campaign."""
        return (kind_of(self.action), *sorted({name for name, _ in self.fields}))


class Page(HTMLParser):
    """Reads a page once; `forms` and `links` hold what was found."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self._address = address
        self._form: Form | None = None
        self._select = ""
        self._offered: list[tuple[str, bool]] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        # Of links and of fields; htmx sends fields as parameters, too.
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get"):
            if said.get(name, "").startswith("/") and tag != "link":
                self.links.append(said[name])
                self.names |= set(parse_qs(urlsplit(said[name]).query))
        self.names |= {said["name"]} if said.get("name", "").isidentifier() else set()
        if tag == "form":
            self._begin(said)
        elif self._form is not None and tag in ("input", "textarea", "select", "button"):
            self._field(tag, said)
        elif tag == "option" and self._select:
            self._offered.append((said.get("value", ""), "selected" in said))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._form is not None and self._select:
            chosen = [value for value, is_chosen in self._offered if is_chosen]
            real = [value for value, _ in self._offered if value]
            self._form.fields.append((self._select, (chosen or real or [""])[0]))
            self._select, self._offered = "", []
        elif tag == "form":
            self._form = None

    def _begin(self, said: dict[str, str]) -> None:
        target = said.get("hx-post") or said.get("action") or self._address
        is_post = said.get("method", "").lower() == "post" or "hx-post" in said
        self._form = Form(urljoin(self._address, target))
        if is_post and not any(part in self._form.action for part in LEFT_OUT):
            self.forms.append(self._form)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = said.get("name", ""), said.get("type", "")
        if not name or name == "csrfmiddlewaretoken":
            return
        if kind == "file":
            self._form.has_file = True
        elif tag == "select":
            self._select, self._offered = name, []
        elif kind != "radio" or name not in dict(self._form.fields):
            self._form.fields.append((name, said.get("value", "")))
