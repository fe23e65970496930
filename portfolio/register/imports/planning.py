"""What an import would do: one line per row, and everything that a person should know before applying it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.register.imports import judgement_changes, people_cells
from portfolio.register.imports.checks import Checks
from portfolio.register.imports.converting import Finding, Problem
from portfolio.register.imports.mapping import ROW, Candidate, Mapper
from portfolio.register.imports.matching import Record, Standing, match
from portfolio.register.imports.profiles import Profile
from portfolio.register.imports.tables import Row
from projects.rules.names import fold
from projects.rules.scorecards import Scorecard

CREATE, CHANGE, SAME, REFUSE, DOUBT = "created", "changed", "unchanged", "refused", "ambiguous"
OUTCOMES = (CREATE, CHANGE, SAME, REFUSE, DOUBT)
# Values that are compared as a reported stage or belong to its history, not as fields.
NOT_FIELDS = ("stage", "outcome", "unit", "sub_unit", "days_in_stage")
UNIT = ("unit", "sub_unit")
ENDED = ("retired", "stopped")


@dataclass(frozen=True, slots=True)
class StageReport:
    """A difference of stage that the source reports: standard stages, and the outcome of an ended one."""

    came_from: str
    went_to: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one row."""

    row: int
    outcome: str
    name: str
    source_id: str
    identity: str
    ordinal: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    record: Record | None = None
    # Field or source column, with what it says now and what it would say.
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    stage: StageReport | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a file, and what concerns the file as a whole."""

    lines: list[Line]
    # Column that the profile does not map, with how many of its cells say something; all are kept.
    unmapped: dict[str, int]
    # Columns that the profile maps and the file lacks, and columns that are never read.
    missing: list[str]
    left_out: list[str]
    # Keys of projects that earlier came from this source and are not in this file.
    gone: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome; the sum is the number of rows."""
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def problems(self) -> list[Problem]:
        """Every refused, changed and noted cell."""
        return [problem for line in self.lines for problem in line.problems]


def plan(
    profile: Profile,
    columns: Sequence[str],
    rows: Iterable[Row],
    records: Sequence[Record],
    owners: Collection[str] = (),
    *,
    card: Scorecard | None = None,
    today: date = date.max,
) -> Plan:
    """What importing the rows would do to the records; `owners` holds the addresses that can be an owner."""
    mapper = Mapper(profile, columns, card)
    candidates = [_owned(mapper.candidate(row), profile, owners) for row in rows]
    able = [each for each in candidates if not each.is_refused]
    matches = match(able, records)
    ordinals, checks = _Ordinals(records), Checks(profile, today)
    lines = []
    for each in candidates:
        record = matches.record_of.get(each.row)
        if each.is_refused:
            lines.append(_line(each, REFUSE, ordinal=0))
        elif each.row in matches.ambiguous:
            lines.append(_line(_doubted(each, matches.ambiguous[each.row]), DOUBT, ordinal=0))
        elif record is None:
            lines.append(_new(each, checks, ordinals))
        else:
            lines.append(_continued(each, record, checks, columns, ordinals))
    filled = Counter(name for each in candidates for name in each.cells)
    touched = {record.pk for record in matches.record_of.values()} | matches.disputed
    gone = [each.project.key for each in records if each.pk not in touched and each.project]
    return Plan(
        lines=lines,
        unmapped={name: filled[name] for name in mapper.unmapped},
        missing=mapper.missing,
        left_out=mapper.left_out,
        gone=gone,
    )


def _owned(each: Candidate, profile: Profile, owners: Collection[str]) -> Candidate:
    """The owner only if somebody with this address can be one."""
    said = str(each.values.get("owner") or "")
    if said and said.casefold() not in owners:
        del each.values["owner"]
        reason = "Nobody with this e-mail address may see the portfolio; the owner stays as it is."
        finding = Finding("owner_unknown", reason, "Invite them, or make them a member of the portfolio.")
        each.problems.append(finding.at(each.row, profile.fields["owner"].columns[0], said))
    return each


class _Ordinals:
    """Numbers that tell equal identities apart; a number is never given twice."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._last: dict[str, int] = defaultdict(int)
        for record in records:
            self._last[record.identity] = max(self._last[record.identity], record.ordinal)

    def next(self, identity: str) -> int:
        self._last[identity] += 1
        return self._last[identity]


def _line(each: Candidate, outcome: str, *, ordinal: int, **more: Any) -> Line:
    return Line(
        row=each.row,
        outcome=outcome,
        name=str(each.values.get("name") or ""),
        source_id=each.source_id,
        identity=each.identity,
        ordinal=ordinal,
        cells=each.cells,
        values=each.values,
        problems=each.problems,
        **more,
    )


def _doubted(each: Candidate, records: list[Record]) -> Candidate:
    keys = ", ".join(sorted({record.project.key for record in records if record.project})[:5])
    reason = f"Could continue any of {keys or 'several earlier records'}: nothing was changed."
    finding = Finding("ambiguous", reason, "Give the rows an id, or edit the right project by hand.")
    each.problems.append(finding.at(each.row, ROW, str(each.values.get("name") or "")))
    return each


def _new(each: Candidate, checks: Checks, ordinals: _Ordinals) -> Line:
    if wrong := checks.refusals(each.row, each.values, {}):
        each.problems.extend(wrong)
        return _line(each, REFUSE, ordinal=0)
    each.problems.extend(checks.remarks(each.row, each.values, {}))
    stage = str(each.values["stage"] or checks.profile.stages.empty)
    report = StageReport("", stage, str(each.values["outcome"] or "open"))
    return _line(each, CREATE, ordinal=ordinals.next(each.identity), stage=report)


def _continued(
    each: Candidate, record: Record, checks: Checks, columns: Sequence[str], ordinals: _Ordinals
) -> Line:
    """A row whose project exists: only what the source itself changed since last time is carried over."""
    ordinal = record.ordinal if record.identity == each.identity else ordinals.next(each.identity)
    if record.project is None:
        reason = "Its project was deleted here; it is not brought back."
        each.problems.append(
            Finding("deleted_here", reason, "Restore the project first.").at(each.row, ROW, "")
        )
        return _line(each, SAME, ordinal=ordinal, record=record)
    changes = _changes(each, record, record.project)
    said = {name: new for name, (_now, new) in changes.items()}
    if wrong := checks.refusals(each.row, said, record.project.values):
        each.problems.extend(wrong)
        return _line(each, REFUSE, ordinal=0)
    each.problems.extend(checks.remarks(each.row, said, record.project.values))
    report = _report(each, record, record.project)
    # What was never imported, as a project of one's own, has no earlier cells to compare.
    sources = {
        f"source: {name}": (record.cells.get(name, ""), each.cells.get(name, ""))
        for name in (columns if record.cells else ())
        if name in {*record.cells, *each.cells} and record.cells.get(name, "") != each.cells.get(name, "")
    }
    outcome = CHANGE if changes or report or sources else SAME
    return _line(each, outcome, ordinal=ordinal, record=record, changes=changes | sources, stage=report)


def _changes(each: Candidate, record: Record, here: Standing) -> dict[str, tuple[Any, Any]]:
    """Fields that the source changed; one that was also edited here keeps what people wrote."""
    changes: dict[str, tuple[Any, Any]] = {}
    for name, new in each.values.items():
        if name in NOT_FIELDS or name.startswith("entered.") or judgement_changes.is_judgement(name):
            continue
        _compare(each, here, name, (record.values.get(name), here.values.get(name), new), changes)
    if "unit" in each.values:
        units = [
            tuple(str(values.get(part) or "") for part in UNIT)
            for values in (record.values, here.values, each.values)
        ]
        _compare(each, here, "unit", units, changes)
    for name, found in judgement_changes.changes(each.values, record.values, here.values, here.key):
        if isinstance(found, Finding):
            each.problems.append(found.at(each.row, name, _shown(each.values[name])))
        else:
            changes[name] = found
    return changes


def _compare(
    each: Candidate, here: Standing, name: str, versions: Sequence[Any], changes: dict[str, tuple[Any, Any]]
) -> None:
    before, now, new = (_alike(name, version) for version in versions)
    if new in (before, now):
        return
    if now == before:
        changes[name] = (versions[1], versions[2])
        return
    reason = f"{here.key} was edited here since the last import; its {name} stays “{_shown(versions[1])}”."
    finding = Finding("edited_here", reason, "Edit the project by hand if the source is right.")
    each.problems.append(finding.at(each.row, name, _shown(versions[2])))


def _alike(name: str, version: Any) -> Any:
    """The form in which values are compared: empty is none; units and kinds of work have no letter case."""
    if name == people_cells.NAME:
        return fold(version or "")
    if isinstance(version, tuple):
        return tuple(map(fold, version))
    return None if version == "" else version


def _shown(value: Any) -> str:
    return (
        " / ".join(filter(None, value))
        if isinstance(value, tuple)
        else str(value if value is not None else "")
    )


def _report(each: Candidate, record: Record, here: Standing) -> StageReport | None:
    """The stage that the source reports, when it says something new that the project does not agree with."""
    before = (record.values.get("stage"), record.values.get("outcome"))
    stage, outcome = str(each.values["stage"]), str(each.values["outcome"])
    if not each.agrees or (stage, outcome) == before:
        return None
    has_ended = here.outcome in ENDED
    if outcome not in ENDED:
        agrees = not has_ended and here.stage in each.agrees
        return None if agrees else StageReport(here.stage, stage, outcome)
    if has_ended:
        return None
    # An ended project keeps its last stage, and what was ever live is retired, not stopped.
    live = here.was_live or outcome == "retired"
    went_to = here.stage if here.was_live or not live else stage
    return StageReport(here.stage, went_to, "retired" if live else "stopped")
