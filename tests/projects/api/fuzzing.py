"""Requests made up from the API's own description, right and wrong ones, against the site itself."""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from portfolio.wsgi import application as site

# What is checked of every answer: no server error, and a status, type, headers and body that are described.
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


def application(environ, start_response):
    """The site as a server runs it: an answer is read to its end and closed, and what was sent with it."""
    answer = site(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


def operations():
    """Every operation of the API."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
    return [found.ok() for found in schema.get_all_operations()]


def fuzz(operation, secret, *, examples, mode, known):
    """Try an operation with made-up requests; how often it gave which status."""
    said = Counter()
    checks = CHECKS.get_by_names(list(HELD))

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_one(case):
        if said.total() % 2:  # half of them meet something that exists
            case.path_parameters.update({name: known[name] for name in case.path_parameters if name in known})
            _name_what_exists(case.body, known)
        # The client within the process asks for compressed answers and cannot read them.
        headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
        answer = case.call(headers=headers)
        said[answer.status_code] += 1
        case.validate_response(answer, checks=checks)

    try_one()
    return said


def _name_what_exists(body, known):
    """Put a portfolio and questions that there are into a made-up body."""
    if not isinstance(body, dict):
        return
    if "portfolio" in body:
        body["portfolio"] = known["slug"]
    answers = body.get("answers")
    for answer in answers if isinstance(answers, list) else []:
        if isinstance(answer, dict) and "question" in answer:
            answer["question"] = known["question"]
