"""Uploads of hostile files: refused or read, never a server error, nothing imported before it is applied."""

import http.client
from typing import Any

from django.conf import settings

from portfolio.register.actions import import_runs, imports
from portfolio.register.models import ImportRun, RunState
from portfolio.register.queries import imports as import_queries
from projects.actors import Actor
from projects.models import Portfolio
from tests.campaigns import corpus
from tests.campaigns.callers import AWAY
from tests.campaigns.corpus import File
from tests.campaigns.stillness import fingerprint

BOUNDARY = "----plimsoll-campaign-4711"
PATH = "/imports/new/"
# What a dry run must leave alone.
IMPORTED = ("projects_project", "projects_spell", "projects_move", "projects_businessunit", "projects_flag")


class Uploads:
    """A person who uploads whatever they find."""

    def __init__(self, port: int, session: str, token: str, portfolio: Portfolio, person: Any) -> None:
        self.port, self.portfolio = port, portfolio
        self.cookie, self.token = f"sessionid={session}; csrftoken={token}", token
        self.actor = Actor(person, "page")
        self.failures: list[str] = []
        self.sent = self.read = 0

    def all(self) -> None:
        """Every file of the corpus, by a profile that fits some of them."""
        profile = "plimsoll" if "plimsoll" in import_queries.profiles(self.portfolio) else ""
        for file in corpus.files():
            self._upload(file, profile)
        limit = settings.MAX_UPLOAD_MB
        for chunked in (False, True):
            self._refused_on_arrival(corpus.too_large(limit), profile, chunked=chunked)

    def _upload(self, file: File, profile: str) -> None:
        self.sent += 1
        before, last = fingerprint(IMPORTED), self._last()
        status = self._post(file, profile)
        if not 200 <= status < 500:
            self.failures.append(f"Upload of {file.name!r} answered {status or 'nothing'}.")
        run = ImportRun.objects.filter(pk__gt=last).first()
        if run is None:
            return
        self.read += 1
        # The worker's part, here: what it does must not end in an error that nobody expects.
        if self._taken_up(run, file) and fingerprint(IMPORTED) != before:
            self.failures.append(f"The dry run of {file.name!r} changed projects.")
        if run.state == RunState.CHECKED:
            imports.apply(run.pk, actor=self.actor)
            self._taken_up(run, file)

    def _taken_up(self, run: ImportRun, file: File) -> bool:
        try:
            import_runs.take_up(run.pk)
        except Exception as error:  # noqa: BLE001 - any that comes through is what is looked for
            self.failures.append(
                f"The import of {file.name!r} ended in {type(error).__name__}: {error}"[:600]
            )
            return False
        run.refresh_from_db()
        if run.state == RunState.FAILED and not run.error:
            self.failures.append(f"The import of {file.name!r} failed and does not say why.")
        if run.state in (RunState.CHECKING, RunState.APPLYING):
            self.failures.append(f"The import of {file.name!r} stays {run.state}.")
        if (
            run.state in (RunState.CHECKED, RunState.APPLIED)
            and sum(run.counts.values()) != run.lines.count()
        ):
            self.failures.append(f"The outcomes of {file.name!r} do not add up to its rows: {run.counts}.")
        return True

    def _refused_on_arrival(self, file: File, profile: str, *, chunked: bool) -> None:
        """Over the limit, with its length stated or not: an answer or a closed door, and nothing kept."""
        self.sent += 1
        before = fingerprint()
        status = self._post(file, profile, chunked=chunked)
        if status and not 400 <= status < 500:
            self.failures.append(f"A file over the limit answered {status} (chunked: {chunked}).")
        if fingerprint() != before:
            self.failures.append(f"A file over the limit left something behind (chunked: {chunked}).")

    def _post(self, file: File, profile: str, *, chunked: bool = False) -> int:
        body = self._body(file, profile)
        headers = {"Cookie": self.cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if chunked:
                parts = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
                connection.request("POST", PATH, parts, headers, encode_chunked=True)
            else:
                connection.request("POST", PATH, body, headers)
            return connection.getresponse().status
        except AWAY:
            return 0
        finally:
            connection.close()

    def _body(self, file: File, profile: str) -> bytes:
        fields = {"csrfmiddlewaretoken": self.token, "portfolio": self.portfolio.slug, "profile": profile}
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
        ]
        name = file.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        head += "Content-Type: text/csv\r\n\r\n"
        begin = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}\r\n{head}"
        return begin.encode() + file.content + f"\r\n--{BOUNDARY}--\r\n".encode()

    def _last(self) -> int:
        newest = ImportRun.objects.order_by("-pk").first()
        return newest.pk if newest else 0
