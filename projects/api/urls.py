"""The addresses of version 1 that speak of projects."""

from django.urls import path, register_converter

from projects.api import (
    answers,
    blocker_actions,
    blocker_bulk,
    blockers,
    capacities,
    checklists,
    comments,
    days,
    delegations,
    demands,
    evidence,
    flag_health,
    flags,
    follows,
    gate_packs,
    gates,
    links,
    measurements,
    metric_pairs,
    metrics,
    model_cards,
    moves,
    observations,
    outside,
    past_answers,
    portfolios,
    project_bulk,
    projects,
    proposals,
    rates,
    removals,
    retrospectives,
    rollback_reviews,
    scorecards,
    scores,
    signals,
    signoff_actions,
    signoffs,
    standing_roles,
    statements,
    stay_limits,
    teams,
    tiers,
    todo_bulk,
    todos,
    units,
    update_bulk,
    updates,
    waivers,
    workflow_adoptions,
    workflow_drafts,
    workflow_versions,
)


class KeyConverter:
    """A project's key, such as CLM-12; anything else is not found without asking the database."""

    regex = "[A-Z][A-Z0-9]{0,9}-[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class IdConverter(KeyConverter):
    """An id that fits into its column."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:  # type: ignore[override]
        return int(value)


class RoleConverter(KeyConverter):
    """The code of a role."""

    regex = "[A-Z]{2}"


class QuestionConverter(KeyConverter):
    """The id of a question of a scorecard."""

    regex = "[A-Z][A-Z0-9]{0,7}"


class GateConverter(KeyConverter):
    """The code of a gate of a workflow."""

    regex = "[A-Z][A-Z0-9_-]{0,11}"


register_converter(GateConverter, "gate_code")
register_converter(KeyConverter, "project_key")
register_converter(QuestionConverter, "question")
register_converter(IdConverter, "row_id")
register_converter(RoleConverter, "role")
PROJECT = "projects/<project_key:key>"
BLOCKER = "blockers/<row_id:blocker_id>"
SIGNOFF = "signoffs/<row_id:signoff_id>"
CAPABILITY = "portfolios/<slug:slug>/capabilities/<row_id:capability_id>"
EVIDENCE = "evidence/<row_id:evidence_id>"
urlpatterns = [
    path("portfolios", portfolios.Portfolios.as_view()),
    path("portfolios/<slug:slug>", portfolios.OnePortfolio.as_view()),
    path("portfolios/<slug:slug>/blockers/report", blockers.Report.as_view()),
    path("portfolios/<slug:slug>/scorecard", scorecards.Scorecard.as_view()),
    path("portfolios/<slug:slug>/workflow/draft", workflow_drafts.Draft.as_view()),
    path("portfolios/<slug:slug>/workflow/draft/review", workflow_versions.Review.as_view()),
    path("portfolios/<slug:slug>/workflow/draft/publish", workflow_versions.Publish.as_view()),
    path("portfolios/<slug:slug>/workflow/versions", workflow_versions.Versions.as_view()),
    path("portfolios/<slug:slug>/workflow/versions/<row_id:number>", workflow_versions.OneVersion.as_view()),
    path("portfolios/<slug:slug>/workflow/adoption", workflow_adoptions.Adoption.as_view()),
    path("portfolios/<slug:slug>/workflow/simulate", workflow_drafts.Simulate.as_view()),
    path("portfolios/<slug:slug>/standing-roles", standing_roles.StandingRoles.as_view()),
    path(
        "portfolios/<slug:slug>/standing-roles/<role:role>/<row_id:person_id>",
        standing_roles.OneStandingRole.as_view(),
    ),
    path("portfolios/<slug:slug>/delegations", delegations.Delegations.as_view()),
    path("portfolios/<slug:slug>/delegations/<row_id:delegation_id>/end", delegations.End.as_view()),
    path("portfolios/<slug:slug>/capabilities", capacities.Capabilities.as_view()),
    path(CAPABILITY, capacities.OneCapability.as_view()),
    path(f"{CAPABILITY}/supplies", capacities.Supplies.as_view()),
    path("portfolios/<slug:slug>/stay-limits", stay_limits.Limits.as_view()),
    path("portfolios/<slug:slug>/rates", rates.Rates.as_view()),
    path("portfolios/<slug:slug>/rates/<row_id:rate_id>", rates.OneRate.as_view()),
    path("portfolios/<slug:slug>/units", units.Units.as_view()),
    path("follows", follows.Follows.as_view()),
    path("projects", projects.Projects.as_view()),
    path("projects/bulk", project_bulk.BulkProjects.as_view()),
    path(PROJECT, projects.OneProject.as_view()),
    path(f"{PROJECT}/moves", moves.Moves.as_view()),
    path(f"{PROJECT}/updates", updates.Updates.as_view()),
    path("updates/bulk", update_bulk.BulkUpdates.as_view()),
    path(f"{PROJECT}/updates/no-change", updates.NoChange.as_view()),
    path(f"{PROJECT}/updates/<row_id:update_id>", updates.OneUpdate.as_view()),
    path(f"{PROJECT}/statements", statements.Statements.as_view()),
    path(f"{PROJECT}/statements/<slug:name>", statements.OneStatement.as_view()),
    path(f"{PROJECT}/answers", answers.Answers.as_view()),
    path(f"{PROJECT}/answers/confirm", answers.Confirmations.as_view()),
    path(f"{PROJECT}/answers/<question:question>/agree", answers.Agreement.as_view()),
    path(f"{PROJECT}/answers/<question:question>/history", past_answers.PastAnswers.as_view()),
    path(f"{PROJECT}/scores", scores.Scores.as_view()),
    path(f"{PROJECT}/scores/history", scores.History.as_view()),
    path(f"{PROJECT}/blockers", blockers.ProjectBlockers.as_view()),
    path(f"{PROJECT}/comments", comments.Comments.as_view()),
    path(f"{PROJECT}/comments/<row_id:comment_id>", comments.OneComment.as_view()),
    path(f"{PROJECT}/archive", removals.Archive.as_view()),
    path(f"{PROJECT}/unarchive", removals.Unarchive.as_view()),
    path(f"{PROJECT}/restore", removals.Restore.as_view()),
    path(f"{PROJECT}/follow", follows.ProjectFollow.as_view()),
    path(f"{PROJECT}/waivers", waivers.Waivers.as_view()),
    path(f"{PROJECT}/waivers/<row_id:waiver_id>/sign", waivers.Signature.as_view()),
    path(f"{PROJECT}/rollback-review", rollback_reviews.RollbackReview.as_view()),
    path(f"{PROJECT}/evidence", evidence.ProjectEvidence.as_view()),
    path(f"{PROJECT}/demands", demands.ProjectDemands.as_view()),
    path(f"{PROJECT}/demands/<row_id:capability_id>", demands.OneDemand.as_view()),
    path(f"{PROJECT}/links", links.ProjectLinks.as_view()),
    path(f"{PROJECT}/links/<row_id:link_id>", links.OneLink.as_view()),
    path(f"{PROJECT}/days", days.Days.as_view()),
    path(f"{PROJECT}/retrospectives", retrospectives.Retrospectives.as_view()),
    path(f"{PROJECT}/team", teams.Team.as_view()),
    path(f"{PROJECT}/team/<role:role>/<row_id:person_id>", teams.OneTeamRole.as_view()),
    path(f"{PROJECT}/gate", gates.Gates.as_view()),
    path(f"{PROJECT}/gates/<gate_code:code>/pack", gate_packs.Pack.as_view()),
    path(f"{PROJECT}/model-card", model_cards.ModelCard.as_view()),
    path(f"{PROJECT}/model-card/evidence", model_cards.KeptCard.as_view()),
    path(f"{PROJECT}/signoffs", signoffs.ProjectSignOffs.as_view()),
    path(f"{PROJECT}/checklists/<slug:name>", checklists.Checklist.as_view()),
    path(f"{PROJECT}/tier", tiers.ProjectTier.as_view()),
    path(f"{PROJECT}/tier/agreements", tiers.Agreements.as_view()),
    path(f"{PROJECT}/measurements", measurements.Measurements.as_view()),
    path(f"{PROJECT}/signals", signals.Signals.as_view()),
    path(f"{PROJECT}/signals/<slug:name>", signals.OneSignal.as_view()),
    path(f"{PROJECT}/signals/<slug:name>/seen", signals.Seen.as_view()),
    path(f"{PROJECT}/metrics", metrics.Metrics.as_view()),
    path(f"{PROJECT}/observations", observations.Observations.as_view()),
    path(f"{PROJECT}/observations/<row_id:observation_id>", observations.OneObservation.as_view()),
    path(f"{PROJECT}/metric-pairs", metric_pairs.MetricPairs.as_view()),
    path(f"{PROJECT}/metric-pairs/<slug:name>", metric_pairs.OneMetricPair.as_view()),
    path(f"{PROJECT}/proposals", proposals.ProjectProposals.as_view()),
    path("proposals/<row_id:proposal_id>", proposals.OneProposal.as_view()),
    path("proposals/<row_id:proposal_id>/confirm", proposals.Confirm.as_view()),
    path("proposals/<row_id:proposal_id>/decline", proposals.Decline.as_view()),
    path(f"{PROJECT}/todos", todos.ProjectTodos.as_view()),
    path("todos", todos.Todos.as_view()),
    path("todos/bulk", todo_bulk.BulkTodos.as_view()),
    path("todos/<row_id:todo_id>", todos.OneTodo.as_view()),
    path("todos/<row_id:todo_id>/done", todos.Done.as_view()),
    path("todos/<row_id:todo_id>/reopen", todos.Reopen.as_view()),
    path("blockers", blockers.Blockers.as_view()),
    path("blockers/bulk", blocker_bulk.BulkBlockers.as_view()),
    path(BLOCKER, blockers.OneBlocker.as_view()),
    path(f"{BLOCKER}/outside-requests", outside.OutsideRequests.as_view()),
    path(f"{BLOCKER}/outside-requests/<row_id:request_id>", outside.OneOutsideRequest.as_view()),
    *(path(f"{BLOCKER}/{verb}", view.as_view()) for verb, view in blocker_actions.VERBS.items()),
    path(EVIDENCE, evidence.OneItem.as_view()),
    path(f"{EVIDENCE}/versions", evidence.Versions.as_view()),
    path(f"{EVIDENCE}/versions/<row_id:number>/file", evidence.File.as_view()),
    path(f"{EVIDENCE}/restore", evidence.Restore.as_view()),
    path(f"{EVIDENCE}/attach", evidence.Attach.as_view()),
    path(f"{EVIDENCE}/detach", evidence.Detach.as_view()),
    path("signoffs", signoffs.Inbox.as_view()),
    path(SIGNOFF, signoffs.OneSignOff.as_view()),
    *(path(f"{SIGNOFF}/{verb}", view.as_view()) for verb, view in signoff_actions.VERBS.items()),
    path("conditions/<row_id:condition_id>/closing", signoff_actions.Closing.as_view()),
    path("portfolios/<slug:slug>/flag-health", flag_health.FlagHealth.as_view()),
    path("flags", flags.Flags.as_view()),
    path("flags/<row_id:flag_id>", flags.OneFlag.as_view()),
    path("flags/<row_id:flag_id>/snooze", flags.Snooze.as_view()),
    path("flags/<row_id:flag_id>/wake", flags.Wake.as_view()),
]
