"""Every example of the description: sent and answered as described, or answered as it shows."""

from itertools import islice

from django.db import transaction
from jsonschema import Draft202012Validator

from portfolio.api_examples import name_of
from tests.projects.api import answers_shown, examples, grounds

MOST_TRIED, MOST_READ = 30, 6
# What an example cannot know: the hash of what lies before its signer, and the rest of a workflow.
ANSWERED = {
    "decide_signoff, Approved": 412,
    "decide_signoff, Approved with a condition": 412,
    "decide_signoff, Rejected": 412,
    "simulate_workflow, A text": 400,
    "publish_scorecard, Read, changed, sent back": 400,
    # The gate is closed, and says what is missing.
    "agree_to_accept_blocker, As the sponsor": 409,
    # There is no draft of the workflow.
    "review_workflow_draft, It is fine": 409,
    "publish_workflow_draft, With a note": 409,
    # Nothing is posted into the installation's own network unless its settings allow that.
    "try_webhook_address, One of this machine": 400,
    # No blocker stops enough projects, and no tier is above the chosen one.
    "share_blocker, With an owner": 409,
    "agree_tier, Legal agrees": 400,
}
# What these do not answer without.
ASKED = {"portfolios/{slug}/compare": "?from=2026-11-20", "signoffs": "?waiting_for=me"}


def test_every_example_is_what_the_description_says():
    schema = examples.described()
    wrong = []
    for example in examples.of(schema):
        # Rows are shown whole, so the form of a row that lacks fields must not excuse one.
        checked = Draft202012Validator({**example.schema, "components": schema["components"]})
        wrong += [
            f"{example.operation}, {example.name}: {each.message}"
            for each in checked.iter_errors(example.value)
        ]
    assert not wrong, "; ".join(wrong)
    assert not (bare := examples.without(schema)), f"these take a body and show none: {bare}"


def test_every_example_of_a_request_is_answered_as_described(world, person):
    key, reader = world
    schema = examples.described()
    held, forms = answers_shown.Held(schema), answers_shown.writes(schema)
    found = {}
    for example in examples.of(schema):
        if not example.is_request:
            continue
        asked = f"{example.operation}, {example.name}"
        fine = (ANSWERED[asked],) if asked in ANSWERED else example.statuses
        ways = [(who, path) for path in reader.several(example.path, MOST_TRIED) for who in (key, person)]
        said = set()
        for who, path in ways:
            answer = _tried(who, example, path)
            said.add(answer.status_code)
            if answer.status_code in fine:
                of = name_of(example.operation, answer.status_code)
                held.see(of, forms[of], [answer.json()]) if of in forms else None
                break
        if not said & set(fine):
            found[asked] = sorted(said)
    assert not found, f"no address of the sample answers these as described: {found}"
    held.end()


def test_every_get_is_answered_as_its_example(world, person, tmp_path):
    key, reader = world
    grounds.fill(person, reader, tmp_path)
    reader.callers.append(person)
    reader.lists.clear()
    schema = examples.described()
    held, compared = answers_shown.Held(schema), 0
    for operation, path, whole in answers_shown.reads(schema):
        answers = _read(reader, path, key, person)
        said = list(answers if held.is_writing else islice(answers, 1))
        held.see(operation, whole, said)
        compared += bool(said)
    held.end()
    assert compared >= 90, compared


def test_every_list_shows_a_row_and_every_request_its_answer():
    kept = answers_shown.kept()
    assert not [each for each, example in kept.items() if answers_shown.is_empty(example)]
    shown = list(examples.of(examples.described()))
    requests, answers = (
        {each.operation for each in shown if each.is_request is way} for way in (True, False)
    )
    assert requests - answers == {name.partition(",")[0] for name in ANSWERED}


def _read(reader, path, *callers):
    """What is answered at an address of this form, for some that exist."""
    for filled in reader.several(path, MOST_READ):
        answers = [who.get(f"{filled}{ASKED.get(path, '')}") for who in callers]
        told = [
            each for each in answers if each.status_code == 200 and each["Content-Type"] == answers_shown.JSON
        ]
        if told:
            yield max((each.json() for each in told), key=answers_shown.says)


def _tried(caller, example, path):
    """How an example is answered; nothing of it stays."""
    with transaction.atomic():
        headers = {"If-Match": "*"} if example.method in ("PUT", "PATCH") else {}
        answer = caller(example.method, path, example.value, **headers)
        transaction.set_rollback(True)
    return answer
