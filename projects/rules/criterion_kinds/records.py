"""Criteria about what people have put on record: blockers, evidence, statements and to-dos."""

from collections import Counter

from projects.rules import blockers, evidence_kinds, roles
from projects.rules.facts import Evidenced, Facts, OpenBlocker
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
from projects.rules.stages import Criterion, Gate

NONE = "none"


def severities() -> tuple[str, ...]:
    """From mild to grave."""
    return tuple(severity.code for severity in blockers.shipped().severities)


def _blockers(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label = criterion.label or blockers_label(criterion)
    if facts.blockers is None:
        return not_read(label, "blockers")
    ranks = severities()
    limit = -1 if criterion.at_most == NONE else ranks.index(str(criterion.at_most))
    # A severity that this version does not know counts as the gravest.
    too_grave = [
        each
        for each in facts.blockers
        if criterion.category in ("", each.category)
        and (each.severity not in ranks or ranks.index(each.severity) > limit)
    ]
    if not too_grave:
        return Finding(MET, "none is open")
    remedy = "Resolve them, or lower their severity with a reason."
    says = _blocker_words(too_grave)
    return lacking(UNMET, says, label=label, code="blockers_open", remedy=remedy, field="blockers")


def _blocker_words(found: list[OpenBlocker]) -> str:
    """2 critical and 1 high blockers are open: “…”, “…” and 1 more."""
    counted = Counter(each.severity for each in found)
    ranks = {code: rank for rank, code in enumerate(severities())}
    grave_first = sorted(counted, key=lambda severity: -ranks.get(severity, len(ranks)))
    how_many = enumerate_words([f"{counted[severity]} {severity}" for severity in grave_first])
    ordered = sorted(found, key=lambda each: grave_first.index(each.severity))
    titles = enumerate_words([f"“{_short(each.title)}”" for each in ordered], 3)
    return f"{how_many} {'blocker is' if len(found) == 1 else 'blockers are'} open: {titles}"


def _short(title: str, most: int = 60) -> str:
    return title if len(title) <= most else f"{title[: most - 1].rstrip()}…"


def blockers_label(criterion: Criterion) -> str:
    """What must not be open."""
    graver = (
        severities()[severities().index(str(criterion.at_most)) + 1 :] if criterion.at_most != NONE else ()
    )
    which = f"{' or '.join(graver)} " if graver else ""
    known = {category.code: category.label for category in blockers.shipped().categories}
    about = (
        f" about {known.get(criterion.category, criterion.category).lower()}" if criterion.category else ""
    )
    return f"No open {which}blocker{about}"


def _evidence(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, field = criterion.label or evidence_kinds.label(criterion.name), f"evidence.{criterion.name}"
    if facts.evidence is None:
        return not_read(label, field)
    newest = facts.evidence.get(criterion.name)
    # What somebody merely says is no evidence of a kind, whatever name it goes by.
    if newest is None or newest.holds is not None:
        remedy = f"Add the file or link as evidence of the kind “{evidence_kinds.label(criterion.name)}”."
        says = "nobody has added it"
        return lacking(UNMET, says, label=label, code="evidence_missing", remedy=remedy, field=field)
    if stale := staleness("dated", newest.dated_on, criterion.within_days, facts.today):
        remedy = "Add a newer version with its day."
        return lacking(UNMET, stale, label=label, code="evidence_old", remedy=remedy, field=field)
    return Finding(MET, f"dated {days_ago(newest.dated_on, facts.today)}")


def statement_label(criterion: Criterion) -> str:
    """What is to be confirmed."""
    return criterion.label or criterion.text.rstrip(".") or criterion.name


def _statement(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, field = statement_label(criterion), f"statement.{criterion.name}"
    if facts.evidence is None:
        return not_read(label, field)
    newest = facts.evidence.get(criterion.name)
    if newest is None or newest.holds is None:
        says, remedy = "nobody has confirmed it", f"Confirm that this is so: “{criterion.text}”"
        return lacking(UNKNOWN, says, label=label, code="statement_missing", remedy=remedy, field=field)
    if not newest.holds:
        says = f"somebody said {days_ago(newest.dated_on, facts.today)} that it is not so"
        remedy = "Put it right, then confirm it."
        return lacking(UNMET, says, label=label, code="statement_denied", remedy=remedy, field=field)
    if stale := staleness("confirmed", newest.dated_on, criterion.within_days, facts.today):
        remedy = "Look again and confirm it anew."
        return lacking(UNMET, stale, label=label, code="statement_old", remedy=remedy, field=field)
    return _independent(criterion, newest, label, field) or Finding(
        MET, f"confirmed {days_ago(newest.dated_on, facts.today)}"
    )


def _independent(criterion: Criterion, said: Evidenced, label: str, field: str) -> Finding | None:
    """Why the word of whoever said it does not count; None when it does."""
    barred = [role for role in criterion.not_by if role in said.by_roles]
    if not barred and not (criterion.not_by and said.by is None):
        return None
    whose = enumerate_words([roles.label(role) for role in barred or criterion.not_by], 12)
    remedy = f"Ask somebody to confirm it who is not {whose}."
    if barred:
        says = f"confirmed by somebody who is {whose}"
        return lacking(UNMET, says, label=label, code="statement_not_own", remedy=remedy, field=field)
    says = "it is not known who confirmed it"
    return lacking(UNKNOWN, says, label=label, code="statement_not_own", remedy=remedy, field=field)


def _statement_demand(criterion: Criterion) -> str:
    parts = ["confirmed by a person"]
    if criterion.not_by:
        barred = " or ".join(roles.label(role) for role in criterion.not_by)
        parts[0] += f" who is not {barred}"
    if criterion.within_days:
        parts.append(f"within {criterion.within_days} days")
    return " ".join(parts)


def _todo(gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label, ref = criterion.label or criterion.name, f"{gate.code}:{criterion.name}"
    field = f"todo.{ref}"
    if facts.todos is None:
        return not_read(label, field)
    is_done = facts.todos.get(ref)
    if is_done is None:
        remedy = f"Add the to-do “{label}” for this gate, and do it."
        says = "there is no to-do for it"
        return lacking(UNKNOWN, says, label=label, code="todo_missing", remedy=remedy, field=field)
    if not is_done:
        remedy = "Do it and tick it off."
        says = "its to-do is open"
        return lacking(UNMET, says, label=label, code="todo_open", remedy=remedy, field=field)
    return Finding(MET, "done")


def _evidence_demand(criterion: Criterion) -> str:
    return f"added, at most {criterion.within_days} days old" if criterion.within_days else "added"


KINDS = (
    Kind("blockers", _blockers, blockers_label, lambda _criterion: "", "blockers"),
    Kind(
        "evidence",
        _evidence,
        lambda criterion: evidence_kinds.label(criterion.name),
        _evidence_demand,
        "evidence",
    ),
    Kind("statement", _statement, statement_label, _statement_demand, "evidence"),
    Kind("todo", _todo, lambda criterion: criterion.name, lambda _criterion: "done", "todos"),
)
