"""Answers, blockers and values of a file: the same scores, the same rules, and nothing the second time."""

import csv
from datetime import timedelta
from importlib import resources

import pytest
from django.utils import timezone

from portfolio.register.actions import import_profiles, import_runs, imports
from portfolio.register.models import RunState
from projects.actions import answers, blockers, members, scorecards
from projects.models import Answer, Assessment, Blocker, Event, Project, Score
from projects.rules import scorecards as rules
from tests.factories import SYSTEM, a_member, a_portfolio, acting

pytestmark = pytest.mark.django_db
SAMPLE = resources.files("portfolio.register") / "sample" / "projects.csv"
PROFILE = """
name: Judged
source: judged
identity: {id: id}
fields:
  name: name
  llm: llm
  value_low: low
  value_likely: likely
  value_high: high
  strategic: strategic
  blockers: blockers
answers: {P1: P1, P2: P2, GA: GA, age_days: age}
questions:
  MP5: {column: monitoring, words: {"Yes": C, "No": N, Not applicable: X}}
stage: {column: stage, words: {idea: idea, pilot: pilot, data: data}, empty: idea}
"""
HEADER = ["id", "name", "llm", "low", "likely", "high", "strategic", "blockers", "P1", "P2", "GA", "age"]
HEADER += ["monitoring", "stage"]


@pytest.fixture
def portfolio():
    return a_portfolio("Judged", slug="judged")


@pytest.fixture
def manager(portfolio):
    return a_member(portfolio, "manager", "Maya Manager")


@pytest.fixture
def bring(portfolio, manager, tmp_path):
    """Upload rows, check them and apply them unless told not to."""
    import_profiles.save(portfolio.pk, name="judged", text=PROFILE, version=0, actor=acting(manager))

    def bring(*rows, apply=True):
        path = tmp_path / "judged.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, HEADER)
            writer.writeheader()
            writer.writerows({"id": str(number), **row} for number, row in enumerate(rows, 1))
        return brought(portfolio, path, "judged", acting(manager, "import"), apply=apply)

    return bring


def brought(portfolio, path, profile, actor, *, apply=True):
    run = imports.upload(portfolio.pk, profile=profile, file=path, file_name=path.name, actor=actor)
    import_runs.take_up(run.pk)
    if apply:
        imports.apply(run.pk, actor=actor)
        import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == (RunState.APPLIED if apply else RunState.CHECKED), run.error
    return run


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Project, Answer, Blocker, Assessment, Score)
    ] + [Event.objects.exclude(kind__startswith="import").count()]


def problems(run):
    return [
        (found["row"], found["column"], found["code"], found["severity"])
        for line in run.lines.all()
        for found in line.problems
    ]


def test_the_sample_file_gives_the_scores_that_it_names(portfolio, manager):
    run = brought(portfolio, SAMPLE, "plimsoll_sample", acting(manager, "import"))
    assert run.counts["created"] == 24
    assert [problem for problem in problems(run) if problem[3] != "noted"] == []
    with SAMPLE.open(encoding="utf-8") as file:
        expected = {row["name"]: row for row in csv.DictReader(file)}
    found = {one.name: one for one in Project.objects.select_related("assessment")}
    assert found.keys() == expected.keys()
    for name, row in expected.items():
        project, pitfalls = found[name], found[name].assessment.result["pitfalls"]
        assert [round(pitfalls[code], 2) for code in pitfalls] == [
            float(row[f"x_{code}"]) for code in pitfalls
        ]
        assert (round(project.risk, 2), round(project.impact, 2)) == (
            float(row["x_risk"]),
            float(row["x_impact"]),
        )
        assert (project.quadrant, project.has_critical_gap) == (
            row["x_quadrant"],
            row["x_critical_gap"] == "1",
        )
        assert (round(project.confidence, 3), project.is_unproven) == (
            float(row["x_confidence"]),
            row["x_unproven"] == "1",
        )
        if row["status"] != "on_hold":  # A hold is somebody's decision and comes through no file.
            assert round(project.p_production, 4) == float(row["x_p_production"])


def test_the_sample_file_again_changes_nothing(portfolio, manager):
    brought(portfolio, SAMPLE, "plimsoll_sample", acting(manager, "import"))
    before = everything()
    run = brought(portfolio, SAMPLE, "plimsoll_sample", acting(manager, "import"))
    assert run.counts["unchanged"] == 24
    assert everything() == before


def test_answers_are_those_of_the_person_who_imports_and_as_old_as_the_file_says(bring, manager):
    bring({"name": "Tide forecast", "P1": "ycpntu", "P2": "XUUUUU", "age": "40", "stage": "data"})
    rows = {row.question: row for row in Answer.objects.all()}
    letters = {"WP1": "Y", "WP2": "C", "WP3": "P", "WP4": "N", "WP5": "T", "DQ1": "X"}
    assert {question: row.letter for question, row in rows.items()} == letters
    assert {row.given_by for row in rows.values()} == {manager}
    assert {row.confirmed_on for row in rows.values()} == {timezone.now().date() - timedelta(days=40)}
    assert rows["WP1"].evidence == "As reported by Judged"
    project = Project.objects.get()
    assert project.assessment.answers["DQ1"][0] == "X"
    assert project.scored_at is not None
    assert 0 < project.confidence < 1


def test_a_word_that_says_not_applicable_waits_for_a_second_person(bring):
    bring(
        {"name": "A", "monitoring": "Not applicable", "stage": "pilot"},
        {"name": "B", "monitoring": "yes", "stage": "pilot"},
        {"name": "C", "monitoring": "perhaps", "stage": "pilot"},
        {"name": "D", "monitoring": "", "stage": "pilot"},
    )
    held = {one.name: one.assessment.answers.get("MP5", ["-"])[0] for one in Project.objects.all()}
    assert held == {"A": "U", "B": "C", "C": "-", "D": "-"}
    assert Answer.objects.get(letter="X").agreed_at is None


def test_blockers_begin_on_their_day_and_may_have_no_owner(bring, manager):
    said = "high:data_access:47:1:0; medium:skills:20"
    bring({"name": "Tide forecast", "blockers": said, "stage": "data"})
    first, second = Blocker.objects.order_by("raised_on")
    today = timezone.now().date()
    assert (first.category, first.severity, first.owner) == ("data_access", "high", None)
    assert (first.raised_on, second.raised_on) == (today - timedelta(days=47), today - timedelta(days=20))
    assert first.title == "Data access, as reported by Judged"
    assert Project.objects.get().assessment.result["pitfalls"]["P2"] >= 52


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"P1": "YYY"}, "P1", "letters_missing"),
        ({"P1": "YYYYYZ"}, "P1", "answer_unknown"),
        ({"P1": "YYYYYY", "age": "-3"}, "age", "not_days"),
        ({"P1": "YYYYYY", "age": "soon"}, "age", "not_days"),
        ({"blockers": "grave:skills:2"}, "blockers", "blocker_unclear"),
        ({"blockers": "high:gossip:2"}, "blockers", "blocker_unclear"),
        ({"blockers": "high:skills:-2"}, "blockers", "not_days"),
        ({"blockers": "high"}, "blockers", "blocker_unclear"),
        ({"blockers": ";".join(["low:skills:1"] * 51)}, "blockers", "too_many"),
        ({"low": "-1", "likely": "5"}, "low", "negative_money"),
        ({"low": "9", "likely": "5", "high": "20"}, "likely", "value_order"),
        ({"strategic": "5"}, "strategic", "points_range"),
    ],
)
def test_a_dry_run_names_row_column_and_fix_and_nothing_is_stored(bring, cells, column, code):
    run = bring({"name": "Fine"}, {"name": "Wrong", **cells}, apply=False)
    assert run.counts["refused"] == 1
    assert (3, column, code, "refused") in problems(run)
    [line] = run.lines.filter(outcome="refused")
    assert all(found["remedy"] for found in line.problems if found["severity"] == "refused")
    assert not Project.objects.exists()


def test_what_is_only_odd_is_noted_and_comes_in(bring):
    run = bring(
        {"name": "A", "GA": "YYYYYYYYY", "llm": "no", "P1": "YYYYYY", "stage": "data"},
        {"name": "B", "blockers": "low:skills:3:1:1"},
        {"name": "C", "monitoring": "perhaps"},
    )
    noted = {(row, column, code) for row, column, code, severity in problems(run) if severity == "noted"}
    assert {
        (2, "GA", "not_asked"),
        (3, "blockers", "deadline_by_age"),
        (4, "monitoring", "word_unknown"),
    } <= noted
    assert run.counts["created"] == 3
    assert not Answer.objects.filter(question__startswith="GA").exists()


def test_next_month_only_what_the_source_changed_is_carried_over(bring):
    bring(
        {
            "name": "A",
            "P1": "NNNNNN",
            "P2": "CUUUUU",
            "age": "50",
            "blockers": "low:skills:3",
            "stage": "data",
        },
        {"name": "B", "P1": "YYYYYY", "age": "50", "stage": "data"},
    )
    a, b = Project.objects.order_by("pk")
    before = a.risk
    untouched = list(b.answers.values())
    run = bring(
        {
            "name": "A",
            "P1": "NNCNNN",
            "P2": "",
            "age": "2",
            "blockers": "low:skills:33;high:budget:1",
            "stage": "data",
        },
        {"name": "B", "P1": "YYYYYY", "age": "51", "stage": "data"},
    )
    assert run.counts["changed"] == 2
    assert run.lines.get(name="B").changes == {"source: age": ["50", "51"]}
    assert list(b.answers.values()) == untouched
    now = {row.question: row.letter for row in a.answers.filter(replaced_at=None)}
    assert now == {**{f"WP{number}": "N" for number in (1, 2, 4, 5, 6)}, "WP3": "C", "DQ1": "C"}
    assert a.answers.count() == 8
    assert sorted(a.blockers.values_list("category", flat=True)) == ["budget", "skills"]
    a.refresh_from_db()
    assert a.risk < before


def test_what_people_answered_or_resolved_here_is_not_undone(bring, portfolio):
    bring({"name": "A", "P1": "NNNNNN", "blockers": "low:skills:3", "stage": "data"})
    project = Project.objects.get()
    answers.give(project.pk, given=answers.Given("WP1", "C"), actor=SYSTEM)
    blocker = Blocker.objects.get()
    blockers.resolve(blocker.pk, resolution="solved", actor=SYSTEM)
    before = list(project.answers.values())
    run = bring({"name": "A", "P1": "NNNNNY", "blockers": "low:skills:4", "stage": "data"})
    assert list(project.answers.values()) == before
    assert Blocker.objects.filter(resolved_on=None).count() == 0
    assert [code for _, _, code, _ in problems(run)] == ["edited_here"]


def test_a_blocker_that_the_file_forgets_stays_and_is_named(bring):
    bring({"name": "A", "blockers": "low:skills:3", "stage": "data"})
    run = bring({"name": "A", "blockers": "", "stage": "data"})
    assert [code for _, _, code, _ in problems(run)] == ["blocker_gone"]
    assert Blocker.objects.get().is_open


def test_a_profile_that_speaks_of_questions_nobody_asks_is_refused(portfolio, manager, bring):
    card = rules.document()
    card["questions"] = [question for question in card["questions"] if question["id"] != "MP5"]
    scorecards.publish(portfolio.pk, definition=card, actor=SYSTEM)
    actor = acting(manager, "import")
    path = imports.folder() / "any.csv"
    path.write_text("name,P1\nA,YYYYYY\n")
    run = imports.upload(portfolio.pk, profile="judged", file=path, file_name="any.csv", actor=actor)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "question.MP5" in run.error


def test_who_may_not_import_brings_no_answers(bring, portfolio, manager):
    run = bring({"name": "A", "P1": "NNNNNN", "stage": "data"}, apply=False)
    imports.apply(run.pk, actor=acting(manager))
    members.set_role(portfolio.pk, user_id=manager.pk, role="viewer", actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert not Answer.objects.exists()
