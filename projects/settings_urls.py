"""Addresses of a portfolio's settings."""

from django.urls import path

from projects.pages import portfolios, scorecards, workflows

urlpatterns = [
    path("portfolios/new/", portfolios.new, name="new-portfolio"),
    path("portfolios/<slug:slug>/settings/", portfolios.general, name="settings"),
    path("portfolios/<slug:slug>/workflow/", workflows.show, name="workflow"),
    path("portfolios/<slug:slug>/workflow/edit/", workflows.edit, name="edit-workflow"),
    path("portfolios/<slug:slug>/workflow/adopt/", workflows.adopt, name="adopt-workflow"),
    path("portfolios/<slug:slug>/workflow/<int:number>.yaml", workflows.download, name="workflow-file"),
    path("portfolios/<slug:slug>/settings/questions/", scorecards.show, name="questions"),
    path("portfolios/<slug:slug>/settings/questions/edit/", scorecards.edit, name="edit-questions"),
    path(
        "portfolios/<slug:slug>/settings/questions/<int:number>.yaml",
        scorecards.download,
        name="questions-file",
    ),
]
