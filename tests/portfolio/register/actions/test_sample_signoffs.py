"""The sample's sign-offs stand as its file says, and live projects are due again on its days."""

import pytest
from django.utils import timezone

from portfolio.register.actions import sample_signoffs, samples
from projects.models import Project, SignOff
from projects.queries import facts, gate_sheets

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS = {"pending": "requested", "conditions_overdue": "lapsed"}


@pytest.fixture
def loaded():
    samples.load()
    return {project.key: project for project in Project.objects.all()}


def test_they_stand_as_the_file_says_and_live_projects_are_due_on_its_days(loaded):
    today = timezone.localdate()
    compared = 0
    for number, row in enumerate(samples.rows(), start=1):
        project = loaded[f"PRJ-{number}"]
        if row["recert_in_days"]:
            assert (project.recertify_on - today).days == int(row["recert_in_days"]), project.key
        for standing in sample_signoffs.standings(row):
            signoff = SignOff.objects.filter(project=project, role=standing.role).order_by("-pk").first()
            if signoff is None or signoff.used_at:
                continue
            gate = facts.workflow(project).gate(signoff.gate)
            found = next(each for each in gate_sheets.of(project, gate).roles if each.role == standing.role)
            assert found.state == WORDS.get(standing.state, standing.state), (project.key, standing)
            compared += 1
    assert compared == 10


def test_every_role_of_the_file_is_one():
    with pytest.raises(ValueError, match="astrologer"):
        list(sample_signoffs.standings({sample_signoffs.COLUMN: "astrologer:pending:3"}))


def test_the_words_of_the_file_are_read():
    (standing,) = sample_signoffs.standings({sample_signoffs.COLUMN: "legal:pending:44"})
    assert (standing.role, standing.state, standing.age.days) == ("LE", "pending", 44)
