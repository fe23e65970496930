"""Addresses that look across projects: the register and what it takes in and gives out."""

from django.urls import path

from portfolio.register.pages import (
    blocker_bulk,
    blockers,
    boards,
    bulk,
    cells,
    exports,
    import_profiles,
    import_reports,
    imports,
    my_work,
    portfolios,
    projects,
)

urlpatterns = [
    path("my-work/", my_work.show, name="my-work"),
    path("my-work/count/", my_work.count, name="my-work-count"),
    path("my-work/signoffs/", my_work.signoffs, name="my-work-signoffs"),
    path("my-work/todos/<int:todo_id>/done/", my_work.finish, name="my-work-finish"),
    path("my-work/todos/<int:todo_id>/reopen/", my_work.reopen, name="my-work-reopen"),
    path("projects/", projects.index, name="projects"),
    path("projects/filters/", projects.choose, name="project-filters"),
    path("projects/export/", exports.projects, name="project-export"),
    path("projects/bulk/", bulk.change, name="project-bulk"),
    path("projects/<str:key>/row/", cells.one_row, name="project-row"),
    path("projects/<str:key>/cells/<slug:name>/", cells.cell, name="project-cell"),
    path("blockers/", blockers.index, name="blockers"),
    path("blockers/filters/", blockers.choose, name="blocker-filters"),
    path("blockers/report/", blockers.report, name="blocker-report"),
    path("blockers/export/", blockers.export, name="blocker-export"),
    path("blockers/bulk/", blocker_bulk.change, name="blocker-bulk"),
    path("board/", boards.show, name="board"),
    path("portfolios/", portfolios.index, name="portfolios"),
    path("imports/", imports.index, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/profiles/", import_profiles.index, name="import-profiles"),
    path("imports/profiles/<slug:slug>/new/", import_profiles.edit, name="import-profile-new"),
    path("imports/profiles/<slug:slug>/<slug:name>/", import_profiles.edit, name="import-profile"),
    path("imports/<int:run_id>/", imports.show, name="import"),
    path("imports/<int:run_id>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:run_id>/apply/", imports.apply, name="import-apply"),
    path("imports/<int:run_id>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:run_id>/report.csv", import_reports.report, name="import-report"),
]
