"""Model registries and links to them: what may be said of them, how often they are read, what changed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portfolio import addresses
from projects.rules.facts import Obstacle
from projects.rules.measurements import LONGEST_NAME as LONGEST_METRIC
from projects.rules.measurements import NAME as METRIC
from projects.rules.observations import ENVIRONMENTS, LONGEST_SEGMENT

LONGEST_NAME, LONGEST_MODEL, LONGEST_ALIAS = 80, 500, 255
LONGEST_USER, LONGEST_CREDENTIAL = 150, 4_000
# More servers than an organisation runs; more models than one initiative has; more rules than anybody reads.
MOST, MOST_LINKS, MOST_ALIASES, MOST_METRICS = 10, 20, 20, 100
MODEL, EXPERIMENT = KINDS = ("model", "experiment")
PROPOSE, MOVE = DOES = ("propose", "move")
# By the clock; a server that does not answer is asked half as often each time, and four times a day at least.
EVERY, SELDOM = timedelta(minutes=15), timedelta(hours=6)
# What MLflow takes as an alias.
ALIAS = re.compile(r"[\w-]+")


class AliasChange(NamedTuple):
    """An alias that stands on another version than before; an empty version: on none."""

    alias: str
    version: str
    former: str


class Stretch(NamedTuple):
    """A time in which an alias stood on one version; `until` None: still."""

    version: str
    since: datetime
    until: datetime | None


def registry_obstacles(said: Mapping[str, Any], *, allow_private: bool) -> list[Obstacle]:
    """Everything that is wrong with these fields of a registry."""
    found = []
    if "name" in said and not 0 < len(said["name"]) <= LONGEST_NAME:
        remedy = f"Give it a name of 1 to {LONGEST_NAME} letters, such as MLflow of the claims team."
        found.append(Obstacle("name_unusable", "This is no name.", remedy, "name"))
    if "url" in said:
        wrong = addresses.problem(said["url"], allow_private=allow_private)
        if not wrong and "?" in said["url"]:
            wrong = "There is a part after ? in it. Enter the address up to where MLflow begins."
        if wrong:
            message, _, remedy = wrong.partition(". ")
            found.append(Obstacle("address_unusable", f"{message.rstrip('.')}.", remedy, "url"))
    for name, longest in (("username", LONGEST_USER), ("credential", LONGEST_CREDENTIAL)):
        text = said.get(name, "")
        # They go into a header, where a line would begin another one.
        if len(text) > longest or not text.isascii() or not text.isprintable():
            remedy = f"Use at most {longest} letters, digits and signs, without line breaks."
            found.append(Obstacle("unusable", "This cannot be sent.", remedy, name))
    return found


def link_obstacles(said: Mapping[str, Any], stages: Sequence[str]) -> list[Obstacle]:
    """Everything that is wrong with these fields of a link; `stages` are the codes of the workflow."""
    found = []
    name = said["name"]
    if not 0 < len(name) <= LONGEST_MODEL or not name.isprintable():
        found.append(Obstacle("name_unusable", "This is no name.", "Choose one from the list.", "name"))
    elif "'" in name and '"' in name:
        remedy = "Rename it there: MLflow cannot be asked for a name with both kinds of quotes."
        found.append(Obstacle("name_unusable", "This name cannot be read.", remedy, "name"))
    if said["kind"] not in KINDS:
        found.append(
            Obstacle("kind_unknown", "This is not known.", f"Use one of {', '.join(KINDS)}.", "kind")
        )
    if said["kind"] == EXPERIMENT and (said["aliases"] or said["version_from"] or said["tells_stage"]):
        remedy = "Link the registered model instead."
        found.append(Obstacle("no_aliases", "An experiment has no aliases.", remedy, "aliases"))
    found += _alias_obstacles(said["aliases"], stages)
    if said["version_from"] and not _is_alias(said["version_from"]):
        found.append(Obstacle("alias_unusable", "This is no alias.", "Such as champion.", "version_from"))
    return [*found, *_metric_obstacles(said["metrics"])]


def _alias_obstacles(aliases: Mapping[str, Mapping[str, str]], stages: Sequence[str]) -> list[Obstacle]:
    found = []
    if len(aliases) > MOST_ALIASES:
        found.append(
            Obstacle("too_many", f"{len(aliases)} rules.", f"Use at most {MOST_ALIASES}.", "aliases")
        )
    for alias, rule in aliases.items():
        if not _is_alias(alias):
            remedy = "Use letters, digits, _ and -, such as champion."
            found.append(Obstacle("alias_unusable", f"“{alias[:40]}” is no alias.", remedy, "aliases"))
        if rule.get("to") not in stages:
            message = f"There is no stage {str(rule.get('to'))[:40]}."
            found.append(Obstacle("stage_unknown", message, f"Use one of {', '.join(stages)}.", "aliases"))
        if rule.get("does") not in DOES:
            found.append(
                Obstacle("unknown", "It is not said what it does.", f"Use {' or '.join(DOES)}.", "aliases")
            )
    return found


def _is_alias(alias: str) -> bool:
    return len(alias) <= LONGEST_ALIAS and bool(ALIAS.fullmatch(alias))


def _metric_obstacles(metrics: Sequence[Mapping[str, str]]) -> list[Obstacle]:
    found = []
    if len(metrics) > MOST_METRICS:
        found.append(
            Obstacle("too_many", f"{len(metrics)} metrics.", f"Use at most {MOST_METRICS}.", "metrics")
        )
    for each in metrics:
        ours = each.get("ours", "")
        if not each.get("theirs", "") or len(each["theirs"]) > 250 or not each["theirs"].isprintable():
            remedy = "Name the metric as it is called in MLflow."
            found.append(Obstacle("metric_name", "The metric there has no name.", remedy, "metrics"))
        if not METRIC.fullmatch(ours) or len(ours) > LONGEST_METRIC:
            remedy = f"Use small letters, digits and _, at most {LONGEST_METRIC}, such as recall."
            found.append(Obstacle("metric_name", f"“{ours[:40]}” is no name here.", remedy, "metrics"))
        if each.get("environment", "offline") not in ENVIRONMENTS:
            remedy = f"Use one of {', '.join(ENVIRONMENTS)}."
            found.append(Obstacle("environment", "This is no environment.", remedy, "metrics"))
        segment = each.get("segment", "")
        if len(segment) > LONGEST_SEGMENT or not segment.isprintable():
            remedy = f"Use at most {LONGEST_SEGMENT} letters."
            found.append(Obstacle("segment", "This is no segment.", remedy, "metrics"))
    return found


def ours(theirs: str) -> str:
    """The name that a metric has here when nobody has chosen one: val/F1-score is val_f1_score."""
    plain = re.sub(r"[^a-z0-9]+", "_", theirs.lower()).strip("_")
    named = plain if plain[:1].isalpha() else f"m_{plain}"
    return named[:LONGEST_METRIC].rstrip("_") if plain else ""


def pause(failures: int) -> timedelta:
    """How long a server is left alone after so many failures in a row."""
    # Beyond ten doublings every pause is the longest one.
    return min(EVERY * 2 ** min(max(failures - 1, 0), 10), SELDOM)


def alias_changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[AliasChange]:
    """What changed between two readings, by alias."""
    return [
        AliasChange(alias, now.get(alias, ""), before.get(alias, ""))
        for alias in sorted({*before, *now})
        if before.get(alias, "") != now.get(alias, "")
    ]


def stretches(changes: Iterable[tuple[str, datetime]]) -> list[Stretch]:
    """On which version an alias stood from when until when, the latest first; given in order of time."""
    found: list[Stretch] = []
    for version, at in changes:
        if found and found[-1].until is None:
            found[-1] = found[-1]._replace(until=at)
        if version:
            found.append(Stretch(version, at, None))
    return found[::-1]
