"""Whether what is sent of events is what the catalogue promises, whole and nothing beside it."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from portfolio.integrations.events.rules import bodies
from portfolio.integrations.events.rules import catalogue as event_catalogue
from portfolio.integrations.webhooks.queries import messages

# Fields that stay in the product on purpose.
KEPT_HERE = {"person.invited": {"email"}}


def strays(events):
    """What is wrong with the messages of these events, each kind and fault once."""
    found = set()
    for number, event in enumerate(events, start=1):
        event.position = event.position or number
        said = json.loads(bodies.body(messages.happened(event)))
        for fault in validator(event.kind).iter_errors(said):
            found.add(f"{event.kind}: {fault.json_path} {fault.message[:120]}")
        unsaid = set(event.payload) - set(said["data"]["payload"]) - KEPT_HERE.get(event.kind, set())
        found |= {f"{event.kind}: {name} is not in the catalogue" for name in unsaid}
    return sorted(found)


@cache
def validator(kind):
    """What a message of this kind has to be."""
    schema = event_catalogue.schema(kind)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
