"""Leave to pass over gates: who signed it, until when it holds, and which gates it can never cover."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from projects.rules.facts import Obstacle
from projects.rules.stages import Gate
from projects.rules.workflow import Workflow

# The gate to which data must be ready and the gate of the launch.
GUARDED = ("poc", "production")


@dataclass(frozen=True, slots=True)
class Waiver:
    """Signed by the portfolio manager and the sponsor; a signature that is None is missing."""

    gates: tuple[str, ...]
    reason: str
    expires_on: date | None
    manager: Hashable = None
    sponsor: Hashable = None


def can_be_waived(workflow: Workflow, gate: Gate, tier: str) -> bool:
    """False for the data gate and the launch unless the tier is known to be below high."""
    return tier in ("low", "medium") or not any(workflow.crosses(gate, standard) for standard in GUARDED)


def obstacles(waiver: Waiver, today: date) -> list[Obstacle]:
    """Every reason why a waiver does not hold today; it holds through its last day."""
    found = []
    if not waiver.reason.strip():
        found.append(_obstacle("waiver_reason_needed", "The waiver gives no reason.", "Write its reason."))
    if waiver.manager is None or waiver.sponsor is None:
        missing = "portfolio manager" if waiver.manager is None else "sponsor"
        message = f"The waiver is not signed by the {missing}."
        found.append(_obstacle("waiver_not_signed", message, f"Ask the {missing} to sign it."))
    elif waiver.manager == waiver.sponsor:
        message = "The waiver is signed twice by the same person."
        found.append(_obstacle("waiver_same_person", message, "Let two different people sign it."))
    if waiver.expires_on is None:
        found.append(_obstacle("waiver_expired", "The waiver has no last day.", "Give it a last day."))
    elif waiver.expires_on < today:
        message = f"The waiver ended on {waiver.expires_on.isoformat()}."
        found.append(_obstacle("waiver_expired", message, "Ask for a new waiver."))
    return found


def not_allowed(gate: Gate, tier: str) -> Obstacle:
    """What to say about a gate that can never be waived for a project of this tier."""
    if tier:
        message = f"The gate “{gate.label}” cannot be waived for the governance tier {tier}."
        return _obstacle("waiver_not_allowed", message, "Go through this gate step by step.")
    message = f"The gate “{gate.label}” cannot be waived while the governance tier is not set."
    return _obstacle("waiver_not_allowed", message, "Set the governance tier, or go step by step.")


def not_covered(gate: Gate) -> Obstacle:
    """What to say about a gate on the way that the waiver does not name."""
    message = f"The waiver does not cover the gate “{gate.label}”."
    return _obstacle("waiver_gate_missing", message, "Ask for a waiver that covers it, or go step by step.")


def needed(labels: list[str]) -> Obstacle:
    """What to say when stages are skipped without a waiver."""
    message = f"This skips {', '.join(labels)}, which needs a waiver."
    return _obstacle(
        "waiver_needed", message, "Go one stage at a time, or ask portfolio manager and sponsor for a waiver."
    )


def _obstacle(code: str, message: str, remedy: str) -> Obstacle:
    return Obstacle(code, message, remedy, "waiver")
