"""Writing the file of a portfolio, piece by piece: no portfolio is too large for it."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from portfolio.operations import views
from portfolio.operations.whole import cells, reach
from projects.exports.archives import Passed
from projects.models import EvidenceVersion, Portfolio
from projects.models.evidence import storage

FORMAT = 1
MANIFEST, PEOPLE, ROWS, EVIDENCE = "manifest.json", "people.jsonl", "rows/", "evidence/"
CHUNK = 1000
BLOCK = 256 * 1024


def pieces(portfolio: Portfolio) -> Iterator[bytes]:
    """The file as it is written, from one view of the database; its end says what is in it."""
    passed = Passed()
    with zipfile.ZipFile(passed, "w", zipfile.ZIP_DEFLATED) as archive, views.one_view():  # type: ignore[call-overload]
        writer = _Writer(archive, passed, portfolio)
        yield from writer.all()
    yield passed.taken()


class _Writer:
    """What is written so far, and who was named in it."""

    def __init__(self, archive: zipfile.ZipFile, passed: Passed, portfolio: Portfolio) -> None:
        self.archive, self.passed, self.portfolio = archive, passed, portfolio
        self.people: dict[int, Any] = {}
        self.tables: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.lost: list[str] = []

    def all(self) -> Iterator[bytes]:
        for model in reach.taken():
            yield from self._rows(model)
        for name in _evidence(self.portfolio):
            yield from self._file(name)
        named = sorted(self.people.values(), key=lambda each: each["email"])
        body = "".join(f"{json.dumps(each, ensure_ascii=False, sort_keys=True)}\n" for each in named).encode()
        self.archive.writestr(PEOPLE, body)
        self.archive.writestr(MANIFEST, json.dumps(self._manifest(body, len(named)), indent=1))

    def _rows(self, model: type[Model]) -> Iterator[bytes]:
        digest, count, name = hashlib.sha256(), 0, f"{ROWS}{reach.label(model)}.jsonl"
        with self.archive.open(name, "w", force_zip64=True) as out:
            for batch in _batches(model, self.portfolio.pk):
                self._know(model, batch)
                lines = "".join(f"{cells.written(model, row, self._email)}\n" for row in batch).encode()
                digest.update(lines)
                out.write(lines)
                count += len(batch)
                yield self.passed.taken()
        self.tables[reach.label(model)] = {"rows": count, "sha256": digest.hexdigest()}

    def _file(self, name: str) -> Iterator[bytes]:
        try:
            source = storage().open(name)
        except FileNotFoundError:
            self.lost.append(name)
            return
        with source, self.archive.open(EVIDENCE + name, "w", force_zip64=True) as out:
            digest, size = hashlib.sha256(), 0
            for block in iter(lambda: source.read(BLOCK), b""):
                digest.update(block)
                size += len(block)
                out.write(block)
                yield self.passed.taken()
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def _know(self, model: type[Model], batch: list[dict[str, Any]]) -> None:
        """Ask for the people of these rows at once."""
        names = [field.attname for field in reach.columns(model) if reach.names_a_person(field)]
        self._ask({row[name] for row in batch for name in names} - {None})

    def _ask(self, ids: set[int]) -> None:
        if unknown := ids - self.people.keys():
            rows = get_user_model()._base_manager.filter(pk__in=unknown)
            for pk, *said in rows.values_list("pk", "email", "name", "is_service"):
                self.people[pk] = dict(zip(("email", "name", "is_service"), said, strict=True))

    def _email(self, pk: int) -> str:
        self._ask({pk})
        return str(self.people[pk]["email"]) if pk in self.people else ""

    def _manifest(self, people: bytes, count: int) -> dict[str, Any]:
        return {
            "product": "plimsoll",
            "format": FORMAT,
            "taken_at": datetime.now(UTC).isoformat(),
            "portfolio": {"slug": self.portfolio.slug, "name": self.portfolio.name},
            "migrations": migrations(),
            "people": {"rows": count, "sha256": hashlib.sha256(people).hexdigest()},
            "tables": self.tables,
            "files": self.files,
            "lost": self.lost,
            "left_out": reach.LEFT_OUT,
        }


def migrations() -> list[str]:
    """The state of the tables, which a file and an installation must share."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _batches(model: type[Model], portfolio_id: int) -> Iterator[list[dict[str, Any]]]:
    names = [field.attname for field in model._meta.concrete_fields]
    rows, last = reach.rows(model, portfolio_id), None
    key = model._meta.pk.attname if model._meta.pk else "id"
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).values(*names)[:CHUNK]):
        yield batch
        last = batch[-1][key]


def _evidence(portfolio: Portfolio) -> Iterator[str]:
    rows = EvidenceVersion.objects.filter(evidence__project__portfolio=portfolio).exclude(file="")
    yield from rows.order_by("file").values_list("file", flat=True).distinct().iterator()
