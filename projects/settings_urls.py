"""Addresses of a portfolio's settings."""

from django.urls import path, register_converter

from projects.exports.answers import either
from projects.pages import (
    capacity,
    delegations,
    holidays,
    portfolios,
    rates,
    scorecards,
    standing_roles,
    stay_limits,
    workflow_drafts,
    workflows,
)
from projects.urls import RowId

register_converter(RowId, "settings_row")
STANDING_ROLE = "portfolios/<slug:slug>/standing-roles/<slug:role>/<settings_row:person_id>/"

CAPACITY, RATES = "portfolios/<slug:slug>/settings/capacity/", "portfolios/<slug:slug>/settings/rates/"

urlpatterns = [
    path(CAPACITY, either(capacity.show, capacity.file), name="capacity"),
    path(f"{CAPACITY}add/", capacity.add, name="add-capability"),
    path(f"{CAPACITY}table/", capacity.table, name="capacity-table"),
    path(f"{CAPACITY}<settings_row:kind_id>/", capacity.supply, name="capability"),
    path(f"{CAPACITY}<settings_row:kind_id>/remove/", capacity.remove, name="remove-capability"),
    path(RATES, rates.show, name="rates"),
    path(f"{RATES}add/", rates.add, name="add-rate"),
    path(f"{RATES}<settings_row:rate_id>/remove/", rates.remove, name="remove-rate"),
    path("portfolios/new/", portfolios.new, name="new-portfolio"),
    path("portfolios/<slug:slug>/settings/", portfolios.general, name="settings"),
    path("portfolios/<slug:slug>/settings/holidays/", holidays.show, name="public-holidays"),
    path("portfolios/<slug:slug>/workflow/", workflows.show, name="workflow"),
    path("portfolios/<slug:slug>/workflow/draft/", workflow_drafts.editor, name="workflow-draft"),
    path("portfolios/<slug:slug>/workflow/draft.yaml", workflow_drafts.download, name="workflow-draft-file"),
    path(
        "portfolios/<slug:slug>/workflow/draft/preview/",
        workflow_drafts.preview,
        name="preview-workflow-draft",
    ),
    path("portfolios/<slug:slug>/workflow/draft/trial/", workflow_drafts.trial, name="try-workflow-draft"),
    path(
        "portfolios/<slug:slug>/workflow/draft/review/", workflow_drafts.review, name="review-workflow-draft"
    ),
    path(
        "portfolios/<slug:slug>/workflow/draft/publish/",
        workflow_drafts.publish,
        name="publish-workflow-draft",
    ),
    path(
        "portfolios/<slug:slug>/workflow/draft/discard/",
        workflow_drafts.discard,
        name="discard-workflow-draft",
    ),
    path("portfolios/<slug:slug>/workflow/adopt/", workflows.adopt, name="adopt-workflow"),
    path("portfolios/<slug:slug>/workflow/<int:number>.yaml", workflows.download, name="workflow-file"),
    path("portfolios/<slug:slug>/settings/limits/", stay_limits.show, name="stay-limits"),
    path("portfolios/<slug:slug>/settings/limits/make/", stay_limits.make, name="make-stay-limits"),
    path("portfolios/<slug:slug>/settings/questions/", scorecards.show, name="questions"),
    path("portfolios/<slug:slug>/settings/questions/edit/", scorecards.edit, name="edit-questions"),
    path(
        "portfolios/<slug:slug>/settings/questions/<int:number>.yaml",
        scorecards.download,
        name="questions-file",
    ),
    path("portfolios/<slug:slug>/standing-roles/name/", standing_roles.name, name="name-standing-role"),
    path(f"{STANDING_ROLE}remove/", standing_roles.remove, name="remove-standing-role"),
    path(f"{STANDING_ROLE}restore/", standing_roles.restore, name="restore-standing-role"),
    path("portfolios/<slug:slug>/deputies/name/", delegations.give, name="give-delegation"),
    path(
        "portfolios/<slug:slug>/deputies/<settings_row:delegation_id>/end/",
        delegations.end,
        name="end-delegation",
    ),
]
