"""What an alias in the registry does here: it names the model version, moves the project or proposes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portfolio.integrations.models import RegistryLink
from portfolio.integrations.registries.rules import registries as rules
from portfolio.integrations.registries.rules.registries import AliasChange
from projects.actions import moves, projects, proposals
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Project
from projects.queries import facts

PRODUCT = Actor.system("mlflow")
SOURCE = "mlflow"
# What a card shows of a refusal.
MOST_OBSTACLES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule that an alias has set off."""

    link: RegistryLink
    change: AliasChange
    to: str
    cause: str

    @property
    def words(self) -> str:
        """What happened there, for whoever decides here."""
        before = f", before it was version {self.change.former}" if self.change.former else ""
        return (
            f"In {self.link.registry.name} the alias {self.change.alias} of {self.link.name} "
            f"stands on version {self.change.version}{before}."
        )


def follow(link: RegistryLink, changes: Sequence[AliasChange], *, is_first: bool, now: datetime) -> None:
    """Do what these changes mean by the link's rules; refusals are kept with the link, and proposed instead.

    What was set before the link was made is no news: then a rule that moves proposes, too.
    """
    if not changes:
        return
    moved = {change.alias for change in changes}
    refusals = [each for each in link.refusals if each["alias"] not in moved]
    for change in changes:
        _take_back(link, change)
        if not change.version:
            continue
        if change.alias == link.version_from and (lack := _name_version(link, change, now)):
            refusals.append(lack)
        rule = link.aliases.get(change.alias)
        if rule and (lack := _carry_out(link, change, rule, is_first=is_first, now=now)):
            refusals.append(lack)
    if refusals != link.refusals:
        link.refusals = refusals
        link.save(update_fields=["refusals"])


def _take_back(link: RegistryLink, change: AliasChange) -> None:
    """What this alias had proposed for another version is nothing to decide on any more."""
    note = f"The alias {change.alias} has moved on in {link.registry.name}."
    proposals.withdraw(link.project_id, cause=_cause(link, change.alias), note=note, actor=PRODUCT)


def _cause(link: RegistryLink, alias: str) -> str:
    """How the causes of all begins that this alias leads to."""
    return f"mlflow:{link.registry_id}:{link.pk}:{alias[:60]}:"


def _name_version(link: RegistryLink, change: AliasChange, now: datetime) -> dict[str, Any] | None:
    """Name the project's model version: an edit as any other, signatures on the one before are lost."""
    try:
        with transaction.atomic():
            projects.edit(link.project_id, version=None, actor=PRODUCT, model_version=change.version[:60])
    except (Refused, NotAllowed) as refusal:
        return _refusal(change, "", refusal, now)
    return None


def _carry_out(
    link: RegistryLink, change: AliasChange, rule: dict[str, str], *, is_first: bool, now: datetime
) -> dict[str, Any] | None:
    """Move or propose; what stood in the way, if anything did."""
    project = Project.objects.select_related("portfolio").get(pk=link.project_id)
    if not _is_ahead(project, rule["to"]):
        return None
    # The moment makes it another cause when the alias comes back to a version it has left.
    cause = f"{_cause(link, change.alias)}{change.version[:40]}:{now:%Y%m%dT%H%M%S}"
    asked = Asked(link, change, rule["to"], cause)
    if rule["does"] == rules.PROPOSE or is_first:
        return _proposed(asked, asked.words, now)
    try:
        with transaction.atomic():
            moves.make(
                project.pk, actor=PRODUCT, to=asked.to, note=asked.words, source=SOURCE, external_id=cause
            )
    except (Refused, NotAllowed) as refusal:
        _proposed(asked, f"{asked.words} It was to move by itself. {refusal.message}", now)
        return _refusal(change, asked.to, refusal, now)
    return None


def _proposed(asked: Asked, reason: str, now: datetime) -> dict[str, Any] | None:
    try:
        with transaction.atomic():
            body = {"to": asked.to, "note": asked.words}
            proposals.propose(
                asked.link.project_id,
                kind="move",
                body=body,
                reason=reason,
                cause=asked.cause,
                actor=PRODUCT,
            )
    except (Refused, NotAllowed) as refusal:
        return _refusal(asked.change, asked.to, refusal, now)
    return None


def _is_ahead(project: Project, to: str) -> bool:
    """Whether the stage lies before a project that has not ended; a stage that is gone is refused later."""
    codes = [stage.code for stage in facts.workflow(project).stages]
    if project.has_ended:
        return False
    return to not in codes or codes.index(to) > codes.index(project.stage)


def _refusal(change: AliasChange, to: str, refusal: Refused | NotAllowed, now: datetime) -> dict[str, Any]:
    """A refusal as the card shows it: with every obstacle, and what would satisfy it."""
    found = refusal.obstacles[:MOST_OBSTACLES] if isinstance(refusal, Refused) else []
    return {
        "alias": change.alias,
        "version": change.version,
        "to": to,
        "code": refusal.code,
        "message": refusal.message,
        "obstacles": [
            {name: getattr(each, name) for name in ("code", "message", "remedy")} for each in found
        ],
        "at": now.isoformat(),
    }
