"""Drafts of a workflow: kept as written, reviewed by somebody else, published whole or not at all."""

import pytest

from projects.actions import workflow_drafts as drafts
from projects.actions import workflows
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Event, Portfolio, WorkflowDraft, WorkflowVersion
from projects.rules import presets, yaml_texts
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, acting
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def writer(portfolio):
    return acting(a_member(portfolio, "manager", "Wanda"))


@pytest.fixture
def reviewer(portfolio):
    return acting(a_member(portfolio, "manager", "Rita"))


@pytest.fixture
def publisher(portfolio):
    return acting(a_member(portfolio, "administrator", "Ada"))


def text(**changes):
    """The standard workflow with other words in it."""
    return yaml_texts.text({**presets.document("standard"), **changes})


def saved(portfolio, actor, written=None, version=0):
    return drafts.save(portfolio.pk, text=written or text(label="Ours"), version=version, actor=actor)


def traces(portfolio):
    rows = Event.objects.filter(portfolio=portfolio, kind__startswith="workflow.").order_by("pk")
    return list(rows.values_list("kind", "payload"))[1:]  # the first publishes the shipped one


def refused(code, attempt, *args, **fields):
    """The refusal, which left everything as it was."""
    before = list(WorkflowDraft.objects.values()), Event.objects.count(), WorkflowVersion.objects.count()
    with pytest.raises(Refused) as caught:
        attempt(*args, **fields)
    assert (
        list(WorkflowDraft.objects.values()),
        Event.objects.count(),
        WorkflowVersion.objects.count(),
    ) == before
    assert caught.value.code == code
    return caught.value


def test_a_draft_is_kept_as_it_was_written(portfolio, writer):
    written = "# why: the audit asked for it\n" + text(label="Ours")
    draft = saved(portfolio, writer, written)
    kept = WorkflowDraft.objects.get(pk=draft.pk)
    assert (kept.text, kept.version, kept.edited_by, kept.based_on_id) == (
        written,
        1,
        writer.user,
        portfolio.workflow_id,
    )
    assert traces(portfolio) == [("workflow.drafted", {"version": 1, "problems": 0})]
    assert WorkflowVersion.objects.count() == 1


@pytest.mark.parametrize("written", ["", "stages: [", "label: x\n", "- 1"])
def test_what_cannot_be_read_is_kept_too_and_never_published(portfolio, writer, publisher, written):
    draft = drafts.save(portfolio.pk, text=written, version=0, actor=writer)
    assert WorkflowDraft.objects.get(pk=draft.pk).text == written
    assert traces(portfolio)[-1][1]["problems"] > 0
    found = refused("draft_broken", drafts.publish, portfolio.pk, version=1, actor=publisher)
    assert found.obstacles and all(each.message and each.remedy for each in found.obstacles)


def test_who_edited_an_older_one_is_told(portfolio, writer, reviewer):
    saved(portfolio, writer)
    saved(portfolio, reviewer, text(label="Theirs"), version=1)
    for stale in (0, 1):
        with pytest.raises(Stale):
            saved(portfolio, writer, text(label="Mine"), version=stale)
        with pytest.raises(Stale):
            drafts.discard(portfolio.pk, version=stale, actor=writer)
    assert WorkflowDraft.objects.get().text == text(label="Theirs")


def test_a_new_draft_is_none_of_those_that_were_thrown_away(portfolio, writer):
    saved(portfolio, writer)
    drafts.discard(portfolio.pk, version=1, actor=writer)
    with pytest.raises(Stale):
        saved(portfolio, writer, version=1)
    saved(portfolio, writer)
    with pytest.raises(Stale):
        saved(portfolio, writer, text(label="From an old page"), version=1)
    assert [kind for kind, _ in traces(portfolio)] == [
        "workflow.drafted",
        "workflow.draft_discarded",
        "workflow.drafted",
    ]


def test_the_same_text_again_is_no_change(portfolio, writer, reviewer):
    saved(portfolio, writer)
    drafts.review(portfolio.pk, version=1, actor=reviewer)
    again = saved(portfolio, reviewer, version=1)
    assert (again.version, again.edited_by, again.reviewed_by) == (1, writer.user, reviewer.user)
    assert len(traces(portfolio)) == 2


@pytest.mark.parametrize("wrong", ["", "G3 needs the lawyers."])
def test_writing_it_anew_takes_the_review_away(portfolio, writer, reviewer, wrong):
    saved(portfolio, writer)
    reviewed = drafts.review(portfolio.pk, version=1, wrong=wrong, actor=reviewer)
    assert (reviewed.reviewed_by, reviewed.review_note) == (reviewer.user, wrong)
    assert reviewed.reviewed_at
    assert traces(portfolio)[-1] == (
        "workflow.reviewed",
        {"version": 1, "is_fine": not wrong, "wrong": wrong},
    )
    anew = saved(portfolio, writer, text(label="Anew"), version=1)
    assert (anew.reviewed_by, anew.reviewed_at, anew.review_note) == (None, None, "")


def test_nobody_reviews_what_they_wrote_last(portfolio, writer, reviewer):
    saved(portfolio, writer)
    refused("reviewer_is_author", drafts.review, portfolio.pk, version=1, actor=writer)
    saved(portfolio, reviewer, text(label="Anew"), version=1)
    assert drafts.review(portfolio.pk, version=2, actor=writer).reviewed_by == writer.user


def test_a_review_is_the_word_of_a_person_about_what_can_be_read(portfolio, writer, reviewer):
    saved(portfolio, writer)
    refused("reviewer_machine", drafts.review, portfolio.pk, version=1, actor=SYSTEM)
    refused("note_unusable", drafts.review, portfolio.pk, version=1, wrong="x" * 2_001, actor=reviewer)
    refused("stale", drafts.review, portfolio.pk, version=2, actor=reviewer)
    saved(portfolio, writer, "stages: [", version=1)
    refused("draft_broken", drafts.review, portfolio.pk, version=2, actor=reviewer)
    assert drafts.review(portfolio.pk, version=2, wrong="It cannot be read.", actor=reviewer).review_note


def test_publishing_says_who_wrote_and_who_reviewed(portfolio, writer, reviewer, publisher):
    saved(portfolio, writer)
    drafts.review(portfolio.pk, version=1, actor=reviewer)
    version = drafts.publish(portfolio.pk, version=1, note="As the audit asked", actor=publisher)
    assert (version.number, version.name, version.note) == (2, "Ours", "As the audit asked")
    assert Portfolio.objects.get(pk=portfolio.pk).workflow == version
    assert not WorkflowDraft.objects.exists()
    kind, payload = traces(portfolio)[-1]
    assert kind == "workflow.published"
    assert (payload["written_by"], payload["reviewed_by"]) == (writer.user_id, reviewer.user_id)


def test_it_can_be_published_without_a_review_and_the_event_says_so(portfolio, writer, publisher):
    saved(portfolio, writer)
    drafts.publish(portfolio.pk, version=1, actor=publisher)
    assert traces(portfolio)[-1][1]["reviewed_by"] is None


def test_an_objection_keeps_it_from_being_published(portfolio, writer, reviewer, publisher):
    saved(portfolio, writer)
    drafts.review(portfolio.pk, version=1, wrong="G3 needs the lawyers.", actor=reviewer)
    found = refused("review_objects", drafts.publish, portfolio.pk, version=1, actor=publisher)
    assert "Rita says that something is wrong: G3 needs the lawyers." in found.message
    drafts.review(portfolio.pk, version=1, actor=publisher)
    assert drafts.publish(portfolio.pk, version=1, actor=publisher).number == 2


def test_what_was_published_meanwhile_is_not_undone_unseen(portfolio, writer, reviewer, publisher):
    saved(portfolio, writer)
    drafts.review(portfolio.pk, version=1, actor=reviewer)
    workflows.publish_preset(portfolio, "lean", actor=SYSTEM)
    refused("draft_outdated", drafts.publish, portfolio.pk, version=1, actor=publisher)
    again = saved(portfolio, writer, version=1)
    assert (again.version, again.reviewed_by) == (2, None)
    assert drafts.publish(portfolio.pk, version=2, actor=publisher).number == 3


def test_what_is_published_already_is_not_published_again(portfolio, writer, publisher):
    saved(portfolio, writer, "# a remark\n" + text())
    refused("draft_unchanged", drafts.publish, portfolio.pk, version=1, actor=publisher)


@pytest.mark.parametrize("written", ["a\0b", "x" * 200_001])
def test_what_cannot_be_kept_is_refused(portfolio, writer, written):
    refused("text_unusable", drafts.save, portfolio.pk, text=written, version=0, actor=writer)


def test_a_draft_that_is_gone_is_missing(portfolio, publisher):
    for attempt in (drafts.discard, drafts.review, drafts.publish):
        refused("draft_missing", attempt, portfolio.pk, version=None, actor=publisher)


def test_managers_draft_and_only_administrators_publish(portfolio, writer):
    saved(portfolio, writer)
    with pytest.raises(NotAllowed):
        drafts.publish(portfolio.pk, version=1, actor=writer)
    others = [acting(a_member(portfolio, role)) for role in ("viewer", "contributor", "approver")]
    for actor in (*others, acting(a_person())):
        for attempt in (drafts.discard, drafts.review, drafts.publish):
            with pytest.raises(NotAllowed):
                attempt(portfolio.pk, version=1, actor=actor)
        with pytest.raises(NotAllowed):
            saved(portfolio, actor, version=1)
    assert WorkflowDraft.objects.count() == WorkflowVersion.objects.count() == 1
    assert len(traces(portfolio)) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(portfolio, writer, reviewer):
    found = at_once(
        lambda: saved(portfolio, writer, text(label="One")),
        lambda: saved(portfolio, reviewer, text(label="Two")),
    )
    assert [type(each) for each in found if isinstance(each, Exception)] == [Stale]
    assert WorkflowDraft.objects.get().version == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_what_was_seen(portfolio, writer, publisher):
    saved(portfolio, writer)
    found = at_once(
        lambda: saved(portfolio, writer, text(label="Later"), version=1),
        lambda: drafts.publish(portfolio.pk, version=1, actor=publisher),
    )
    assert [type(each) for each in found if isinstance(each, Exception)] == [Stale]
    names = set(WorkflowVersion.objects.filter(number=2).values_list("name", flat=True))
    assert names <= {"Ours"}
