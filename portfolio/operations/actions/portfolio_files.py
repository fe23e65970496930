"""Taking a whole portfolio out as a file, and bringing one into an installation that has none."""

import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Field, Max, Model

from portfolio.operations.whole import reach, reading, writing
from portfolio.operations.whole.reading import Contents, Person
from portfolio.operations.whole.refusals import AGAIN, FileRefused
from portfolio.operations.whole.steps import FILING, READING, WRITING, Told, unheard
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event, Portfolio
from projects.models.evidence import storage
from projects.rules.facts import Obstacle

CHUNK = 500
LONGEST_ERROR = 300
SECRET_AGAIN = "Came with its portfolio from another installation: enter the secret again."  # noqa: S105


@transaction.atomic
def take_out(portfolio_id: int, *, actor: Actor) -> Iterator[bytes]:
    """Note in the history that somebody takes all of it out; gives the file in pieces, to be read after."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "portfolio.export", portfolio)
    events.record(portfolio, "portfolio.exported", actor)
    return writing.pieces(portfolio)


def preview(path: Path, *, actor: Actor) -> Contents:
    """What a file says that it would bring; quick, its rows are not read yet. Raises Refused."""
    permissions.require(actor, "portfolio.create")
    require_empty()
    with _refusing():
        return reading.preview(path)


def look(path: Path, *, actor: Actor, told: Told = unheard) -> Contents:
    """What a file would bring; all of it is read and nothing is written. Raises Refused."""
    permissions.require(actor, "portfolio.create")
    require_empty()
    with _refusing():
        return reading.check(path, told=lambda rows: told(READING, rows))


def require_empty() -> None:
    """Raise Refused where a portfolio is already."""
    if Portfolio.objects.exists():
        raise Refused(
            "This installation has portfolios already.",
            code="not_empty",
            obstacles=[
                Obstacle(
                    "not_empty",
                    "What was signed names rows by their ids, so a whole portfolio comes with its ids.",
                    "Start an empty installation (a new data folder or database) and bring the file there.",
                )
            ],
        )


def bring(
    path: Path,
    *,
    actor: Actor,
    told: Told = unheard,
    settled: Callable[[Portfolio], None] = lambda _found: None,
) -> Portfolio:
    """Bring the portfolio of a file, all or nothing; raises Refused.

    `told` hears how far it is; what `settled` writes is committed with the rows.
    """
    contents = look(path, actor=actor, told=told)
    with _refusing(), transaction.atomic(), reading.opened(path) as archive:
        _alone()
        require_empty()
        people = _people(contents, actor.now())
        tally = reading.Tally(lambda rows: told(WRITING, rows))
        for model in reach.taken():
            _write(model, tally.counted(reading.rows(archive, model, people)), actor.now())
        connection.check_constraints()
        _reset_sequences()
        _files(archive, contents, told)
        portfolio = Portfolio.objects.get()
        said = {"taken_at": contents.taken_at, "rows": contents.row_count, "files": len(contents.files)}
        events.record(portfolio, "portfolio.imported", actor, **said)
        settled(portfolio)
    return portfolio


@contextmanager
def _refusing() -> Iterator[None]:
    """What is wrong with a file, as a refusal that says what to do."""
    try:
        yield
    except FileRefused as refusal:
        raise _refused(str(refusal), refusal.remedy) from refusal
    except DatabaseError as error:
        said = " ".join(str(error).split())[:LONGEST_ERROR]
        raise _refused(f"The rows of the file do not fit together: {said}", AGAIN) from error


def _refused(message: str, remedy: str) -> Refused:
    obstacle = Obstacle("file_refused", "Nothing was taken.", remedy)
    return Refused(message, code="file_refused", obstacles=[obstacle])


def _alone() -> None:
    """Nobody else adds a portfolio until this one is here; everybody goes on reading."""
    if connection.vendor == "postgresql":  # SQLite has one writer.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Portfolio._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _people(contents: Contents, now: datetime) -> dict[str, int]:
    """Everybody named, by their e-mail: those who are here, and accounts that nobody can sign in to yet."""
    model = get_user_model()
    model._base_manager.bulk_create([_placeholder(each, now) for each in contents.new], batch_size=CHUNK)
    wanted = {each.casefold() for each in (*contents.known, *(each.email for each in contents.new))}
    rows = model._base_manager.values_list("email", "pk")
    return {email.casefold(): pk for email, pk in rows.iterator() if email.casefold() in wanted}


def _placeholder(person: Person, now: datetime) -> Any:
    away = None if person.is_service else now
    made = get_user_model()(
        email=person.email,
        name=person.name,
        is_service=person.is_service,
        is_active=person.is_service,
        deactivated_at=away,
    )
    made.set_unusable_password()
    return made


def _write(model: type[Model], rows: Iterable[dict[str, Any]], now: datetime) -> None:
    waiting = iter(rows)
    place = (Event.objects.aggregate(most=Max("position"))["most"] or 0) if model is Event else 0
    while some := [model(**values) for values in islice(waiting, CHUNK)]:
        for row in some:
            place += 1
            _settle(row, place, now)
        stamps = {field: [getattr(row, field.attname) for row in some] for field in _stamped(model)}
        model._base_manager.bulk_create(some)
        for field, values in stamps.items():
            # Django writes the present moment into these when a row is added.
            for row, value in zip(some, values, strict=True):
                setattr(row, field.attname, value)
        if stamps:
            model._base_manager.bulk_update(some, [field.name for field in stamps])


def _settle(row: Any, place: int, now: datetime) -> None:
    """What the file does not tell of a row: its place in this feed, and that a secret is missing."""
    label = reach.label(type(row))
    if label == "projects.event":
        row.position = place  # It was told of where it happened; nobody hears of it again.
    elif label == "integrations.source":
        row.token, row.disabled_at = secrets.token_urlsafe(32), row.disabled_at or now
    elif label == "integrations.webhook":
        row.disabled_at, row.disabled_why = row.disabled_at or now, SECRET_AGAIN
    elif label == "notifications.chathook":
        row.disabled_at = row.disabled_at or now
    elif label == "integrations.registry":
        row.error = SECRET_AGAIN


def _stamped(model: type[Model]) -> list["Field[Any, Any]"]:
    return [
        field
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]


def _files(archive: zipfile.ZipFile, contents: Contents, told: Told) -> None:
    """The files of evidence, each under exactly its name; whole before the storage sees it."""
    for done, (name, said) in enumerate(contents.files.items()):
        told(FILING, done)
        with TemporaryFile() as whole:
            for block in reading.blocks(archive, writing.EVIDENCE + name, said):
                whole.write(block)
            whole.seek(0)
            storage().delete(name)
            if storage().save(name, File(whole, name=name)) != name:
                raise FileRefused(f"The storage of evidence would not take {name} under its name.")


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(reach.taken())):
            cursor.execute(statement)
