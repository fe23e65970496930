"""The files of a backup: uploads that lie in a folder, and evidence from wherever it is stored."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File

from projects.models import EvidenceVersion
from projects.models.evidence import storage

FILES, EVIDENCE = "files/", "evidence/"
BLOCK = 1 << 20


class BackupRefused(Exception):
    """A backup cannot be read here; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written, and the evidence whose file its storage has lost."""

    count: int
    lost: tuple[str, ...]


def write(archive: zipfile.ZipFile) -> Written:
    """Write every file; evidence is read from its rows, so it may lie in a folder or in a bucket.

    Its files are never changed and never taken away, so those of rows seen a moment ago are there.
    """
    folder, count, lost = Path(settings.MEDIA_ROOT), 0, []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            archive.write(file, FILES + file.relative_to(folder).as_posix())
            count += 1
    for name in _evidence():
        try:
            with storage().open(name) as source, archive.open(EVIDENCE + name, "w", force_zip64=True) as out:
                _copy(source, out)
        except FileNotFoundError:
            lost.append(name)
        else:
            count += 1
    return Written(count, tuple(lost))


def read(archive: zipfile.ZipFile) -> int:
    """Put every file where this installation keeps it; how many they were."""
    names = [name for name in archive.namelist() if name.startswith((FILES, EVIDENCE)) and name[-1] != "/"]
    for name in names:
        inside = PurePosixPath(name.partition("/")[2])
        if inside.is_absolute() or ".." in inside.parts:
            raise BackupRefused(f"The backup holds a file that would land elsewhere: {name[:100]}.")
    for name in names:
        inside = PurePosixPath(name.partition("/")[2])
        with archive.open(name) as source:
            if name.startswith(FILES):
                _to_folder(source, Path(settings.MEDIA_ROOT) / inside)
            else:
                _to_storage(source, str(inside))
    return len(names)


def _evidence() -> Iterator[str]:
    """The names of all files of evidence in the storage, each once."""
    rows = EvidenceVersion.objects.exclude(file="").order_by("file").distinct()
    yield from rows.values_list("file", flat=True).iterator()


def _to_folder(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        _copy(source, out)
    os.chmod(target, 0o600)


def _to_storage(source: IO[bytes], name: str) -> None:
    """Under exactly this name, as rows know the file by it."""
    storage().delete(name)
    kept = storage().save(name, File(source, name=name))
    if kept != name:
        raise BackupRefused(f"The storage of evidence would not take {name[:100]} under its name.")


def _copy(source: IO[bytes], out: IO[bytes]) -> None:
    while block := source.read(BLOCK):
        out.write(block)
