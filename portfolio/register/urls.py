"""Addresses that look across projects: the register and what it takes in and gives out."""

from django.urls import path

from portfolio.register.pages import bulk, cells, exports, projects

urlpatterns = [
    path("projects/", projects.index, name="projects"),
    path("projects/filters/", projects.choose, name="project-filters"),
    path("projects/export/", exports.projects, name="project-export"),
    path("projects/bulk/", bulk.change, name="project-bulk"),
    path("projects/<str:key>/row/", cells.one_row, name="project-row"),
    path("projects/<str:key>/cells/<slug:name>/", cells.cell, name="project-cell"),
]
