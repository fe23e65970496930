"""What a pipeline does with Plimsoll, one method for each."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from plimsoll.errors import Json, WrongUse
from plimsoll.transport import TRIES, Transport

# As many observations as one request takes.
MOST_AT_ONCE = 10_000


class Client:
    """Plimsoll as one key sees it. Without arguments: PLIMSOLL_URL and PLIMSOLL_KEY.

    Raises WrongUse, Refused (with obstacles), NotAllowed or Failed, all of them PlimsollError.
    """

    def __init__(
        self,
        url: str = "",
        key: str = "",
        *,
        timeout: float = 30.0,
        tries: int = TRIES,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        url, key = url or os.environ.get("PLIMSOLL_URL", ""), key or os.environ.get("PLIMSOLL_KEY", "")
        for value, name in ((url, "PLIMSOLL_URL"), (key, "PLIMSOLL_KEY")):
            if not value:
                raise WrongUse(f"{name} is not set.")
        self._at = Transport(url, key, timeout=timeout, tries=tries, http=http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self._at.url}>"

    def close(self) -> None:
        """Let go of the connections."""
        self._at.close()

    def page(self, project: str = "") -> str:
        """The address of a project's page, or of the list."""
        return f"{self._at.url}/projects/{quote(project)}{'/' if project else ''}"

    def projects(self, **filters: str) -> Iterator[Json]:
        """Projects, by the filters of the list: portfolio, stage, health, flag, q and others."""
        return self._all("projects", filters)

    def project(self, key: str) -> Json:
        """One project."""
        return self._at.get(_project(key))

    def gate(self, key: str, *, to: str | None = None) -> Json:
        """What the gate ahead lacks, or all gates on the way to a stage."""
        return self._at.get(_project(key, "gate"), {"to": to})

    def advance(self, key: str, to: str, **said: Any) -> Json:
        """One stage forward, through its gate; `dry_run=True` changes nothing. Takes what `move` takes."""
        return self.move(key, to=to, **said)

    def move(
        self,
        key: str,
        *,
        kind: str | None = None,
        to: str = "",
        reason_code: str = "",
        note: str = "",
        until: date | str | None = None,
        approver: str | None = None,
        source: str = "",
        external_id: str = "",
        dry_run: bool = False,
    ) -> Json:
        """Any move. With `source` and `external_id` it is made once, however often it is asked for."""
        body = {"kind": kind, "to": to, "reason_code": reason_code, "note": note, "until": _day(until)}
        body |= {"approver": approver, "source": source, "external_id": external_id}
        params = {"dry_run": "true"} if dry_run else None
        return self._at.post(_project(key, "moves"), _said(body), params=params)

    def metric(
        self,
        key: str,
        metric: str,
        value: float | str,
        *,
        environment: str = "offline",
        at: datetime | str | None = None,
        source: str = "",
        **more: Any,
    ) -> Json:
        """One observation, of now unless said; `more` is segment, version, low, high, samples."""
        when = at or datetime.now(UTC)
        row = {"metric": metric, "value": value, "environment": environment, **more}
        row["at"] = when.isoformat() if isinstance(when, datetime) else when
        return self.observe(key, [row], source=source)

    def observe(self, key: str, observations: Iterable[Mapping[str, Any]], *, source: str = "") -> Json:
        """Any number of observations, ten thousand to a request; how many were stored, same and changed."""
        total = {"stored": 0, "same": 0, "changed": 0}
        rows = iter(observations)
        while batch := [_said(row) for row in islice(rows, MOST_AT_ONCE)]:
            body = _said({"observations": batch, "source": source})
            found = self._at.post(_project(key, "observations"), body)
            total = {name: total[name] + found.get(name, 0) for name in total}
        return total

    def evidence(
        self,
        key: str,
        *,
        kind: str,
        title: str,
        file: str | Path | None = None,
        url: str | None = None,
        gate: str = "",
        attach: Sequence[str] = (),
        dated_on: date | str | None = None,
        text: str = "",
    ) -> Json:
        """Bring a file or a link; the same content under the same kind and title again changes nothing."""
        if (file is None) == (url is None):
            raise WrongUse("Give a file or an address, not both.")
        named = {"kind": kind, "title": title, "gate": gate, "dated_on": _day(dated_on), "text": text}
        said = _said({**named, "attach": list(attach)})
        if file is None:
            return self._at.post(_project(key, "evidence"), {**said, "url": url})
        path = Path(file)
        # Read whole: a request that is sent again needs its bytes again.
        content = path.read_bytes()
        return self._at.post(_project(key, "evidence"), data=said, files={"file": (path.name, content)})

    def update(self, key: str, *, health: str, text: str, next_step: str = "", at_risk: str = "") -> Json:
        """Say how the project stands: on_track, at_risk or off_track, with a sentence."""
        body = {"health": health, "text": text, "next_step": next_step, "at_risk": at_risk}
        return self._at.post(_project(key, "updates"), _said(body))

    def signal(self, key: str, name: str) -> Json:
        """Report that something is alive, such as nightly_predictions."""
        return self._at.post(_project(key, "signals", name, "seen"))

    def blocker(self, key: str, *, title: str, category: str, severity: str, **more: Any) -> Json:
        """Raise a blocker; `more` is owner, gate, decision_from, expected_on, affected and others."""
        body = {"title": title, "category": category, "severity": severity, **more}
        return self._at.post(_project(key, "blockers"), _said(body))

    def propose(
        self, key: str, kind: str, body: Mapping[str, Any], *, reason: str = "", cause: str = ""
    ) -> Json:
        """Word a change that a person confirms; kinds are move, update, answer, blocker, todo and snooze."""
        said = {"kind": kind, "body": dict(body), "reason": reason, "cause": cause}
        return self._at.post(_project(key, "proposals"), _said(said))

    def proposals(self, key: str, *, state: str = "open") -> Iterator[Json]:
        """A project's proposals, the newest first."""
        return self._all(_project(key, "proposals"), {"state": state})

    def events(
        self, *, after: int = 0, portfolio: str | None = None, project: str | None = None
    ) -> Iterator[Json]:
        """What happened since a place in the feed, until now; each event has its own `position`."""
        while True:
            asked = {"after": after, "portfolio": portfolio, "project": project}
            found = self._at.get("events", asked)
            yield from found["items"]
            after = found["next"]
            if not found["more"]:
                return

    def _all(self, path: str, params: Mapping[str, Any]) -> Iterator[Json]:
        """Every row of a list, part by part."""
        cursor = None
        while True:
            found = self._at.get(path, {**params, "cursor": cursor})
            yield from found["items"]
            cursor = found["next_cursor"]
            if not cursor:
                return


def _project(key: str, *rest: str) -> str:
    return "/".join(quote(part, safe="") for part in ("projects", key.strip().upper(), *rest))


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _said(body: Mapping[str, Any]) -> Json:
    """Without what was not said: the server knows what is usual."""
    return {name: value for name, value in body.items() if value is not None and value not in ("", [])}
