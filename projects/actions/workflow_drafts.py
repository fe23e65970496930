"""The next version of a workflow while it is written: saved whole or broken, reviewed, published."""

from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import workflows
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Event, Portfolio, WorkflowDraft, WorkflowVersion
from projects.rules import workflow as workflow_rules
from projects.rules import yaml_texts
from projects.rules.documents import Problem
from projects.rules.facts import Obstacle

LONGEST_NOTE = 2_000


@transaction.atomic
def save(portfolio_id: int, *, text: str, version: int | None, actor: Actor) -> WorkflowDraft:
    """Keep the text as it is, also where it cannot be read; writing it anew takes the review away.

    `version` is that of the draft which was edited, 0 where there was none, None for whichever there is.
    """
    portfolio = _portfolio(portfolio_id, actor, "workflow.draft")
    if reasons := _unusable(text):
        raise Refused(reasons[0].message, code="text_unusable", obstacles=reasons)
    draft = WorkflowDraft.objects.filter(portfolio=portfolio).first()
    _check_version(draft, version)
    if draft is None:
        draft = WorkflowDraft(portfolio=portfolio, version=_last_version(portfolio))
    elif draft.text == text and draft.based_on_id == portfolio.workflow_id:
        return draft
    draft.text, draft.version = text, draft.version + 1
    draft.based_on_id = portfolio.workflow_id
    draft.edited_by_id, draft.edited_at = actor.user_id, actor.now()
    draft.reviewed_by, draft.reviewed_at, draft.review_note = None, None, ""
    draft.save()
    _, problems = read(text)
    events.record(portfolio, "workflow.drafted", actor, version=draft.version, problems=len(problems))
    return draft


@transaction.atomic
def discard(portfolio_id: int, *, version: int | None, actor: Actor) -> None:
    """Throw the draft away; what is published stays as it is."""
    portfolio = _portfolio(portfolio_id, actor, "workflow.draft")
    draft = _present(portfolio, version)
    events.record(portfolio, "workflow.draft_discarded", actor, version=draft.version)
    draft.delete()


@transaction.atomic
def review(portfolio_id: int, *, version: int | None, wrong: str = "", actor: Actor) -> WorkflowDraft:
    """Say what is wrong with the draft, or nothing: then it is fine. Nobody reviews what they wrote last."""
    portfolio = _portfolio(portfolio_id, actor, "workflow.draft")
    draft = _present(portfolio, version)
    wrong = wrong.strip()
    if actor.is_machine:
        raise Refused("A review is the word of a person. Sign in to give it.", code="reviewer_machine")
    if actor.user_id == draft.edited_by_id:
        raise Refused("You wrote this draft last. Ask somebody else to review it.", code="reviewer_is_author")
    if len(wrong) > LONGEST_NOTE or "\0" in wrong:
        raise Refused(f"Say it in at most {LONGEST_NOTE:,} characters.", code="note_unusable")
    if not wrong:
        _parsed(draft)
    draft.reviewed_by_id, draft.reviewed_at, draft.review_note = actor.user_id, actor.now(), wrong
    draft.save(update_fields=["reviewed_by", "reviewed_at", "review_note"])
    events.record(
        portfolio, "workflow.reviewed", actor, version=draft.version, is_fine=not wrong, wrong=wrong
    )
    return draft


@transaction.atomic
def publish(portfolio_id: int, *, version: int | None, note: str = "", actor: Actor) -> WorkflowVersion:
    """Publish the draft as the next version; the event says who wrote and who reviewed it."""
    portfolio = _portfolio(portfolio_id, actor, "workflow.publish")
    draft = _present(portfolio, version)
    parsed = _parsed(draft)
    if draft.review_note:
        raise Refused(
            f"{draft.reviewed_by or 'A reviewer'} says that something is wrong: {draft.review_note}",
            code="review_objects",
        )
    if draft.based_on_id != portfolio.workflow_id:
        raise Refused(
            f"{portfolio.workflow} was published after this draft was saved. Look at what changes "
            "against it, and save the draft again.",
            code="draft_outdated",
        )
    if portfolio.workflow and parsed == portfolio.workflow.rules:
        raise Refused("The draft says what is published already.", code="draft_unchanged")
    published = workflows.publish(
        portfolio.pk,
        definition=workflow_rules.dump(parsed),
        note=note,
        actor=actor,
        written_by=draft.edited_by_id,
        reviewed_by=draft.reviewed_by_id,
    )
    draft.delete()
    return published


def read(text: str) -> tuple[workflow_rules.Workflow | None, list[Problem]]:
    """What a draft's text says, or everything that is wrong with it."""
    return yaml_texts.read(text, workflow_rules.parse, noun="workflow")


def _portfolio(portfolio_id: int, actor: Actor, ability: str) -> Portfolio:
    """The row that everybody who writes a workflow locks."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, ability, portfolio)
    return portfolio


def _present(portfolio: Portfolio, version: int | None) -> WorkflowDraft:
    draft = WorkflowDraft.objects.filter(portfolio=portfolio).select_related("reviewed_by").first()
    if draft is None:
        raise Refused("There is no draft: it was published or discarded.", code="draft_missing")
    _check_version(draft, version)
    return draft


def _check_version(draft: WorkflowDraft | None, version: int | None) -> None:
    if version is None or version == (draft.version if draft else 0):
        return
    what = "was changed" if draft else "was published or discarded"
    raise Stale(f"The draft {what} by somebody else since you opened it.", code="stale")


def _last_version(portfolio: Portfolio) -> int:
    """Numbers go on from earlier drafts: who still has one of those open cannot overwrite a new one."""
    return Event.objects.filter(portfolio=portfolio, kind="workflow.drafted").count()


def _parsed(draft: WorkflowDraft) -> workflow_rules.Workflow:
    parsed, problems = read(draft.text)
    if parsed is None:
        obstacles = [Obstacle("draft_broken", f"{p.path}: {p.message}", p.remedy, p.path) for p in problems]
        raise Refused("The draft cannot be read as a workflow.", code="draft_broken", obstacles=obstacles)
    return parsed


def _unusable(text: Any) -> list[Obstacle]:
    """Why a text cannot be kept at all."""
    if "\0" in text:
        message = "The text holds a character that cannot be kept."
        return [Obstacle("unusable_character", message, "Save the file as text in UTF-8.", "text")]
    if len(text) > yaml_texts.MOST_CHARACTERS:
        message = f"The text has more than {yaml_texts.MOST_CHARACTERS:,} characters."
        return [Obstacle("too_long", message, "Make it shorter.", "text")]
    return []
