"""The balance of a portfolio by REST: every figure of a day, of a what-if, and recommendations put aside."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.actions import recommendations
from portfolio.insights.models import Dismissal
from portfolio.insights.queries import balances, dismissals, pictures, standings
from portfolio.insights.rules.advice.recommendations import RULES
from portfolio.insights.rules.balance import formulas
from portfolio.insights.rules.balance.balances import KEYS, digest
from portfolio.insights.rules.entries import MEASURES, Picture
from portfolio.insights.rules.scenario import changes
from portfolio.insights.rules.scenario.changes import Change, Unclear
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.models import Portfolio
from projects.rules.facts import Obstacle

WHAT_IF = "A change such as stop:PRJ-16 or hold:PRJ-5; give it several times. Nothing is kept."


class BalanceQuery(In):
    """Which balance; `wi` is read apart, since it may be given several times."""

    day = inputs.Day(required=False, help_text="A past day; without it the balance of now.")
    measure = Choice(list(MEASURES), required=False, help_text="What work is measured by.")


class BalanceOut(serializers.Serializer[Any]):
    """The figures of one day; null: not known, and then `missing` says what to enter."""

    portfolio = serializers.CharField()
    day = serializers.DateField()
    is_past = serializers.BooleanField()
    changes = serializers.ListField(child=serializers.CharField(), help_text="Of the what-if, in words.")
    figures = serializers.DictField(help_text="; ".join(f"`{key}`: {words}" for key, words in KEYS.items()))


class FormulaOut(serializers.Serializer[Any]):
    """How one figure is computed."""

    code = serializers.CharField()
    title = serializers.CharField()
    words = serializers.CharField()
    symbols = serializers.CharField()
    needs = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    keys = serializers.ListField(child=serializers.CharField(), help_text="The figures that it makes.")


class FormulasOut(serializers.Serializer[Any]):
    items = FormulaOut(many=True)


ASIDE = {"rule": "assess_first", "keys": ["PRJ-1"], "reason": "Shown in the next review."}


class DismissalIn(In):
    """A recommendation as the balance lists it, and why it is put aside."""

    rule = Choice(list(RULES))
    keys = serializers.ListField(child=serializers.CharField(max_length=20), max_length=10_000)
    reason = serializers.CharField(max_length=recommendations.LONGEST_REASON)


class DismissalOut(serializers.Serializer[Any]):
    """One that was put aside."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class Balance(ApiView):
    @extend_schema(
        operation_id="read_balance",
        summary="Read a portfolio's balance",
        description="Today's is computed from the rows; a past day's is as it was stored.",
        parameters=[BalanceQuery, parameter("wi", WHAT_IF)],
        responses=BalanceOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        asked = inputs.query(BalanceQuery, request, besides=["wi"])
        day, measure, now = asked.get("day"), asked.get("measure", ""), timezone.now()
        if found := _changes(request.query_params.getlist("wi")):
            if day is not None:
                raise ValidationError({"wi": ["A past day cannot be changed. Leave `day` out."]})
            return Response(_what_if(portfolio, found, measure, now))
        return Response(_standing(portfolio, day, measure, now))


class Formulas(ApiView):
    @extend_schema(
        operation_id="list_formulas",
        summary="List how the figures of a balance are computed",
        responses=FormulasOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        _readable(request, slug)
        return Response(
            FormulasOut(
                {"items": [{"code": code, **_plain(each)} for code, each in formulas.FORMULAS.items()]}
            ).data
        )


class Dismissals(ApiView):
    @extend_schema(
        operation_id="dismiss_recommendation",
        summary="Put a recommendation aside",
        description="Put aside already is no change (200). It comes back when its projects change.",
        request=DismissalIn,
        responses={201: DismissalOut, 200: DismissalOut},
        examples=[example("Known and accepted", ASIDE)],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "recommendation.dismiss", portfolio)
        said = inputs.body(DismissalIn, request)
        is_known = (said["rule"], digest(set(said["keys"]))) in dismissals.of(portfolio)
        row = recommendations.dismiss(portfolio.pk, **said, actor=actor)
        status = 200 if is_known else 201
        by = row.by.name if row.by else None
        shown = {"id": row.pk, "rule": row.rule, "reason": row.reason, "by": by, "at": row.at}
        return Response(DismissalOut(shown).data, status=status)


class OneDismissal(ApiView):
    @extend_schema(
        operation_id="restore_recommendation",
        summary="Take a recommendation up again",
        parameters=[parameter("dismissal_id", "Its id.", place="path", kind=int)],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, dismissal_id: int) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        row = get_object_or_404(Dismissal, portfolio=portfolio, pk=dismissal_id)
        recommendations.restore(row.pk, actor=actor)
        return Response(status=204)


def _readable(request: Request, slug: str) -> Portfolio:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "balance.view", portfolio)
    return portfolio


def _changes(asked: Sequence[str]) -> tuple[Change, ...]:
    try:
        return changes.parse(asked)
    except Unclear as unclear:
        raise _wrong(unclear.problems) from None


def _what_if(portfolio: Portfolio, found: Sequence[Change], measure: str, now: datetime) -> dict[str, Any]:
    picture = pictures.live(portfolio, now)
    if problems := changes.problems(picture, found):
        raise _wrong(problems)
    after = changes.apply(picture, found)
    body = balances.of(portfolio, after, now, measure, before=picture)
    return _out(portfolio, body, is_past=False, words=_words(picture, found))


def _words(picture: Picture, found: Sequence[Change]) -> list[str]:
    names = {entry.key: entry.name for entry in picture.entries}
    return [changes.words(change, names, picture.frame.currency) for change in found]


def _standing(portfolio: Portfolio, day: date | None, measure: str, now: datetime) -> dict[str, Any]:
    standing = standings.at(portfolio, day, now, measure)
    if standing is None:
        raise Http404
    return _out(portfolio, standing.balance, is_past=standing.is_past, words=[])


def _out(portfolio: Portfolio, body: dict[str, Any], *, is_past: bool, words: list[str]) -> dict[str, Any]:
    return {
        "portfolio": portfolio.slug,
        "day": body["day"],
        "is_past": is_past,
        "changes": words,
        "figures": body,
    }


def _wrong(problems: Sequence[Obstacle]) -> ValidationError:
    return ValidationError({"wi": [f"{each.message} {each.remedy}" for each in problems]})


def _plain(formula: formulas.Formula) -> dict[str, Any]:
    return {name: getattr(formula, name) for name in ("title", "words", "symbols", "needs", "source", "keys")}
