"""One row becomes the values of a project, by the profile; every problem on the way is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from portfolio.register.imports import judgement_rows, people_cells
from portfolio.register.imports.converting import CHANGED, NOTED, REFUSED, Finding, Problem, cleaned, convert
from portfolio.register.imports.profiles import FORMULA, FORMULA_MARK, OWN, Field, Profile
from portfolio.register.imports.tables import Row, Unreadable
from projects.rules import scorecards
from projects.rules.names import fold, normalise
from projects.rules.scorecards import Scorecard
from projects.rules.stages import STANDARD_STAGES

ROW = "(row)"
# Longer ids are texts in the wrong column; what is cut still tells rows apart.
LONGEST_ID = 200
# Three parts of it fit an index of the database in every script.
LONGEST_PART = 160


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a row says: who it is, the values of its project and all its cells that say anything."""

    row: int
    source_id: str
    identity: str
    values: dict[str, Any]
    # Standard stages that agree with what the source says; none when it says nothing.
    agrees: tuple[str, ...]
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(problem.severity == REFUSED for problem in self.problems)


class Mapper:
    """A profile bound to the columns of one file, and to what a portfolio asks of its projects."""

    def __init__(self, profile: Profile, columns: Sequence[str], card: Scorecard | None = None) -> None:
        self.profile, self._card = profile, card or scorecards.shipped()
        judgement_rows.check_profile(profile, self._card)
        never = set(map(fold, profile.never))
        self._kept = [(at, name) for at, name in enumerate(columns) if fold(name) not in never]
        places = {fold(name): (at, name) for at, name in self._kept}
        self._fields = [
            (each, [places[fold(name)] for name in each.columns if fold(name) in places])
            for each in profile.fields.values()
        ]
        self._is_judged = any(judgement_rows.is_judged(each.target) for each, found in self._fields if found)
        self._id = places.get(fold(profile.id_column)) if profile.id_column else None
        self._stage = places.get(fold(profile.stages.column)) if profile.stages.column else None
        mapped = profile.mapped_columns()
        self.missing = sorted(mapped_name for mapped_name in mapped if mapped_name not in places)
        self.unmapped = [name for _at, name in self._kept if fold(name) not in mapped]
        self.left_out = [name for name in columns if fold(name) in never]
        self._refuse_another_kind_of_file()

    def _refuse_another_kind_of_file(self) -> None:
        for each, places in self._fields:
            if each.target == "name" and not places:
                raise Unreadable(
                    f"The file has no column “{each.columns[0]}”, which the profile “{self.profile.name}” "
                    "reads the name from.",
                    "Choose the profile that fits the file, or change the profile.",
                )

    def candidate(self, row: Row) -> Candidate:
        """What the row says by the profile."""
        problems = _shape_problems(row, len(self._kept) + len(self.left_out))
        values: dict[str, Any] = {}
        for each, places in self._fields:
            if places:
                values[each.target] = self._value(each, places, row, problems)
        problems.extend(self._judged(values, row))
        people_cells.settle(values)
        if values.get("name") == "":
            problems.append(_no_name(row, self._fields))
        agrees = self._put_stage(row, values, problems)
        problems.extend(self._disorder(row, values))
        return Candidate(
            row=row.number,
            source_id=self._source_id(row),
            identity=identity(values),
            values=values,
            agrees=agrees,
            cells={name: row.cells[at] for at, name in self._kept if row.cells[at]},
            problems=problems,
        )

    def _judged(self, values: dict[str, Any], row: Row) -> Iterable[Problem]:
        """What is wrong with the cells of risk and impact when they are read together."""
        if not self._is_judged:
            return
        places = {each.target: found[0] for each, found in self._fields if found}
        for target, finding in judgement_rows.settle(values, self._card):
            at, column = places[target]
            yield finding.at(row.number, column, row.cells[at])

    def _source_id(self, row: Row) -> str:
        said = cleaned(row.cells[self._id[0]])[0] if self._id else ""
        return "" if fold(said) in self.profile.empty_words else said[:LONGEST_ID]

    def _value(self, each: Field, places: list[tuple[int, str]], row: Row, problems: list[Problem]) -> Any:
        found = []
        for at, name in places:
            value, findings = convert(self._said(row.cells[at]), each, self.profile.empty_words)
            problems.extend(finding.at(row.number, name, row.cells[at]) for finding in findings)
            found.append(value)
        if len(found) > 1 and each.kind == "letter":
            return worst(filter(None, found))
        return "\n\n".join(filter(None, found)) if len(found) > 1 else found[0]

    def _said(self, cell: str) -> str:
        """The cell without the mark that an export of ours set before it."""
        own = self.profile.source == OWN and cell.startswith(FORMULA_MARK)
        return cell[1:] if own and cell[1:].startswith(FORMULA) else cell

    def _put_stage(self, row: Row, values: dict[str, Any], problems: list[Problem]) -> tuple[str, ...]:
        """The stage and the outcome that the row reports, into `values`; nothing when it reports none."""
        cell = row.cells[self._stage[0]] if self._stage else ""
        agrees, outcome, finding = self._stage_of(cleaned(cell)[0], values)
        if finding and self._stage:
            problems.append(finding.at(row.number, self._stage[1], cell))
        values["stage"], values["outcome"] = (agrees[0] if agrees else ""), outcome
        return agrees

    def _stage_of(self, said: str, values: dict[str, Any]) -> tuple[tuple[str, ...], str, Finding | None]:
        stages, word = self.profile.stages, fold(said)
        if word in stages.words:
            return stages.words[word], "open", None
        if word in stages.ended | stages.retired | stages.stopped:
            live = word in stages.retired or (word in stages.ended and bool(values.get("entered.production")))
            return (("production",), "retired", None) if live else ((_last_seen(values),), "stopped", None)
        if not word or word in self.profile.empty_words:
            reason = f"No stage is given; a new project starts at {stages.empty}, an existing one stays."
            return (), "", Finding("stage_empty", reason, severity=NOTED) if self._stage else None
        if stages.otherwise:
            reason = f"The profile does not know this stage; taken as {stages.otherwise}."
            return (
                (stages.otherwise,),
                "open",
                Finding("stage_unknown", reason, "Add it to the profile.", CHANGED),
            )
        reason = "The profile does not know this stage."
        return (), "", Finding("stage_unknown", reason, "Add it to the stage words of the profile.", REFUSED)

    def _disorder(self, row: Row, values: dict[str, Any]) -> Iterable[Problem]:
        """Dates that contradict the order of the stages; they stay as the source has them."""
        dates = [
            (each.columns[0], str(values[each.target]))
            for each, _places in self._fields
            if _dated(each, values)
        ]
        for (before, early), (after, late) in combinations(dates, 2):
            shared = min(len(early), len(late))
            if late[:shared] < early[:shared]:
                reason = f"Is before “{before}” ({early}); kept as given."
                yield Finding("dates_out_of_order", reason, "Correct one of the dates.").at(
                    row.number, after, late
                )


def identity(values: dict[str, Any]) -> str:
    """Unit, name and sub-unit without regard to case and punctuation: who a row is when it has no id."""
    return "|".join(_part(str(values.get(part) or "")) for part in ("unit", "name", "sub_unit"))


def _part(text: str) -> str:
    # A name of signs only has no letters to compare; a long one is told apart by its hash.
    said = normalise(text) or fold(text).replace("|", " ")
    if len(said) <= LONGEST_PART:
        return said
    return f"{said[:LONGEST_PART]}#{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def worst(said: Iterable[str]) -> str:
    """Of several answers to one question, the one that adds most to the risk."""
    return min(said, key="NUTPCYX".index, default="")


def _dated(each: Field, values: dict[str, Any]) -> bool:
    return each.target.startswith("entered.") and bool(values.get(each.target))


def _last_seen(values: dict[str, Any]) -> str:
    """The latest stage before production that has a date; framing when none has."""
    dated = [stage for stage in STANDARD_STAGES[:-1] if values.get(f"entered.{stage}")]
    return dated[-1] if dated else "framing"


def _no_name(row: Row, fields: list[tuple[Field, list[tuple[int, str]]]]) -> Problem:
    at, column = next(places[0] for each, places in fields if each.target == "name")
    return Finding("no_name", "The name is empty.", "Give it a name.", REFUSED).at(
        row.number, column, row.cells[at]
    )


def _shape_problems(row: Row, width: int) -> list[Problem]:
    if row.surplus > 0:
        reason = (
            f"Has {width + row.surplus} cells, the header has {width}: its cells may be in the wrong columns."
        )
        return [
            Finding("too_many_cells", reason, "Put texts with a delimiter in quotes.", REFUSED).at(
                row.number, ROW, ""
            )
        ]
    if row.surplus < 0:
        reason = (
            f"Has {width + row.surplus} cells, the header has {width}: the missing ones are taken as empty."
        )
        return [Finding("too_few_cells", reason).at(row.number, ROW, "")]
    return []
