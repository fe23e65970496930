"""The addresses of projects; the list of all projects belongs to the register."""

from django.urls import path, register_converter

from projects.exports.answers import either
from projects.pages import (
    assessments,
    blocker_verbs,
    blockers,
    checklists,
    comments,
    comparisons,
    demands,
    details,
    evidence,
    evidence_files,
    follows,
    gate_packs,
    gates,
    histories,
    links,
    lists,
    measurements,
    metric_pairs,
    metrics,
    model_cards,
    moves,
    observations,
    outside,
    project_parts,
    projects,
    proposals,
    reasons,
    removals,
    retrospectives,
    rollback_reviews,
    signals,
    signoff_records,
    signoff_verbs,
    signoffs,
    teams,
    tier_agreements,
    todos,
    updates,
    waivers,
)


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


register_converter(Key, "page_key")
register_converter(RowId, "page_row")
GATE = "projects/<page_key:key>/gates/<slug:code>"
EVIDENCE = "projects/<page_key:key>/evidence"
TODO = "projects/<page_key:key>/todos/<page_row:todo_id>/"

urlpatterns = [
    path("projects/new/", projects.create, name="project_new"),
    path("projects/new/similar/", projects.similar, name="project_similar"),
    path("projects/<page_key:key>/", projects.overview, name="project"),
    path("projects/<page_key:key>/live/<slug:part>/", project_parts.look_again, name="project_live"),
    path("projects/<page_key:key>/gate/", gates.gate, name="project_gate"),
    path(f"{GATE}/", gates.gate, name="project_gate_of"),
    path(f"{GATE}/live/", gates.look_again, name="project_gate_live"),
    path(f"{GATE}/pack/", gate_packs.web, name="project_gate_pack"),
    path(f"{GATE}/pack.pdf", gate_packs.file, name="project_gate_pack_pdf"),
    path(f"{GATE}/ask/", gates.ask, name="project_gate_ask"),
    path(
        "projects/<page_key:key>/signoffs/",
        either(signoff_records.listed, signoff_records.export),
        name="project_signoffs",
    ),
    path("signoffs/<page_row:signoff_id>/", signoffs.show, name="signoff"),
    path("signoffs/<page_row:signoff_id>/remind/", signoffs.remind, name="signoff_remind"),
    path("signoffs/<page_row:signoff_id>/<slug:name>/", signoff_verbs.act, name="signoff_verb"),
    path("conditions/<page_row:condition_id>/close/", signoff_verbs.close, name="condition_close"),
    path("projects/<page_key:key>/rollback-review/", rollback_reviews.review, name="project_rollback_review"),
    path("projects/<page_key:key>/assessment/", assessments.sheet, name="project_assessment"),
    path("projects/<page_key:key>/assessment/compare/", comparisons.compare, name="project_compare"),
    path(
        "projects/<page_key:key>/assessment/confirm/<slug:group>/",
        assessments.confirm,
        name="project_answers_confirm",
    ),
    path("projects/<page_key:key>/assessment/<slug:question>/", assessments.history, name="project_question"),
    path(
        "projects/<page_key:key>/assessment/<slug:question>/answer/",
        assessments.answer,
        name="project_answer",
    ),
    path(
        "projects/<page_key:key>/assessment/<slug:question>/undo/",
        assessments.undo,
        name="project_answer_undo",
    ),
    path(
        "projects/<page_key:key>/assessment/<slug:question>/agree/",
        assessments.agree,
        name="project_answer_agree",
    ),
    path("projects/<page_key:key>/why/<slug:figure>/", reasons.why, name="project_why"),
    path("projects/<page_key:key>/moves/<slug:kind>/", moves.move, name="project_move"),
    path("projects/<page_key:key>/moves/<slug:kind>/live/", moves.look_again, name="project_move_live"),
    path("projects/<page_key:key>/waivers/", waivers.ask, name="project_waivers"),
    path(
        "projects/<page_key:key>/waivers/<page_row:waiver_id>/sign/", waivers.sign, name="project_waiver_sign"
    ),
    path("projects/<page_key:key>/checklists/<slug:name>/", checklists.sheet, name="project_checklist"),
    path("projects/<page_key:key>/tier/", tier_agreements.agree, name="project_tier"),
    path("projects/<page_key:key>/metrics/", either(metrics.show, metrics.file), name="project_metrics"),
    path("projects/<page_key:key>/metrics/observe/", observations.add, name="project_observe"),
    path("projects/<page_key:key>/measurements/", measurements.listed, name="project_measurements"),
    path("projects/<page_key:key>/measurements/add/", measurements.add, name="project_measurement_add"),
    path("projects/<page_key:key>/signals/declare/", signals.declare, name="project_signal_declare"),
    path("projects/<page_key:key>/signals/<slug:name>/remove/", signals.remove, name="project_signal_remove"),
    path("projects/<page_key:key>/metric-pairs/declare/", metric_pairs.declare, name="project_pair_declare"),
    path(
        "projects/<page_key:key>/metric-pairs/<slug:name>/remove/",
        metric_pairs.remove,
        name="project_pair_remove",
    ),
    path("projects/<page_key:key>/people-needed/", demands.edit, name="project_demands"),
    path("projects/<page_key:key>/links/add/", links.add, name="project_link_add"),
    path("projects/<page_key:key>/links/choices/", links.choices, name="project_link_choices"),
    path(
        "projects/<page_key:key>/links/<page_row:link_id>/remove/", links.remove, name="project_link_remove"
    ),
    path(
        "projects/<page_key:key>/retrospectives/add/",
        retrospectives.add,
        name="project_retrospective_add",
    ),
    path("projects/<page_key:key>/todos/add/", todos.add, name="project_todo_add"),
    path("proposals/<page_row:proposal_id>/", proposals.show, name="proposal"),
    path(TODO, todos.edit, name="project_todo"),
    path(f"{TODO}done/", todos.finish, name="project_todo_finish"),
    path(f"{TODO}reopen/", todos.reopen, name="project_todo_reopen"),
    path(f"{TODO}remove/", todos.remove, name="project_todo_remove"),
    path("projects/<page_key:key>/model-card/", model_cards.file, name="project_model_card"),
    path("projects/<page_key:key>/model-card/keep/", model_cards.keep, name="project_model_card_keep"),
    path("projects/<page_key:key>/model-card/bring/", model_cards.bring, name="project_model_card_bring"),
    path(f"{EVIDENCE}/", either(evidence.listed, lists.evidence), name="project_evidence"),
    path(f"{EVIDENCE}/add/", evidence_files.add, name="project_evidence_add"),
    path(f"{EVIDENCE}/state/<slug:name>/", evidence.state_, name="project_statement"),
    path(f"{EVIDENCE}/<page_row:evidence_id>/", evidence.show, name="project_evidence_item"),
    path(
        f"{EVIDENCE}/<page_row:evidence_id>/replace/",
        evidence_files.replace,
        name="project_evidence_replace",
    ),
    path(f"{EVIDENCE}/<page_row:evidence_id>/remove/", evidence.remove, name="project_evidence_remove"),
    path(f"{EVIDENCE}/<page_row:evidence_id>/restore/", evidence.restore, name="project_evidence_restore"),
    path(f"{EVIDENCE}/<page_row:evidence_id>/attach/", evidence.attach, name="project_evidence_attach"),
    path(f"{EVIDENCE}/<page_row:evidence_id>/detach/", evidence.detach, name="project_evidence_detach"),
    path("evidence/<page_row:version_id>/file/", evidence_files.file, name="evidence_file"),
    path(
        "projects/<page_key:key>/blockers/", either(blockers.listed, lists.blockers), name="project_blockers"
    ),
    path("projects/<page_key:key>/blockers/raise/", blockers.raise_, name="project_blocker_raise"),
    path("projects/<page_key:key>/blockers/others/", blockers.others, name="project_blocker_others"),
    path("blockers/raise/", blockers.choose, name="blocker_raise"),
    path("blockers/<page_row:blocker_id>/", blockers.show, name="blocker"),
    path("blockers/<page_row:blocker_id>/edit/", blockers.edit, name="blocker_edit"),
    path(
        "blockers/<page_row:blocker_id>/outside/<page_row:request_id>/call-off/",
        outside.call_off,
        name="blocker_call_off_outside",
    ),
    path("blockers/<page_row:blocker_id>/<slug:name>/", blocker_verbs.act, name="blocker_verb"),
    path("projects/<page_key:key>/follow/", follows.follow, name="project_follow"),
    path("projects/<page_key:key>/unfollow/", follows.unfollow, name="project_unfollow"),
    path("projects/<page_key:key>/update/", updates.post, name="project_update"),
    path("projects/<page_key:key>/updates/", either(updates.listed, lists.updates), name="project_updates"),
    path("projects/<page_key:key>/comments/", comments.post, name="project_comments"),
    path("projects/<page_key:key>/comments/<page_row:comment_id>/", comments.one, name="project_comment"),
    path(
        "projects/<page_key:key>/comments/<page_row:comment_id>/delete/",
        comments.delete,
        name="project_comment_delete",
    ),
    path("projects/<page_key:key>/people/", comments.mentionable, name="project_people"),
    path("projects/<page_key:key>/team/", either(teams.team, lists.team), name="project_team"),
    path("projects/<page_key:key>/team/assign/", teams.assign, name="project_team_assign"),
    path("projects/<page_key:key>/team/release/", teams.release, name="project_team_release"),
    path(
        "projects/<page_key:key>/history/", either(histories.history, lists.history), name="project_history"
    ),
    path("projects/<page_key:key>/edit/", details.edit, name="project_edit"),
    path("projects/<page_key:key>/fields/<slug:name>/", details.field, name="project_field"),
    path("projects/<page_key:key>/archive/", removals.archive, name="project_archive"),
    path("projects/<page_key:key>/unarchive/", removals.unarchive, name="project_unarchive"),
    path("projects/<page_key:key>/delete/", removals.delete, name="project_delete"),
    path("projects/<page_key:key>/restore/", removals.restore, name="project_restore"),
]
