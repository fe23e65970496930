"""The register in the columns of a federal inventory: the import profile of that edition, read backwards.

A cell that came from an inventory and still says what the project says goes out as it came, and so does
every column that no field here holds. Contact addresses are never read, so none can be written.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.register.imports import plain_yaml, profile_files
from portfolio.register.imports.converting import convert
from portfolio.register.imports.profiles import Field, Profile
from portfolio.register.imports.tables import columns_of
from portfolio.register.models import SourceRecord
from projects.actors import Actor
from projects.exports.tables import Table, in_chunks
from projects.models import Outcome, Project, Spell
from projects.queries import registers
from projects.queries.filters import Filters
from projects.rules.names import fold
from projects.rules.stages import STANDARD_STAGES

EDITIONS = ("2025", "2024")
FOLDER = Path(__file__).resolve().parent.parent / "inventories"
# What is said where an edition has a choice of words for one value of ours. A high tier of a project of
# which nobody has said why is told as both, because then all duties of the edition are asked about.
SAID = {
    "2024": {
        ("tier", "high"): "Both",
        ("vendor", True): "Developed with contracting resources.",
        ("vendor", False): "Developed in-house.",
    },
    "2025": {
        ("tier", "low"): "Not high-impact",
        ("llm", False): "Classical ML",
        ("llm", True): "Generative AI",
    },
}
RETIRED = "Retired"
NEEDED = ("assessment", "unit__parent")


def table(actor: Actor, filters: Filters, edition: str) -> Table:
    """Every project of the list, a row in the columns of the edition."""
    found = registers.listed(filters, actor=actor).select_related(*NEEDED)
    return Table("projects", headers(edition), in_chunks(found, lambda some: _rows(some, edition)))


@cache
def headers(edition: str) -> tuple[str, ...]:
    """The headers of the edition in their order, one of them several times."""
    return tuple((FOLDER / f"{edition}.txt").read_text("utf-8").splitlines())


@cache
def _profile(edition: str) -> Profile:
    return profile_files.parse(profile_files.shipped()[f"us_federal_{edition}"])


@cache
def _spelt(edition: str) -> Mapping[str, str]:
    """The words of the profile as they are written there, by their folded form."""

    def words(part: Any) -> Iterator[str]:
        match part:
            case dict():
                for name, inside in part.items():
                    yield str(name)
                    yield from words(inside)
            case list():
                yield from map(str, part)

    text = plain_yaml.load(profile_files.shipped()[f"us_federal_{edition}"])
    return {fold(word): word for word in words(text)}


def _rows(some: list[Project], edition: str) -> Iterator[list[str]]:
    ids = [project.pk for project in some]
    records = SourceRecord.objects.filter(project__in=ids, source=_profile(edition).source)
    kept = {record.project_id: record for record in records}
    spells: dict[int, dict[str, Spell]] = {}
    for spell in Spell.objects.filter(project__in=ids).order_by("entered_at", "pk"):
        spells.setdefault(spell.project_id, {}).setdefault(spell.standard_stage, spell)
    for project in some:
        yield _row(project, kept.get(project.pk), spells.get(project.pk, {}), edition)


def _row(project: Project, record: SourceRecord | None, spells: dict[str, Spell], edition: str) -> list[str]:
    profile, names = _profile(edition), columns_of(list(headers(edition)))
    never = set(map(fold, profile.never))
    held = {fold(name): cell for name, cell in (record.cells if record else {}).items()}
    cells = {fold(name): "" if fold(name) in never else held.get(fold(name), "") for name in names}
    for field in profile.fields.values():
        value = _value(project, field, spells)
        # A date that was put aside here, because the others contradict it, is still what its agency says.
        if value is not None or not field.target.startswith("entered."):
            _put(cells, field, value, edition)
    if profile.id_column:
        cells[fold(profile.id_column)] = (record.source_id if record else "") or project.key
    column = fold(profile.stages.column)
    cells[column] = _stage(project, cells[column], edition)
    return [cells[fold(name)] for name in names]


def _put(cells: dict[str, str], field: Field, value: Any, edition: str) -> None:
    """What the project says; the cells stay as they came where they say the same."""
    columns = [fold(column) for column in field.columns]
    said = [convert(cells[column], field, _profile(edition).empty_words)[0] for column in columns]
    joined = "\n\n".join(filter(None, said)) if len(said) > 1 and field.kind != "letter" else said[0]
    if joined == (value or joined.__class__() if isinstance(joined, str) else value):
        return
    for place, column in enumerate(columns):
        # Of several columns for a text the first holds it; several columns for a question all answer it.
        cells[column] = _word(field, value, edition) if place == 0 or field.kind == "letter" else ""


def _word(field: Field, value: Any, edition: str) -> str:
    if value is None or value == "":
        return ""
    if said := SAID[edition].get((field.target, value)):
        return said
    if field.words:
        return next((_spelt(edition)[word] for word, means in field.words.items() if means == value), "")
    if field.kind == "yes_no":
        return "Yes" if value else "No"
    return str(value)


def _value(project: Project, field: Field, spells: dict[str, Spell]) -> Any:
    """What the project says of a field; a date in the precision in which it is known."""
    target, unit = field.target, project.unit
    if target == "unit":
        return (unit.parent.name if unit.parent else unit.name) if unit else ""
    if target == "sub_unit":
        return unit.name if unit and unit.parent else ""
    if target.startswith("question."):
        return _letter(project, target.partition(".")[2])
    if target == "entered.ended":
        return project.ended_at and _day(project.ended_at.date(), "day")
    if target.startswith("entered."):
        spell = spells.get(target.partition(".")[2])
        return spell and _day(spell.entered_at.date(), spell.precision)
    return getattr(project, target)


def _day(day: date, precision: str) -> str:
    return day.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}.get(precision, "%Y-%m-%d"))


def _letter(project: Project, question: str) -> str:
    """The present answer as an inventory can say it: what is shown is claimed there."""
    assessment = getattr(project, "assessment", None)
    held = (assessment.answers if assessment else {}).get(question)
    return {"Y": "C", "U": ""}.get(held[0], held[0]) if held else ""


def _stage(project: Project, said: str, edition: str) -> str:
    """The word of the edition for where the project is; the one that it came with while it still holds."""
    stages = _profile(edition).stages
    if project.outcome in (Outcome.RETIRED, Outcome.STOPPED):
        return RETIRED
    if project.standard_stage in stages.words.get(fold(said), ()):
        return said
    # An edition without a word for a stage has one for what follows it.
    for stage in STANDARD_STAGES[STANDARD_STAGES.index(project.standard_stage) :]:
        entered = [word for word, means in stages.words.items() if means[0] == stage]
        among = [word for word, means in stages.words.items() if stage in means]
        if found := (entered or among)[:1]:
            return _spelt(edition)[found[0]]
    return ""
