"""What a question to the optimiser is about: the projects of a picture, their bonds, and who is there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from portfolio.insights.queries import needs as need_queries
from portfolio.insights.rules.balance import capacities
from portfolio.insights.rules.balance.capacities import Need
from portfolio.insights.rules.entries import Entry, Picture
from portfolio.insights.rules.scenario import questions
from portfolio.insights.rules.scenario.limits import Asked, Candidate
from portfolio.insights.rules.scenario.questions import Question
from projects.models import AiActClass, LinkKind, Portfolio, ProjectLink, SignOff

PROHIBITED = "its class under the AI Act has to be checked, as it may be prohibited"
REJECTED = "{role} rejected it at the gate {gate}"
WITHDRAWN = "{role} withdrew the sign-off at the gate {gate}"


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that an answer needs; `missing`: project -> what nobody has entered."""

    candidates: tuple[Candidate, ...]
    asked: Asked
    entries: dict[str, Entry]  # of all projects that are open and not live, by key
    missing: dict[str, tuple[str, ...]]
    unlimited: tuple[str, ...]  # kinds of work that are needed and of which nobody said who is there


def of(portfolio: Portfolio, picture: Picture, question: Question) -> Ground:
    """The candidates and the rules of a question; five queries."""
    day = picture.frame.day
    open_ones = [entry for entry in picture.entries if entry.is_open and entry.standard != "production"]
    needs = need_queries.demands(portfolio)
    by_project: dict[int, list[Need]] = {}
    for need in needs:
        by_project.setdefault(need.project, []).append(need)
    found = {
        entry.key: made
        for entry in open_ones
        if (made := questions.candidate(entry, by_project.get(entry.id, ()), question.years, day))
    }
    barred = _barred(portfolio, open_ones)
    either_or, wanting, bound = _links(portfolio, picture, found) if question.links else ((), (), {})
    others = [entry for entry in picture.entries if entry.key not in found]
    supply, unlimited = _supply(portfolio, picture, needs, others) if question.capacity else ({}, ())
    asked = Asked(
        budget=question.budget,
        budgets=question.budgets,
        people=question.people,
        supply=supply,
        most={code: share / 100 for code, share in question.most.items()},
        least={code: share / 100 for code, share in question.least.items()},
        unit_cap=None if question.unit_cap is None else question.unit_cap / 100,
        mandatory={
            entry.key: entry.mandatory for entry in open_ones if entry.mandatory and entry.key in found
        }
        if question.mandatory
        else {},
        either_or=either_or,
        needs=wanting,
        starts=question.starts,
        barred={**bound, **{key: why for key, why in barred.items() if key in found}},
        caution=question.caution,
    )
    return Ground(
        tuple(found.values()),
        asked,
        {entry.key: entry for entry in open_ones},
        {entry.key: lacks for entry in open_ones if (lacks := questions.missing(entry))},
        unlimited,
    )


def _barred(portfolio: Portfolio, entries: Iterable[Entry]) -> dict[str, str]:
    """Projects that compliance stops: possibly prohibited, or refused by somebody whose signature binds."""
    found = {entry.key: PROHIBITED for entry in entries if entry.ai_act_class == AiActClass.PROHIBITED_CHECK}
    # A signature that is out of date, or whose gate was passed, stops nobody any more.
    rows = SignOff.objects.filter(
        Q(decision="rejected") | (Q(withdrawn_at__isnull=False) & ~Q(decision="")),
        project__portfolio=portfolio,
        is_binding=True,
        superseded_at=None,
        used_at=None,
    ).order_by("pk")
    for row in rows.select_related("project").only(
        "role", "gate", "decision", "withdrawn_at", "project__key"
    ):
        if row.withdrawn_at is not None and row.decision == "rejected":
            continue  # who took a rejection back stops nothing
        words = WITHDRAWN if row.withdrawn_at is not None else REJECTED
        found.setdefault(row.project.key, words.format(role=row.get_role_display(), gate=row.gate))
    return found


def _links(
    portfolio: Portfolio, picture: Picture, found: dict[str, Candidate]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], dict[str, str]]:
    """Bonds between candidates, and candidates that a bond to another project already decides."""
    live = {entry.key for entry in picture.entries if not entry.is_open}
    rows = ProjectLink.objects.filter(project__portfolio=portfolio, project__deleted_at=None)
    either_or, wanting, bound = [], [], {}
    for kind, key, other in rows.values_list("kind", "project__key", "other__key"):
        if kind == LinkKind.EITHER_OR:
            if key in found and other in found:
                either_or.append((key, other))
            for one, instead in ((key, other), (other, key)):
                if one in found and instead in live:
                    bound[one] = f"{instead}, which would be done instead of it, is live"
        elif key in found and other in found:
            wanting.append((key, other))
        elif key in found and other not in live:
            bound[key] = f"it needs {other}, which cannot be chosen"
    return tuple(either_or), tuple(wanting), bound


def _supply(
    portfolio: Portfolio, picture: Picture, needs: Iterable[Need], others: Iterable[Entry]
) -> tuple[dict[str, dict[str, float]], tuple[str, ...]]:
    """Who is left by kind of work and month once the projects that are no candidates have theirs."""
    supplies = need_queries.supplies(portfolio)
    day, added = picture.frame.day, picture.added
    table = capacities.of(needs, supplies, others, day, added) or {"months": [], "rows": []}
    found = {}
    for row in table["rows"]:
        months = zip(table["months"], row["supply"], row["demand"], strict=True)
        known = {month: max(0.0, has - taken) for month, has, taken in months if has is not None}
        if known:
            found[row["name"]] = known
    wanted = {need.capability for need in needs}
    return found, tuple(sorted(wanted - found.keys()))
