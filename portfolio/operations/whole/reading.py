"""Reading the file of a portfolio: all of it is checked, line by line, before a row is written."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import FileField, Model

from portfolio.operations.whole import cells, reach, writing
from portfolio.operations.whole.refusals import FileRefused

# Bounds against files that are small and grow without end when they are read.
MOST_MEMBERS = 500_000
MOST_MANIFEST = 100 * 2**20  # names every file of evidence, 200 bytes each
MOST_BYTES = 200 * 2**30
MOST_LINE = 32 * 2**20  # an evidence text or a snapshot of a very large portfolio
MOST_PEOPLE = 1_000_000
# What a storage of ours names its files: no step up, no root, no drive.
SAFE = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
HASH = re.compile("[0-9a-f]{64}")
EVERY = 1000
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the file names."""

    email: str
    name: str
    is_service: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: the portfolio, rows by table, people who are here and who are not, files."""

    slug: str
    name: str
    taken_at: str
    rows: dict[str, int]
    known: tuple[str, ...]
    new: tuple[Person, ...]
    files: dict[str, dict[str, Any]]
    lost: tuple[str, ...]

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


class Tally:
    """Counts rows on their way, and tells of every thousandth."""

    def __init__(self, told: Told) -> None:
        self.told, self.done = told, 0

    def counted(self, found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in found:
            self.done += 1
            if not self.done % EVERY:
                self.told(self.done)
            yield row


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it raises FileRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("This is not a whole file of a portfolio. It may be damaged.") from error


def preview(path: Path) -> Contents:
    """What a file says that it holds, from its manifest and its people: quick, however many rows it has."""
    with opened(path) as archive:
        manifest, people = _read_head(archive)
    return _contents(manifest, people)


def check(path: Path, *, told: Told = lambda _rows: None) -> Contents:
    """Read all of a file and say what it holds; nothing is written. `told` hears how many rows were read."""
    with opened(path) as archive:
        manifest, people = _read_head(archive)
        emails = {each.email.casefold(): 1 for each in people}
        tally = Tally(told)
        named = set(manifest["files"])
        for model in reach.taken():
            said = manifest["tables"][reach.label(model)]
            found = tally.counted(rows(archive, model, emails))
            _check_rows(archive, model, said, found, named | set(manifest["lost"]))
        for name, said in manifest["files"].items():
            for _block in blocks(archive, writing.EVIDENCE + name, said):
                pass
            told(tally.done)
    return _contents(manifest, people)


def _read_head(archive: zipfile.ZipFile) -> tuple[dict[str, Any], list[Person]]:
    manifest = _manifest(archive)
    _members(archive, manifest)
    return manifest, list(_people(archive, manifest["people"]))


def _contents(manifest: dict[str, Any], people: list[Person]) -> Contents:
    here = _here(people)
    return Contents(
        slug=manifest["portfolio"]["slug"],
        name=manifest["portfolio"]["name"],
        taken_at=manifest["taken_at"],
        rows={label: said["rows"] for label, said in manifest["tables"].items()},
        known=tuple(each.email for each in people if each.email.casefold() in here),
        new=tuple(each for each in people if each.email.casefold() not in here),
        files=manifest["files"],
        lost=tuple(manifest["lost"]),
    )


def rows(archive: zipfile.ZipFile, model: type[Model], people: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The rows of a model, people by their ids here."""
    label = reach.label(model)
    for place, line in enumerate(_lines(archive, f"{writing.ROWS}{label}.jsonl"), 1):
        try:
            yield cells.read(model, line.decode("utf-8"), lambda email: people.get(email.casefold()))
        except (FileRefused, UnicodeDecodeError) as error:
            raise FileRefused(f"Line {place} of {label} cannot be taken: {error}.") from error


def blocks(archive: zipfile.ZipFile, name: str, said: dict[str, Any]) -> Iterator[bytes]:
    """A member in blocks; refused when it is not of the size and the hash that the manifest says."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source:
        while block := source.read(writing.BLOCK):
            digest.update(block)
            size += len(block)
            if size > said["size"]:
                break
            yield block
    if (size, digest.hexdigest()) != (said["size"], said["sha256"]):
        raise FileRefused(f"{name[:200]} is not what the manifest says. The file is damaged or was changed.")


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(writing.MANIFEST).file_size > MOST_MANIFEST:
        raise FileRefused("The manifest is larger than any portfolio needs.")
    try:
        said = json.loads(archive.read(writing.MANIFEST))
        if said["product"] != "plimsoll" or not isinstance(said["format"], int):
            raise FileRefused("This is not a file of a portfolio.")
        if said["format"] > writing.FORMAT or set(said["migrations"]) - set(writing.migrations()):
            raise FileRefused(
                "The file was written by a newer version than this installation has.",
                remedy="Update this installation first, then bring the file.",
            )
        if said["format"] != writing.FORMAT or said["migrations"] != writing.migrations():
            raise FileRefused(
                "The file was written by an older version than this installation has.",
                remedy="Update the installation where it comes from, then take the portfolio out again.",
            )
        _shape(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileRefused("The manifest cannot be read. The file is damaged or was changed.") from error
    return said


def _shape(said: dict[str, Any]) -> None:
    """That everything further on finds what it asks the manifest for."""
    ours = {reach.label(model) for model in reach.taken()}
    if strange := set(said["tables"]) ^ ours:
        raise FileRefused(f"The tables of the file are not ours ({min(strange)[:100]}).")
    hashed = [said["people"], *said["tables"].values(), *said["files"].values()]
    if not all(HASH.fullmatch(each["sha256"]) for each in hashed):
        raise ValueError("a hash is none")
    counts = [each["rows"] for each in (said["people"], *said["tables"].values())]
    counts += [each["size"] for each in said["files"].values()]
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError("a count is none")
    for name in (*said["files"], *said["lost"]):
        if not SAFE.fullmatch(name):
            raise FileRefused(f"The file holds something that would land elsewhere: {name[:100]}.")
    if not all(isinstance(text, str) for text in (*said["portfolio"].values(), said["taken_at"])):
        raise ValueError("a text is none")
    datetime.fromisoformat(said["taken_at"])


def _members(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """That the archive holds what the manifest names, each once, and nothing else."""
    found = [info.filename for info in archive.infolist()]
    expected = {writing.MANIFEST, writing.PEOPLE}
    expected |= {f"{writing.ROWS}{label}.jsonl" for label in manifest["tables"]}
    expected |= {writing.EVIDENCE + name for name in manifest["files"]}
    if len(found) > MOST_MEMBERS or sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        raise FileRefused("The file is larger than any portfolio.")
    if len(found) != len(set(found)) or set(found) != expected:
        strange = sorted(set(found) ^ expected) or ["a name twice"]
        raise FileRefused(f"The archive does not hold what its manifest names ({strange[0][:100]}).")


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as source:
        while line := source.readline(MOST_LINE):
            if not line.endswith(b"\n"):
                raise FileRefused(f"A line of {name} is longer than any row, or has no end.")
            yield line


def _hashed(archive: zipfile.ZipFile, name: str, said: dict[str, Any]) -> Iterator[bytes]:
    """The lines of a member; refused at their end when they are not those that the manifest means."""
    digest, count = hashlib.sha256(), 0
    for line in _lines(archive, name):
        digest.update(line)
        count += 1
        if count > said["rows"]:
            break
        yield line
    if (count, digest.hexdigest()) != (said["rows"], said["sha256"]):
        raise FileRefused(f"{name} is not what the manifest says. The file is damaged or was changed.")


def _people(archive: zipfile.ZipFile, said: dict[str, Any]) -> Iterator[Person]:
    if said["rows"] > MOST_PEOPLE:
        raise FileRefused("The file names more people than any portfolio has.")
    for line in _hashed(archive, writing.PEOPLE, said):
        try:
            each = Person(**json.loads(line))
            validate_email(each.email)
            if not isinstance(each.name, str) or len(each.name) > 150 or type(each.is_service) is not bool:
                raise ValueError("no person")
        except (ValueError, TypeError, ValidationError, RecursionError) as error:
            raise FileRefused("Somebody in the list of people has no proper e-mail or name.") from error
        yield each


def _here(people: list[Person]) -> set[str]:
    emails = [each.email.casefold() for each in people]
    rows = get_user_model()._base_manager.filter(email__in=[*emails, *(each.email for each in people)])
    return {email.casefold() for email in rows.values_list("email", flat=True)}


def _check_rows(
    archive: zipfile.ZipFile,
    model: type[Model],
    said: dict[str, Any],
    found: Iterable[dict[str, Any]],
    files: set[str],
) -> None:
    label = reach.label(model)
    held = [field.attname for field in reach.columns(model) if isinstance(field, FileField)]
    for _line in _hashed(archive, f"{writing.ROWS}{label}.jsonl", said):
        pass
    for values in found:
        if unknown := [values[name] for name in held if values[name] and str(values[name]) not in files]:
            raise FileRefused(f"A row of {label} names a file that is not there: {unknown[0][:100]}.")
    if model is apps.get_model("projects.Portfolio") and said["rows"] != 1:
        raise FileRefused("A file holds one portfolio.")
