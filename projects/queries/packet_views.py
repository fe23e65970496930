"""What people sign, readable: the packet in rows, its evidence, and what has changed since another one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from projects.models import AiActClass, EvidenceVersion, Packet, Project, Tier
from projects.queries.packets import LABELS
from projects.rules import packets

WORDS = {"risk_tier": dict(Tier.choices), "ai_act_class": dict(AiActClass.choices)}
# In the order in which people read them; the model version is there only where the gate names it.
SHOWN = (
    "business_metric",
    "ml_metric",
    "objective",
    "risk_tier",
    "ai_act_class",
    "personal_data",
    "vendor",
    "data_sources",
    "users_affected",
    "model_version",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that is not what it was; of evidence, what became of an item."""

    label: str
    before: str
    after: str
    item: EvidenceVersion | None = None


def rows(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is signed; empty where nobody has entered it."""
    names = [name for name in SHOWN if name != "model_version" or content.get(name)]
    return [
        (LABELS[name], _metric(value or {}) if name == "business_metric" else words(name, value))
        for name, value in ((name, content.get(name)) for name in names)  # a frozen one leaves blanks out
    ]


def words(name: str, value: Any) -> str:
    """A value as people say it; empty when there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case dict():
            return words(name, value.get("name"))
        case list() | tuple():
            return ", ".join(str(each) for each in value)
    return str(WORDS.get(name, {}).get(value, value))


def evidence(project: Project, *contents: Mapping[str, Any]) -> dict[tuple[int, str], EvidenceVersion]:
    """The versions of evidence that packets name, by item and hash; one query, none where they name none."""
    named = {(each["id"], each["sha256"]) for content in contents for each in content.get("evidence") or ()}
    if not named:
        return {}
    found = EvidenceVersion.objects.filter(
        evidence__project=project,
        evidence__in={item for item, _ in named},
        sha256__in={sha256 for _, sha256 in named},
    )
    rows_ = found.select_related("evidence", "added_by").order_by("number")
    return {(row.evidence_id, row.sha256): row for row in rows_ if (row.evidence_id, row.sha256) in named}


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    versions: Mapping[tuple[int, str], EvidenceVersion],
) -> list[Difference]:
    """Every member that has changed, with both values; evidence item by item."""
    found = []
    for path in packets.differences(before, after):
        if path == "evidence":
            found += _evidence(before.get(path) or (), after.get(path) or (), versions)
        else:
            found.append(Difference(LABELS.get(path, path), _at(before, path), _at(after, path)))
    return found


def frozen(packet: Packet) -> dict[str, Any]:
    """What a packet holds."""
    held: dict[str, Any] = json.loads(packet.content)
    return held


def _metric(metric: Mapping[str, Any]) -> str:
    """A business metric in one line: Cycle time, from 9.5 to 6 days."""
    name, unit = metric.get("name") or "", metric.get("unit") or ""
    ends = [
        f"{word} {metric[key]}" for word, key in (("from", "baseline"), ("to", "target")) if metric.get(key)
    ]
    figures = " ".join([*ends, unit]) if ends else ""
    return ", ".join(part for part in (name, figures) if part)


def _at(content: Mapping[str, Any], path: str) -> str:
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return words(path, value)


def _evidence(
    before: Iterable[Mapping[str, Any]],
    after: Iterable[Mapping[str, Any]],
    versions: Mapping[tuple[int, str], EvidenceVersion],
) -> list[Difference]:
    old, new = ({each["id"]: each["sha256"] for each in items} for items in (before, after))
    found = []
    for item in sorted({*old, *new}):
        was, now = (versions.get((item, side[item])) if item in side else None for side in (old, new))
        if item in old and item in new and old[item] == new[item]:
            continue
        label = "Evidence replaced" if item in old and item in new else "Evidence added"
        label = "Evidence removed" if item not in new else label
        found.append(Difference(label, _version(was), _version(now), now or was))
    return found


def _version(version: EvidenceVersion | None) -> str:
    if version is None:
        return ""
    return (
        f"{version.evidence.title}, version {version.number}"
        if version.number > 1
        else version.evidence.title
    )
