"""Systems that may post to a portfolio: added, changed, paused, given new secrets, removed.

Secrets are sealed and shown once; no event, answer or log holds one, nor the address that strangers could
knock at.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from portfolio import seals
from portfolio.integrations.keys.actions import service_accounts
from portfolio.integrations.keys.rules import scopes
from portfolio.integrations.models import Registry, Source
from portfolio.integrations.sources.rules import presets, reading
from portfolio.integrations.sources.rules import secrets as source_secrets
from projects import events, permissions
from projects.actions import members
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.rules.facts import Obstacle

WRONG = "source_refused"
TOKEN_BYTES = 32  # 256 bits
LONGEST_NAME = 80
# More is a mistake; one source can serve every project of a portfolio.
MOST = 30
USUAL_ROLE = permissions.CONTRIBUTOR
ROLES = scopes.ROLES


@transaction.atomic
def add(
    portfolio_id: int,
    *,
    name: str,
    style: str,
    actor: Actor,
    role: str = USUAL_ROLE,
    registry: int | None = None,
    secret: str = "",
    rules: Sequence[Mapping[str, Any]] | None = None,
) -> tuple[Source, str]:
    """Let a system post; its secret, made here or there, is returned this once."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "source.manage", portfolio)
    secret = secret.strip()
    name = _tidy(name)
    said = {"name": name, "style": style, "role": role, "registry": registry}
    found = [*_obstacles(portfolio, said), *(source_secrets.obstacles(secret) if secret else [])]
    _refuse(found)
    if style == Source.Style.MLFLOW and registry is None:
        registry = _only_registry(portfolio)
    if portfolio.sources.count() >= MOST:
        raise Refused(f"{MOST} systems are as many as may post. Remove one first.", code="too_many")
    secret = secret or source_secrets.new()
    source = Source.objects.create(
        portfolio=portfolio,
        user=service_accounts.make(name),
        name=name,
        style=style,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        secret=seals.seal(source_secrets.packed(secret)),
        registry_id=registry,
        rules=_checked(presets.of(style).rules if rules is None else rules),
        created_by_id=actor.user_id,
    )
    members.set_role(portfolio.pk, user_id=source.user_id, role=role, actor=actor)
    _record(source, "source.added", actor, style=style, role=role)
    return source, secret


@transaction.atomic
def change(source_id: int, *, actor: Actor, **fields: Any) -> Source:
    """Change what is named: name, role, registry, rules."""
    if unknown := set(fields) - {"name", "role", "registry", "rules"}:
        raise ValueError(f"Not fields of a source that can be changed: {', '.join(sorted(unknown))}.")
    source = _lock(source_id, actor)
    if "name" in fields:
        fields["name"] = _tidy(fields["name"])
    if "rules" in fields:
        fields["rules"] = _checked(fields["rules"])
    _refuse(_obstacles(source.portfolio, fields))
    changed = []
    if "role" in fields and _role(source) != fields["role"]:
        members.set_role(source.portfolio_id, user_id=source.user_id, role=fields["role"], actor=actor)
        changed.append("role")
    columns = {"name": "name", "registry": "registry_id", "rules": "rules"}
    written = [name for name in columns if name in fields and getattr(source, columns[name]) != fields[name]]
    for name in written:
        setattr(source, columns[name], fields[name])
    if written:
        source.save(update_fields=written)
    if "name" in written:
        source.user.name = source.name
        source.user.save(update_fields=["name"])
    if changed := sorted(changed + written):
        _record(source, "source.changed", actor, changed=changed)
    return source


@transaction.atomic
def rotate(source_id: int, *, actor: Actor, secret: str = "", at_once: bool = False) -> str:
    """Give it a new secret, returned this once; the one before is good for a day, unless it leaked."""
    source = _lock(source_id, actor)
    secret = secret.strip()
    _refuse(source_secrets.obstacles(secret) if secret else [])
    secret = secret or source_secrets.new()
    now = timezone.now()
    before = "" if at_once else _newest(source)
    packed = source_secrets.packed(secret, before=before, until=now + source_secrets.OVERLAP)
    source.secret = seals.seal(packed)
    source.save(update_fields=["secret"])
    hours = int(source_secrets.OVERLAP.total_seconds() // 3600) if before else 0
    _record(source, "source.rotated", actor, overlap_hours=hours)
    return secret


@transaction.atomic
def pause(source_id: int, *, actor: Actor) -> Source:
    """Take no more messages and let those wait that have come; paused already is no change."""
    source = _lock(source_id, actor)
    if source.disabled_at is None:
        source.disabled_at = timezone.now()
        source.save(update_fields=["disabled_at"])
        _record(source, "source.changed", actor, changed=["disabled_at"])
    return source


@transaction.atomic
def go_on(source_id: int, *, actor: Actor) -> Source:
    """Take messages again; one that is not paused is no change."""
    source = _lock(source_id, actor)
    if source.disabled_at is not None:
        source.disabled_at = None
        source.save(update_fields=["disabled_at"])
        _record(source, "source.changed", actor, changed=["disabled_at"])
    return source


@transaction.atomic
def remove(source_id: int, *, actor: Actor) -> None:
    """Let it post no more, and forget its messages; what they did stays."""
    source = _lock(source_id, actor)
    _record(source, "source.removed", actor)
    source.delete()
    service_accounts.end(source.portfolio_id, source.user, actor)


def _lock(source_id: int, actor: Actor) -> Source:
    rows = Source.objects.select_for_update(of=("self",)).select_related("portfolio", "user")
    source = rows.get(pk=source_id)
    permissions.require(actor, "source.manage", source.portfolio)
    return source


def _newest(source: Source) -> str:
    """The secret in force; none when it was sealed with a key that is gone."""
    try:
        return source_secrets.in_force(seals.opened(source.secret), timezone.now())[0]
    except seals.Broken:
        return ""


def _role(source: Source) -> str:
    found = source.user.memberships.filter(portfolio_id=source.portfolio_id)
    return str(found.values_list("role", flat=True).first() or "")


def _only_registry(portfolio: Portfolio) -> int | None:
    """The registry that can only be meant, where there is one."""
    found = list(portfolio.registries.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _checked(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules as they are kept; Refused with every problem and its place."""
    document = {"rules": list(rules) if isinstance(rules, list | tuple) else rules}
    try:
        reading.parse(document)
    except reading.RulesInvalid as invalid:
        found = [Obstacle("rule_unusable", each.message, each.remedy, each.path) for each in invalid.problems]
        raise Refused("These rules cannot be kept.", code=WRONG, obstacles=found) from None
    kept: list[dict[str, Any]] = reading.plain(document)["rules"]
    return kept


def _obstacles(portfolio: Portfolio, said: Mapping[str, Any]) -> list[Obstacle]:
    found = []
    if "name" in said and not (0 < len(said["name"]) <= LONGEST_NAME and said["name"].isprintable()):
        remedy = f"Give it a name of 1 to {LONGEST_NAME} letters, such as the system's."
        found.append(Obstacle("name_unusable", "This is no name.", remedy, "name"))
    if "style" in said and said["style"] not in Source.Style.values:
        remedy = f"Choose one of {', '.join(Source.Style.values)}."
        found.append(Obstacle("style_unknown", "This kind of system is not known.", remedy, "style"))
    if "role" in said and said["role"] not in ROLES:
        remedy = f"Choose one of {', '.join(ROLES)}."
        found.append(Obstacle("role_unknown", "It cannot have this role.", remedy, "role"))
    registry = said.get("registry")
    if registry is not None and not Registry.objects.filter(pk=registry, portfolio=portfolio).exists():
        remedy = "Choose one of this portfolio."
        found.append(Obstacle("registry_unknown", "There is no such registry.", remedy, "registry"))
    return found


def _refuse(found: Sequence[Obstacle]) -> None:
    if found:
        raise Refused("Nothing was stored.", code=WRONG, obstacles=found)


def _record(source: Source, kind: str, actor: Actor, **said: Any) -> None:
    events.record(source.portfolio, kind, actor, source=source.pk, name=source.name, **said)
