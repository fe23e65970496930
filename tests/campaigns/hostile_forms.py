"""Every form and every address of the pages, with hostile input: no server error, nothing half-saved."""

import random
import re
import time
from collections.abc import Callable
from urllib.parse import quote_plus, urlsplit

from tests.campaigns import corpus
from tests.campaigns.callers import Answer, Caller
from tests.campaigns.crawling import Form, Page, kind_of
from tests.campaigns.stillness import fingerprint

FORM = "application/x-www-form-urlencoded"
MOST_PAGES = 400
PROBES = 4  # addresses for each form: they are quicker
LONGEST_ADDRESS = 30_000  # the web server itself refuses more
# Some are offered by no link of the sample; the others are found.
PARAMETERS = ("page", "size", "to", "day", "before", "view", "corrects", "next", "edited")


class Pages:
    """A person who means no good, in one session."""

    def __init__(self, port: int, sign_in: Callable[[], str], seed: int, failures: list[str]) -> None:
        self.rng = random.Random(f"{seed} forms")
        self.sign_in, self.failures = sign_in, failures
        self.sent = self.refused = self.accepted = 0
        # The token in a cookie of our own choice is as good as any other: both come from the same browser.
        token = "".join(self.rng.choices("abcdefghijklmnopqrstuvwxyz", k=32))
        self.token, self.headers = token, {"Cookie": ""}
        self.caller = Caller(port, self.headers, lambda asked, answer, began: None)
        self._come_in()
        # For each kind of form, the page where it was found.
        self.found: dict[tuple[str, ...], str] = {}
        self.addresses: list[str] = []
        self.reached: set[tuple[str, ...]] = set()
        self.names = set(PARAMETERS)
        self.asked = 0

    def crawl(self, starts: list[str]) -> None:
        """Find pages and forms from here on; of pages that differ only by a number, one is enough."""
        waiting, known = list(starts), set[str]()
        while waiting and len(self.addresses) < MOST_PAGES:
            address = waiting.pop(0)
            kind = kind_of(address)
            if address in known or (kind in known and address not in starts):
                continue
            known |= {kind, address}
            page = self._read(address)
            if page is None:
                continue
            self.addresses.append(address)
            waiting += page.links
            self.names |= page.names
            for form in page.forms:
                self.found.setdefault(form.kind, address)

    def go_on(self, seconds: float) -> None:
        """Forms in turn, and in between every address with every value."""
        until = time.monotonic() + seconds
        kinds = sorted(self.found)
        plain = sorted({address.partition("?")[0] for address in self.addresses})
        probes = [(address, value) for address in plain for value in corpus.encoded_values()]
        while time.monotonic() < until and kinds:
            self.rng.shuffle(kinds)
            self.rng.shuffle(probes)
            for place, kind in enumerate(kinds):
                if time.monotonic() > until:
                    return
                for address, value in probes[place * PROBES : (place + 1) * PROBES]:
                    self.address(address, value)
                self.form(kind)

    def form(self, kind: tuple[str, ...]) -> None:
        """One form as it stands on its page now, with one or two fields spoilt."""
        page = self._read(self.found[kind])
        form = next((each for each in page.forms if each.kind == kind), None) if page else None
        if form is None or form.has_file:
            return  # What was done before has made it go away; files have a campaign of their own.
        self.reached.add(kind)
        self._send(urlsplit(form.action)._replace(scheme="", netloc="").geturl(), self._spoilt(form))

    def address(self, address: str, value: str) -> None:
        """An address with a hostile value for every parameter there is, or as its last part."""
        if self.rng.random() < 0.8:
            address += "?" + "&".join(f"{name}={value}" for name in sorted(self.names))
        else:
            address = re.sub(r"[^/]+/?$", "", address) + value + "/"
        self.asked += 1
        answer = self.caller.ask("GET", address[:LONGEST_ADDRESS])
        self._look_at(f"GET {address}", answer)

    def _come_in(self) -> None:
        self.headers["Cookie"] = f"sessionid={self.sign_in()}; csrftoken={self.token}"

    def _spoilt(self, form: Form) -> str:
        pairs = [(quote_plus(name), quote_plus(value)) for name, value in form.fields]
        for _ in range(self.rng.randint(1, 2)):
            if not pairs:
                break
            place = self.rng.randrange(len(pairs))
            name = pairs[place][0]
            match self.rng.randrange(10):
                case 0:
                    del pairs[place]
                case 1:
                    pairs.append((name, corpus.encoded(self.rng)))
                case _:
                    pairs[place] = (name, corpus.encoded(self.rng))
        return "&".join(f"{name}={value}" for name, value in [*pairs, ("csrfmiddlewaretoken", self.token)])

    def _send(self, path: str, body: str) -> None:
        before = fingerprint()
        headers = {"Content-Type": FORM}
        if self.rng.random() < 0.3:
            headers |= {"HX-Request": "true", "HX-Target": "overlay"}
        answer = self.caller.ask("POST", path, body.encode("utf-8", "surrogateescape"), **headers)
        self.sent += 1
        asked = f"POST {path} {body[:300]}"
        self._look_at(asked, answer)
        if 400 <= answer.status < 500:
            self.refused += 1
        elif answer.status:
            self.accepted += 1
        if (answer.status >= 400 or answer.status == 0) and fingerprint() != before:
            self.failures.append(f"{asked} answered {answer.status} and changed something all the same.")

    def _look_at(self, asked: str, answer: Answer) -> None:
        if answer.status == 0 or answer.status >= 500:
            self.failures.append(f"{asked[:400]} answered {answer.status or 'nothing'}.")
            return
        if b"<script>alert(4711)" in answer.body and "html" in answer.headers.get("Content-Type", ""):
            self.failures.append(f"{asked[:400]} brought a script back as markup.")
        if "fuzz=" in str(answer.headers.get_all("Set-Cookie")):
            self.failures.append(f"{asked[:400]} brought a header of its own into the answer.")

    def _read(self, address: str, *, again: bool = True) -> Page | None:
        answer = self.caller.ask("GET", address)
        self._look_at(f"GET {address}", answer)
        if answer.status in (301, 302) and answer.headers["Location"].startswith("/"):
            if answer.headers["Location"].startswith("/sign-in/"):
                # A form has changed the password, which ends every session.
                self._come_in()
                if again:
                    return self._read(address, again=False)
                self.failures.append(f"{address} asks for a sign-in right after one.")
                return None
            answer = self.caller.ask("GET", answer.headers["Location"])
        if answer.status != 200 or "html" not in answer.headers.get("Content-Type", ""):
            return None
        return Page(address, answer.body.decode(errors="replace"))
