"""The governance tier in words: the chosen one beside the one by rule."""

from dataclasses import dataclass

from projects.models import Project, Tier
from projects.queries import sentences, tiers
from projects.rules import tiers as rules


@dataclass(frozen=True, slots=True)
class TierWords:
    """What a page says of the tier."""

    chosen: str
    by_rule: str
    reasons: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]  # field of the details form, and what it is called
    is_below: bool
    can_be_lowered: bool


def words(project: Project) -> TierWords:
    """The tier that people chose and the one by rule, with its reasons; no query."""
    found = tiers.state(project)
    return TierWords(
        chosen=project.get_tier_display(),
        by_rule=Tier(found.by_rule).label,
        reasons=tuple(sentence for _code, sentence in found.reasons),
        unknown=tuple((name, sentences.field_label(name)) for name in found.unknown),
        is_below=found.is_below,
        can_be_lowered=bool(rules.lower(found.by_rule)),
    )
