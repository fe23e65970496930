"""The addresses of projects; the list of all projects belongs to the register."""

from django.urls import path, register_converter

from projects.pages import comments, details, histories, moves, projects, removals, teams, updates, waivers


class Key:
    """A project key in any letter case, as in FRD-12."""

    regex = "[A-Za-z][A-Za-z0-9]{1,5}-[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class RowId:
    """The id of a row; more digits fit no column."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Key, "key")
register_converter(RowId, "row_id")

urlpatterns = [
    path("projects/new/", projects.create, name="project_new"),
    path("projects/new/similar/", projects.similar, name="project_similar"),
    path("projects/<key:key>/", projects.overview, name="project"),
    path("projects/<key:key>/gate/", projects.gate, name="project_gate"),
    path("projects/<key:key>/moves/<slug:kind>/", moves.move, name="project_move"),
    path("projects/<key:key>/waivers/", waivers.ask, name="project_waivers"),
    path("projects/<key:key>/waivers/<row_id:waiver_id>/sign/", waivers.sign, name="project_waiver_sign"),
    path("projects/<key:key>/update/", updates.post, name="project_update"),
    path("projects/<key:key>/updates/", updates.listed, name="project_updates"),
    path("projects/<key:key>/comments/", comments.post, name="project_comments"),
    path(
        "projects/<key:key>/comments/<row_id:comment_id>/delete/",
        comments.delete,
        name="project_comment_delete",
    ),
    path("projects/<key:key>/people/", comments.mentionable, name="project_people"),
    path("projects/<key:key>/team/", teams.team, name="project_team"),
    path("projects/<key:key>/team/assign/", teams.assign, name="project_team_assign"),
    path("projects/<key:key>/team/release/", teams.release, name="project_team_release"),
    path("projects/<key:key>/history/", histories.history, name="project_history"),
    path("projects/<key:key>/edit/", details.edit, name="project_edit"),
    path("projects/<key:key>/fields/<slug:name>/", details.field, name="project_field"),
    path("projects/<key:key>/archive/", removals.archive, name="project_archive"),
    path("projects/<key:key>/unarchive/", removals.unarchive, name="project_unarchive"),
    path("projects/<key:key>/delete/", removals.delete, name="project_delete"),
    path("projects/<key:key>/restore/", removals.restore, name="project_restore"),
]
