"""The governance tier of a project: the chosen one, the one by rule, and who agreed to less."""

from dataclasses import dataclass
from datetime import date, timedelta

from projects.models import EvidenceVersion, Project
from projects.models.evidence import Form
from projects.queries import evidence, signatories
from projects.queries.signatories import Signatory
from projects.rules import tiers
from projects.rules.tiers import LOWERING_ROLES


@dataclass(frozen=True, slots=True)
class Word:
    """What a role said last of a lower tier; it counts while it says yes and is fresh."""

    tier: str
    role: str
    version: EvidenceVersion
    counts: bool


def state(project: Project) -> tiers.TierState:
    """The project's tier and the one by rule; no query."""
    return tiers.state({name: getattr(project, name) for name in ("tier", *tiers.COLUMNS)})


def words(project: Project, by_rule: str, today: date) -> list[Word]:
    """What was said of each tier below the one by rule; one query."""
    places = {
        tiers.agreement(by_rule, chosen, role): (chosen, role)
        for chosen in tiers.lower(by_rule)
        for role in LOWERING_ROLES
    }
    rows = evidence.present_rows(project).filter(evidence__kind__in=places, form=Form.STATEMENT)
    earliest = today - timedelta(days=tiers.AGREED_FOR_DAYS)
    return [
        Word(*places[row.evidence.kind], row, bool(row.holds) and row.dated_on >= earliest)
        for row in rows.select_related("added_by").order_by("evidence__kind")
    ]


def agreed(project: Project, by_rule: str, chosen: str, today: date) -> frozenset[str]:
    """The roles whose word for this tier counts; one person is one role. One query."""
    found: dict[int | None, str] = {}
    for word in words(project, by_rule, today):
        if word.tier == chosen and word.counts and word.version.added_by_id:
            found.setdefault(word.version.added_by_id, word.role)
    return frozenset(found.values())


def askable(project: Project, today: date) -> dict[str, list[Signatory]]:
    """Who may give the word of each role; at most four queries."""
    return signatories.of(project, LOWERING_ROLES, today)
