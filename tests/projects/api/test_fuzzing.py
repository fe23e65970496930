"""A short run of made-up requests; ./run prove has the long one."""

import pytest
from schemathesis import GenerationMode

from projects.actions.decisions import Asked
from tests import factories
from tests.projects.api import fuzzing

EXAMPLES = 4
# Of the two databases the stricter one; the long run asks it, too.
pytestmark = pytest.mark.postgres


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_operation_keeps_its_promises(mode, settings):
    settings.API_REQUESTS_PER_MINUTE = 0
    project = factories.a_project(factories.a_portfolio(slug="commerce", key_prefix="COM"))
    person = factories.on_team(project, "PO")
    _, secret = factories.a_key(project.portfolio)
    known = {"key": project.key, "slug": "commerce", "role": "PO", "person_id": person.pk, "question": "DQ4"}
    signed = factories.signs(
        factories.asked(project, "G0", "PO")["PO"],
        person,
        "approved_with_conditions",
        conditions=[Asked("Rehearse it", "before_gate")],
    )
    waiting = factories.asked(project, "G1", "PO")["PO"]
    known |= {"signoff_id": waiting.pk, "condition_id": signed.conditions.get().pk}
    operations = fuzzing.operations()
    assert len(operations) >= 15
    for operation in operations:
        said = fuzzing.fuzz(operation, secret, examples=EXAMPLES, mode=mode, known=known)
        print(operation.label, dict(said))
        assert said
