"""What was asked and what was answered, held against the database afterwards."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import connection

from projects.models import Comment, Event, Move, Project, StatusUpdate
from tests.campaigns.callers import Answer
from tests.campaigns.crawling import kind_of

# Where a token is found again, for each kind of write.
FOUND_IN: dict[str, Callable[[set[str]], Any]] = {
    "update": lambda tokens: StatusUpdate.objects.filter(text__in=tokens).values_list("text", flat=True),
    "comment": lambda tokens: Comment.objects.filter(text__in=tokens).values_list("text", flat=True),
    "move": lambda tokens: Move.objects.filter(external_id__in=tokens).values_list("external_id", flat=True),
    "project": lambda tokens: Project.objects.filter(name__in=tokens).values_list("name", flat=True),
    "edit": lambda tokens: Event.objects.filter(
        kind="project.edited", payload__changes__objective__1__in=tokens
    ).values_list("payload__changes__objective__1", flat=True),
}


@dataclass(frozen=True)
class Write:
    """One write: how often its effect must be there; None where the answer never came."""

    kind: str
    token: str
    expected: int | None
    asked: str


class Ledger:
    """Written by all callers at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.writes: list[Write] = []
        self.statuses: Counter[int] = Counter()
        self._complaints: list[str] = []
        # Of answers that should not have been: the first of each kind, and how many there were.
        self._wrong: dict[str, tuple[str, int]] = {}
        # When the last thing that was down came back; None while something is down.
        self.well_since: float | None = 0.0
        self.failed_in_outages = 0

    def note(self, asked: str, answer: Answer, began: float) -> None:
        """Every answer: a server error is a finding unless something was down since the question."""
        with self._lock:
            self.statuses[answer.status] += 1
            if 0 < answer.status < 500:
                return
            if self.well_since is None or began < self.well_since:
                self.failed_in_outages += 1
            else:
                kind, body = f"{kind_of(asked)} {answer.status}", answer.body[:300].decode(errors="replace")
                said = f"{asked} answered {answer.status or 'nothing'}. {body}"
                first, number = self._wrong.get(kind, (said, 0))
                self._wrong[kind] = first, number + 1

    def complain(self, sentence: str) -> None:
        with self._lock:
            self._complaints.append(sentence)

    def write(self, kind: str, token: str, answer: Answer, *, expected: int, asked: str) -> None:
        """A write and what its answer promised."""
        promised = expected if answer.is_final else None
        with self._lock:
            self.writes.append(Write(kind, token, promised, f"{asked} ({answer.status})"))

    def audit(self) -> list[str]:
        """What does not agree: lost, doubled or unpromised effects."""
        wrong: list[str] = []
        for kind, find in FOUND_IN.items():
            mine = [write for write in self.writes if write.kind == kind]
            found = Counter(find({write.token for write in mine}))
            for write in mine:
                number = found[write.token]
                allowed = {0, 1} if write.expected is None else {write.expected}
                if number not in allowed:
                    wrong.append(f"{write.asked}: {kind} {write.token} is there {number} times.")
        return wrong

    @property
    def failures(self) -> list[str]:
        """What callers met, each kind once."""
        return [*self._complaints, *(f"{number} times: {first}" for first, number in self._wrong.values())]

    @property
    def promised(self) -> int:
        """How many effects were acknowledged."""
        return sum(write.expected or 0 for write in self.writes)


# Each row that these find contradicts another one.
CONTRADICTIONS = {
    "moves without exactly one event": """
        SELECT m.id FROM projects_move m LEFT JOIN projects_event e
            ON e.project_id = m.project_id AND (e.payload->>'move')::bigint = m.id
        WHERE m.id > %(move)s GROUP BY m.id HAVING COUNT(e.id) <> 1""",
    "updates without exactly one event": """
        SELECT u.id FROM projects_statusupdate u LEFT JOIN projects_event e
            ON e.project_id = u.project_id AND (e.payload->>'update')::bigint = u.id
        WHERE u.id > %(update)s GROUP BY u.id HAVING COUNT(e.id) <> 1""",
    "projects whose open spell is not their stage": """
        SELECT p.id FROM projects_project p JOIN projects_spell s ON s.project_id = p.id AND s.left_at IS NULL
        WHERE s.stage <> p.stage OR p.outcome IN ('stopped', 'retired')""",
    "projects whose stage is not where their last move led": """
        SELECT p.id FROM projects_project p JOIN LATERAL (
            SELECT to_stage FROM projects_move m WHERE m.project_id = p.id ORDER BY at DESC, id DESC LIMIT 1
        ) last ON TRUE WHERE last.to_stage <> p.stage""",
    "kept requests without an answer": "SELECT id FROM projects_keptrequest WHERE status IS NULL",
}


def contradictions(before: dict[str, int]) -> list[str]:
    """Rows that do not agree with each other; `before` holds the last ids of the invented past."""
    found = []
    with connection.cursor() as cursor:
        for name, sql in CONTRADICTIONS.items():
            cursor.execute(sql, before)
            if rows := cursor.fetchall():
                found.append(f"{len(rows)} {name}, such as id {rows[0][0]}.")
    return found
