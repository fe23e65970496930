"""Criteria about what can be counted: answers, checklists and metrics."""

from decimal import Decimal

from projects.rules import answers, checklists
from projects.rules.checklists import Checklist, Points
from projects.rules.facts import TIERS, Facts
from projects.rules.findings import (
    MET,
    UNKNOWN,
    UNMET,
    Finding,
    Kind,
    days_ago,
    enumerate_words,
    lacking,
    not_read,
    staleness,
)
from projects.rules.stages import ByTier, Criterion, Gate

# How good an answer must be -> the letters that are, and how people read it. X always passes.
ENOUGH = {
    "answered": ("YCPN", "any answer"),
    "not_no": ("YCP", "not “No”"),
    "claimed": ("YC", "“Yes”, at least claimed"),
    "yes": ("Y", "“Yes” with its evidence"),
}
READS = {letter.code: letter.label for letter in answers.LETTERS}


def answer_label(criterion: Criterion) -> str:
    """What a question is called."""
    return f"{criterion.name} {criterion.label}".strip() if criterion.label else f"Question {criterion.name}"


def _answer(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, field = answer_label(criterion), f"answer.{criterion.name}"
    letters, wanted = ENOUGH.get(str(criterion.at_least), ("", "an answer that can be read"))
    if facts.answers is None:
        return not_read(label, field)
    letter = facts.answers.get(criterion.name, "U")
    said = READS.get(letter, letter)
    if letter == "X" or letter in letters:
        return Finding(MET, f"answered “{said}”")
    if letter not in READS or letter in answers.UNKNOWABLE:
        says = "planned, not yet so" if letter == "T" else "nobody has answered"
        remedy = f"Answer question {criterion.name} in the assessment."
        return lacking(UNKNOWN, says, label=label, code="answer_unknown", remedy=remedy, field=field)
    remedy = f"Link the evidence to the answer to {criterion.name}." if letter == "C" else _better(criterion)
    says = f"answered “{said}”; {wanted} is needed"
    return lacking(UNMET, says, label=label, code="answer_short", remedy=remedy, field=field)


def _better(criterion: Criterion) -> str:
    return f"Do what question {criterion.name} asks for, then answer it again."


def needed(criterion: Criterion, tier: str) -> Decimal | None:
    """The points that a checklist needs; None where that is open because the tier is not known."""
    if isinstance(criterion.at_least, ByTier):
        found: Decimal | None = getattr(criterion.at_least, tier) if tier in TIERS else None
        return found
    return criterion.at_least if isinstance(criterion.at_least, Decimal) else Decimal(0)


def _checklist(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    checklist = checklists.shipped().get(criterion.name)
    label, field = criterion.label or checklist_label(criterion), f"checklist.{criterion.name}"
    if facts.checklists is None or checklist is None:
        return not_read(label, field)
    points = facts.checklists.get(criterion.name, {})
    score, limit = checklist.score(points), needed(criterion, facts.tier)
    if score is None:
        return lacking(
            UNKNOWN,
            "nobody has filled it in",
            label=label,
            code="checklist_unfilled",
            remedy=f"Fill in the list “{checklist.label}”.",
            field=field,
        )
    if limit is None:
        says = f"{score:.1f} of {checklist.most}; the governance tier says how many are needed"
        remedy = "Set the governance tier."
        return lacking(UNKNOWN, says, label=label, code="tier_missing", remedy=remedy, field="tier")
    return _weighed(criterion, checklist, limit, facts)


def _weighed(criterion: Criterion, checklist: Checklist, limit: Decimal, facts: Facts) -> Finding:
    points = (facts.checklists or {})[checklist.code]
    score = checklist.score(points) or Decimal(0)
    empty = [item for item in criterion.above_zero if not points.get(item)]
    says = _score_words(checklist, points, score)
    if score >= limit and not empty:
        return Finding(MET, says)
    remedies = []
    if score < limit:
        whose = f" for the {facts.tier} tier" if isinstance(criterion.at_least, ByTier) else ""
        says += f"; {limit:.1f} needed{whose}"
        where = "it" if checklist.scoring == "sum" else "every section"
        remedies.append(f"Bring {where} to {limit:.1f} points.")
    if empty:
        says += f"; {enumerate_words(empty)} {'has' if len(empty) == 1 else 'have'} no points"
        remedies.append(f"Do what {enumerate_words(empty)} {'asks' if len(empty) == 1 else 'ask'} for.")
    if unfilled := [item.code for item in checklist.unfilled(points) if item.code not in empty]:
        says += f"; nobody has filled in {enumerate_words(unfilled)}"
    return lacking(
        UNMET,
        says,
        label=criterion.label or checklist.label,
        code="checklist_short",
        remedy=" ".join(remedies),
        field=f"checklist.{checklist.code}",
    )


def _score_words(checklist: Checklist, points: Points, score: Decimal) -> str:
    says = f"{score:.1f} of {checklist.most}"
    if checklist.scoring == "weakest":
        says += f" in the weakest section, {checklist.weakest(points).label.lower()}"
    band = checklist.band(score)
    return f"{says} ({band})" if band else says


def checklist_label(criterion: Criterion) -> str:
    """What a checklist is called."""
    found = checklists.shipped().get(criterion.name)
    return found.label if found else criterion.name


def _checklist_demand(criterion: Criterion) -> str:
    parts = []
    if isinstance(criterion.at_least, ByTier):
        limit = criterion.at_least
        parts.append(f"at least {limit.low} points in the low tier, {limit.medium} medium, {limit.high} high")
    elif criterion.at_least is not None:
        parts.append(f"at least {criterion.at_least} points")
    if criterion.above_zero:
        parts.append(f"some for {enumerate_words(list(criterion.above_zero), 9)}")
    return ", ".join(parts)


def metric_label(criterion: Criterion) -> str:
    """What a metric is called."""
    return criterion.label or criterion.name.replace("_", " ").capitalize()


def _metric(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, field = metric_label(criterion), f"metric.{criterion.name}"
    if facts.metrics is None:
        return not_read(label, field)
    measured = facts.metrics.get(criterion.name)
    if measured is None or not measured.value.is_finite():
        remedy = f"Measure it and enter {criterion.name}."
        return lacking(
            UNKNOWN,
            "nobody has measured it",
            label=label,
            code="metric_unmeasured",
            remedy=remedy,
            field=field,
        )
    if stale := staleness("last measured", measured.measured_on, criterion.within_days, facts.today):
        remedy = "Measure it again and enter the value with its day."
        return lacking(UNMET, stale, label=label, code="metric_old", remedy=remedy, field=field)
    value = f"{measured.value.normalize():f}"
    if beyond := _beyond(criterion, measured.value):
        remedy = "Bring it within the limits and measure it again."
        says = f"{value}; {beyond} allowed"
        return lacking(UNMET, says, label=label, code="metric_beyond", remedy=remedy, field=field)
    return Finding(MET, f"{value}, measured {days_ago(measured.measured_on, facts.today)}")


def _beyond(criterion: Criterion, value: Decimal) -> str:
    low, high = criterion.at_least, criterion.at_most
    if isinstance(low, Decimal) and value < low:
        return f"at least {low}"
    return f"at most {high}" if isinstance(high, Decimal) and value > high else ""


def _metric_demand(criterion: Criterion) -> str:
    limits = ((criterion.at_least, "at least"), (criterion.at_most, "at most"))
    parts = [f"{words} {limit}" for limit, words in limits if limit is not None]
    if criterion.within_days:
        parts.append(f"measured within {criterion.within_days} days")
    return ", ".join(parts)


def _answer_demand(criterion: Criterion) -> str:
    return ENOUGH.get(str(criterion.at_least), ("", "answered"))[1]


KINDS = (
    Kind("answer", _answer, answer_label, _answer_demand, "answers"),
    Kind("checklist", _checklist, checklist_label, _checklist_demand, "checklists"),
    Kind("metric", _metric, metric_label, _metric_demand, "metrics"),
)
