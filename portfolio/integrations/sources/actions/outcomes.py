"""What came of a message, rule by rule: done, nothing to change, or refused with every obstacle."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.registries.actions import messages as registry_messages
from portfolio.integrations.sources.actions import work
from portfolio.integrations.sources.actions.work import Origin
from portfolio.integrations.sources.queries import subjects
from portfolio.integrations.sources.rules import meanings, reading
from portfolio.integrations.sources.rules.meanings import Rule
from projects.actors import Actor
from projects.errors import NotAllowed, Reason, Refused
from projects.models import Project

State = SourceMessage.State
DOOR = "hook"
# What rules can do; the account's role says on which projects, and gates say when.
SCOPES = frozenset(
    {
        *("moves:write", "proposals:write", "updates:write", "metrics:write", "assessments:write"),
        *("evidence:write", "blockers:write", "signals:write", "projects:read"),
    }
)
# Ends of a piece of work that call for somebody.
BAD = "refused"
ROLE = "Give the source a role that may, or change the rule."


def actor_of(source: Source, request_id: str = "") -> Actor:
    """The source's own account, in its portfolio and with what rules can do."""
    portfolios = frozenset([source.portfolio_id])
    return Actor(source.user, DOOR, scopes=SCOPES, portfolios=portfolios, request_id=request_id)


def of(message: SourceMessage, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Carry out a message by these rules, inside of a transaction; what came of each piece of work."""
    source = message.source
    try:
        known = reading.read(rules)
    except reading.RulesInvalid as invalid:
        return [_refused("rules_unusable", f"The rules cannot be used: {invalid}.", "Put the rules right.")]
    before = {each["did"]: each for each in message.outcome if each.get("did")}
    matching = meanings.matching(known, message.kind, message.body)
    outcome = [
        *_of_the_registry(source, message.body),
        *(_of_the_rule(rule, message, before) for rule in matching),
    ]
    dids = {each.get("did") for each in outcome}
    outcome = [*(each for did, each in before.items() if did not in dids), *outcome]
    return outcome or [
        entry("nothing_to_do", "No rule fits this message.", "Add a rule for it if one should.")
    ]


def state(outcome: Sequence[Mapping[str, Any]]) -> str:
    """How a message with this outcome stands."""
    if any(each.get("is") == BAD for each in outcome):
        return State.REFUSED
    return State.IGNORED if all(each["code"] == "nothing_to_do" for each in outcome) else State.DONE


def kept(message: SourceMessage) -> list[dict[str, Any]]:
    """What a message has done before, whatever comes of it now."""
    return [each for each in message.outcome if each.get("did")]


def entry(code: str, message: str, remedy: str = "", **more: Any) -> dict[str, Any]:
    """One line of an outcome."""
    return {"code": code, "message": message, "remedy": remedy} | more


def _refused(code: str, message: str, remedy: str = "", **more: Any) -> dict[str, Any]:
    return entry(code, message, remedy, **{"is": BAD}, **more)


def _of_the_registry(source: Source, body: Any) -> Iterator[dict[str, Any]]:
    """What MLflow posts is a reason to read the model again; rules add to that."""
    if source.style != Source.Style.MLFLOW or not isinstance(body, dict):
        return
    if source.registry is None:
        remedy = "Choose the registry in the settings of this source."
        yield _refused("registry_missing", "It is not said which registry this source speaks of.", remedy)
        return
    yield from registry_messages.heard(source.registry, body)


def _of_the_rule(rule: Rule, message: SourceMessage, before: Mapping[str, Any]) -> dict[str, Any]:
    sought = meanings.sought(rule, message.body)
    project = subjects.found(message.source, sought)
    if project is None:
        return _without_project(rule, [each.name for each in sought])
    filled = meanings.fill(rule, message.body)
    named = {"rule": rule.name, "project": project.key}
    if filled.obstacles:
        remedy = "Change the rule, or what is sent."
        found = [_obstacle(each) for each in filled.obstacles]
        return _refused(
            "fields_missing", "The message lacks what the rule needs.", remedy, obstacles=found, **named
        )
    did = _fingerprint(rule.verb, project, filled.values)
    if did in before:
        return dict(before[did])
    return named | _worked(rule, project, filled.values, _origin(message, did), did)


def _worked(
    rule: Rule, project: Project, values: Mapping[str, Any], origin: Origin, did: str
) -> dict[str, Any]:
    """One piece of work; what is refused leaves nothing behind."""
    try:
        with transaction.atomic():
            done = work.do(rule.verb, project, values, origin)
    except Refused as refusal:
        return _refused(
            refusal.code, refusal.message, obstacles=[_obstacle(each) for each in refusal.obstacles]
        )
    except NotAllowed as refusal:
        return _refused(refusal.code, refusal.message, ROLE)
    return entry(done.code, done.message, did=did)


def _without_project(rule: Rule, names: Sequence[str]) -> dict[str, Any]:
    if names:
        message = f"There is no project {' or '.join(dict.fromkeys(names))} here."
    else:
        message = "The message does not say which project it is about."
    remedy = "Have its key sent, or name the project in the rule."
    return _refused("project_missing", message, remedy, rule=rule.name)


def _origin(message: SourceMessage, did: str) -> Origin:
    source = message.source
    actor = actor_of(source, f"message {message.pk}" if message.pk else "")
    # Of two moves by one message each is made once.
    external_id = f"{message.external_id}#{did[:8]}"
    return Origin(actor, source.name, f"{source.style}-{source.pk}", external_id, message.received_at)


def _fingerprint(verb: str, project: Project, values: Mapping[str, Any]) -> str:
    """The same for the same work, so that it is done once for a message."""
    said = json.dumps([verb, project.pk, values], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _obstacle(reason: Reason) -> dict[str, Any]:
    """As the REST API shows it."""
    names = ("code", "message", "remedy", "field")
    return {name: getattr(reason, name) for name in names if hasattr(reason, name)}
