"""Rows, constraints and facts of a single row."""

from projects.models.assessments import Answer, Assessment, Score
from projects.models.blockers import Blocker, BlockerNote
from projects.models.capacity import Capability, Demand, Rate, Supply
from projects.models.days import ProjectDay
from projects.models.delegations import Delegation, StandingRole
from projects.models.events import Event
from projects.models.evidence import Evidence, EvidenceUse, EvidenceVersion
from projects.models.flags import Flag, Severity
from projects.models.follows import Follow, Presence, SavedView, Visit
from projects.models.forecasts import Forecast, ForecastOccasion
from projects.models.limits import StayLimits
from projects.models.links import LinkKind, ProjectLink
from projects.models.moves import GateOutcome, Hold, Move, MoveKind, Spell, Waiver
from projects.models.observations import Environment, Observation
from projects.models.outside import OutsideRequest
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
from projects.models.proposals import Proposal
from projects.models.requests import KeptRequest
from projects.models.retrospectives import Retrospective
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
    "Capability",
    "Comment",
    "Condition",
    "Delegation",
    "Demand",
    "Direction",
    "Environment",
    "Event",
    "Evidence",
    "EvidenceUse",
    "EvidenceVersion",
    "Flag",
    "FlagLevel",
    "Follow",
    "Forecast",
    "ForecastOccasion",
    "GateOutcome",
    "Health",
    "Hold",
    "KeptRequest",
    "Kind",
    "LinkKind",
    "Membership",
    "Move",
    "MoveKind",
    "Observation",
    "Outcome",
    "OutsideRequest",
    "Packet",
    "Portfolio",
    "PortfolioRole",
    "Presence",
    "Project",
    "ProjectDay",
    "ProjectLink",
    "Proposal",
    "Rate",
    "Retrospective",
    "Role",
    "SavedView",
    "Score",
    "ScorecardVersion",
    "Severity",
    "SignOff",
    "Spell",
    "StandingRole",
    "Status",
    "StatusUpdate",
    "StayLimits",
    "Supply",
    "TeamRole",
    "Tier",
    "Todo",
    "TodoSource",
    "Visit",
    "Waiver",
    "WorkflowDraft",
    "WorkflowVersion",
]
