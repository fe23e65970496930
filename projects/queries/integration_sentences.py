"""Events of keys, webhooks, sources, registries, metrics and proposals as sentences, whatever they lack.

What a payload tells by name: `name` of a key, webhook, source or registry; `model` and `registry` of a link;
`version`, `alias` and `former` version of a model; `metrics`, `stored` and `changed` of a batch; `says` and
`note` of a proposal.
"""

from collections.abc import Callable
from typing import Any

from projects.events import KINDS

# More names than these are a number.
NAMED = 3
NAMED_NOUNS = ("api_key", "webhook", "source", "registry")


def _named(kind: str) -> Callable[[dict[str, Any], object], str]:
    return lambda payload, _names: f"{KINDS[kind]}{_colon(payload.get('name'))}"


def _colon(said: object) -> str:
    return f": {said}" if said else ""


def _rotated(payload: dict[str, Any], names: object) -> str:
    if payload.get("ended_former"):
        return f"ended the secret of {payload.get('name') or 'an API key'} from before its rotation"
    hours = payload.get("overlap_hours")
    if hours is None:
        return _named("api_key.rotated")(payload, names)
    name = payload.get("name") or "an API key"
    if not hours:
        return f"gave {name} a new secret; the one before ended at once"
    return f"gave {name} a new secret; the one before is good for {_hours(hours)}"


def _hours(hours: int) -> str:
    days, rest = divmod(hours, 24)
    if days and not rest:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{hours} hour{'' if hours == 1 else 's'}"


def _disabled(payload: dict[str, Any], names: object) -> str:
    told = _named("webhook.disabled")(payload, names)
    return f"{told} ({payload['why']})" if payload.get("why") else told


def _linked(verb: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        noun = "the experiment" if payload.get("sort") == "experiment" else "the model"
        what = f"{noun} {payload['model']}" if payload.get("model") else "a model"
        return f"{verb} {what}" + (f" of {payload['registry']}" if payload.get("registry") else "")

    return says


def _appeared(payload: dict[str, Any], _names: object) -> str:
    version = f"version {payload['version']}" if payload.get("version") else "a version"
    return f"registered {version} of {payload.get('model') or 'the model'}"


def _alias(payload: dict[str, Any], _names: object) -> str:
    if not payload.get("alias"):
        return KINDS["model_alias.changed"]
    model = payload.get("model") or "the model"
    before, after = payload.get("former"), payload.get("version")
    if not after:
        return f"took the alias {payload['alias']} of {model} away" + (f", was {before}" if before else "")
    return f"gave version {after} of {model} the alias {payload['alias']}" + (
        f", was {before}" if before else ""
    )


def _observed(payload: dict[str, Any], _names: object) -> str:
    stored, changed = payload.get("stored", 0), payload.get("changed", 0)
    metrics = sorted(payload.get("metrics", []))
    of = ", ".join(metrics) if len(metrics) <= NAMED else f"{len(metrics)} metrics"
    if changed and not stored:
        return f"corrected {_observations(changed)} of {of or 'metrics'}"
    number = _observations(stored) if stored else "observations"
    told = f"posted {number} of {of or 'metrics'}"
    return f"{told} and corrected {changed:,}" if changed else told


def _observations(rows: int) -> str:
    return f"{rows:,} observation{'' if rows == 1 else 's'}"


def _taken_back(payload: dict[str, Any], _names: object) -> str:
    if not payload.get("metric"):
        return KINDS["observation.removed"]
    return f"took an observation of {payload['metric']} back: {payload.get('value')}"


def _proposal(kind: str, verb: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        told = f"{verb} {payload['says']}" if payload.get("says") else KINDS[kind]
        return f"{told} ({payload['note']})" if payload.get("note") else told

    return says


def _file(kind: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        projects = payload.get("projects")
        count = f", {projects} project{'' if projects == 1 else 's'}" if isinstance(projects, int) else ""
        return KINDS[kind] + count

    return says


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    **{kind: _named(kind) for kind in KINDS if kind.partition(".")[0] in NAMED_NOUNS},
    "api_key.rotated": _rotated,
    "webhook.disabled": _disabled,
    "registry_link.added": _linked("linked"),
    "registry_link.changed": _linked("changed the link to"),
    "registry_link.removed": _linked("unlinked"),
    "model_version.appeared": _appeared,
    "model_alias.changed": _alias,
    "observations.posted": _observed,
    "observation.removed": _taken_back,
    "proposal.made": _proposal("proposal.made", "proposed"),
    "proposal.confirmed": _proposal("proposal.confirmed", "confirmed the proposal:"),
    "proposal.declined": _proposal("proposal.declined", "declined the proposal:"),
    "proposal.lapsed": _proposal("proposal.lapsed", "let the proposal lapse:"),
    "portfolio.exported": _file("portfolio.exported"),
    "portfolio.imported": _file("portfolio.imported"),
}
