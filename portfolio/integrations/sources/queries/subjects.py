"""The project that a message is about."""

from collections.abc import Sequence
from typing import Any

from portfolio.integrations.models import RegistryLink, Source
from portfolio.integrations.sources.rules import meanings, reading
from portfolio.integrations.sources.rules.meanings import Sought
from projects.models import Project


def found(source: Source, sought: Sequence[Sought]) -> Project | None:
    """The first of these that is a project of the source's portfolio."""
    here = Project.objects.real().filter(portfolio_id=source.portfolio_id, deleted_at=None)
    here = here.select_related("portfolio")
    for each in sought:
        if each.by == "key":
            project = here.filter(key=each.name).first()
        else:
            project = here.filter(pk__in=_linked(source, each.name)).order_by("pk").first()
        if project is not None:
            return project
    return None


def first(source: Source, kind: str, body: Any) -> Project | None:
    """The project in whose line a message waits: that of the first rule that finds one."""
    try:
        rules = reading.read(source.rules)
    except reading.RulesInvalid:
        return None
    for rule in meanings.matching(rules, kind, body):
        if (project := found(source, meanings.sought(rule, body))) is not None:
            return project
    return _of_the_model(source, body) if source.style == Source.Style.MLFLOW else None


def _of_the_model(source: Source, body: Any) -> Project | None:
    """MLflow's messages name a model, without any rule."""
    data = body.get("data") if isinstance(body, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    return found(source, [Sought("model", name[:500])]) if isinstance(name, str) else None


def _linked(source: Source, model: str) -> Any:
    links = RegistryLink.objects.filter(registry=source.registry_id, kind="model", name=model)
    return links.values("project")
