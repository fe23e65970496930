"""Turning a scorecard back into its document."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


def write(scorecard: "Scorecard") -> dict[str, Any]:
    """The document of a scorecard; keys and members always come in the same order."""
    weights = scorecard.answers
    return {
        "name": scorecard.name,
        "version": scorecard.version,
        "label": scorecard.label,
        "summary": scorecard.summary,
        "pitfalls": [asdict(pitfall) for pitfall in scorecard.pitfalls],
        "panels": [asdict(panel) for panel in scorecard.panels],
        "questions": [{**asdict(q), "actions": list(q.actions)} for q in scorecard.questions],
        "answers": {"values": dict(weights.values), "confidence": dict(weights.confidence)},
        "unknown": {"before_due": weights.before_due, "after_due": weights.after_due},
        "ramp_days": dict(scorecard.ramp_days),
        "ageing": {**asdict(scorecard.ageing), "late_stages": list(scorecard.ageing.late_stages)},
        "risk": asdict(scorecard.risk),
        "blockers": asdict(scorecard.blockers),
        "impact": asdict(scorecard.impact),
        "odds": asdict(scorecard.odds),
        "quadrants": asdict(scorecard.quadrants),
        "certainty": asdict(scorecard.certainty),
    }
