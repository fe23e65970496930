"""Model registries of a portfolio: added, changed and removed, and tried before they are kept.

The credential is stored sealed; no event, answer or log holds it, nor more of the address than its host.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from portfolio import addresses, seals
from portfolio.integrations.models import Registry
from portfolio.integrations.registries.actions import links
from portfolio.integrations.registries.mlflow import Failed, Greeting, Server
from portfolio.integrations.registries.rules import registries as rules
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

WRONG, NO_ANSWER = "registry_refused", "no_answer"


@transaction.atomic
def add(
    portfolio_id: int, *, name: str, url: str, actor: Actor, username: str = "", credential: str = ""
) -> Registry:
    """Bind an MLflow server to a portfolio; its models can be linked to projects then."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "registry.manage", portfolio)
    said = _tidy({"name": name, "url": url, "username": username, "credential": credential})
    _check(said)
    if portfolio.registries.count() >= rules.MOST:
        raise Refused(
            f"{rules.MOST} registries are as many as a portfolio has. Remove one first.", code="too_many"
        )
    sealed = seals.seal(said["credential"]) if said["credential"] else ""
    registry = Registry(portfolio=portfolio, created_by_id=actor.user_id, **{**said, "credential": sealed})
    registry.save(force_insert=True)
    _record(registry, "registry.added", actor)
    return registry


@transaction.atomic
def change(registry_id: int, *, actor: Actor, **fields: Any) -> Registry:
    """Change what is named; an empty credential keeps the stored one, None forgets it."""
    registry = _lock(registry_id, actor)
    forgets = "credential" in fields and fields["credential"] is None
    said = _tidy({name: value for name, value in fields.items() if name != "credential" or value})
    _check(said)
    # A stored credential goes to the server that it was entered for, and to no other.
    moves = "url" in said and addresses.host(said["url"]) != addresses.host(registry.url)
    if moves and registry.credential and "credential" not in said and not forgets:
        _refuse_credential()
    if "credential" in said:
        said["credential"] = seals.seal(said["credential"])
    elif forgets and registry.credential:
        said["credential"] = ""
    changed = [name for name, value in said.items() if getattr(registry, name) != value]
    if not changed:
        return registry
    for name in changed:
        setattr(registry, name, said[name])
    registry.failures = 0
    registry.save(update_fields=[*changed, "failures"])
    _record(registry, "registry.changed", actor, changed=sorted(changed))
    links.read_soon(registry.links.all())
    return registry


@transaction.atomic
def remove(registry_id: int, *, actor: Actor) -> None:
    """Read it no more: its links go with it, history and observations stay."""
    registry = _lock(registry_id, actor)
    _record(registry, "registry.removed", actor, links=registry.links.count())
    registry.delete()


def try_out(
    portfolio: Portfolio,
    *,
    url: str,
    actor: Actor,
    username: str = "",
    credential: str = "",
    known: Registry | None = None,
) -> Greeting:
    """Ask a server now, before it is kept; without a credential the stored one is used. Refused says why."""
    permissions.require(actor, "registry.manage", portfolio)
    said = _tidy({"url": url, "username": username, "credential": credential})
    _check(said)
    if known is not None and known.credential and not said["credential"]:
        if addresses.host(said["url"]) != addresses.host(known.url):
            _refuse_credential()
        said["credential"] = _opened(known)
    try:
        return Server(**said).greeting()
    except Failed as failure:
        raise Refused(failure.message, code=NO_ANSWER) from failure


def server(registry: Registry, until: float | None = None) -> Server:
    """The server of a registry, with its credential; raises Failed where that cannot be read any more."""
    try:
        opened = seals.opened(registry.credential) if registry.credential else ""
    except seals.Broken as broken:
        raise Failed(f"The token cannot be read. {broken}") from broken
    return Server(registry.url, registry.username, opened, until)


def _opened(registry: Registry) -> str:
    try:
        return seals.opened(registry.credential)
    except seals.Broken as broken:
        raise Refused(f"The token cannot be read. {broken}", code=NO_ANSWER) from broken


def _refuse_credential() -> None:
    raise Refused(
        "The stored token belongs to another server. Enter the token of this one.", code="other_server"
    )


def _lock(registry_id: int, actor: Actor) -> Registry:
    rows = Registry.objects.select_for_update(of=("self",)).select_related("portfolio")
    registry = rows.get(pk=registry_id)
    permissions.require(actor, "registry.manage", registry.portfolio)
    return registry


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them, and addresses without a slash at the end."""
    said = {name: value.strip() for name, value in fields.items() if value is not None}
    if "name" in said:
        said["name"] = " ".join(said["name"].split())
    if "url" in said:
        said["url"] = said["url"].rstrip("/")
    return said


def _check(said: Mapping[str, Any]) -> None:
    if found := rules.registry_obstacles(said, allow_private=settings.ALLOW_PRIVATE_HOOKS):
        raise Refused("Nothing was stored.", code=WRONG, obstacles=found)


def _record(registry: Registry, kind: str, actor: Actor, **said: Any) -> None:
    about = {"registry": registry.pk, "name": registry.name, "host": addresses.host(registry.url)}
    events.record(registry.portfolio, kind, actor, **about, **said)
