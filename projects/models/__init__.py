"""Rows, constraints and facts of a single row."""

from projects.models.assessments import Answer, Assessment, Score
from projects.models.blockers import Blocker, BlockerNote
from projects.models.delegations import Delegation, StandingRole
from projects.models.events import Event
from projects.models.evidence import Evidence, EvidenceUse, EvidenceVersion
from projects.models.flags import Flag, Severity
from projects.models.moves import GateOutcome, Hold, Move, MoveKind, Spell, Waiver
from projects.models.portfolios import (
    BusinessUnit,
    Membership,
    Portfolio,
    PortfolioRole,
)
from projects.models.projects import (
    STANDARD_STAGES,
    AiActClass,
    Direction,
    FlagLevel,
    Health,
    Kind,
    Outcome,
    Project,
    Status,
    Tier,
)
from projects.models.requests import KeptRequest
from projects.models.scorecards import ScorecardVersion
from projects.models.signoffs import Condition, Packet, SignOff
from projects.models.teams import Role, TeamRole
from projects.models.todos import Todo, TodoSource
from projects.models.updates import SPOKEN_HEALTH, Comment, StatusUpdate
from projects.models.workflows import WorkflowDraft, WorkflowVersion

__all__ = [
    "SPOKEN_HEALTH",
    "STANDARD_STAGES",
    "AiActClass",
    "Answer",
    "Assessment",
    "Blocker",
    "BlockerNote",
    "BusinessUnit",
    "Comment",
    "Condition",
    "Delegation",
    "Direction",
    "Event",
    "Evidence",
    "EvidenceUse",
    "EvidenceVersion",
    "Flag",
    "FlagLevel",
    "GateOutcome",
    "Health",
    "Hold",
    "KeptRequest",
    "Kind",
    "Membership",
    "Move",
    "MoveKind",
    "Outcome",
    "Packet",
    "Portfolio",
    "PortfolioRole",
    "Project",
    "Role",
    "Score",
    "ScorecardVersion",
    "Severity",
    "SignOff",
    "Spell",
    "StandingRole",
    "Status",
    "StatusUpdate",
    "TeamRole",
    "Tier",
    "Todo",
    "TodoSource",
    "Waiver",
    "WorkflowDraft",
    "WorkflowVersion",
]
