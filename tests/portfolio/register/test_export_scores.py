"""Scores, answers and blockers in the file of the list, and back through an import."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolio.register.actions import import_runs, imports
from portfolio.register.imports import profile_files
from portfolio.register.imports.mapping import Mapper
from portfolio.register.imports.tables import Row
from portfolio.register.models import RunState
from projects.actions import answers, blockers
from projects.models import Answer, Assessment, Project
from tests.factories import SYSTEM, a_portfolio, a_project, an_administrator

pytestmark = pytest.mark.django_db
BLOCKERS = "blockers(severity:category:age_days:overdue:owner)"
SCORES = ("risk", "impact", "p_production", "confidence", "quadrant", "has_critical_gap", "annual_value")


def table(client, query=""):
    data = b"".join(client.get(f"/projects/{query or '?'}&export=csv").streaming_content)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))), data


def judged(portfolio, name="Claims triage"):
    """A project of which something is known of every kind."""
    project = a_project(
        portfolio,
        name,
        llm=True,
        value_low=Decimal(100_000),
        value_likely=Decimal(200_000),
        value_high=Decimal(600_000),
        strategic=3,
        reach=2,
        metric_is_measured=True,
        metric_baseline=Decimal(9),
        guardrails="Complaints",
    )
    letters = {"WP1": "Y", "WP2": "N", "DQ1": "P", "GA1": "C"}
    given = [
        answers.Given(question, letter, evidence="https://example.org" if letter == "Y" else "")
        for question, letter in letters.items()
    ]
    answers.give_many(project.pk, given=given, actor=SYSTEM)
    raised = timezone.localdate() - timedelta(days=20)
    blockers.raise_(
        project.pk, title="No data", category="data_access", severity="high", raised_on=raised, actor=SYSTEM
    )
    project.refresh_from_db()
    return project


def test_a_row_holds_scores_answers_and_blockers(client):
    project = judged(a_portfolio())
    client.force_login(an_administrator())
    [row], _ = table(client)
    assert (row["answers_P1"], row["answers_P2"], row["answers_P3"]) == ("YNUUUU", "PUUUUU", "")
    assert row["answers_GA"] == "CUUUUUUUU"
    assert row["assessed on"] == timezone.localdate().isoformat()
    assert row[BLOCKERS] == "high:data_access:20:1:0"
    assert float(row["risk"]) == round(project.risk, 2)
    assert float(row["impact"]) == round(project.impact, 2)
    assert float(row["chance of production"]) == round(project.p_production, 4)
    assert (row["quadrant"], row["critical gap"]) == ("Intake", "no")
    result = Assessment.objects.get().result["pitfalls"]
    assert [float(row[f"risk {code}"]) for code in result] == [round(value, 2) for value in result.values()]
    assert (row["value low"], row["value likely"], row["value high"]) == ("100000", "200000", "600000")


def test_what_is_not_known_is_empty_and_not_zero(client):
    project = a_project()
    Project.objects.filter(pk=project.pk).update(risk=None, p_production=None, quadrant="", scored_at=None)
    Assessment.objects.all().delete()
    client.force_login(an_administrator())
    [row], _ = table(client)
    names = ["risk", "risk P1", "impact", "quadrant", "chance of production", "critical gap", "answers_P1"]
    assert [row[name] for name in [*names, "assessed on", BLOCKERS]] == [""] * 9


def test_a_quick_win_with_a_gap_says_so(client):
    project = a_project()
    Project.objects.filter(pk=project.pk).update(quadrant="quick_win", has_critical_gap=True)
    client.force_login(an_administrator())
    assert table(client)[0][0]["quadrant"] == "Quick win, critical gap"


def test_every_column_is_read_or_left_out_by_the_own_profile(client):
    judged(a_portfolio())
    client.force_login(an_administrator())
    [row], _ = table(client)
    mapper = Mapper(profile_files.parse(profile_files.shipped()["plimsoll"]), list(row))
    assert (mapper.missing, mapper.unmapped) == ([], [])
    assert mapper.candidate(Row(2, tuple(row.values()))).problems == []


def bring(portfolio, data, tmp_path, profile="plimsoll"):
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    run = imports.upload(portfolio.pk, profile=profile, file=path, file_name="file.csv", actor=SYSTEM)
    import_runs.take_up(run.pk)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED, run.error
    return run


def test_an_export_brought_back_changes_nothing(client, tmp_path):
    portfolio = a_portfolio()
    judged(portfolio)
    client.force_login(an_administrator())
    _, data = table(client)
    before = list(Answer.objects.values())
    run = bring(portfolio, data, tmp_path)
    assert run.counts["unchanged"] == 1
    assert list(Answer.objects.values()) == before
    assert portfolio.blockers.count() == 1


def test_an_export_brought_elsewhere_gives_the_same_scores(client, tmp_path):
    project = judged(a_portfolio())
    elsewhere = a_portfolio()
    client.force_login(an_administrator())
    _, data = table(client)
    run = bring(elsewhere, data, tmp_path)
    assert run.counts["created"] == 1
    copy = Project.objects.get(portfolio=elsewhere)
    assert [getattr(copy, name) for name in SCORES] == [getattr(project, name) for name in SCORES]
    assert Answer.objects.filter(project=copy).count() == 4
    assert copy.blockers.get().raised_on == project.blockers.get().raised_on


def test_letters_edited_in_an_export_become_answers(client, tmp_path):
    portfolio = a_portfolio()
    project = judged(portfolio)
    client.force_login(an_administrator())
    _, data = table(client)
    assert data.count(b"YNUUUU") == 1
    bring(portfolio, data.replace(b"YNUUUU", b"YCUUXU"), tmp_path)
    held = {row.question: row.letter for row in project.answers.filter(replaced_at=None)}
    assert held == {"WP1": "Y", "WP2": "C", "WP5": "X", "DQ1": "P", "GA1": "C"}
    assert project.answers.get(question="WP1").evidence == "https://example.org"
    risk = project.risk
    project.refresh_from_db()
    assert project.risk < risk
    assert project.assessment.answers["WP5"][0] == "X"
