"""Addresses of the summaries."""

from django.urls import path

from portfolio.insights.pages import summaries

urlpatterns = [
    path("portfolios/<slug:slug>/", summaries.show, name="summary"),
    path("portfolios/<slug:slug>/summary/", summaries.take, name="summary-take"),
    path("portfolios/<slug:slug>/summary/<int:run_id>/", summaries.progress, name="summary-progress"),
]
