"""Chats of a portfolio: added, changed, removed, let go on, and tried before they are kept.

The address is a secret of the chat: no event, answer or log holds more of it than its host.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portfolio import addresses, outgoing
from portfolio.notifications.actions.messages import POST_TASK
from portfolio.notifications.models import ChatHook, Delivery, State
from portfolio.notifications.rules import chat_formats, chat_hooks
from portfolio.notifications.rules.chat_formats import Post, Tone
from portfolio.wake import wake
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

WRONG = "chat_refused"


@transaction.atomic
def add(
    portfolio_id: int,
    *,
    name: str,
    style: str,
    url: str,
    topics: Sequence[str],
    actor: Actor,
    only_critical: bool = False,
) -> ChatHook:
    """Have a portfolio's news of some topics posted to a chat from now on."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "chat.manage", portfolio)
    said = _tidy({"name": name, "style": style, "url": url, "topics": topics, "only_critical": only_critical})
    _check(said)
    if portfolio.chat_hooks.count() >= chat_hooks.MOST:
        raise Refused(
            f"{chat_hooks.MOST} chats are as many as a portfolio has. Remove one first.", code="too_many"
        )
    hook = ChatHook.objects.create(portfolio=portfolio, created_by_id=actor.user_id, **said)
    _record(hook, "chat_hook.added", actor)
    return hook


@transaction.atomic
def change(hook_id: int, *, actor: Actor, **fields: Any) -> ChatHook:
    """Change what is named; an empty address keeps the one that is stored."""
    hook = _lock(hook_id, actor)
    said = _tidy({name: value for name, value in fields.items() if name != "url" or value})
    _check(said)
    changed = [name for name, value in said.items() if getattr(hook, name) != value]
    if not changed:
        return hook
    for name in changed:
        setattr(hook, name, said[name])
    hook.save(update_fields=changed)
    _record(hook, "chat_hook.changed", actor, changed=sorted(changed))
    return hook


@transaction.atomic
def remove(hook_id: int, *, actor: Actor) -> None:
    """Post nothing there any more; what was posted stays in the chat."""
    hook = _lock(hook_id, actor)
    _record(hook, "chat_hook.removed", actor)
    hook.delete()


@transaction.atomic
def enable(hook_id: int, *, actor: Actor, resend: bool = False) -> int:
    """Let a chat that was stopped go on, and on wish send what it missed; how many of those."""
    hook = _lock(hook_id, actor)
    if hook.disabled_at is not None:
        hook.disabled_at, hook.failures = None, 0
        hook.save(update_fields=["disabled_at", "failures"])
        _record(hook, "chat_hook.changed", actor, changed=["disabled_at"])
    if not resend:
        return 0
    parked = Delivery.objects.filter(hook=hook, state=State.PARKED)
    again = {"attempts": 0, "not_before": timezone.now(), "token": "", "lease_until": None}
    missed = parked.update(state=State.WAITING, **again)
    if missed:
        wake(POST_TASK)
    return missed


def test(portfolio: Portfolio, *, style: str, url: str, actor: Actor) -> str:
    """Post one line to an address now, before it is kept; what went wrong, or an empty text."""
    permissions.require(actor, "chat.manage", portfolio)
    _check({"style": style, "url": url})
    post = Post(
        f"{' '.join(portfolio.name.split())}: a test post from Plimsoll",
        ("It works. News of this portfolio will arrive here.",),
        f"{settings.BASE_URL}/portfolios/{portfolio.slug}/",
        Tone.GOOD,
    )
    return outgoing.request("POST", url, body=chat_formats.body(style, post), headers=outgoing.JSON).error


def _lock(hook_id: int, actor: Actor) -> ChatHook:
    hook = ChatHook.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=hook_id)
    permissions.require(actor, "chat.manage", hook.portfolio)
    return hook


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them; topics in one order, each once."""
    said = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "name" in said:
        said["name"] = " ".join(said["name"].split())
    if "topics" in said:
        said["topics"] = sorted(set(said["topics"]))
    return said


def _check(said: Mapping[str, Any]) -> None:
    if found := chat_hooks.obstacles(said, allow_private=settings.ALLOW_PRIVATE_HOOKS):
        raise Refused("Nothing was stored.", code=WRONG, obstacles=found)


def _record(hook: ChatHook, kind: str, actor: Actor, **said: Any) -> None:
    about = {"hook": hook.pk, "name": hook.name, "style": hook.style, "host": addresses.host(hook.url)}
    events.record(hook.portfolio, kind, actor, **about, **said)
