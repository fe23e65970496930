"""Jobs of the worker, for administrators of the installation."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.operations.actions import runs as actions
from portfolio.operations.jobs import JOBS
from portfolio.operations.models import JobRun, State
from portfolio.operations.queries import runs as queries
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.errors import Refused

FOR = "For administrators of the installation who have signed in; a key gets 403."
NAME = parameter("name", "Name of the job.", place="path", enum=list(JOBS))
COLUMNS = ("id", "name", "state", "due_at", "started_at", "finished_at", "rows", "attempts", "error")


class RunIn(In):
    """For which portfolio, where the job is one of a portfolio."""

    portfolio = serializers.SlugField(max_length=60, required=False)


class JobOut(serializers.Serializer[Any]):
    """A job and how it fares."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    explanation = serializers.CharField()
    how_often = serializers.CharField()
    per_portfolio = serializers.BooleanField(help_text="Whether a run is of one portfolio.")
    state = serializers.CharField(help_text="Done, Running, Waiting for the worker, Failed …")
    last_at = serializers.DateTimeField(allow_null=True, help_text="When its last run was over.")
    next_at = serializers.DateTimeField(allow_null=True)


class JobsOut(serializers.Serializer[Any]):
    """Every job, and when the worker was last heard of."""

    worker_seen_at = serializers.DateTimeField(allow_null=True)
    items = JobOut(many=True)


class RunOut(serializers.Serializer[Any]):
    """One run of a job."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    portfolio = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(State.choices)
    due_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.IntegerField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)


class RunPage(serializers.Serializer[Any]):
    """One part of a job's runs, the newest first."""

    items = RunOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


NOW = OpenApiExample("Of all portfolios", {}, request_only=True)


class Jobs(ApiView):
    @extend_schema(operation_id="list_jobs", summary="List jobs", description=FOR, responses=JobsOut)
    def get(self, request: Request) -> Response:
        permissions.require(Actor.of(request), "operations.view")
        inputs.query(In, request)
        shown = [_job(state) for state in queries.states(timezone.now())]
        return Response({"worker_seen_at": queries.seen_at(), "items": shown})


class Runs(ApiView):
    @extend_schema(
        operation_id="list_runs",
        summary="List a job's runs",
        description=FOR,
        parameters=[NAME, cursors.PageQuery],
        responses=RunPage,
    )
    def get(self, request: Request, name: str) -> Response:
        permissions.require(Actor.of(request), "operations.view")
        _known(name)
        asked = inputs.query(cursors.PageQuery, request)
        rows = JobRun.objects.filter(name=name).values(*COLUMNS, "portfolio__slug")
        return Response(cursors.page(rows, asked, _row, by="-id"))

    @extend_schema(
        operation_id="run_job",
        summary="Have a job run now",
        description=f"One that waits or runs already is the answer. {FOR}",
        parameters=[NAME],
        request=RunIn,
        responses={202: RunOut},
        examples=[NOW],
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        actor = Actor.of(request)
        permissions.require(actor, "operations.run")
        _known(name)
        slug = inputs.body(RunIn, request).get("portfolio")
        if JOBS[name].per_portfolio != (slug is not None):
            said = "Name its portfolio." if slug is None else "It is of all portfolios: name none."
            raise Refused(f"{JOBS[name].label} cannot be run like this. {said}", code="portfolio_needed")
        portfolio = portfolio_to_write(actor, slug) if slug else None
        run = actions.ask(name, actor=actor, now=timezone.now(), portfolio=portfolio)
        return _shown(run.pk, status=202)


class Retry(ApiView):
    @extend_schema(
        operation_id="retry_run",
        summary="Try a failed run once more",
        description=FOR,
        parameters=[parameter("run_id", "Id of the run.", place="path", kind=int)],
        request=None,
        responses={202: RunOut},
    )
    @idempotent
    def post(self, request: Request, run_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require(actor, "operations.run")
        if queries.one(run_id) is None:
            raise Http404
        if not actions.retry(run_id, actor=actor, now=timezone.now()):
            raise Refused("This run has not failed, or is tried again already.", code="not_failed")
        return _shown(run_id, status=202)


def _known(name: str) -> None:
    if name not in JOBS:
        raise Http404


def _job(state: queries.JobState) -> dict[str, Any]:
    names = ("name", "label", "explanation", "how_often", "per_portfolio")
    shown = {name: getattr(state.job, name) for name in names}
    last_at = state.last.finished_at if state.last else None
    return shown | {"state": state.says, "last_at": last_at, "next_at": state.next_at}


def _shown(run_id: int, status: int) -> Response:
    row = JobRun.objects.values(*COLUMNS, "portfolio__slug").get(pk=run_id)
    return Response(_row(row), status=status)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {**{name: values[name] for name in COLUMNS}, "portfolio": values["portfolio__slug"]}
