"""`./run check` may excuse a question that got no answer, never an answer."""

import pytest

from tests.checks import advisories_not_reached

pytestmark = pytest.mark.once
UNKNOWN = "vine  Dependency not found and could not be audited: vine (5.1.0)\n"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("No known vulnerabilities found", ""),
        (f"No known vulnerabilities found\n{UNKNOWN}", "NOT CHECKED: no advisories to be had for 1 packages"),
        ("requests.exceptions.ConnectionError: …", "NOT CHECKED: the advisory database does not answer"),
        ("Found 1 known vulnerability in 1 package\ndjango 5.2 …", ""),
        (f"Found 2 known vulnerabilities in 1 package\n{UNKNOWN}ConnectionError", ""),
        ("Traceback: something else", ""),
    ],
)
def test_a_finding_is_never_excused(output, said):
    assert advisories_not_reached(output) == said
