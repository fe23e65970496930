"""MLflow's REST API 2.0, as far as a register reads it: bounded, typed, with errors in words."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from portfolio import outgoing
from portfolio.integrations.registries.rules import mlflow_answers as answers
from portfolio.integrations.registries.rules.mlflow_answers import Run, Version

# One answer: a page of 200 versions with their tags is far below it.
SECONDS, MOST_BYTES = 10.0, 4_000_000
PAGE, MOST_PAGES = 200, 5
# Names to choose from while somebody types.
CHOICES = 20
# So many models are counted; more is more than anybody reads.
COUNTED = 1000
PATH = "/api/2.0/mlflow/"
MISSING = "RESOURCE_DOES_NOT_EXIST"


class Failed(Exception):
    """What went wrong, for people; never with a token."""

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.message = message
        # The server is well, and has nothing of this name.
        self.is_missing = is_missing


class Greeting(NamedTuple):
    """What a server answers to somebody who looks whether it is there."""

    version: str
    models: int
    is_more: bool

    @property
    def words(self) -> str:
        """In a line, as in: it answered: MLflow 3.17.2, 4 registered models."""
        number = f"more than {self.models:,}" if self.is_more else f"{self.models:,}"
        plural = "" if self.models == 1 and not self.is_more else "s"
        return f"It answered: MLflow {self.version}, {number} registered model{plural}."


@dataclass(frozen=True, slots=True)
class Server:
    """A server and who asks there; after `until` (of the monotonic clock) it is asked nothing more."""

    url: str
    username: str = ""
    credential: str = ""
    until: float | None = None

    def greeting(self) -> Greeting:
        """Whether it is an MLflow that lets us in: its version, and how many models it has."""
        version = answers.version(self._asked("GET", f"{self.url.rstrip('/')}/version").body)
        if not version:
            raise Failed("The server answers, but not as MLflow does. Enter the address of MLflow itself.")
        page = self._json("GET", "registered-models/search", {"max_results": COUNTED})
        return Greeting(
            version, len(answers.rows(page, "registered_models")), bool(page.get("next_page_token"))
        )

    def aliases(self, model: str) -> dict[str, str]:
        """The version of each alias of a model."""
        page = self._json("GET", "registered-models/get", {"name": model})
        return answers.aliases(page.get("registered_model"))

    def versions(self, model: str) -> tuple[list[Version], bool]:
        """The newest versions of a model, and whether these are all."""
        asked: dict[str, Any] = {"filter": f"name={_quoted(model)}", "max_results": PAGE}
        asked["order_by"] = "version_number DESC"
        found: list[Version] = []
        for _ in range(MOST_PAGES):
            page = self._json("GET", "model-versions/search", asked)
            # A server of old may find more than what was asked for.
            rows = answers.rows(page, "model_versions")
            found += [answers.model_version(row) for row in rows if row.get("name") == model]
            token = page.get("next_page_token")
            if not token or not isinstance(token, str):
                return [each for each in found if each.version], True
            asked["page_token"] = token
        return [each for each in found if each.version], False

    def run(self, run_id: str) -> Run | None:
        """A run with its metrics; None where it is gone."""
        try:
            page = self._json("GET", "runs/get", {"run_id": run_id})
        except Failed as failure:
            if failure.is_missing:
                return None
            raise
        return answers.run(page.get("run"))

    def runs(self, experiment: str, most: int) -> list[Run]:
        """The newest runs of an experiment that are not deleted."""
        page = self._json("GET", "experiments/get-by-name", {"experiment_name": experiment})
        number = answers.text(answers.mapping(page.get("experiment")).get("experiment_id"))
        asked = {
            "experiment_ids": [number],
            "max_results": most,
            "order_by": ["attributes.start_time DESC"],
            "run_view_type": "ACTIVE_ONLY",
        }
        found = [answers.run(row) for row in answers.rows(self._json("POST", "runs/search", asked), "runs")]
        return [each for each in found if each is not None]

    def names(self, kind: str, words: str) -> list[str]:
        """Models or experiments whose names hold these words, to choose one from."""
        wanted = f"%{''.join(words.split(chr(39)))}%"
        if kind == "experiment":
            asked = {"max_results": CHOICES, "filter": f"name ILIKE '{wanted}'"}
            page, noun = self._json("POST", "experiments/search", asked), "experiments"
        else:
            asked = {"max_results": CHOICES, "filter": f"name ILIKE '{wanted}'"}
            page, noun = self._json("GET", "registered-models/search", asked), "registered_models"
        found = [answers.text(row.get("name"), 500) for row in answers.rows(page, noun)]
        return [name for name in found if name][:CHOICES]

    def set_tag(self, model: str, key: str, value: str) -> None:
        """Write a tag of a model."""
        self._json("POST", "registered-models/set-tag", {"name": model, "key": key, "value": value})

    def _json(self, method: str, path: str, said: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{self.url.rstrip('/')}{PATH}{path}"
        if method == "GET":
            return _read(self._asked(method, f"{url}?{urlencode(said, quote_via=quote)}"))
        return _read(self._asked(method, url, json.dumps(said).encode()))

    def _asked(self, method: str, url: str, body: bytes = b"") -> outgoing.Answer:
        left = SECONDS if self.until is None else min(SECONDS, self.until - time.monotonic())
        if left <= 0:
            raise Failed("The server is too slow: not everything could be read in time.")
        headers = {**self._who(), **(outgoing.JSON if body else {})}
        answer = outgoing.request(method, url, body=body, headers=headers, seconds=left, most=MOST_BYTES)
        if answer.status in (401, 403):
            raise Failed(f"The server refuses the access data ({answer.status}). Enter a valid token.")
        if answer.error:
            code, said = answers.problem(answer.body)
            if code == MISSING:
                raise Failed(said or "There is nothing of this name.", is_missing=True)
            raise Failed(f"{answer.error.rstrip('.')}: {said}" if said else answer.error)
        if not answer.is_whole:
            raise Failed(f"The answer is longer than {MOST_BYTES // 1_000_000} MB, so it was not read.")
        return answer

    def _who(self) -> dict[str, str]:
        if not self.credential:
            return {}
        if not self.username:
            return {"Authorization": f"Bearer {self.credential}"}
        pair = base64.b64encode(f"{self.username}:{self.credential}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def page_of(url: str, kind: str, name: str, version: str = "") -> str:
    """The address of a model, one of its versions, or the search for an experiment, at MLflow's own pages."""
    base = f"{url.rstrip('/')}/#"
    if kind == "experiment":
        return f"{base}/experiments"
    return f"{base}/models/{quote(name, safe='')}{f'/versions/{version}' if version else ''}"


def moment(milliseconds: Any) -> datetime | None:
    """A time as MLflow writes it; None for what is none."""
    return answers.moment(milliseconds)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def _quoted(name: str) -> str:
    """A name in a filter: it takes either kind of quotes, and nothing that holds both."""
    if "'" not in name:
        return f"'{name}'"
    if '"' not in name:
        return f'"{name}"'
    raise Failed("MLflow cannot be asked for a name with both kinds of quotes.")


def _read(answer: outgoing.Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Failed("The server did not answer with JSON. Enter the address of MLflow itself.") from error
    if not isinstance(found, dict):
        raise Failed("The server did not answer as MLflow does.")
    return found
