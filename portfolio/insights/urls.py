"""Addresses of the pages about a whole portfolio."""

from django.urls import path

from portfolio.insights.pages import balances, calibrations, dismissals, roadmap_files, roadmaps, summaries

urlpatterns = [
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
    path("portfolios/<slug:slug>/roadmap/", roadmaps.show, name="roadmap"),
    path("portfolios/<slug:slug>/roadmap/filters/", roadmaps.choose, name="roadmap-filters"),
    path("portfolios/<slug:slug>/roadmap/forecast/", roadmaps.forecast, name="roadmap-forecast"),
    path("portfolios/<slug:slug>/roadmap/projects.csv", roadmap_files.rows, name="roadmap-rows"),
    path("portfolios/<slug:slug>/roadmap/dates.ics", roadmap_files.days, name="roadmap-days"),
    path("portfolios/<slug:slug>/calibration/", calibrations.show, name="calibration"),
]
