"""What gates look at, of one project or thousands, and only what a gate asks for.

One query for one project, at most six for thousands.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from projects.models import Assessment, Blocker, EvidenceVersion, Project, TeamRole, Todo, TodoSource
from projects.queries import clocks, facts, packets, scoring, signings
from projects.queries.packets import Item
from projects.queries.signings import Signed
from projects.queries.together import Found, Ids, Together
from projects.rules import criteria, metric_pairs, signatures
from projects.rules.facts import Evidenced, Facts, Measured, OpenBlocker, Signing
from projects.rules.stages import Gate

GatesOf = Callable[[Project], Sequence[Gate]]


class Member(NamedTuple):
    """An active person in a role on a project."""

    role: str
    user_id: int

    def is_beside(self, person: int | None, role: str) -> bool:
        """Whether this is that person in another role."""
        return self.user_id == person and self.role != role


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for some projects; None: no gate asks for it."""

    team: Mapping[int, Sequence[Member]]
    signed: Mapping[int, Sequence[Signed]]
    evidence: Mapping[int, Sequence[Item]]
    blockers: Mapping[int, Sequence[OpenBlocker]] | None
    todos: Mapping[int, Mapping[str, bool]] | None
    with_answers: bool


def of(
    project: Project,
    gates: Sequence[Gate],
    *,
    now: datetime | None = None,
    team: Sequence[Member] | None = None,
) -> Facts:
    """What these gates look at on one project; `team` where it has been read already."""
    teams = None if team is None else {project.pk: team}
    return many([project], lambda _project: gates, now=now, teams=teams)[project.pk]


def of_signer(project: Project, gate: Gate, person: int, role: str) -> tuple[bool, bool]:
    """Whether somebody is on the team in another role, and whether they made evidence of this gate."""
    rows = READ(team=[project.pk], evidence=[project.pk])
    team = _team(rows["team"]).get(project.pk, ())
    evidence = _evidence(rows["evidence"]).get(project.pk, ())
    makers = {each.added_by for each in packets.belonging(gate, evidence)}
    return any(member.is_beside(person, role) for member in team), person in makers


def many(
    projects: Sequence[Project],
    gates_of: GatesOf,
    *,
    now: datetime | None = None,
    teams: Mapping[int, Sequence[Member]] | None = None,
) -> dict[int, Facts]:
    """The same for many projects, each with its own gates."""
    today_at = clocks.Clocks(now or timezone.now())
    read = _read(projects, gates_of, teams)
    return {
        project.pk: _facts(project, gates_of(project), read, *today_at.at(project.portfolio.time_zone))
        for project in projects
    }


def singly(
    projects: Sequence[Project], gates_of: GatesOf, *, now: datetime | None = None
) -> dict[int, tuple[Facts, ...]]:
    """Facts for each gate by itself: gates of two workflows may have the same code; queries as for `many`."""
    today_at = clocks.Clocks(now or timezone.now())
    read = _read(projects, gates_of, None)
    found = {}
    for project in projects:
        zone, today = today_at.at(project.portfolio.time_zone)
        known = _facts(project, (), read, zone, today)
        found[project.pk] = tuple(
            replace(known, signing=_signing(project, [gate], read, zone, today)) for gate in gates_of(project)
        )
    return found


def _read(
    projects: Sequence[Project], gates_of: GatesOf, teams: Mapping[int, Sequence[Member]] | None
) -> _Read:
    ids = [project.pk for project in projects]
    # Told apart by identity: thousands of projects share a few gates, and a gate takes long to hash.
    gates = {id(gate): gate for project in projects for gate in gates_of(project)}.values()
    wanted = {criteria.family(criterion) for gate in gates for criterion in gate.criteria}
    if any(gate.roles for gate in gates):
        wanted |= {"signed", "evidence"}
    if gates and teams is None:
        wanted.add("team")
    # A single project is scored next, which needs the whole row; of thousands only the answers are read.
    unknown = scoring.unassessed(projects) if gates and len(projects) == 1 else []
    if "answers" in wanted and not unknown:
        answers = Assessment.objects.defer("record", "result")
        prefetch_related_objects(projects, Prefetch("assessment", answers))
    rows = READ(**{name: ids for name in ROWS if name in wanted}, assessments=[each.pk for each in unknown])
    scoring.know_assessments(unknown, rows["assessments"])
    return _Read(
        team=_team(rows.get("team", ())) if teams is None else teams,
        signed=signings.by_project(rows.get("signed", ())),
        evidence=_evidence(rows.get("evidence", ())),
        blockers=_blockers(rows["blockers"]) if "blockers" in rows else None,
        todos=_todos(rows["todos"]) if "todos" in rows else None,
        with_answers="answers" in wanted,
    )


def _facts(project: Project, gates: Sequence[Gate], read: _Read, zone: ZoneInfo, today: date) -> Facts:
    team = read.team.get(project.pk, ())
    evidence = read.evidence.get(project.pk, ())
    known = facts.facts_with(project, Counter(member.role for member in team))
    return replace(
        known,
        today=today,
        fields={**known.fields, "assessed_on": _assessed_on(project, zone)}
        if read.with_answers
        else known.fields,
        answers=_answers(project, today) if read.with_answers else None,
        checklists={
            name: {item: Decimal(points) for item, points in filled.items()}
            for name, filled in project.checklists.items()
        },
        metrics={
            name: Measured(Decimal(said["value"]), date.fromisoformat(said["measured_on"]))
            for name, said in project.measurements.items()
        },
        pairs={
            each.pair.name: each.standing
            for each in metric_pairs.compare(project.metric_pairs, project.measurements)
        },
        blockers=None if read.blockers is None else read.blockers.get(project.pk, ()),
        todos=None if read.todos is None else read.todos.get(project.pk, {}),
        evidence=_newest(evidence, team),
        signing=_signing(project, gates, read, zone, today),
    )


def _signing(
    project: Project, gates: Sequence[Gate], read: _Read, zone: ZoneInfo, today: date
) -> dict[str, Signing]:
    signed, evidence = read.signed.get(project.pk, ()), read.evidence.get(project.pk, ())
    carried = tuple(condition for each in signed for condition in each.brought_along(today))
    still_open = tuple(condition for each in signed for condition in each.still_open())
    found = {}
    for gate in gates:
        makers = {each.added_by for each in packets.belonging(gate, evidence)}
        given = signatures.in_play(
            each.signature(
                zone,
                is_on_team=any(
                    one.is_beside(each.signer, each.role) for one in read.team.get(project.pk, ())
                ),
                made_evidence=each.signer in makers,
            )
            for each in signed
            if each.gate == gate.code
        )
        # A packet is made only where somebody has signed one.
        packet_hash = packets.digest(project, gate, evidence) if given else ""
        if given or still_open:
            found[gate.code] = Signing(given, packet_hash, carried, still_open)
    return found


def _assessed_on(project: Project, zone: ZoneInfo) -> date | None:
    """The day on which somebody last answered; reads what `_read` has prefetched."""
    held = getattr(project, "assessment", None)
    return timezone.localdate(held.answered_at, zone) if held and held.answered_at else None


def _answers(project: Project, today: date) -> dict[str, str]:
    days = scoring.card(project).evidence_days(scoring.furthest_standard(project))
    return {
        question: answer.letter
        for question, answer in scoring.answers(scoring.held(project), today, days).items()
    }


def _newest(evidence: Iterable[Item], team: Sequence[Member]) -> dict[str, Evidenced]:
    roles = defaultdict(set)
    for member in team:
        roles[member.user_id].add(member.role)
    return {
        each.kind: Evidenced(
            each.dated_on, each.holds, each.added_by, frozenset(roles.get(each.added_by or 0, ()))
        )
        for each in sorted(evidence, key=lambda each: (each.dated_on, each.id))
    }


def evidence_of(project: Project) -> list[Item]:
    """The present evidence of a project, by id; one query."""
    return evidence_of_many([project.pk]).get(project.pk, [])


def evidence_of_many(ids: Sequence[int]) -> dict[int, list[Item]]:
    """The present evidence of these projects; those without any are left out; one query."""
    return _evidence(READ(evidence=ids)["evidence"])


def _team_rows(ids: Ids) -> QuerySet[TeamRole, Any]:
    rows = TeamRole.objects.filter(project__in=ids, user__is_active=True).order_by()
    return rows.values_list("project_id", "role", "user_id")


def _team(rows: Found) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = defaultdict(list)
    for project_id, role, user_id in rows:
        found[project_id].append(Member(role, user_id))
    return found


def _evidence_rows(ids: Ids) -> QuerySet[EvidenceVersion, Any]:
    rows = EvidenceVersion.objects.filter(
        evidence__project__in=ids, evidence__removed_at=None, replaced_at=None
    )
    columns = ("evidence_id", "evidence__project_id", "evidence__kind", "evidence__gate")
    return rows.order_by("evidence_id").values_list(*columns, "sha256", "holds", "dated_on", "added_by_id")


def _evidence(rows: Found) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = defaultdict(list)
    for row in rows:
        item = Item(*row)
        found[item.project_id].append(item)
    return found


def _blocker_rows(ids: Ids) -> QuerySet[Blocker, Any]:
    """What stops each project now: its own blockers, and those of others that stop it too."""
    columns = ("pk", "title", "severity", "category")
    rows = Blocker.objects.open().order_by()
    own = rows.filter(project__in=ids).values_list("project_id", *columns)
    return own.union(
        rows.filter(affected__in=ids, project__deleted_at=None).values_list("affected", *columns)
    )


def _blockers(rows: Found) -> dict[int, list[OpenBlocker]]:
    found: dict[int, list[OpenBlocker]] = defaultdict(list)
    for project_id, _pk, title, severity, category in sorted(rows):
        found[project_id].append(OpenBlocker(title, severity, category))
    return found


def _todo_rows(ids: Ids) -> QuerySet[Todo, Any]:
    rows = Todo.objects.filter(project__in=ids, source=TodoSource.GATE).order_by()
    return rows.values_list("project_id", "ref", "done_at")


def _todos(rows: Found) -> dict[int, dict[str, bool]]:
    """Whether all to-dos that were noted for a criterion are done, by "GATE:name"."""
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for project_id, ref, done_at in rows:
        found[project_id][ref] = found[project_id].get(ref, True) and done_at is not None
    return found


ROWS: dict[str, Callable[[Ids], QuerySet[Any, Any]]] = {
    "team": _team_rows,
    "signed": signings.in_play,
    "evidence": _evidence_rows,
    "blockers": _blocker_rows,
    "todos": _todo_rows,
}
READ = Together(**ROWS, assessments=scoring.assessment_rows)
