"""One file that holds everything: every row of the database, whichever it is, and every stored file."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from portfolio.operations import backup_files, views
from portfolio.operations.backup_files import BackupRefused

__all__ = ["BackupRefused", "Contents", "read", "write"]

FORMAT = 1
ROWS, MANIFEST = "rows/", "manifest.json"
# Nobody stays signed in across a restore, and the cache fills itself.
LEFT_OUT = {"sessions.session"}


class ExactEncoder(DjangoJSONEncoder):
    """Django's encoder drops microseconds, and a restored row would not be equal."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: rows by table, how many files, and which files the storage has lost."""

    rows: dict[str, int]
    files: int
    lost: tuple[str, ...] = ()


def write(path: Path) -> Contents:
    """Write a backup from one consistent view of the database; the file appears only when it is whole."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive, views.one_view():
            rows = {_name(model): _write_rows(archive, model) for model in _models()}
            files = backup_files.write(archive)
            manifest = {
                "format": FORMAT,
                "taken_at": datetime.now(UTC).isoformat(),
                "migrations": _migrations(),
                "rows": rows,
                "files": files.count,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Contents(rows, files.count, files.lost)


def read(path: Path, *, replace: bool = False) -> Contents:
    """Put a backup in place of what is here, all or nothing; raises BackupRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            if not replace and not _is_empty():
                raise BackupRefused("This installation holds data already. Add --replace to overwrite it.")
            with transaction.atomic():
                _empty()
                rows = {_name(model): _read_rows(archive, model) for model in _models()}
                if rows != manifest["rows"]:
                    raise BackupRefused("The file does not hold all the rows it should. It may be damaged.")
                _reset_sequences()
            files = backup_files.read(archive)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise BackupRefused(f"{path} is not a backup of Plimsoll.") from error
    return Contents(rows, files)


def _models() -> list[type[models.Model]]:
    managed = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return [model for model in managed if _name(model) not in LEFT_OUT]


def _name(model: type[models.Model]) -> str:
    return model._meta.label_lower


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _write_rows(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    """One line for each row, in the order of ids."""
    count = 0
    rows = model._base_manager.order_by("pk")
    with archive.open(f"{ROWS}{_name(model)}.jsonl", "w", force_zip64=True) as raw:
        stream = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
        for batch in _batches(rows):
            serializers.serialize("jsonl", batch, stream=stream, cls=ExactEncoder)
            count += len(batch)
        stream.flush()
        stream.detach()
    return count


def _batches(rows: Any, size: int = 1000) -> Iterator[list[models.Model]]:
    last = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:size]):
        yield batch
        last = batch[-1].pk


def _read_rows(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    count = 0
    with archive.open(f"{ROWS}{_name(model)}.jsonl") as raw:
        for row in serializers.deserialize("jsonl", io.TextIOWrapper(raw, encoding="utf-8")):
            row.save(force_insert=True)
            count += 1
    return count


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupRefused("This backup was written by another generation of Plimsoll.")
    if manifest["migrations"] != _migrations():
        theirs, ours = set(manifest["migrations"]), set(_migrations())
        side = "newer" if theirs - ours else "older"
        named = ", ".join(sorted(theirs ^ ours)[:3])
        raise BackupRefused(
            f"The backup comes from {side} tables than these ({named}). "
            "Restore it with the version that wrote it, then update."
        )
    return manifest


def _is_empty() -> bool:
    """Whether nobody has used this installation: no person and no portfolio."""
    return not any(
        apps.get_model(name)._base_manager.exists() for name in ("accounts.User", "projects.Portfolio")
    )


def _empty() -> None:
    """Delete every row that a backup replaces; references are checked when the transaction ends."""
    with (
        connection.constraint_checks_disabled() if False else transaction.atomic(),
        connection.cursor() as cursor,
    ):
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table != "django_migrations":
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 (our own tables)


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
