"""Webhooks of a portfolio: tried, added, changed, switched, given new secrets, removed.

Secrets are kept sealed and returned once; no event, log or answer holds them, nor do events hold more of an
address than its host.
"""

import base64
import secrets as randomness
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portfolio import addresses, outgoing, seals
from portfolio.integrations.events.rules import bodies
from portfolio.integrations.models import Webhook
from portfolio.integrations.webhooks.actions import replays, stops
from portfolio.integrations.webhooks.queries import messages
from portfolio.integrations.webhooks.rules import signatures
from portfolio.integrations.webhooks.rules import webhooks as rules
from portfolio.outgoing import Answer
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.rules.facts import Obstacle

WRONG = "webhook_refused"
UNTESTED = "test_failed"
SECRET_BYTES = 32
PAUSED = "Switched off by hand."


def add(
    portfolio_id: int,
    *,
    url: str,
    actor: Actor,
    name: str = "",
    kinds: Collection[str] = (),
    secret: str = "",
    untested: bool = False,
) -> tuple[Webhook, str]:
    """Have a portfolio's events posted to an address from now on; the secret is returned this once.

    A test message goes there first, and what does not take it is kept only `untested`.
    """
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "webhook.manage", portfolio)
    said = _tidy({"name": name or addresses.host(url.strip()), "url": url, "kinds": kinds, "secret": secret})
    _check(said)
    secret = said.pop("secret") or new_secret()
    if not untested:
        _must_answer(portfolio, said["url"], [secret])
    return _store(portfolio_id, said, secret, actor), secret


@transaction.atomic
def _store(portfolio_id: int, said: Mapping[str, Any], secret: str, actor: Actor) -> Webhook:
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    if portfolio.webhooks.count() >= rules.MOST:
        message = f"{rules.MOST} webhooks are as many as a portfolio has. Remove one first."
        raise Refused(message, code="too_many")
    hook = Webhook.objects.create(
        portfolio=portfolio, secret=seals.seal(secret), created_by_id=actor.user_id, **said
    )
    hook.told_after = _record(hook, "webhook.added", actor, kinds=hook.kinds)
    hook.save(update_fields=["told_after"])
    return hook


def change(webhook_id: int, *, actor: Actor, untested: bool = False, **fields: Any) -> Webhook:
    """Change what is named; an empty address keeps the stored one, another one is tested first."""
    hook = _allowed(webhook_id, actor)
    said = _tidy({name: value for name, value in fields.items() if name != "url" or value})
    _check(said)
    if not untested and said.get("url", hook.url) != hook.url:
        must_answer(hook, said["url"], actor=actor)
    return _keep(webhook_id, said, actor)


@transaction.atomic
def _keep(webhook_id: int, said: Mapping[str, Any], actor: Actor) -> Webhook:
    hook = _lock(webhook_id, actor)
    changed = [name for name, value in said.items() if getattr(hook, name) != value]
    if not changed:
        return hook
    for name in changed:
        setattr(hook, name, said[name])
    if "url" in changed:
        hook.rests_until = None
    hook.save(update_fields=[*changed, "rests_until"])
    _record(hook, "webhook.changed", actor, changed=sorted(changed), kinds=hook.kinds)
    return hook


@transaction.atomic
def switch(webhook_id: int, *, is_on: bool, actor: Actor, resend: bool = False) -> int:
    """Switch a webhook on or off; on wish it sends what it missed meanwhile. How many of those."""
    hook = _lock(webhook_id, actor)
    now = timezone.now()
    if is_on == (hook.disabled_at is None):
        return 0
    since = replays.missed_since(hook) if is_on and resend else None
    hook.failures, hook.disabled_at, hook.disabled_why = 0, None if is_on else now, "" if is_on else PAUSED
    if not is_on:
        stops.park_all(hook, now)
    changed = _record(hook, "webhook.changed", actor, changed=["is_on"], is_on=is_on)
    # What it missed may hold events that have no place in the feed yet.
    hook.told_after, hook.rests_until = hook.told_after if resend else changed, None
    hook.save(update_fields=["failures", "disabled_at", "disabled_why", "told_after", "rests_until"])
    return replays.write(hook, since, now) if since else 0


@transaction.atomic
def rotate(
    webhook_id: int, *, actor: Actor, secret: str = "", overlap_hours: int = rules.USUAL_OVERLAP_HOURS
) -> str:
    """Give a webhook a new secret, returned this once; messages carry both signatures for a while."""
    hook = _lock(webhook_id, actor)
    said = _tidy({"secret": secret})
    _check(said)
    if not 0 <= overlap_hours <= rules.LONGEST_OVERLAP_HOURS:
        remedy = f"Choose 0 to {rules.LONGEST_OVERLAP_HOURS} hours."
        wrong = Obstacle("overlap_unusable", "So long both secrets cannot hold.", remedy, "overlap_hours")
        raise Refused("Nothing was changed.", code=WRONG, obstacles=[wrong])
    fresh = said["secret"] or new_secret()
    hook.former_secret, hook.secret = hook.secret if overlap_hours else "", seals.seal(fresh)
    hook.former_until = timezone.now() + timedelta(hours=overlap_hours) if overlap_hours else None
    hook.save(update_fields=["secret", "former_secret", "former_until"])
    _record(hook, "webhook.rotated", actor, overlap_hours=overlap_hours)
    return fresh


@transaction.atomic
def remove(webhook_id: int, *, actor: Actor) -> None:
    """Post nothing there any more; what was posted is forgotten here."""
    hook = _lock(webhook_id, actor)
    _record(hook, "webhook.removed", actor)
    hook.delete()


def ping(
    portfolio: Portfolio, *, url: str, actor: Actor, secret: str = "", hook: Webhook | None = None
) -> Answer:
    """Post a test message now, to an address typed or to that of a webhook; what came back."""
    permissions.require(actor, "webhook.manage", portfolio)
    url = url.strip() or (hook.url if hook else "")
    _check({"url": url, "secret": secret})
    known = _secrets(hook) if hook and not secret else [secret or new_secret()]
    return _ping(portfolio, url, known)


def must_take(
    portfolio: Portfolio,
    *,
    url: str,
    secret: str,
    actor: Actor,
    name: str = "",
    kinds: Collection[str] = (),
    untested: bool = False,
) -> None:
    """Try what would be added, before anything is locked; raises Refused when a test message is not taken."""
    permissions.require(actor, "webhook.manage", portfolio)
    said = _tidy({"name": name or addresses.host(url.strip()), "url": url, "kinds": kinds, "secret": secret})
    _check(said)
    if not untested:
        _must_answer(portfolio, said["url"], [said["secret"]])


def must_answer(hook: Webhook, url: str, *, actor: Actor) -> None:
    """Try another address for a webhook; raises Refused when a test message is not taken there."""
    permissions.require(actor, "webhook.manage", hook.portfolio)
    _check({"url": url.strip()})
    _must_answer(hook.portfolio, url.strip(), _secrets(hook))


def new_secret() -> str:
    """A secret as Standard Webhooks has it, 256 bits of chance."""
    return rules.SECRET_PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def _ping(portfolio: Portfolio, url: str, known: list[str]) -> Answer:
    now = timezone.now()
    said = bodies.ping(portfolio.slug, now)
    message_id = f"msg_test_{randomness.token_hex(8)}"
    return outgoing.request("POST", url, body=said, headers=signatures.headers(message_id, now, said, known))


def _must_answer(portfolio: Portfolio, url: str, known: list[str]) -> None:
    answer = _ping(portfolio, url, known)
    if answer.error:
        remedy = "Put it right and try again, or save it untested."
        wrong = Obstacle(UNTESTED, f"The test message was not taken. {answer.error}", remedy, "url")
        raise Refused("Nothing was stored.", code=WRONG, obstacles=[wrong])


def _secrets(hook: Webhook) -> list[str]:
    try:
        return messages.secrets_of(hook, timezone.now())
    except seals.Broken as error:
        raise Refused(messages.UNREADABLE, code="secret_unreadable") from error


def _allowed(webhook_id: int, actor: Actor) -> Webhook:
    hook = Webhook.objects.select_related("portfolio").get(pk=webhook_id)
    permissions.require(actor, "webhook.manage", hook.portfolio)
    return hook


def _lock(webhook_id: int, actor: Actor) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("portfolio")
    hook = rows.get(pk=webhook_id)
    permissions.require(actor, "webhook.manage", hook.portfolio)
    return hook


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them; kinds in one order, each once."""
    said = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "name" in said:
        said["name"] = " ".join(said["name"].split())[: rules.LONGEST_NAME]
    if "kinds" in said:
        said["kinds"] = sorted(set(said["kinds"]))
    return said


def _check(said: Mapping[str, Any]) -> None:
    found = rules.obstacles(said, known=events.KINDS, allow_private=settings.ALLOW_PRIVATE_HOOKS)
    if found:
        raise Refused("Nothing was stored.", code=WRONG, obstacles=found)


def _record(hook: Webhook, kind: str, actor: Actor, **said: Any) -> int:
    """The event's id."""
    return events.record(hook.portfolio, kind, actor, **stops.named(hook), **said).pk
