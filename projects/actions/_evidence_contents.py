"""The content of evidence on its way in: checked, hashed, and kept before any row names it."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db.models import QuerySet

from projects.models import EvidenceVersion
from projects.models.evidence import Form, storage
from projects.rules import evidence_files, evidence_items
from projects.rules.facts import Obstacle


@dataclass(frozen=True, slots=True)
class Content:
    """What a version holds: bytes, an address or a statement; `file` is its name in the storage."""

    form: str
    sha256: str
    url: str = ""
    file: str = ""
    file_name: str = ""
    content_type: str = ""
    size: int = 0
    holds: bool | None = None


def read(file: "File[Any] | None", url: str) -> tuple[Content, list[Obstacle]]:
    """Hash a file or an address, and say what is wrong with it; a file is not read beyond the limit."""
    found = evidence_items.content_obstacles(file is not None, url)
    if file is None or found:
        return Content(Form.LINK, hashlib.sha256(url.encode(errors="replace")).hexdigest(), url=url), found
    most = settings.EVIDENCE_MAX_MB
    name = evidence_files.safe_name(file.name or "")
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in file.chunks():
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: max(0, evidence_files.HEAD - len(head))]
        if size > most * 1024 * 1024:
            break
    content = Content(
        Form.FILE,
        digest.hexdigest(),
        file_name=name,
        content_type=evidence_files.content_type(name),
        size=size,
    )
    return content, evidence_files.obstacles(name, size, head, most)


@contextmanager
def kept(content: Content, file: "File[Any] | None", project_id: int) -> Iterator[Content]:
    """The content with its file in the storage; it goes again if no row comes to name it.

    A process that is killed in between leaves a file that nobody knows, and never a row without its file.
    """
    known = _known(content.sha256, project_id) if file else ""
    if file is None or known:
        yield replace(content, file=known)
        return
    file.seek(0)
    # Nothing of the user's name is in it; its end keeps one upload from touching the file of another.
    name = storage().save(f"{project_id}/{content.sha256}-{secrets.token_hex(4)}", file)
    try:
        yield replace(content, file=name)
    except BaseException:
        storage().delete(name)
        raise
    if not _files(content.sha256, project_id).filter(file=name).exists():
        storage().delete(name)


def _known(sha256: str, project_id: int) -> str:
    """Where the project's storage holds these bytes; empty where it does not, or has lost them."""
    for name in _files(sha256, project_id).order_by("file").values_list("file", flat=True).distinct():
        if storage().exists(name):
            return str(name)
    return ""


def _files(sha256: str, project_id: int) -> QuerySet[EvidenceVersion]:
    return EvidenceVersion.objects.filter(evidence__project=project_id, sha256=sha256, form=Form.FILE)
