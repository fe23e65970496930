"""Addresses of the pages about a whole portfolio."""

from django.urls import path

from portfolio.insights.pages import (
    adoptions,
    balances,
    calibrations,
    choosing,
    comparisons,
    decisions,
    dismissals,
    matrices,
    matrix_files,
    matrix_proposals,
    project_forecasts,
    roadmap_files,
    roadmaps,
    scenario_changes,
    scenarios,
    summaries,
)
from projects.exports.answers import either

urlpatterns = [
    path("portfolios/<slug:slug>/decisions/", either(decisions.show, decisions.rows), name="decisions"),
    path(
        "portfolios/<slug:slug>/decisions/generated/remove/",
        decisions.remove_past,
        name="decisions-remove-past",
    ),
    path(
        "portfolios/<slug:slug>/decisions/generated/",
        decisions.generate_past,
        name="decisions-generate-past",
    ),
    path("portfolios/<slug:slug>/compare/", either(comparisons.show, comparisons.rows), name="compare"),
    path("portfolios/<slug:slug>/", summaries.show, name="summary"),
    path("portfolios/<slug:slug>/summary/", summaries.take, name="summary-take"),
    path("portfolios/<slug:slug>/summary/<int:run_id>/", summaries.progress, name="summary-progress"),
    path("portfolios/<slug:slug>/balance/", balances.show, name="balance"),
    path("portfolios/<slug:slug>/balance/formulas/<slug:code>/", balances.formula, name="balance-formula"),
    path(
        "portfolios/<slug:slug>/balance/put-aside/<slug:rule>/<slug:digest>/",
        dismissals.put_aside,
        name="balance-put-aside",
    ),
    path(
        "portfolios/<slug:slug>/balance/bring-back/<int:dismissal_id>/",
        dismissals.bring_back,
        name="balance-bring-back",
    ),
    path("portfolios/<slug:slug>/matrix/", either(matrices.show, matrix_files.points), name="matrix"),
    path("portfolios/<slug:slug>/matrix/present/", matrices.present, name="matrix-present"),
    path("portfolios/<slug:slug>/matrix/filters/", matrices.filters, name="matrix-filters"),
    path("portfolios/<slug:slug>/matrix/moved/", matrices.moved, name="matrix-moved"),
    path("portfolios/<slug:slug>/matrix/matrix.svg", matrix_files.picture, name="matrix-svg"),
    path("portfolios/<slug:slug>/matrix/<slug:key>/", matrix_proposals.propose, name="matrix-propose"),
    path("portfolios/<slug:slug>/roadmap/", either(roadmaps.show, roadmap_files.rows), name="roadmap"),
    path("portfolios/<slug:slug>/roadmap/filters/", roadmaps.choose, name="roadmap-filters"),
    path("portfolios/<slug:slug>/roadmap/forecast/", roadmaps.forecast, name="roadmap-forecast"),
    path("portfolios/<slug:slug>/roadmap/dates.ics", roadmap_files.days, name="roadmap-days"),
    path("portfolios/<slug:slug>/calibration/", calibrations.show, name="calibration"),
    path("projects/<page_key:key>/forecast/", project_forecasts.show, name="project-forecast"),
    path("portfolios/<slug:slug>/scenarios/", scenarios.index, name="scenarios"),
    path("portfolios/<slug:slug>/scenarios/new/", scenarios.new, name="scenario-new"),
    path("portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/", scenarios.show, name="scenario"),
    path(
        "portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/edit/", scenarios.edit, name="scenario-edit"
    ),
    path(
        "portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/remove/",
        scenarios.remove,
        name="scenario-remove",
    ),
    path(
        "portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/changes/<slug:do>/",
        scenario_changes.add,
        name="scenario-change",
    ),
    path(
        "portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/changes/",
        scenario_changes.take_away,
        name="scenario-take-away",
    ),
    path(
        "portfolios/<slug:slug>/scenarios/<page_row:scenario_id>/adopt/",
        adoptions.adopt,
        name="scenario-adopt",
    ),
    path("portfolios/<slug:slug>/choose/", choosing.show, name="choose"),
]
