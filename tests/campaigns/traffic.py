"""Mixed traffic: readers and writers, each with random numbers of its own, so that a seed repeats choices."""

import random
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from bench.data import Installation
from tests.campaigns.callers import Integration, Person
from tests.campaigns.ledger import Ledger

# So few that writers meet on them all the time.
CONTESTED = 12
HEALTHS = ("on_track", "at_risk", "off_track")


class Traffic:
    """Callers that go on until they are stopped."""

    def __init__(self, found: Installation, session: str, port: int, ledger: Ledger, seed: int) -> None:
        self.found, self.session, self.port, self.ledger, self.seed = found, session, port, ledger, seed
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self, *, writers: int, people: int, readers: int) -> None:
        """Let them loose."""
        for number in range(writers):
            self._run(f"w{number}", Writer)
        for number in range(people):
            self._run(f"p{number}", PageWriter)
        for number in range(readers):
            self._run(f"r{number}", Reader)

    def stop(self) -> None:
        """Let everybody finish what they began."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
            if thread.is_alive():
                self.ledger.complain(f"{thread.name} never came back from its last request.")

    def _run(self, name: str, kind: "type[Writer | PageWriter | Reader]") -> None:
        caller = kind(name, self)
        thread = Thread(target=self._loop, args=(caller,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _loop(self, caller: Any) -> None:
        try:
            while not self._stop.is_set():
                caller.act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the campaign has to tell of it
            self.ledger.complain(f"A caller ended by itself: {type(error).__name__}: {error}")


class Writer:
    """Writes by REST, and sends one in four requests a second time as if the answer had been lost."""

    def __init__(self, name: str, traffic: Traffic) -> None:
        self.name, self.ledger = name, traffic.ledger
        self.rng = random.Random(f"{traffic.seed} {name}")
        self.names = traffic.found.movable
        self.api = Integration(traffic.port, traffic.found.secret, traffic.ledger.note)
        self.run = f"{traffic.seed}-{name}"
        self.count = 0

    def act(self) -> None:
        """One write of some kind."""
        self.count += 1
        token = f"{self.run}-{self.count}"
        acts: list[Callable[[str, str], None]] = [
            self.move,
            self.move,
            self.update,
            self.comment,
            self.edit,
            self.add,
        ]
        key = self.rng.choice(self.names[:CONTESTED] if self.rng.random() < 0.5 else self.names)
        self.rng.choice(acts)(key, token)

    def move(self, key: str, token: str) -> None:
        """Forth or back; whether that is possible depends on who else is here."""
        said = {"source": "campaign", "external_id": token, "note": "Moved by a campaign."}
        if self.rng.random() < 0.5:
            said |= {"kind": "advance", "to": "data"}
        else:
            said |= {"kind": "back", "to": "framing", "reason_code": "pivot"}
        answer = self._post(f"/api/v1/projects/{key}/moves", said)
        moved = answer.status in (200, 201) and answer.said["result"] in ("moved", "made_before")
        self._note("move", token, answer, expected=int(moved), asked=f"move of {key}")

    def update(self, key: str, token: str) -> None:
        said = {"health": self.rng.choice(HEALTHS), "text": token}
        answer = self._post(f"/api/v1/projects/{key}/updates", said)
        self._note("update", token, answer, expected=int(answer.status == 201), asked=f"update of {key}")

    def comment(self, key: str, token: str) -> None:
        answer = self._post(f"/api/v1/projects/{key}/comments", {"text": token})
        self._note("comment", token, answer, expected=int(answer.status == 201), asked=f"comment on {key}")

    def add(self, key: str, token: str) -> None:
        answer = self._post("/api/v1/projects", {"portfolio": "measured", "name": token})
        self._note("project", token, answer, expected=int(answer.status == 201), asked="new project")

    def edit(self, key: str, token: str) -> None:
        """Read, then change what was read; somebody may have been faster (412)."""
        read = self.api.ask("GET", f"/api/v1/projects/{key}")
        if read.status != 200:
            return
        path, headers = f"/api/v1/projects/{key}", {"If-Match": read.headers["ETag"]}
        answer = self.api.send("PATCH", path, {"objective": token}, **headers)
        self._note("edit", token, answer, expected=int(answer.status == 200), asked=f"edit of {key}")

    def _post(self, path: str, said: dict[str, Any]) -> Any:
        return self.api.insist(path, said, twice=self.rng.random() < 0.25)

    def _note(self, kind: str, token: str, answer: Any, *, expected: int, asked: str) -> None:
        self.ledger.write(kind, token, answer, expected=expected, asked=asked)
        if answer.is_final and answer.status not in (200, 201, 409, 412):
            self.ledger.complain(f"{asked} answered {answer.status}: {answer.body[:300]!r}")


class PageWriter:
    """A person who posts updates by the page; without an answer they look before they write again."""

    def __init__(self, name: str, traffic: Traffic) -> None:
        self.ledger = traffic.ledger
        self.rng = random.Random(f"{traffic.seed} {name}")
        self.names = traffic.found.movable
        self.person = Person(traffic.port, traffic.session, traffic.ledger.note)
        self.run = f"{traffic.seed}-{name}"
        self.count = 0

    def act(self) -> None:
        """One update, then a look at the project."""
        self.count += 1
        token, key = f"{self.run}-{self.count}", self.rng.choice(self.names)
        fields = {"health": self.rng.choice(HEALTHS), "text": token}
        answer = self.person.submit(f"/projects/{key}/update/", fields)
        self.ledger.write(
            "update", token, answer, expected=int(answer.status == 302), asked=f"update of {key}"
        )
        if answer.is_final and answer.status != 302:
            self.ledger.complain(f"The update page of {key} answered {answer.status}.")
        self.person.ask("GET", f"/projects/{key}/")


class Reader:
    """Looks at everything, by pages and by REST."""

    def __init__(self, name: str, traffic: Traffic) -> None:
        self.ledger = traffic.ledger
        self.rng = random.Random(f"{traffic.seed} {name}")
        self.names = traffic.found.movable
        self.person = Person(traffic.port, traffic.session, traffic.ledger.note)
        self.api = Integration(traffic.port, traffic.found.secret, traffic.ledger.note)
        self.after = 0

    def act(self) -> None:
        """One look."""
        key = self.rng.choice(self.names)
        pages = [
            "/projects/",
            "/projects/?q=claims&sort=name",
            "/projects/?flag=any&page=2",
            f"/projects/{key}/",
            f"/projects/{key}/history/",
            f"/projects/{key}/updates/",
            "/portfolios/measured/",
        ]
        calls = [
            "/api/v1/projects?order=-since",
            f"/api/v1/projects/{key}",
            f"/api/v1/projects/{key}/moves",
            "/api/v1/flags",
            "/api/v1/portfolios/measured/summary",
        ]
        caller, path = self.rng.choice(
            [(self.person, self.rng.choice(pages)), (self.api, self.rng.choice(calls))]
        )
        answer = caller.ask("GET", path)
        if answer.is_final and answer.status != 200:
            self.ledger.complain(f"{path} answered {answer.status} to a reader.")
        time.sleep(0.01)
