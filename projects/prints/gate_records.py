"""What was recorded at a gate: signatures, conditions, rejections, waivers, moves, and the risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from projects.models import Condition, Move
from projects.models.signoffs import CONDITION_KINDS, DECISIONS
from projects.prints.documents import Block, Cell, Facts, Table, Words
from projects.queries.gate_packs import GatePack
from projects.queries.signoff_records import Record
from projects.rules import quadrants, roles
from projects.templatetags.times import exact

STATES = {
    **dict(DECISIONS),
    "requested": "Waits",
    "called_off": "Called off",
    "withdrawn": "Withdrawn",
    "superseded": "Not needed any more",
    "invalidated": "Fell away: what was signed has changed",
    "expired": "Expired",
    "lapsed": "Lapsed: a condition is overdue",
}


def name(person: Any) -> str:
    """A person's name, also when the account is gone."""
    return person.name if person else "somebody who has left"


def mover(move: Move) -> str:
    """Who made a move; what no account made names where it came from."""
    return move.actor.name if move.actor else move.source or "Plimsoll"


def percent(share: float) -> str:
    """A share of one as whole percent."""
    return f"{round(share * 100)}%"


@dataclass(frozen=True, slots=True)
class Telling:
    """A pack with the clock by which its times are told."""

    pack: GatePack
    zone: ZoneInfo

    def at(self, when: Any) -> str:
        """A time by the portfolio's clock; empty when there is none."""
        return exact(when.astimezone(self.zone)) if when else ""

    def signatures(self) -> list[Block]:
        """Every request with its signer; those that count come first."""
        blocks: list[Block] = []
        if self.pack.sheet is not None:
            rows: list[Sequence[Cell]] = [
                [row.label, _need(row.need), STATES.get(row.state, "Not asked yet"), _missing(row.obstacles)]
                for row in self.pack.sheet.roles
            ]
            if rows:
                heads = ["Role", "Need", "State", "What is missing"]
                blocks.append(Table("Roles that the gate asks", heads, rows, [4, 3, 4, 5]))
        if not self.pack.records:
            return [*blocks, Words("Nobody has been asked to sign.")]
        counted = self.pack.counted
        ordered = sorted(self.pack.records, key=lambda each: each.signoff.pk not in counted)
        heads = ["Role", "Signer", "Decision", "Asked", "Packet signed"]
        rows = [self._signature(each, each.signoff.pk in counted) for each in ordered]
        return [*blocks, Table("Requests and signatures", heads, rows, [3, 4, 5, 4, 4])]

    def conditions(self) -> list[Block]:
        """What signers asked for, open or closed."""
        rows = [
            [
                each.text,
                f"{roles.label(record.signoff.role)}, {name(record.signoff.signer)}",
                dict(CONDITION_KINDS).get(each.kind, each.kind),
                _duty(each),
                f"Closed {exact(each.closed_on)}. {each.closing_note}" if each.closed_on else "Open",
            ]
            for record in self.pack.records
            for each in record.signoff.conditions.all()
        ]
        heads = ["Condition", "Set by", "Holds", "Owner and day", "State"]
        return (
            [Table("Conditions", heads, rows, [6, 4, 3, 4, 4])]
            if rows
            else [Words("There are no conditions.")]
        )

    def rejections(self) -> list[Block]:
        """Who said no, why, and what would change it."""
        rows = [
            [
                roles.label(each.signoff.role),
                f"{_signer(each)}, {self.at(each.signoff.decided_at)}",
                each.signoff.reason,
                each.signoff.would_change,
            ]
            for each in self.pack.records
            if each.signoff.decision == "rejected"
        ]
        heads = ["Role", "By", "Reason", "What would change it"]
        return (
            [Table("Rejections", heads, rows, [3, 4, 5, 5])] if rows else [Words("Nobody has rejected it.")]
        )

    def risk(self) -> list[Block]:
        """The scores of the day with their pitfalls."""
        risk = self.pack.risk
        if risk is None:
            return [Words("Not known: the project had no scores.")]
        score = risk.score
        facts = Facts(
            [
                ("Scores of", exact(score.on)),
                ("Risk", f"{round(score.risk)} of 100"),
                ("Impact", "" if risk.impact is None else f"{round(risk.impact)} of 100"),
                ("Chance of production", percent(score.p_production)),
                ("Confidence", percent(score.confidence)),
                ("Quadrant", quadrants.LABELS.get(score.quadrant, score.quadrant)),
                ("Critical gap", "Yes" if score.has_critical_gap else "No"),
            ]
        )
        rows = [
            [label, "Left out" if value is None else f"{round(value)} of 100"]
            for label, value in risk.pitfalls
        ]
        return [facts, Table("Pitfalls", ["Pitfall", "Score"], rows, [4, 1])] if rows else [facts]

    def blockers(self) -> list[Block]:
        """What stopped the project on the day."""
        rows = [
            [
                each.title,
                each.get_severity_display(),
                each.get_category_display(),
                name(each.owner) if each.owner else "Nobody",
                f"Raised {exact(each.raised_on)}, due {exact(each.due_on)}",
            ]
            for each in self.pack.blockers
        ]
        heads = ["Blocker", "Severity", "Category", "Owner", "Days"]
        return [Table("Open blockers", heads, rows, [6, 2, 3, 3, 4])] if rows else [Words("None was open.")]

    def waivers(self) -> list[Block]:
        """Leave to pass over this gate."""
        rows = [
            [
                f"{each.from_label} to {each.to_label}",
                each.row.reason,
                f"{name(each.row.manager)}; {name(each.row.sponsor)}",
                f"{each.state.capitalize()}, expires {exact(each.row.expires_on)}",
            ]
            for each in self.pack.waivers
        ]
        heads = ["Way", "Reason", "Manager and sponsor", "State"]
        return [Table("Waivers", heads, rows, [4, 6, 4, 4])] if rows else [Words("There are no waivers.")]

    def moves(self) -> list[Block]:
        """Who took the project through this gate, and when."""
        rows = [
            [
                self.at(each.at),
                each.get_kind_display(),
                each.get_outcome_display(),
                mover(each),
                each.note,
            ]
            for each in self.pack.moves
        ]
        heads = ["When", "Move", "Outcome", "By", "Note"]
        none = Words("The project has not gone through this gate.")
        return [Table("Moves", heads, rows, [4, 3, 3, 3, 5])] if rows else [none]

    def _signature(self, record: Record, counts: bool) -> list[str]:
        row = record.signoff
        decision = STATES.get(record.recorded, record.recorded)
        if record.state != record.recorded and self.pack.move is None:
            decision = f"{decision}. Today: {STATES.get(record.state, record.state)}"
        said = [
            decision,
            "Counts." if counts else "",
            self.at(row.decided_at),
            row.reason,
            f"Withdrawn {self.at(row.withdrawn_at)} by {name(row.withdrawn_by)}: {row.withdrawn_reason}"
            if row.withdrawn_at
            else "",
        ]
        asked = f"{self.at(row.requested_at)} by {name(row.requested_by)}. {row.note}"
        role = roles.label(row.role) + ("" if row.is_binding else " (feedback)")
        return [role, _signer(record), "\n".join(filter(None, said)), asked.strip(), row.packet.sha256]


def _signer(record: Record) -> str:
    row = record.signoff
    if row.signer is None:
        return ""
    return f"{row.signer.name}, for {row.acts_for.name}" if row.acts_for else row.signer.name


def _duty(condition: Condition) -> str:
    who = name(condition.owner) if condition.owner else "Nobody"
    return f"{who}, by {exact(condition.due_on)}" if condition.due_on else who


def _need(need: str) -> str:
    return {"required": "Required", "feedback": "Feedback", "open": "Not known yet"}[need]


def _missing(obstacles: Sequence[Any]) -> str:
    return " ".join(each.message for each in obstacles)
