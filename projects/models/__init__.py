"""Rows, constraints and facts of a single row."""

from projects.models.assessments import Answer, Assessment, Score
from projects.models.blockers import Blocker, BlockerNote
from projects.models.events import Event
from projects.models.flags import Flag, Severity
from projects.models.moves import Hold, Move, MoveKind, Spell, Waiver
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
from projects.models.teams import Role, TeamRole
from projects.models.todos import Todo, TodoSource
from projects.models.updates import SPOKEN_HEALTH, Comment, StatusUpdate
from projects.models.workflows import WorkflowVersion

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
    "Direction",
    "Event",
    "Flag",
    "FlagLevel",
    "Health",
    "Hold",
    "KeptRequest",
    "Kind",
    "Membership",
    "Move",
    "MoveKind",
    "Outcome",
    "Portfolio",
    "PortfolioRole",
    "Project",
    "Role",
    "Score",
    "ScorecardVersion",
    "Severity",
    "Spell",
    "Status",
    "StatusUpdate",
    "TeamRole",
    "Tier",
    "Todo",
    "TodoSource",
    "Waiver",
    "WorkflowVersion",
]
