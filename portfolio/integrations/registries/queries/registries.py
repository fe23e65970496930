"""Model registries, links to them and what was read, as pages and the API show them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404

from portfolio import addresses
from portfolio.integrations.models import ModelVersion, Registry, RegistryLink
from portfolio.integrations.registries.mlflow import page_of
from portfolio.integrations.registries.rules import registries as rules
from portfolio.integrations.registries.rules.registries import Stretch
from projects.models import Event, Portfolio, Project
from projects.queries import facts

# Versions on a project's card; its page shows more.
SHOWN, MOST_SHOWN = 3, 50
# Metrics and tags beside a version: more than these are on MLflow's own page.
METRICS_SHOWN, TAGS_SHOWN = 4, 3
# Changes of aliases that are looked at for who was in use when.
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A registry with the number of its links."""

    registry: Registry
    host: str
    links: int

    @property
    def state(self) -> str:
        """`failed`, `read` or `never`."""
        return "failed" if self.registry.error else "read" if self.registry.read_at else "never"


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as a page shows it."""

    row: ModelVersion
    url: str
    in_use: list[str]  # aliases that mean a stage here

    @property
    def metrics(self) -> list[tuple[str, float]]:
        """The first of its metrics."""
        return [(name, of["value"]) for name, of in list(self.row.metrics.items())[:METRICS_SHOWN]]

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The first of its tags."""
        return list(self.row.tags.items())[:TAGS_SHOWN]

    @property
    def more_metrics(self) -> int:
        """How many metrics are not shown."""
        return max(len(self.row.metrics) - METRICS_SHOWN, 0)

    @property
    def other_aliases(self) -> list[str]:
        """Aliases that mean nothing here."""
        return [alias for alias in self.row.aliases if alias not in self.in_use]


@dataclass(frozen=True, slots=True)
class Linked:
    """A link with what was read of it, and which version an alias stood on when."""

    link: RegistryLink
    url: str
    rules: list[tuple[str, str, str]]  # alias, label of the stage, what it does
    versions: list[Shown] = field(default_factory=list)
    more: int = 0
    times: list[tuple[str, list[Stretch]]] = field(default_factory=list)


def of(portfolio: Portfolio) -> list[Row]:
    """The registries of a portfolio by name; one query."""
    rows = Registry.objects.filter(portfolio=portfolio).annotate(number=Count("links"))
    return [Row(each, addresses.host(each.url), each.number) for each in rows]


def one_or_404(portfolio: Portfolio, registry_id: int) -> Registry:
    """One of them."""
    registry = get_object_or_404(Registry, portfolio=portfolio, pk=registry_id)
    registry.portfolio = portfolio
    return registry


def link_or_404(project: Project, link_id: int) -> RegistryLink:
    """One link of a project."""
    rows = RegistryLink.objects.select_related("registry")
    link = get_object_or_404(rows, project=project, pk=link_id)
    link.project = project
    return link


def choices(project: Project) -> list[Registry]:
    """The registries that a project's models may be in."""
    return list(Registry.objects.filter(portfolio_id=project.portfolio_id))


def linked(project: Project, most: int = SHOWN, *, with_times: bool = False) -> list[Linked]:
    """What a project is linked to, with its newest versions and those in use; three queries at most."""
    links = list(RegistryLink.objects.filter(project=project).select_related("registry"))
    if not links:
        return []
    found: dict[int, list[ModelVersion]] = defaultdict(list)
    for row in ModelVersion.objects.filter(link__in=links).order_by("-made_at", "-pk"):
        found[row.link_id].append(row)
    changes = _changes(project) if with_times else {}
    labels = {stage.code: stage.label for stage in facts.workflow(project).stages}
    return [_linked(link, found[link.pk], most, changes.get(link.pk, {}), labels) for link in links]


def times(link: RegistryLink) -> list[tuple[str, list[Stretch]]]:
    """On which version each alias of a link stood, from when until when."""
    return _times(_changes(link.project).get(link.pk, {}))


def _linked(
    link: RegistryLink,
    rows: list[ModelVersion],
    most: int,
    changes: Mapping[str, list[tuple[str, datetime]]],
    labels: Mapping[str, str],
) -> Linked:
    # Those in use first: they may be far from the newest.
    ranked = sorted(rows, key=lambda row: not row.aliases)
    shown = [
        Shown(
            row,
            page_of(link.registry.url, link.kind, link.name, row.version),
            [alias for alias in row.aliases if alias in link.aliases or alias == link.version_from],
        )
        for row in ranked[:most]
    ]
    said = [
        (alias, labels.get(rule["to"], rule["to"]), rule["does"])
        for alias, rule in sorted(link.aliases.items())
    ]
    url = page_of(link.registry.url, link.kind, link.name)
    return Linked(link, url, said, shown, len(rows) - len(shown), _times(changes))


def _changes(project: Project) -> dict[int, dict[str, list[tuple[str, datetime]]]]:
    """By link and alias: the versions it was moved to, in order of time."""
    rows = Event.objects.filter(project=project, kind="model_alias.changed").order_by("-pk")
    found: dict[int, dict[str, list[tuple[str, datetime]]]] = defaultdict(lambda: defaultdict(list))
    for payload, at in reversed(rows.values_list("payload", "at")[:MOST_CHANGES]):
        said: Any = payload
        found[said.get("link", 0)][said.get("alias", "")].append((said.get("version", ""), at))
    return found


def _times(changes: Mapping[str, list[tuple[str, datetime]]]) -> list[tuple[str, list[Stretch]]]:
    return [(alias, rules.stretches(moved)) for alias, moved in sorted(changes.items())]
