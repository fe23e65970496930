"""Answers: given, confirmed, agreed; kept as history, in step with what the scores read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import answers, projects, scorecards
from projects.actions.answers import Given
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Answer, Project, Score
from projects.queries import scoring
from projects.rules import scorecards as cards
from projects.rules import scores
from projects.rules.answers import Answer as Known
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, on_team
from tests.projects.actions.answered import LINK, MONDAY, grown_old, short, stored, told

pytestmark = pytest.mark.django_db
YES = Given("WP1", "Y", LINK)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def anna(project):
    return acting(a_member(project.portfolio, name="Anna"))


@pytest.fixture
def ben(project):
    return acting(a_member(project.portfolio, name="Ben"))


@pytest.fixture
def old(project, anna, ben, monday):
    """Answers that are 60 days old."""
    return grown_old(project, anna, ben, monday)


def test_an_answer_is_kept_told_and_scored(project, anna):
    before = Project.objects.get(pk=project.pk)
    row = answers.give(project.pk, given=YES, actor=anna)
    kept = Answer.objects.get()
    assert (kept.letter, kept.evidence, kept.given_by, kept.given_at) == ("Y", LINK, anna.user, MONDAY)
    assert (kept.confirmed_on, kept.confirmed_by) == (MONDAY.date(), anna.user)
    assert short(project) == {"WP1": ["Y", "2026-11-23", None]}
    assert told(project, "answer.given") == [{"question": "WP1", "answer": row.pk, "letter": ["U", "Y"]}]
    after = Project.objects.get(pk=project.pk)
    assert after.risk < before.risk
    assert after.risk == row.project.risk
    assert Score.objects.get(project=project).risk == after.risk


@pytest.mark.parametrize("letter", ["Y", "C", "P", "T", "N", "U", "X"])
def test_the_score_changes_exactly_as_the_rules_say(project, anna, letter):
    projects.edit(project.pk, version=project.version, actor=anna, llm=True)
    given = Given("GA1", letter, evidence=LINK, reason="Nothing is retrieved.")
    answers.give(project.pk, given=given, actor=anna)
    project = Project.objects.select_related("portfolio").get(pk=project.pk)
    counts = "U" if letter == "X" else letter
    inputs = scores.Inputs(
        stage="idea", furthest_stage="idea", active_days=0, is_llm=True, answers={"GA1": Known(counts)}
    )
    expected = scores.score(cards.shipped(), inputs)
    found = (project.risk, project.p_production, project.confidence, project.quadrant)
    assert found == (expected.risk, expected.p_production, expected.confidence, expected.quadrant)
    assert project.assessment.result["pitfalls"] == dict(expected.pitfalls)


def test_a_new_answer_replaces_the_old_one_which_stays_as_history(project, anna, ben, monday):
    answers.give(project.pk, given=YES, actor=anna)
    monday.shift(timedelta(days=2))
    answers.give(project.pk, given=Given("WP1", "N"), actor=ben)
    old, new = Answer.objects.order_by("given_at")
    assert (old.letter, old.replaced_at) == ("Y", MONDAY + timedelta(days=2))
    assert (new.letter, new.replaced_at, new.given_by) == ("N", None, ben.user)
    assert short(project) == {"WP1": ["N", "2026-11-25", None]}
    assert [said["letter"] for said in told(project, "answer.given")] == [["U", "Y"], ["Y", "N"]]


def test_the_same_answer_again_renews_it_without_another_row(project, anna, ben, monday):
    first = answers.give(project.pk, given=YES, actor=anna)
    monday.shift(timedelta(days=40))
    assert answers.give(project.pk, given=YES, actor=ben).pk == first.pk
    kept = Answer.objects.get()
    assert (kept.given_by, kept.given_at) == (anna.user, MONDAY)
    assert (kept.confirmed_by, kept.confirmed_on) == (ben.user, date(2027, 1, 2))
    assert short(project) == {"WP1": ["Y", "2027-01-02", None]}
    (said,) = told(project, "answers.confirmed")
    assert said == {"pitfall": "", "questions": ["WP1"], "count": 1}


def test_the_same_answer_on_the_same_day_changes_nothing(project, anna):
    answers.give(project.pk, given=YES, actor=anna)
    before = stored(project)
    answers.give(project.pk, given=Given("WP1", "Y", f" {LINK}\n"), actor=anna)
    assert stored(project) == before


def test_other_evidence_is_another_answer(project, anna):
    answers.give(project.pk, given=YES, actor=anna)
    answers.give(project.pk, given=Given("WP1", "Y", "Signed sheet in the safe"), actor=anna)
    assert Answer.objects.filter(replaced_at=None).get().evidence == "Signed sheet in the safe"
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (Given("ZZ9", "Y", LINK), "question_unknown", "ZZ9.question"),
        (Given("", "Y", LINK), "question_unknown", ".question"),
        (Given("GA1", "Y", LINK), "question_not_asked", "GA1.question"),
        (Given("WP1", "Y"), "evidence_needed", "WP1.evidence"),
        (Given("WP1", "Y", " \n "), "evidence_needed", "WP1.evidence"),
        (Given("WP1", "X"), "reason_needed", "WP1.reason"),
        (Given("WP1", "X", reason="  "), "reason_needed", "WP1.reason"),
        (Given("WP1", "Q"), "answer_unknown", "WP1.answer"),
        (Given("WP1", "y", LINK), "answer_unknown", "WP1.answer"),
        (Given("WP1", "YY", LINK), "answer_unknown", "WP1.answer"),
        (Given("WP1", ""), "answer_unknown", "WP1.answer"),
        (Given("WP1", "Y", LINK, date(2026, 11, 22)), "evidence_expired", "WP1.evidence_until"),
        (Given("WP1", "Y", "x" * 2001), "too_long", "WP1.evidence"),
        (Given("WP1", "N", reason="x" * 2001), "too_long", "WP1.reason"),
        (Given("WP1", "Y", "a\0b"), "unusable_character", "WP1.evidence"),
        (Given("WP1", "N", reason="a\udfff"), "unusable_character", "WP1.reason"),
        (Given("WP1", "Y", "javascript:alert(1)"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "C", "JavaScript:alert(1)"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "Y", "data:text/html,x"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "Y", "https://"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "Y", "https://[::1"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "Y", "https://a:99999/"), "link_unusable", "WP1.evidence"),
        (Given("WP1", "Y", "https://me:secret@example.org/"), "link_unusable", "WP1.evidence"),
    ],
)
def test_a_wrong_answer_is_refused_by_field_and_nothing_is_stored(project, anna, given, code, field):
    answers.give(project.pk, given=Given("NT1", "P"), actor=anna)
    before = stored(project)
    with pytest.raises(Refused) as refused:
        answers.give_many(project.pk, given=[Given("WP2", "N"), given], actor=anna)
    (obstacle,) = refused.value.obstacles
    assert (obstacle.code, obstacle.field) == (code, field)
    assert obstacle.remedy
    assert stored(project) == before


@pytest.mark.parametrize(
    "evidence",
    [
        LINK,
        "HTTP://example.org:8080/a?b=c#d",
        "https://bücher.example/ü",
        "see: the blue folder",
        "s3://bucket/a",
        "Ordner 7",
    ],
)
def test_links_and_words_are_evidence(project, anna, evidence):
    answers.give(project.pk, given=Given("WP1", "Y", evidence), actor=anna)
    assert Answer.objects.get().evidence == evidence


def test_every_obstacle_of_a_batch_comes_at_once(project, anna):
    given = [Given("WP1", "Y"), Given("WP2", "X"), Given("ZZ", "Q"), Given("WP3", "N"), Given("WP3", "N")]
    with pytest.raises(Refused) as refused:
        answers.give_many(project.pk, given=given, actor=anna)
    found = {(each.field, each.code) for each in refused.value.obstacles}
    assert found == {
        ("WP1.evidence", "evidence_needed"),
        ("WP2.reason", "reason_needed"),
        ("ZZ.question", "question_unknown"),
        ("ZZ.answer", "answer_unknown"),
        ("WP3.question", "answered_twice"),
    }
    assert not Answer.objects.exists()


def test_ten_thousand_answers_at_once_are_refused_in_one_sentence(project, anna):
    with pytest.raises(Refused) as refused:
        answers.give_many(project.pk, given=[Given("WP1", "N")] * 10_000, actor=anna)
    assert [each.code for each in refused.value.obstacles] == ["too_many"]


def test_evidence_that_ends_today_still_holds_and_reads_as_a_claim_tomorrow(project, anna, monday):
    until = MONDAY.date()
    answers.give(project.pk, given=Given("WP1", "Y", LINK, until), actor=anna)
    assert short(project) == {"WP1": ["Y", "2026-11-23", "2026-11-23"]}
    assert scoring.answers(short(project), until, {})["WP1"].letter == "Y"
    assert scoring.answers(short(project), until + timedelta(days=1), {})["WP1"].letter == "C"


def test_a_day_is_that_of_the_portfolio(project, anna, monday):
    project.portfolio.time_zone = "Pacific/Auckland"
    project.portfolio.save(update_fields=["time_zone"])
    monday.move_to(datetime(2026, 11, 23, 12, 30, tzinfo=UTC), tick=False)
    assert answers.give(project.pk, given=YES, actor=anna).confirmed_on == date(2026, 11, 24)


def test_what_a_file_tells_of_the_past_is_confirmed_then_and_scored_later(project):
    day = datetime(2026, 8, 1, 23, 30, tzinfo=UTC)
    before = Project.objects.get(pk=project.pk).risk
    actor = Actor(None, "import", at=day)
    given = [YES, Given("DQ4", "X", reason="No labels.")]
    rows = answers.give_many(project.pk, given=given, actor=actor)
    assert [(row.given_at, row.confirmed_on) for row in rows] == [(day, date(2026, 8, 1))] * 2
    assert short(project)["DQ4"] == ["X", "2026-08-01", None]
    assert Project.objects.get(pk=project.pk).risk == before


# Panels and changed scorecards


def test_answers_to_questions_that_are_not_asked_now_are_kept_and_not_counted(project, anna):
    project = projects.edit(project.pk, version=project.version, actor=anna, llm=True)
    answers.give(project.pk, given=Given("GA1", "N"), actor=anna)
    worse = Project.objects.get(pk=project.pk).risk
    project = projects.edit(project.pk, version=project.version, actor=anna, llm=False)
    without = Project.objects.get(pk=project.pk).risk
    assert without < worse
    assert short(project)["GA1"] == ["N", "2026-11-23", None]
    with pytest.raises(Refused):
        answers.give(project.pk, given=Given("GA1", "P"), actor=anna)
    projects.edit(project.pk, version=project.version, actor=anna, llm=True)
    assert Project.objects.get(pk=project.pk).risk == worse
    assert Answer.objects.get().letter == "N"


def test_a_changed_scorecard_keeps_answers_that_it_does_not_ask_for(project, anna):
    answers.give_many(project.pk, given=[Given("WP6", "N"), Given("WP5", "P")], actor=anna)
    document = cards.document()
    document["questions"] = [each for each in document["questions"] if each["id"] != "WP6"]
    scorecards.publish(project.portfolio_id, definition=document, actor=SYSTEM)
    answers.give(project.pk, given=Given("WP4", "P"), actor=anna)
    assert set(short(project)) == {"WP4", "WP5", "WP6"}
    project = Project.objects.get(pk=project.pk)
    assert project.assessment.record["model_version"] == "standard-2"
    counted = {"WP4": Known("P"), "WP5": Known("P")}
    inputs = scores.Inputs(stage="idea", furthest_stage="idea", active_days=0, answers=counted)
    assert project.risk == scores.score(cards.parse({**document, "version": 2}), inputs).risk
    with pytest.raises(Refused) as refused:
        answers.give(project.pk, given=Given("WP6", "P"), actor=anna)
    assert refused.value.obstacles[0].code == "question_unknown"


# Who may, and what it costs


CALLS = [
    lambda project, actor: answers.give(project.pk, given=Given("WP2", "N"), actor=actor),
    lambda project, actor: answers.give_many(project.pk, given=[Given("WP2", "N")], actor=actor),
    lambda project, actor: answers.confirm(project.pk, actor=actor),
    lambda project, actor: answers.agree(project.pk, question="DQ4", actor=actor),
]


@pytest.mark.parametrize("call", CALLS, ids=["give", "give_many", "confirm", "agree"])
class TestEveryAction:
    def test_a_viewer_may_not(self, old, call):
        before = stored(old)
        with pytest.raises(NotAllowed):
            call(old, acting(a_member(old.portfolio, "viewer")))
        assert stored(old) == before

    def test_a_stranger_may_not(self, old, call):
        with pytest.raises(NotAllowed):
            call(old, acting(a_member(a_portfolio(), "administrator")))

    def test_a_contributor_and_somebody_on_the_team_may(self, old, anna, call):
        for actor in (acting(a_member(old.portfolio)), acting(on_team(old, "DX"))):
            answers.give(old.pk, given=Given("DQ4", "X", reason="No labels."), actor=anna)
            call(old, actor)

    def test_a_key_without_the_scope_may_not(self, old, call):
        manager = a_member(old.portfolio, "manager")
        with pytest.raises(NotAllowed) as refused:
            call(old, Actor(manager, "api", scopes=frozenset(["projects:read"])))
        assert refused.value.code == "scope_missing"

    def test_an_archived_project_is_left_alone(self, old, call):
        projects.archive(old.pk, actor=SYSTEM)
        with pytest.raises(Refused) as refused:
            call(old, SYSTEM)
        assert refused.value.code == "archived"


def test_a_dry_run_tells_what_would_come_of_it_and_changes_nothing(old, anna):
    before, risk = stored(old), Project.objects.get(pk=old.pk).risk
    given = [Given("WP1", "N"), Given("WP2", "C"), Given("DQ3", "N")]
    rows = answers.give_many(old.pk, given=given, actor=anna, dry_run=True)
    promised = rows[0].project.risk
    assert promised > risk
    assert stored(old) == before
    assert Project.objects.get(pk=old.pk).risk == risk
    answers.give_many(old.pk, given=given, actor=anna)
    assert Project.objects.get(pk=old.pk).risk == promised


def _statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return [
        query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))
    ]


@pytest.mark.parametrize("again", ["new", "replaced", "renewed", "mixed"])
def test_a_batch_costs_the_same_whatever_its_length(anna, project, monday, again):
    questions = [each.id for each in scoring.card(project).asked(False)]
    costs = []
    for size in (2, 30):
        one = a_project(project.portfolio)
        first = [Given(each, "C") for each in questions[:size]]
        if again != "new":
            answers.give_many(one.pk, given=first, actor=anna)
            monday.shift(timedelta(days=1))
        letters = {"new": "CC", "replaced": "PP", "renewed": "CC", "mixed": "CP"}[again]
        second = [Given(each, letters[place % 2]) for place, each in enumerate(questions[:size])]
        costs.append(
            _statements(
                lambda one=one, second=second: answers.give_many(
                    one.pk, given=second, actor=acting(anna.user)
                )
            )
        )
    assert len(costs[0]) == len(costs[1]), [sql[:150] for sql in costs[1]]
    assert len(costs[1]) <= 17, [sql[:150] for sql in costs[1]]
