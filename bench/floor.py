"""The floor: the same questions to the same database from bare Django views.

No sign-in, no permission, no visibility, no rule, no template, no Django REST framework: what is left is what
Django, the pool and PostgreSQL need for the statements themselves. A limit, not a product.
"""

import json
import os
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.floor_settings"
application = get_wsgi_application()

from portfolio.insights.models import Snapshot  # noqa: E402 - the applications are loaded by then
from portfolio.register.queries.projects import COLUMNS, TABS  # noqa: E402
from projects.actors import Actor  # noqa: E402
from projects.api.project_rows import IN_LISTS, RELATED  # noqa: E402
from projects.models import (  # noqa: E402
    Comment,
    Event,
    Flag,
    KeptRequest,
    Move,
    Observation,
    Project,
    Spell,
    StatusUpdate,
    TeamRole,
)
from projects.queries import registers  # noqa: E402
from projects.queries.filters import Filters  # noqa: E402

ENCODER = DjangoJSONEncoder(separators=(",", ":"))
EVERYBODY = Actor.system("command")


def answer(said: Any) -> HttpResponse:
    body = ENCODER.encode(said).encode()
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def move(request: HttpRequest) -> HttpResponse:
    """What a move has to leave behind: the row, its spells, the move and its event."""
    said = json.loads(request.body)
    with transaction.atomic():
        return answer(_move(said, timezone.now()))


def kept_move(request: HttpRequest) -> HttpResponse:
    """The same with its answer kept under a key."""
    said = json.loads(request.body)
    now = timezone.now()
    with transaction.atomic():
        row = KeptRequest.objects.create(caller="floor", key=said["key"], body_hash="", created_at=now)
        done = _move(said, now)
        KeptRequest.objects.filter(pk=row.pk).update(status=201, body=ENCODER.encode(done))
        return answer(done)


def _move(said: dict[str, Any], now: datetime) -> dict[str, Any]:
    rows = Project.objects.select_for_update().filter(key=said["project"])
    project = rows.values("id", "portfolio_id", "stage", "version").get()
    pk, to = project["id"], said["to"]
    Spell.objects.filter(project_id=pk, left_at=None).update(left_at=now, cause=said["kind"])
    Spell.objects.create(project_id=pk, stage=to, standard_stage=to, entered_at=now)
    changes = {"stage": to, "standard_stage": to, "stage_since": now, "last_update_at": now}
    Project.objects.filter(pk=pk).update(version=F("version") + 1, **changes)
    made = Move.objects.create(
        project_id=pk, kind=said["kind"], from_stage=project["stage"], to_stage=to, note=said["note"], at=now
    )
    payload = {"move": made.pk, "came_from": project["stage"], "went_to": to}
    Event.objects.create(
        project_id=pk,
        portfolio_id=project["portfolio_id"],
        kind="stage.advanced",
        door="api",
        payload=payload,
    )
    return {"move": made.pk, "to": to, "version": project["version"] + 1}


def projects(request: HttpRequest) -> HttpResponse:
    """Fifty projects as the API lists them."""
    rows = Project.objects.filter(deleted_at=None, archived_at=None).order_by("id")
    rows = rows.filter(outcome__in=["open", "in_production"])
    return answer({"items": list(rows.values(*RELATED, *IN_LISTS)[:51])})


def register(request: HttpRequest) -> HttpResponse:
    """The register's rows with their flags, and the count of every saved view."""
    views = [registers.apply(Project.objects.filter(deleted_at=None), Filters(), actor=EVERYBODY)]
    for _, chosen in TABS:
        # "My projects" needs somebody.
        filters = Filters(**{**chosen, "owner": "1"}) if "owner" in chosen else Filters(**chosen)
        views.append(registers.apply(Project.objects.filter(deleted_at=None), filters, actor=EVERYBODY))
    return answer({"counts": registers.counts(views), **_rows()})


def register_part(request: HttpRequest) -> HttpResponse:
    """The rows with their flags and one count."""
    shown = registers.apply(Project.objects.filter(deleted_at=None), Filters(), actor=EVERYBODY)
    return answer({"counts": registers.counts([shown]), **_rows()})


def _rows() -> dict[str, Any]:
    found = registers.in_order(
        registers.apply(Project.objects.filter(deleted_at=None), Filters(), actor=EVERYBODY), Filters().sort
    )
    rows = list(found.values(*COLUMNS, owner_name=F("owner__name"))[: Filters().size + 1])
    flags = Flag.objects.filter(project_id__in=[row["pk"] for row in rows], cleared_at=None)
    return {"rows": rows, "flags": list(flags.values("project_id", "rule", "severity", "facts"))}


def project(request: HttpRequest, key: str) -> HttpResponse:
    """A project with its team, spells, flags, latest update, comments and newest events."""
    row = Project.objects.values(
        *(field.attname for field in Project._meta.concrete_fields),
        "portfolio__name",
        "unit__name",
        "unit__parent__name",
        "owner__name",
    ).get(key=key)
    of = {"project_id": row["id"]}
    events = Event.objects.filter(**of).order_by("-at", "-pk")
    return answer(
        {
            "project": row,
            "team": list(TeamRole.objects.filter(**of).values("role", "user__name")),
            "spells": list(Spell.objects.filter(**of).values("stage", "entered_at", "left_at", "held")),
            "flags": list(Flag.objects.filter(cleared_at=None, **of).values("rule", "severity", "facts")),
            "latest": StatusUpdate.objects.filter(**of).values("health", "text", "author__name").first(),
            "comments": list(Comment.objects.filter(**of).values("text", "author__name", "at")[:10]),
            "events": list(events.values("kind", "payload", "actor__name", "at")[:9]),
        }
    )


def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest snapshot."""
    row = Snapshot.objects.filter(portfolio__slug=slug).order_by("-day").values("taken_at", "body").first()
    return answer(row)


def observations(request: HttpRequest, key: str) -> HttpResponse:
    """A batch read and streamed into the table, unchecked."""
    rows = json.loads(request.body)["observations"]
    names = ("metric", "environment", "value", "at", "segment", "version", "low", "high", "samples")
    columns = f"project_id, source, posted_at, {', '.join(names)}"
    project_id, now = Project.objects.values_list("pk", flat=True).get(key=key), timezone.now()
    into = f"COPY {Observation._meta.db_table} ({columns}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as stream:
        for row in rows:
            stream.write_row((project_id, "", now, *(row[name] for name in names)))
    return answer({"stored": len(rows)})


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", headers={"Content-Length": "3"})


urlpatterns = [
    path("healthz", healthz),
    path("move", move),
    path("kept-move", kept_move),
    path("projects", projects),
    path("register", register),
    path("register-part", register_part),
    path("projects/<str:key>", project),
    path("observations/<str:key>", observations),
    path("summaries/<slug:slug>", summary),
]
