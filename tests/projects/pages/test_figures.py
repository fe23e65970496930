"""The figures of the header, the card of risks and the reasons: what is said, and what is not known."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import answers, projects, scores, stages
from projects.actions.answers import Given
from projects.models import Blocker, Project, Score
from projects.pages import figures, risks
from projects.queries import assessments, scoring
from projects.queries import projects as project_queries
from tests.factories import SYSTEM, acting
from tests.projects.pages.conftest import part


@pytest.fixture
def place(world):
    """Bring the project to a stage and answer everything with one letter."""

    def placed(stage, letter="P", only=None):
        stages.report(world.project.pk, to=stage, actor=SYSTEM)
        project = Project.objects.select_related("portfolio").get(pk=world.project.pk)
        asked = [each.id for each in scoring.card(project).asked(False) if only is None or each.id in only]
        evidence = "Seen" if letter == "Y" else ""
        answers.give_many(
            project.pk, given=[Given(each, letter, evidence) for each in asked], actor=acting(world.editor)
        )

    return placed


def seen(world):
    return project_queries.one(acting(world.viewer), world.project.key)


def worth(world, **values):
    given = {"value_likely": 2_000_000, "strategic": 4, "reach": 4, **values}
    projects.edit(world.project.pk, version=None, actor=SYSTEM, **given)


def test_an_idea_with_no_answer_says_so(world, says):
    page = says()
    assert "Risk 50 nothing answered yet" in page
    assert "Impact not known an idea, placed from the next stage on" in page
    assert (
        "Nothing is answered yet. Not known counts as risk: answering 30 open questions could take it to 0."
        in page
    )


def test_what_the_impact_lacks_leads_to_its_field_for_those_who_may_enter_it(world, says, as_):
    assert "Enter annual value" not in says()
    page = as_(world.editor).get(world.url).content.decode()
    assert f'href="{world.url}edit/#id_value_likely">Enter annual value, strategic fit, reach</a>' in page
    worth(world, reach=None)
    page = as_(world.editor).get(world.url).content.decode()
    assert f'href="{world.url}edit/#id_reach">Enter reach</a>' in page
    assert "incomplete" in page
    fields = as_(world.editor).get(f"{world.url}edit/").content.decode()
    assert all(f'id="id_{field}"' in fields for _, field in figures.IMPACT_INPUTS.values())


def test_an_unassessed_project_says_how_many_answers_place_it(world, says, place):
    stages.report(world.project.pk, to="framing", actor=SYSTEM)
    number = re.search(r"Answer (\d+) more questions to place it", says())
    assert number
    named = ["WP1", "NT1", "WP2", "WP3"]
    place("framing", "C", only=named)
    assert "to place it" not in says() or int(number[1]) > len(named)


def test_a_placed_project_names_its_quadrant_and_what_speaks_against_it(world, says, place):
    worth(world)
    place("framing", "C")
    assert "Quick win" in says()
    assert "metric pending" in says()
    place("framing", "N", only=["WP1"])
    page = says()
    assert "Quick win, critical gap" in page
    assert "Critical gap. One of these can end the project on its own, whatever the score says: WP1" in page


def test_what_is_unproven_and_borderline_says_so(world, says, place):
    worth(world)
    place("poc", "T")
    assert "unproven" in says()
    Project.objects.filter(pk=world.project.pk).update(is_borderline=True)
    assert "borderline" in says()


def test_a_trend_compares_with_a_quarter_ago(world, says, place):
    place("framing", "C")
    kept = Score.objects.get(project=world.project)
    today = timezone.localdate()
    for days, risk in ((200, 10.0), (95, 5.2), (20, 90.0)):
        Score.objects.create(
            **{
                **{name: getattr(kept, name) for name in ("at", "model_version", "scorecard", "impact")},
                **{name: getattr(kept, name) for name in ("p_production", "confidence", "quadrant")},
                **{name: getattr(kept, name) for name in ("has_critical_gap", "pitfalls", "record")},
                "project": world.project,
                "on": today - timedelta(days=days),
                "risk": risk,
            }
        )
    project = seen(world)
    assert f"up {round(project.risk) - 5} since {figures.since(today - timedelta(days=95))}" in says()


@pytest.mark.parametrize(("days", "words"), [(10, "%d %b"), (100, "%b"), (400, "%b %Y")])
def test_a_day_is_named_as_far_as_it_matters(days, words):
    day = timezone.localdate() - timedelta(days=days)
    assert figures.since(day) == day.strftime(words).lstrip("0")


def test_the_sentence_is_what_the_rules_work_out(world, place):
    place("data", "C", only=["WP1", "WP2", "WP3", "NT1", "DQ1"])
    project = seen(world)
    sheet = assessments.sheet(project)
    card = risks.card(project, sheet)
    open_ones = [row.question.id for row in sheet.rows if row.letter == "U"]
    promised = int(re.search(r"answering (\d+) open questions could take it to (\d+)", card.sentence)[2])
    given = [Given(each, "Y", "Seen") for each in open_ones]
    answers.give_many(project.pk, given=given, actor=acting(world.editor))
    assert round(Project.objects.get(pk=project.pk).risk) == promised


def test_each_help_does_what_it_says(world, place):
    place("mvp", "N")
    project = seen(world)
    card = risks.card(project, assessments.sheet(project))
    assert len(card.helps) == 3
    first = card.helps[0]
    answers.give(project.pk, given=Given(first.question.id, "Y", "Seen"), actor=acting(world.editor))
    now = Project.objects.get(pk=project.pk)
    assert (round(now.risk), round(100 * now.p_production)) == (first.risk, first.chance)


def test_a_help_offers_its_mitigations_as_to_dos(world, as_, place):
    place("mvp", "N")
    client = as_(world.editor)
    page = client.get(world.url).content.decode()
    address = html.unescape(re.search(r'href="([^"]+/todos/add/\?source=mitigation[^"]+)"', page)[1])
    opened = client.get(address, headers=part())
    assert opened.status_code == 200
    assert "Add as to-do" not in as_(world.viewer).get(world.url).content.decode()


def test_an_open_blocker_stands_in_its_pitfall(world, says, place):
    place("mvp", "Y")
    Blocker.objects.create(
        portfolio=world.portfolio,
        project=world.project,
        title="Repair shops <b>refuse</b>",
        category="data_access",
        severity="high",
        raised_on=timezone.localdate() - timedelta(days=3),
        respond_by=timezone.localdate(),
        due_on=timezone.localdate() + timedelta(days=11),
    )
    _score(world)
    page = says()
    assert "Blocker: Repair shops <b>refuse</b> High blocker, Data access" in page
    assert "Blockers make 35 on their own That is more than the answers make +35" in page
    assert "Takes risk from 18 to 0" in page


def test_a_pitfall_that_does_not_apply_is_left_out(world, says, place):
    place("mvp", "Y")
    given = [Given(f"OO{n}", "X", reason="Nothing live") for n in range(1, 7)]
    answers.give_many(world.project.pk, given=given, actor=SYSTEM)
    assert "Offline-online mismatch left out: it does not apply" in says()
    assert "0 overall. All that is asked is known." in says()
    assert "Nothing is left to lower." in says()


def test_the_chance_adds_up_to_what_the_header_says(world, says, place):
    place("mvp", "N")
    page = says("why/chance/")
    assert "Start Of projects in MVP" in page
    assert "more than the 42 that is usual in this stage" in page
    shown = round(100 * seen(world).p_production)
    assert f"Chance of production: {shown}%" in page
    assert page.count(f"{shown}%") >= 3


def test_in_production_there_is_no_chance_left(world, says, place):
    place("production", "Y")
    assert "Chance of production in production" in says()
    assert "Nothing is left to reach: it is in production." in says("why/chance/")


def test_the_impact_names_what_is_missing(world, says, place):
    page = says("why/impact/", world.editor)
    assert "Impact: not known" in page
    assert page.count("not known: enter it") == 3
    worth(world)
    page = says("why/impact/", world.editor)
    assert "EUR 2,000,000 a year expected 42 55" in page
    assert "0 of 4 marks hold, so 50% of it counts" in page


def test_the_confidence_adds_up(world, says, place):
    place("framing", "C")
    page = says("why/confidence/")
    shown = round(100 * seen(world).confidence)
    assert f"Confidence {shown}%" in page
    assert "Yes, claimed 30 100% 60%" in page


def _score(world):
    """What any action does after an input has changed."""
    project = Project.objects.select_related("portfolio", "assessment").get(pk=world.project.pk)
    scores.refresh(project, actor=acting(world.editor))
